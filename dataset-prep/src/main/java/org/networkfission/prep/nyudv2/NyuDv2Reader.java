package org.networkfission.prep.nyudv2;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.DepthUnit;
import org.networkfission.prep.frame.Frame;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.FrameReader;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.Reason;
import org.networkfission.prep.labels.LabelSpace;

/** Reads images of the .mat file, transposed to rows and, if asked, without their white border. */
final class NyuDv2Reader implements FrameReader {
  private static final int PUBLISHED_WIDTH = 640;
  private static final int PUBLISHED_HEIGHT = 480;

  /** The colour camera; the toolbox counts pixels from 1. */
  private static final Intrinsics COLOR =
      new Intrinsics(
          518.8579011745019, 519.4696111212749, 325.58244941119034 - 1, 253.73616633400465 - 1);

  /** Rows 45 to 471 and columns 41 to 601, counted from 1. */
  private static final int CROP_TOP = 44;

  private static final int CROP_LEFT = 40;
  private static final int CROP_WIDTH = 561;
  private static final int CROP_HEIGHT = 427;

  private final String file;
  private final FrameUnit unit;
  private final NyuDv2File mat;
  private final List<Integer> images;
  private final int left;
  private final int top;
  private final int width;
  private final int height;
  private final Intrinsics intrinsics;
  private int index = -1;

  NyuDv2Reader(String file, FrameUnit unit, NyuDv2File mat, List<Integer> images, boolean crop) {
    this.file = file;
    this.unit = unit;
    this.mat = mat;
    this.images = images;
    boolean published = mat.width() == PUBLISHED_WIDTH && mat.height() == PUBLISHED_HEIGHT;
    if (crop && !published) {
      throw new InputException(
          "Cannot crop the images of %s: they have %d x %d pixels, the published ones 640 x 480"
              .formatted(file, mat.width(), mat.height()));
    }
    left = crop ? CROP_LEFT : 0;
    top = crop ? CROP_TOP : 0;
    width = crop ? CROP_WIDTH : mat.width();
    height = crop ? CROP_HEIGHT : mat.height();
    Intrinsics full = intrinsics(mat.width(), mat.height());
    intrinsics = new Intrinsics(full.fx(), full.fy(), full.cx() - left, full.cy() - top);
  }

  static Intrinsics intrinsics(int width, int height) {
    return COLOR.scaled((double) width / PUBLISHED_WIDTH, (double) height / PUBLISHED_HEIGHT);
  }

  @Override
  public boolean next() {
    index++;
    return index < images.size();
  }

  @Override
  public String key() {
    return "%s/%04d".formatted(NyuDv2Source.DATASET, images.get(index) + 1);
  }

  @Override
  public String source() {
    return "%s#%d".formatted(new Path(file).getName(), images.get(index) + 1);
  }

  @Override
  public Frame read() throws IOException, FrameException {
    int image = images.get(index);
    try {
      DepthMap depth = depth(mat.depth(image));
      DepthUnit.check(depth, key());
      return new Frame(
          key(),
          NyuDv2Source.DATASET,
          unit.split(),
          unit.name(),
          source(),
          intrinsics,
          null,
          depth,
          labels(mat.labels(image)),
          null,
          color(mat.image(image)));
    } catch (InputException e) {
      throw new FrameException(
          Reason.DECODE_ERROR, "Cannot read frame %s: %s".formatted(key(), e.getMessage()), e);
    }
  }

  private ColorImage color(ByteBuffer planes) {
    int plane = mat.width() * mat.height();
    byte[] rgb = new byte[3 * width * height];
    for (int c = 0; c < 3; c++) {
      for (int x = 0; x < width; x++) {
        int from = c * plane + (x + left) * mat.height() + top;
        for (int y = 0; y < height; y++) {
          rgb[3 * (y * width + x) + c] = planes.get(from + y);
        }
      }
    }
    return new ColorImage(width, height, rgb);
  }

  private DepthMap depth(ByteBuffer metres) {
    float[] millimetres = new float[width * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        float z = metres.getFloat(4 * ((x + left) * mat.height() + y + top));
        millimetres[y * width + x] = z > 0 && z < Float.POSITIVE_INFINITY ? 1000 * z : 0;
      }
    }
    return new DepthMap(width, height, millimetres);
  }

  private LabelMap labels(ByteBuffer ids) throws FrameException {
    short[] labels = new short[width * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        short id = ids.getShort(2 * ((x + left) * mat.height() + y + top));
        if (Short.toUnsignedInt(id) >= LabelSpace.NYU894.size()) {
          throw new FrameException(
              Reason.UNKNOWN_LABEL,
              "Cannot use frame %s: its label %d is none of the 894"
                  .formatted(key(), Short.toUnsignedInt(id)));
        }
        labels[y * width + x] = id;
      }
    }
    return new LabelMap(width, height, labels);
  }

  @Override
  public void close() throws IOException {
    mat.close();
  }
}
