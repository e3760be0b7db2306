package org.networkfission.prep.scannet;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.storage.Storage;

/**
 * The files of an unpacked scan, by kind and number of the frame; names may have leading zeros or
 * not, and each number counts once.
 */
final class ScanFiles {
  /** What the C++ reader writes beside the frames: the camera and the unit of depth. */
  static final String CPP_INFO = "_info.txt";

  private static final Pattern CPP_NAME =
      Pattern.compile("frame-([0-9]{1,9})\\.(color|depth|pose)\\.(jpg|jpeg|png|pgm|txt)");

  /** What of a frame. */
  enum Kind {
    COLOR("jpg|jpeg|png"),
    DEPTH("png|pgm"),
    POSE("txt"),
    LABEL("png");

    private final Pattern name;

    Kind(String endings) {
      name = Pattern.compile("([0-9]{1,9})\\.(?:" + endings + ")");
    }

    /** Of the folder, or in the file's name. */
    String lower() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Path folder;
  private final Map<Kind, SortedMap<Integer, FileStatus>> files = new EnumMap<>(Kind.class);

  private ScanFiles(Path folder) {
    this.folder = folder;
    for (Kind kind : Kind.values()) {
      files.put(kind, new TreeMap<>());
    }
  }

  /** Lists the files of a scan that lies in the folders color, depth, pose and label. */
  static ScanFiles inFolders(Path folder, Storage storage) throws IOException {
    ScanFiles found = new ScanFiles(folder);
    for (Kind kind : Kind.values()) {
      for (FileStatus file : list(new Path(folder, kind.lower()), storage)) {
        Matcher matcher = kind.name.matcher(file.getPath().getName());
        if (matcher.matches()) {
          found.add(kind, matcher.group(1), file);
        }
      }
    }
    return found;
  }

  private static List<FileStatus> list(Path folder, Storage storage) throws IOException {
    try {
      return storage.list(folder);
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  /** Lists the files of a scan as the C++ reader exports it, all in one folder. */
  static ScanFiles ofCppReader(Path folder, Storage storage) throws IOException {
    ScanFiles found = new ScanFiles(folder);
    for (FileStatus file : storage.list(folder)) {
      Matcher matcher = CPP_NAME.matcher(file.getPath().getName());
      if (matcher.matches()) {
        Kind kind = Kind.valueOf(matcher.group(2).toUpperCase(Locale.ROOT));
        found.add(kind, matcher.group(1), file);
      }
    }
    return found;
  }

  private void add(Kind kind, String number, FileStatus file) {
    files
        .get(kind)
        .merge(
            Integer.valueOf(number),
            file,
            (a, b) -> a.getPath().compareTo(b.getPath()) < 0 ? a : b);
  }

  /** All that was listed. */
  Collection<FileStatus> all() {
    return files.values().stream().flatMap(ofKind -> ofKind.values().stream()).toList();
  }

  /** The numbers of the frames that have a photo or a depth map. */
  SortedSet<Integer> numbers() {
    SortedSet<Integer> numbers = new TreeSet<>(files.get(Kind.COLOR).keySet());
    numbers.addAll(files.get(Kind.DEPTH).keySet());
    return numbers;
  }

  /** A file of a frame; where it is missing, how it would be named. */
  Path path(Kind kind, int number) {
    FileStatus found = files.get(kind).get(number);
    return found != null
        ? found.getPath()
        : new Path(folder, "%s/%06d.%s".formatted(kind.lower(), number, ending(kind)));
  }

  private static String ending(Kind kind) {
    return switch (kind) {
      case COLOR -> "jpg";
      case DEPTH, LABEL -> "png";
      case POSE -> "txt";
    };
  }
}
