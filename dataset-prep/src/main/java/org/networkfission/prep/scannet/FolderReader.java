package org.networkfission.prep.scannet;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.codec.Png16;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.DepthUnit;
import org.networkfission.prep.frame.Frame;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.FrameReader;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.frame.ImageSize;
import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.Nearest;
import org.networkfission.prep.frame.Reason;
import org.networkfission.prep.labels.LabelSpace;

/**
 * Reads a scan in folders: as exported from a {@code .sens} stream, or as in {@code
 * scannet_frames_25k}. Depth PNGs are in mm.
 */
final class FolderReader implements FrameReader {
  private static final Pattern IMAGE = Pattern.compile("([0-9]{1,9})\\.(jpg|png)");
  private static final int POSE_VALUES = 16;

  /** No file of a frame is larger. */
  private static final long MAX_FILE_BYTES = 256L << 20;

  private final FrameUnit unit;
  private final Path folder;
  private final FileSystem files;
  private final KnownBad knownBad;
  private final int stride;
  private final Intrinsics intrinsics;
  private final Labels labels;

  /** How the files of each frame are named, without their ending: {@code 25} or {@code 000025}. */
  private final List<String> names;

  private int index;

  /** Opens the labels of an exported scan. */
  interface LabelsOpener {
    Labels open() throws IOException, FrameException;
  }

  private FolderReader(
      FrameUnit unit,
      Path folder,
      int stride,
      KnownBad knownBad,
      FileSystem files,
      Intrinsics intrinsics,
      Labels labels)
      throws IOException {
    this.unit = unit;
    this.folder = folder;
    this.files = files;
    this.knownBad = knownBad;
    this.stride = stride;
    this.intrinsics = intrinsics;
    this.labels = labels;
    this.names = new ArrayList<>(frameNumbers(folder, files).values());
    this.index = -stride;
  }

  static FolderReader open(
      FrameUnit unit,
      Path folder,
      int stride,
      KnownBad knownBad,
      FileSystem files,
      LabelsOpener exportedLabels)
      throws IOException, FrameException {
    Path short25k = new Path(folder, "intrinsics_depth.txt");
    if (files.exists(short25k)) {
      Intrinsics k = intrinsics(short25k, files);
      return new FolderReader(
          unit, folder, stride, knownBad, files, k, new Nyu40Labels(unit, folder, files));
    }
    Intrinsics k = intrinsics(new Path(folder, "intrinsic/intrinsic_depth.txt"), files);
    return new FolderReader(unit, folder, stride, knownBad, files, k, exportedLabels.open());
  }

  /** The frames that have a photo or a depth map: number and name, in order. */
  static SortedMap<Integer, String> frameNumbers(Path folder, FileSystem files) throws IOException {
    SortedMap<Integer, String> names = new TreeMap<>();
    for (String kind : List.of("color", "depth")) {
      Path images = new Path(folder, kind);
      if (files.exists(images)) {
        for (FileStatus file : files.listStatus(images)) {
          Matcher matcher = IMAGE.matcher(file.getPath().getName());
          if (matcher.matches()) {
            names.put(Integer.parseInt(matcher.group(1)), matcher.group(1));
          }
        }
      }
    }
    return names;
  }

  @Override
  public boolean next() {
    index += stride;
    return index < names.size();
  }

  @Override
  public String key() {
    return "%s/%s/%06d"
        .formatted(ScanNetSource.DATASET, unit.name(), Integer.parseInt(names.get(index)));
  }

  @Override
  public String source() {
    return "%s/*/%s.*".formatted(folder, names.get(index));
  }

  @Override
  public Frame read() throws IOException, FrameException {
    int number = Integer.parseInt(names.get(index));
    knownBad.check(unit.name(), number, key());
    checkPose();
    Path photo = path("color", "jpg");
    byte[] color = bytes(files.exists(photo) ? photo : path("color", "png"), files, key());
    LabelMap raw =
        Png16.readGrey(bytes(path("depth", "png"), files, key()), "depth of frame " + key());
    float[] millimetres = new float[raw.ids().length];
    for (int i = 0; i < millimetres.length; i++) {
      millimetres[i] = Short.toUnsignedInt(raw.ids()[i]);
    }
    DepthMap depth = new DepthMap(raw.width(), raw.height(), millimetres);
    DepthUnit.check(depth, key());
    try {
      intrinsics.requireFits(raw.width(), raw.height());
    } catch (IllegalArgumentException e) {
      throw new FrameException(
          Reason.SIZE_MISMATCH, "Cannot use frame %s: %s".formatted(key(), e.getMessage()), e);
    }
    return new Frame(
        key(),
        ScanNetSource.DATASET,
        unit.split(),
        unit.name(),
        source(),
        intrinsics,
        color,
        depth,
        labels.read(number, new ImageSize(raw.width(), raw.height()), key()));
  }

  private Path path(String kind, String extension) {
    return new Path(folder, "%s/%s.%s".formatted(kind, names.get(index), extension));
  }

  private void checkPose() throws IOException, FrameException {
    Path file = path("pose", "txt");
    String what = "pose of frame " + key();
    double[] pose = numbers(file, files, key(), what);
    for (double value : pose) {
      if (!Double.isFinite(value)) {
        throw new FrameException(
            Reason.BAD_POSE,
            "Cannot use frame %s: its pose holds %s: tracking was lost".formatted(key(), value));
      }
    }
  }

  private static Intrinsics intrinsics(Path file, FileSystem files)
      throws IOException, FrameException {
    double[] k = numbers(file, files, file.getParent().getName(), file.toString());
    try {
      Intrinsics intrinsics = new Intrinsics(k[0], k[5], k[2], k[6]);
      intrinsics.requireSquarePixels();
      return intrinsics;
    } catch (IllegalArgumentException e) {
      throw new FrameException(
          Reason.DECODE_ERROR, "Cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** Reads a 4 x 4 matrix. */
  private static double[] numbers(Path file, FileSystem files, String key, String what)
      throws IOException, FrameException {
    String text = new String(bytes(file, files, key), StandardCharsets.UTF_8).trim();
    String[] words = text.split("\\s+", POSE_VALUES + 1);
    if (words.length != POSE_VALUES) {
      throw new FrameException(
          Reason.TRUNCATED,
          "Cannot read %s: it must have 16 numbers, it has %s%d"
              .formatted(
                  what,
                  words.length > POSE_VALUES ? "more than " : "",
                  Math.min(16, words.length)));
    }
    double[] numbers = new double[POSE_VALUES];
    for (int i = 0; i < POSE_VALUES; i++) {
      numbers[i] = number(words[i], what);
    }
    return numbers;
  }

  private static double number(String word, String what) throws FrameException {
    String lower = word.toLowerCase(Locale.ROOT);
    if (lower.endsWith("inf") || lower.endsWith("nan")) {
      return lower.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    try {
      return Double.parseDouble(word);
    } catch (NumberFormatException e) {
      throw new FrameException(
          Reason.DECODE_ERROR,
          "Cannot read %s: \"%s\" is no number"
              .formatted(what, word.substring(0, Math.min(20, word.length()))),
          e);
    }
  }

  private static byte[] bytes(Path file, FileSystem files, String key)
      throws IOException, FrameException {
    try {
      long length = files.getFileStatus(file).getLen();
      if (length > MAX_FILE_BYTES) {
        throw new FrameException(
            Reason.DECODE_ERROR,
            "Cannot read frame %s: %s has %,d bytes".formatted(key, file, length));
      }
      try (InputStream in = files.open(file)) {
        return in.readAllBytes();
      }
    } catch (FileNotFoundException e) {
      throw new FrameException(
          Reason.MISSING_FILE, "Cannot read frame %s: %s is missing".formatted(key, file), e);
    }
  }

  @Override
  public void close() throws IOException {
    labels.close();
  }

  /** Labels of {@code scannet_frames_25k}: NYU40 ids in the folder {@code label}. */
  private static final class Nyu40Labels implements Labels {
    private final FrameUnit unit;
    private final Path folder;
    private final FileSystem files;

    Nyu40Labels(FrameUnit unit, Path folder, FileSystem files) {
      this.unit = unit;
      this.folder = folder;
      this.files = files;
    }

    @Override
    public LabelMap read(long number, ImageSize size, String key)
        throws IOException, FrameException {
      if (unit.split().equals("test")) {
        return new VoidLabels().read(number, size, key);
      }
      Path file = new Path(folder, "label/%06d.png".formatted(number));
      LabelMap labels = Png16.readGrey(bytes(file, files, key), "labels of frame " + key);
      for (short id : labels.ids()) {
        if (Short.toUnsignedInt(id) >= LabelSpace.NYU40.size()) {
          throw new FrameException(
              Reason.UNKNOWN_LABEL,
              "Cannot use frame %s: its label %d is no NYU40 class"
                  .formatted(key, Short.toUnsignedInt(id)));
        }
      }
      return Nearest.resize(labels, size);
    }
  }
}
