package org.networkfission.prep.scannet;

import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.FrameReader;
import org.networkfission.prep.frame.FrameSource;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.frame.Reason;
import org.networkfission.prep.labels.LabelSpace;
import org.networkfission.prep.settings.Check;

/**
 * ScanNet v2. A unit is a scan, found in {@code <root>}, {@code <root>/scans}, {@code
 * <root>/scans_test} or {@code <root>/scannet_frames_25k}, in one of its published forms:
 *
 * <ul>
 *   <li>{@code <scan>/<scan>.sens} with {@code <scan>_2d-label-filt.zip} (or {@code
 *       <scan>_2d-label.zip}) and, in the root, {@code scannetv2-labels.combined.tsv};
 *   <li>exported: {@code <scan>/{color,depth,pose,intrinsic}}, labels zipped as above;
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
      List.of("", "scans", "scans_test", "scannet_frames_25k");
  private static final Pattern SCAN = Pattern.compile("scene[0-9]{4}_[0-9]{2}");
  private static final long BYTES_PER_FRAME = 350_000;

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
    FileSystem files = folder.getFileSystem(hadoop);
    if (!files.exists(folder)) {
      throw new InputException("Cannot read ScanNet in %s: no such folder".formatted(root));
    }
    checkLeaks(files);
    List<FrameUnit> units = new ArrayList<>();
    for (String split : splits) {
      for (String scan : scans(split, files)) {
        Optional<Path> found = find(scan, files);
        // Parts of the data set may have been left out.
        if (found.isPresent()) {
          units.add(unit(scan, split, found.get(), files));
        }
      }
    }
    return units;
  }

  /** The same space, scanned more than once, must not stand in two splits. */
  private void checkLeaks(FileSystem files) throws IOException {
    Map<String, String> splitOfSpace = new HashMap<>();
    for (String split : SPLITS) {
      if (!splits.contains(split) && !files.exists(list(split))) {
        continue;
      }
      for (String scan : scans(split, files)) {
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

  private TreeSet<String> scans(String split, FileSystem files) throws IOException {
    Path list = list(split);
    TreeSet<String> scans = new TreeSet<>();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(files.open(list), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
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

  private Optional<Path> find(String scan, FileSystem files) throws IOException {
    for (String folder : FOLDERS) {
      Path path = new Path(root, folder.isEmpty() ? scan : folder + "/" + scan);
      if (files.exists(path)) {
        return Optional.of(path);
      }
    }
    return Optional.empty();
  }

  private FrameUnit unit(String scan, String split, Path folder, FileSystem files)
      throws IOException {
    Path stream = new Path(folder, scan + ".sens");
    long frames;
    long bytes;
    if (files.exists(stream)) {
      bytes = files.getFileStatus(stream).getLen();
      frames = claimedFrames(stream, bytes, files);
    } else {
      frames = FolderReader.frameNumbers(folder, files).size();
      bytes = frames * BYTES_PER_FRAME;
    }
    int taken = (int) ((frames + frameStride - 1) / frameStride);
    return new FrameUnit(scan, split, taken, bytes, folder.toString());
  }

  /** A stream that cannot be read counts as one frame: opening it tells what is wrong. */
  private static long claimedFrames(Path stream, long bytes, FileSystem files) throws IOException {
    try (FSDataInputStream in = files.open(stream)) {
      return SensHeader.read(in, bytes, stream.toString()).frames();
    } catch (FrameException e) {
      return 1;
    }
  }

  @Override
  public FrameReader open(FrameUnit unit, Configuration hadoop) throws IOException, FrameException {
    Path folder = new Path(unit.location());
    FileSystem files = folder.getFileSystem(hadoop);
    Path stream = new Path(folder, unit.name() + ".sens");
    KnownBad knownBad = new KnownBad();
    if (files.exists(stream)) {
      Labels labels = labels(unit, folder, files, hadoop);
      try {
        return new SensReader(unit, stream, labels, frameStride, knownBad, hadoop);
      } catch (IOException | FrameException | RuntimeException e) {
        labels.close();
        throw e;
      }
    }
    if (!files.exists(new Path(folder, "depth"))) {
      throw new FrameException(
          Reason.MISSING_FILE,
          "Cannot read scan %s: %s has neither %s nor a folder depth"
              .formatted(unit.name(), folder, stream.getName()));
    }
    return FolderReader.open(
        unit, folder, frameStride, knownBad, files, () -> labels(unit, folder, files, hadoop));
  }

  private Labels labels(FrameUnit unit, Path folder, FileSystem files, Configuration hadoop)
      throws IOException, FrameException {
    Path filtered = new Path(folder, unit.name() + "_2d-label-filt.zip");
    Path all = new Path(folder, unit.name() + "_2d-label.zip");
    boolean hasFiltered = files.exists(filtered);
    if (!hasFiltered && !files.exists(all)) {
      if (unit.split().equals("test")) {
        return new VoidLabels();
      }
      throw new FrameException(
          Reason.MISSING_FILE,
          "Cannot read scan %s: its labels, %s or %s, are missing"
              .formatted(unit.name(), filtered, all.getName()));
    }
    LabelTable table = new LabelTable(new Path(root, LabelTable.FILE_NAME), hadoop);
    return hasFiltered
        ? new ZippedLabels(filtered, "label-filt", table, hadoop)
        : new ZippedLabels(all, "label", table, hadoop);
  }
}
