package org.networkfission.jobs.predict;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.codec.PhotoFormat;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.storage.Storage;
import org.networkfission.prep.storage.TextFile;

/** The photos to predict and the names of what becomes of them, in the memory of this process. */
final class PhotoList {
  /** How many names of predictions are held, and listed in the record of the folder. */
  private static final int MOST_NAMED = 500_000;

  private PhotoList() {}

  /**
   * Finds the photos.
   *
   * @param input a folder, whose sub-folders are searched too for whatever has a picture's name,
   *     also in formats that are not read, so that none is passed over in silence; a photo; or a
   *     text file that names one per line, where empty lines and those that begin with # do not
   *     count, and a path without a beginning is one beside the list
   * @param named whether predictions are files, which need names: unique, a photo's own without the
   *     ending, below the folder's name; a colon, which HDFS and Windows do not allow in names,
   *     becomes a hyphen
   * @throws InputException if there is none
   */
  static List<Item> of(Path input, boolean named, Configuration hadoop) throws IOException {
    Storage storage = Storage.of(input, hadoop);
    if (!storage.exists(input)) {
      throw new InputException(
          "Cannot predict %s: there is no such file or folder".formatted(input));
    }
    Path whole = storage.makeQualified(input);
    List<Found> photos;
    Path base = whole.getParent();
    if (storage.status(whole).isDirectory()) {
      photos = inFolder(storage, whole);
      base = whole;
    } else if (InputKind.isList(whole)) {
      photos = inList(whole, hadoop);
    } else {
      photos = List.of(new Found(whole.getName(), whole, storage.length(whole)));
    }
    if (photos.isEmpty()) {
      throw new InputException(
          "Cannot predict %s: it has no photo (%s)".formatted(input, PhotoFormat.readTitles()));
    }
    List<String> names = named ? names(photos, base, input) : null;
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < photos.size(); i++) {
      Found photo = photos.get(i);
      items.add(
          Item.photo(
              photo.key(), photo.file().toString(), named ? names.get(i) : null, photo.bytes()));
    }
    return items;
  }

  /** A photo before it has a name. */
  private record Found(String key, Path file, long bytes) {}

  private static List<Found> inFolder(Storage storage, Path folder) throws IOException {
    List<Found> photos = new ArrayList<>();
    for (FileStatus file : storage.listFiles(folder)) {
      if (InputKind.isPhoto(file.getPath())) {
        photos.add(new Found(below(folder, file.getPath()), file.getPath(), file.getLen()));
      }
    }
    photos.sort(Comparator.comparing(Found::file));
    return photos;
  }

  private static List<Found> inList(Path list, Configuration hadoop) throws IOException {
    List<Found> photos = new ArrayList<>();
    for (String line : TextFile.lines(list, hadoop)) {
      if (InputKind.namesPhoto(line)) {
        photos.add(new Found(line.strip(), InputKind.listed(list, line), 0));
      }
    }
    return photos;
  }

  private static List<String> names(List<Found> photos, Path base, Path input) {
    if (photos.size() > MOST_NAMED) {
      throw new InputException(
          "Cannot predict %s as PNG files: it has %,d photos, at most %,d have files of their own; set predict.format=parquet"
              .formatted(input, photos.size(), MOST_NAMED));
    }
    Set<String> taken = new HashSet<>();
    List<String> names = new ArrayList<>();
    for (Found photo : photos) {
      String path = below(base, photo.file()).replace(':', '-');
      int dot = path.lastIndexOf('.');
      String stem = dot > path.lastIndexOf('/') + 1 ? path.substring(0, dot) : path;
      // a.jpg and a.png: the second one keeps its ending; a third one of that name gets a number.
      String name = taken.contains(stem) ? path : stem;
      for (int i = 2; taken.contains(name); i++) {
        name = path + "-" + i;
      }
      taken.add(name);
      names.add(name);
    }
    return names;
  }

  /** The path of a photo below a folder; its name alone where it is not below it. */
  static String below(Path base, Path photo) {
    String path = base.toUri().relativize(photo.toUri()).getPath();
    return path.startsWith("/") || path.contains("..") || path.isEmpty() ? photo.getName() : path;
  }
}
