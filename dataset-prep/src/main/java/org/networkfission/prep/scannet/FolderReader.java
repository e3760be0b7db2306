package org.networkfission.prep.scannet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
import org.networkfission.prep.frame.PixelLimit;
import org.networkfission.prep.frame.Reason;
import org.networkfission.prep.labels.LabelSpace;
import org.networkfission.prep.scannet.ScanFiles.Kind;
import org.networkfission.prep.storage.FrameFiles;
import org.networkfission.prep.storage.Storage;
import org.networkfission.prep.storage.TextFile;

/**
 * Reads a scan in folders: as exported from a {@code .sens} stream by the Python or the C++ reader,
 * or as in {@code scannet_frames_25k}.
 */
final class FolderReader implements FrameReader {
  private static final float MILLIMETRES = 1000;

  private final FrameUnit unit;
  private final ScanFiles files;
  private final FrameFiles contents;
  private final KnownBad knownBad;
  private final int stride;
  private final Intrinsics intrinsics;
  private final float depthShift;
  private final Labels labels;
  private final PixelLimit limit;
  private final List<Integer> numbers;
  private int index;

  /** Opens the labels of an exported scan. */
  interface LabelsOpener {
    Labels open() throws IOException, FrameException;
  }

  private FolderReader(
      FrameUnit unit,
      ScanFiles files,
      int stride,
      KnownBad knownBad,
      FrameFiles contents,
      Intrinsics intrinsics,
      float depthShift,
      Labels labels,
      PixelLimit limit) {
    this.unit = unit;
    this.files = files;
    this.contents = contents;
    files.all().forEach(contents::know);
    this.knownBad = knownBad;
    this.stride = stride;
    this.intrinsics = intrinsics;
    this.depthShift = depthShift;
    this.labels = labels;
    this.limit = limit;
    this.numbers = List.copyOf(files.numbers());
    this.index = -stride;
  }

  static FolderReader open(
      FrameUnit unit,
      Path folder,
      int stride,
      KnownBad knownBad,
      Storage storage,
      FrameFiles contents,
      PixelLimit limit,
      LabelsOpener exportedLabels)
      throws IOException, FrameException {
    Path info = new Path(folder, ScanFiles.CPP_INFO);
    if (storage.exists(info)) {
      ScanFiles files = ScanFiles.ofCppReader(folder, storage);
      CppInfo camera = CppInfo.read(text(info, contents, unit.name()), info.toString());
      return new FolderReader(
          unit,
          files,
          stride,
          knownBad,
          contents,
          camera.depthIntrinsics(),
          camera.depthShift(),
          exportedLabels.open(),
          limit);
    }
    ScanFiles files = ScanFiles.inFolders(folder, storage);
    Path short25k = new Path(folder, "intrinsics_depth.txt");
    boolean is25k = storage.exists(short25k);
    Path matrix = is25k ? short25k : new Path(folder, "intrinsic/intrinsic_depth.txt");
    Intrinsics k =
        Matrix.read(text(matrix, contents, unit.name()), matrix.toString())
            .intrinsics(matrix.toString());
    Labels labels = is25k ? new Nyu40Labels(unit, files, contents, limit) : exportedLabels.open();
    return new FolderReader(unit, files, stride, knownBad, contents, k, MILLIMETRES, labels, limit);
  }

  @Override
  public boolean next() throws IOException {
    index += stride;
    contents.at(index / stride, (numbers.size() + stride - 1) / stride, this::files);
    return index < numbers.size();
  }

  private List<Path> files(int taken) {
    int number = numbers.get(taken * stride);
    List<Path> ofFrame = new ArrayList<>();
    for (Kind kind : List.of(Kind.POSE, Kind.COLOR, Kind.DEPTH)) {
      ofFrame.add(files.path(kind, number));
    }
    labels.file(number).ifPresent(ofFrame::add);
    return ofFrame;
  }

  @Override
  public String key() {
    return "%s/%s/%06d".formatted(ScanNetSource.DATASET, unit.name(), numbers.get(index));
  }

  @Override
  public String source() {
    return "%s/*/%06d.*".formatted(unit.location(), numbers.get(index));
  }

  @Override
  public Frame read() throws IOException, FrameException {
    int number = numbers.get(index);
    knownBad.check(unit.name(), number, key());
    String pose = text(files.path(Kind.POSE, number), contents, key());
    Matrix.read(pose, "pose of frame " + key()).requirePose(key());
    byte[] color = contents.read(files.path(Kind.COLOR, number), key());
    DepthMap depth = depth(files.path(Kind.DEPTH, number));
    DepthUnit.check(depth, key());
    try {
      intrinsics.requireFits(depth.width(), depth.height());
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
        labels.read(number, new ImageSize(depth.width(), depth.height()), key()));
  }

  private DepthMap depth(Path file) throws IOException, FrameException {
    byte[] bytes = contents.read(file, key());
    String what = "depth of frame " + key();
    LabelMap raw =
        file.getName().endsWith(".pgm")
            ? Pgm.read(bytes, limit, what)
            : Png16.readDepth(bytes, limit, what);
    float scale = MILLIMETRES / depthShift;
    float[] millimetres = new float[raw.ids().length];
    for (int i = 0; i < millimetres.length; i++) {
      millimetres[i] = Short.toUnsignedInt(raw.ids()[i]) * scale;
    }
    return new DepthMap(raw.width(), raw.height(), millimetres);
  }

  private static String text(Path file, FrameFiles contents, String key)
      throws IOException, FrameException {
    return TextFile.decode(contents.read(file, key));
  }

  @Override
  public void close() throws IOException {
    contents.close();
    labels.close();
  }

  /** Labels of {@code scannet_frames_25k}: NYU40 ids in the folder {@code label}. */
  private record Nyu40Labels(FrameUnit unit, ScanFiles files, FrameFiles contents, PixelLimit limit)
      implements Labels {
    @Override
    public Optional<Path> file(long number) {
      return unit.split().equals("test")
          ? Optional.empty()
          : Optional.of(files.path(Kind.LABEL, (int) number));
    }

    @Override
    public LabelMap read(long number, ImageSize size, String key)
        throws IOException, FrameException {
      if (unit.split().equals("test")) {
        return new VoidLabels().read(number, size, key);
      }
      Path file = files.path(Kind.LABEL, (int) number);
      LabelMap labels = Png16.readIds(contents.read(file, key), limit, "labels of frame " + key);
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
