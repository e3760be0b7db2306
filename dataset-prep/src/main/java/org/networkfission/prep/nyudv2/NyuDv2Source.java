package org.networkfission.prep.nyudv2;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.frame.AheadReader;
import org.networkfission.prep.frame.FrameReader;
import org.networkfission.prep.frame.FrameSource;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.labels.LabelSpace;
import org.networkfission.prep.labels.NyuDv2Splits;
import org.networkfission.prep.settings.Check;

/**
 * NYUDv2: {@code nyu_depth_v2_labeled.mat}. A unit is a range of images. Frames carry the 894 raw
 * label ids and the intrinsics of the colour camera, in whose image the depth lies.
 *
 * @param file the .mat file
 * @param splits of {@code train} and {@code test}, the official division; with {@code val} among
 *     them, that of Gupta and others
 * @param frameStride take each n-th image of a split's units
 * @param rawDepth depth as measured, with holes; else as filled by the authors
 * @param crop leave out the white border: rows 45 to 471 and columns 41 to 601, counted from 1
 */
public record NyuDv2Source(
    String file, List<String> splits, int frameStride, boolean rawDepth, boolean crop)
    implements FrameSource {
  /** The label ids that frames carry. */
  public static final LabelSpace LABELS = LabelSpace.NYU894;

  static final String DATASET = "nyudv2";

  /** Images of one unit: a multiple of what published chunks hold. */
  private static final int IMAGES_PER_UNIT = 64;

  public NyuDv2Source {
    Objects.requireNonNull(file, "file");
    splits = List.copyOf(splits);
    new Check()
        .that(
            "splits",
            splits,
            List.of("train", "val", "test").containsAll(splits),
            "of train, val and test")
        .that("frameStride", frameStride, frameStride >= 1, "at least 1")
        .done();
  }

  /** The colour camera, whose image depth and labels lie in, for whole images of this size. */
  public static Intrinsics intrinsics(int width, int height) {
    return NyuDv2Reader.intrinsics(width, height);
  }

  @Override
  public List<FrameUnit> units(Configuration hadoop) throws IOException {
    int frames;
    long bytesPerFrame;
    try (NyuDv2File mat = new NyuDv2File(new Path(file), rawDepth, hadoop)) {
      frames = mat.frames();
      bytesPerFrame = 9L * mat.width() * mat.height();
    }
    if (frames > splitOfImage().size()) {
      throw new InputException(
          "Cannot read %s: it has %,d images, the published splits know %,d"
              .formatted(file, frames, splitOfImage().size()));
    }
    List<FrameUnit> units = new ArrayList<>();
    for (String split : splits) {
      for (int first = 0; first < frames; first += IMAGES_PER_UNIT) {
        int last = Math.min(frames, first + IMAGES_PER_UNIT) - 1;
        int count = images(split, first, last).size();
        if (count > 0) {
          units.add(
              new FrameUnit(
                  "%s/%04d-%04d".formatted(split, first + 1, last + 1),
                  split,
                  count,
                  count * bytesPerFrame,
                  first + "-" + last));
        }
      }
    }
    return units;
  }

  private List<String> splitOfImage() {
    return splits.contains("val") ? NyuDv2Splits.withValidation() : NyuDv2Splits.official();
  }

  /** The images of a split within a range, both ends included. */
  private List<Integer> images(String split, int first, int last) {
    List<String> splitOfImage = splitOfImage();
    List<Integer> images = new ArrayList<>();
    int seen = 0;
    for (int image = first; image <= last; image++) {
      if (splitOfImage.get(image).equals(split) && seen++ % frameStride == 0) {
        images.add(image);
      }
    }
    return images;
  }

  @Override
  public FrameReader open(FrameUnit unit, Configuration hadoop) throws IOException {
    String[] range = unit.location().split("-", 2);
    List<Integer> images =
        images(unit.split(), Integer.parseInt(range[0]), Integer.parseInt(range[1]));
    NyuDv2File mat = new NyuDv2File(new Path(file), rawDepth, hadoop);
    return new AheadReader(new NyuDv2Reader(file, unit, mat, images, crop));
  }
}
