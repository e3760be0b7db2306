package org.networkfission.prep.scannet;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.frame.AheadReader;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.FrameReader;
import org.networkfission.prep.frame.FrameSource;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.frame.PixelLimit;
import org.networkfission.prep.frame.Reason;
import org.networkfission.prep.labels.LabelSpace;
import org.networkfission.prep.settings.Check;
import org.networkfission.prep.storage.FrameFiles;
import org.networkfission.prep.storage.SteadyInput;
import org.networkfission.prep.storage.Storage;
import org.networkfission.prep.storage.TextFile;

/**
 * ScanNet v2. A unit is a scan, found in {@code <root>}, {@code <root>/scans}, {@code
 * <root>/scans_test}, {@code <root>/scannet_frames_25k} or {@code <root>/scannet_frames_test}, in
 * one of its published forms:
 *
 * <ul>
 *   <li>{@code <scan>/<scan>.sens} with {@code <scan>_2d-label-filt.zip} (or {@code
 *       <scan>_2d-label.zip}) and, in the root, {@code scannetv2-labels.combined.tsv};
 *   <li>exported by the Python reader: {@code <scan>/{color,depth,pose,intrinsic}}, or by the C++
 *       reader: {@code <scan>/frame-000000.{color.jpg,depth.pgm,pose.txt}} and {@code _info.txt};
 *       labels zipped as above, or unpacked into {@code <scan>/label-filt} or {@code label};
 *   <li>{@code scannet_frames_25k}: {@code <scan>/{color,depth,label,pose}}, {@code
 *       intrinsics_depth.txt}; labels are NYU40 ids already.
 * </ul>
 *
 * The splits are the published lists {@code <root>/scannetv2_{train,val,test}.txt}. Frames carry
 * NYU40 ids; those of the split {@code test}, whose labels are not published, are void.
 *
 * @param root the folder
 * @param splits of {@code train}, {@code val} and {@code test}
 * @param frameStride take each n-th frame of a scan
 */
public record ScanNetSource(String root, List<String> splits, int frameStride)
    implements FrameSource {
  /** The label ids that frames carry. */
  public static final LabelSpace LABELS = LabelSpace.NYU40;

  static final String DATASET = "scannet";

  private static final List<String> SPLITS = List.of("train", "val", "test");
  private static final List<String> FOLDERS =
      List.of("", "scans", "scans_test", "scannet_frames_25k", "scannet_frames_test");
  private static final Pattern SCAN = Pattern.compile("scene[0-9]{4}_[0-9]{2}");
  private static final String STREAM = ".sens";
  private static final long BYTES_PER_FRAME = 350_000;

  /** No file of a frame is larger. */
  private static final long MAX_FILE_BYTES = 256L << 20;

  /** How many names of a folder a message tells. */
  private static final int SHOWN = 5;

  public ScanNetSource {
    Objects.requireNonNull(root, "root");
    splits = List.copyOf(splits);
    new Check()
        .that("splits", splits, SPLITS.containsAll(splits), "of train, val and test")
        .that("frameStride", frameStride, frameStride >= 1, "at least 1")
        .done();
  }

  @Override
  public List<FrameUnit> units(Configuration hadoop) throws IOException {
    Path folder = new Path(root);
    Storage storage = Storage.of(folder, hadoop);
    if (!storage.exists(folder)) {
      throw new InputException("Cannot read ScanNet in %s: no such folder".formatted(root));
    }
    checkLeaks(storage, hadoop);
    Map<String, Set<String>> listed = new HashMap<>();
    for (String place : FOLDERS) {
      Path path = place.isEmpty() ? folder : new Path(root, place);
      listed.put(place, names(entries(path, storage)));
    }
    List<FrameUnit> units = new ArrayList<>();
    for (String split : splits) {
      for (String scan : scans(split, hadoop)) {
        Optional<Found> found = find(scan, listed, storage);
        // Parts of the data set may have been left out.
        if (found.isPresent()) {
          units.add(unit(scan, split, found.get(), storage));
        }
      }
    }
    return units;
  }

  private static List<FileStatus> entries(Path folder, Storage storage) throws IOException {
    try {
      return storage.list(folder);
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  private static Set<String> names(List<FileStatus> entries) {
    return entries.stream().map(entry -> entry.getPath().getName()).collect(Collectors.toSet());
  }

  /** A scan's folder, below the root, and what it holds. */
  private record Found(String place, List<FileStatus> entries) {}

  /** The same space, scanned more than once, must not stand in two splits. */
  private void checkLeaks(Storage storage, Configuration hadoop) throws IOException {
    Map<String, String> splitOfSpace = new HashMap<>();
    for (String split : SPLITS) {
      if (!splits.contains(split) && !storage.exists(list(split))) {
        continue;
      }
      for (String scan : scans(split, hadoop)) {
        String space = scan.substring(0, scan.indexOf('_'));
        String other = splitOfSpace.putIfAbsent(space, split);
        if (other != null && !other.equals(split)) {
          throw new InputException(
              "Cannot use the splits of %s: the space %s stands in %s and in %s"
                  .formatted(root, space, other, split));
        }
      }
    }
  }

  private Path list(String split) {
    return new Path(root, "scannetv2_" + split + ".txt");
  }

  private TreeSet<String> scans(String split, Configuration hadoop) throws IOException {
    Path list = list(split);
    TreeSet<String> scans = new TreeSet<>();
    try {
      for (String line : TextFile.lines(list, hadoop)) {
        String scan = line.trim();
        if (scan.isEmpty()) {
          continue;
        }
        if (!SCAN.matcher(scan).matches()) {
          throw new InputException(
              "Cannot read %s: \"%s\" is no scan, such as scene0000_00"
                  .formatted(list, scan.substring(0, Math.min(40, scan.length()))));
        }
        scans.add(scan);
      }
    } catch (FileNotFoundException e) {
      throw new InputException(
          "Cannot read ScanNet in %s: the list of the split %s, %s, is missing; it is published with the benchmark"
              .formatted(root, split, list.getName()),
          e);
    }
    return scans;
  }

  /**
   * The folder of a scan: the first that has frames. Meshes often lie in a folder of their own
   * beside them; where there is nothing else, opening it tells what it lacks.
   */
  private Optional<Found> find(String scan, Map<String, Set<String>> listed, Storage storage)
      throws IOException {
    Optional<Found> without = Optional.empty();
    for (String folder : FOLDERS) {
      if (listed.get(folder).contains(scan)) {
        String place = folder.isEmpty() ? scan : folder + "/" + scan;
        Found found = new Found(place, entries(new Path(root, place), storage));
        if (hasFrames(names(found.entries()), scan)) {
          return Optional.of(found);
        }
        without = without.isPresent() ? without : Optional.of(found);
      }
    }
    return without;
  }

  private static boolean hasFrames(Set<String> names, String scan) {
    return names.contains(scan + STREAM)
        || names.contains("depth")
        || names.contains(ScanFiles.CPP_INFO);
  }

  private FrameUnit unit(String scan, String split, Found found, Storage storage)
      throws IOException {
    Path folder = new Path(root, found.place());
    Optional<FileStatus> stream =
        found.entries().stream()
            .filter(entry -> entry.getPath().getName().equals(scan + STREAM))
            .findFirst();
    long frames;
    long bytes;
    if (stream.isPresent()) {
      bytes = stream.get().getLen();
      frames = claimedFrames(stream.get(), storage);
    } else {
      boolean cpp = names(found.entries()).contains(ScanFiles.CPP_INFO);
      ScanFiles files =
          cpp ? ScanFiles.ofCppReader(folder, storage) : ScanFiles.inFolders(folder, storage);
      frames = files.numbers().size();
      bytes = frames * BYTES_PER_FRAME;
    }
    int taken = (int) ((frames + frameStride - 1) / frameStride);
    return new FrameUnit(scan, split, taken, bytes, found.place());
  }

  /** A stream that cannot be read counts as one frame: opening it tells what is wrong. */
  private static long claimedFrames(FileStatus stream, Storage storage) throws IOException {
    try (SteadyInput in = storage.open(stream)) {
      return SensHeader.read(in, stream.getLen(), stream.getPath().toString()).frames();
    } catch (FrameException e) {
      return 1;
    }
  }

  @Override
  public FrameReader open(FrameUnit unit, Configuration hadoop) throws IOException, FrameException {
    Path folder = new Path(root, unit.location());
    Storage storage = Storage.of(folder, hadoop);
    Path stream = new Path(folder, unit.name() + STREAM);
    KnownBad knownBad = new KnownBad();
    FrameFiles files = new FrameFiles(hadoop, MAX_FILE_BYTES);
    if (storage.exists(stream)) {
      Labels labels = labels(unit, folder, storage, files, hadoop);
      try {
        return new AheadReader(new SensReader(unit, stream, labels, frameStride, knownBad, hadoop));
      } catch (IOException | FrameException | RuntimeException e) {
        labels.close();
        throw e;
      }
    }
    if (!hasFrames(names(entries(folder, storage)), unit.name())) {
      throw new FrameException(
          Reason.MISSING_FILE,
          "Cannot read scan %s: %s has neither %s nor a folder depth, but %s; download the stream (its type is .sens), or export its frames into the folders color, depth, pose and intrinsic"
              .formatted(unit.name(), folder, stream.getName(), shown(folder, storage)));
    }
    return FolderReader.open(
        unit,
        folder,
        frameStride,
        knownBad,
        storage,
        files,
        PixelLimit.of(hadoop),
        () -> labels(unit, folder, storage, files, hadoop));
  }

  /** Some of what a folder holds, for messages. */
  private static String shown(Path folder, Storage storage) throws IOException {
    List<String> names =
        storage.list(folder).stream().map(file -> file.getPath().getName()).sorted().toList();
    return names.isEmpty()
        ? "nothing"
        : String.join(", ", names.subList(0, Math.min(SHOWN, names.size())))
            + (names.size() > SHOWN ? ", ..." : "");
  }

  private Labels labels(
      FrameUnit unit, Path folder, Storage storage, FrameFiles files, Configuration hadoop)
      throws IOException, FrameException {
    for (String name : List.of("label-filt", "label")) {
      Path zip = new Path(folder, "%s_2d-%s.zip".formatted(unit.name(), name));
      Path unpacked = new Path(folder, name);
      if (storage.exists(zip)) {
        return zipped(unit, zip, name, hadoop);
      } else if (storage.exists(unpacked)) {
        files.list(unpacked);
        return new UnpackedLabels(unpacked, table(hadoop), files, PixelLimit.of(hadoop));
      }
    }
    if (unit.split().equals("test")) {
      return new VoidLabels();
    }
    throw new FrameException(
        Reason.MISSING_FILE,
        "Cannot read scan %s: its labels, %s_2d-label-filt.zip, _2d-label.zip or a folder label-filt, are missing in %s"
            .formatted(unit.name(), unit.name(), folder));
  }

  /** Test scans are published with archives of no bytes, or of no files. */
  private Labels zipped(FrameUnit unit, Path zip, String folder, Configuration hadoop)
      throws IOException, FrameException {
    boolean test = unit.split().equals("test");
    if (test && Storage.of(zip, hadoop).length(zip) == 0) {
      return new VoidLabels();
    }
    ZipReader reader = new ZipReader(zip, hadoop);
    try {
      if (reader.isEmpty() && test) {
        reader.close();
        return new VoidLabels();
      }
      return new ZippedLabels(reader, folder, table(hadoop), PixelLimit.of(hadoop));
    } catch (IOException | RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  private LabelTable table(Configuration hadoop) throws IOException {
    return new LabelTable(new Path(root, LabelTable.FILE_NAME), hadoop);
  }
}
