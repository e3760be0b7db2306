package org.networkfission.jobs.predict;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.networkfission.prep.codec.PhotoFormat;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.storage.TextFile;

/** The photos to predict and the names of what becomes of them. */
final class PhotoList {
  private static final String LIST = ".txt";
  private static final Pattern SCHEME = Pattern.compile("^[A-Za-z][A-Za-z0-9+.-]*:/");

  private PhotoList() {}

  /**
   * A photo.
   *
   * @param name of its predictions, unique: its own without the ending, below the folder's name; a
   *     colon, which HDFS and Windows do not allow in names, becomes a hyphen
   */
  record Entry(Path file, String name) {}

  /**
   * Finds the photos.
   *
   * @param input a folder, whose sub-folders are searched too for whatever has a picture's name,
   *     also in formats that are not read, so that none is passed over in silence; a photo; or a
   *     text file that names one per line, where empty lines and those that begin with # do not
   *     count, and a path without a beginning is one beside the list
   * @throws InputException if there is none
   */
  static List<Entry> of(Path input, Configuration hadoop) throws IOException {
    FileSystem files = input.getFileSystem(hadoop);
    if (!files.exists(input)) {
      throw new InputException(
          "Cannot predict %s: there is no such file or folder".formatted(input));
    }
    Path whole = files.makeQualified(input);
    List<Path> photos;
    Path base = whole.getParent();
    if (files.getFileStatus(whole).isDirectory()) {
      photos = inFolder(files, whole);
      base = whole;
    } else if (lower(whole).endsWith(LIST)) {
      photos = inList(whole, hadoop);
    } else {
      photos = List.of(whole);
    }
    if (photos.isEmpty()) {
      throw new InputException(
          "Cannot predict %s: it has no photo (%s)".formatted(input, PhotoFormat.readTitles()));
    }
    return named(photos, base);
  }

  private static List<Path> inFolder(FileSystem files, Path folder) throws IOException {
    List<Path> photos = new ArrayList<>();
    RemoteIterator<LocatedFileStatus> all = files.listFiles(folder, true);
    while (all.hasNext()) {
      Path file = all.next().getPath();
      if (PhotoFormat.isPictureName(file.getName()) && !file.getName().startsWith(".")) {
        photos.add(file);
      }
    }
    photos.sort(null);
    return photos;
  }

  private static List<Path> inList(Path list, Configuration hadoop) throws IOException {
    List<Path> photos = new ArrayList<>();
    for (String line : TextFile.lines(list, hadoop)) {
      if (!line.isBlank() && !line.startsWith("#")) {
        photos.add(path(list, line.strip()));
      }
    }
    return photos;
  }

  private static Path path(Path list, String line) {
    try {
      // A name with a colon would be taken for one that begins with a scheme.
      boolean beside = !line.startsWith("/") && !SCHEME.matcher(line).find();
      return new Path(list.getParent(), beside ? "./" + line : line);
    } catch (IllegalArgumentException e) {
      throw new InputException(
          "Cannot read list %s: %s is no path: %s".formatted(list, line, e.getMessage()), e);
    }
  }

  private static List<Entry> named(List<Path> photos, Path base) {
    Set<String> taken = new HashSet<>();
    List<Entry> entries = new ArrayList<>();
    for (Path photo : photos) {
      String path = below(base, photo).replace(':', '-');
      int dot = path.lastIndexOf('.');
      String stem = dot > path.lastIndexOf('/') + 1 ? path.substring(0, dot) : path;
      // a.jpg and a.png: the second one keeps its ending; a third one of that name gets a number.
      String name = taken.contains(stem) ? path : stem;
      for (int i = 2; taken.contains(name); i++) {
        name = path + "-" + i;
      }
      taken.add(name);
      entries.add(new Entry(photo, name));
    }
    return entries;
  }

  private static String below(Path base, Path photo) {
    String path = base.toUri().relativize(photo.toUri()).getPath();
    return path.startsWith("/") || path.contains("..") || path.isEmpty() ? photo.getName() : path;
  }

  private static String lower(Path file) {
    return file.getName().toLowerCase(Locale.ROOT);
  }
}
