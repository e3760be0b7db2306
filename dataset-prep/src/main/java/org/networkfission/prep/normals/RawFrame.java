package org.networkfission.prep.normals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.networkfission.prep.codec.Png16;
import org.networkfission.prep.codec.PngImage;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.frame.LabelMap;

/**
 * Depth and labels of a frame in two PNG files.
 *
 * @param depth z in mm
 * @param labels of the same size
 * @param intrinsics with pixel centres at integer coordinates
 */
public record RawFrame(DepthMap depth, LabelMap labels, Intrinsics intrinsics) {
  private static final int METRE = 1000;

  /** What a depth image holds. */
  public enum DepthKind {
    /** Distance along the optical axis; pixel centres at integer coordinates. */
    Z,
    /** Distance along the pixel's ray, as in SceneNet RGB-D; pixel centres at halves. */
    RAY
  }

  /**
   * Reads a frame.
   *
   * @param depthFile 16-bit grey PNG, 0 = not measured
   * @param labelFile grey PNG of 8 or 16 bits
   * @param unitsPerMetre of the depth file, e.g. 1000 for mm
   * @param k the camera in the depth kind's convention of pixel centres
   * @throws InputException if a file is missing, no such PNG, or their sizes differ
   */
  public static RawFrame read(
      Path depthFile, Path labelFile, double unitsPerMetre, DepthKind kind, Intrinsics k)
      throws IOException {
    PngImage depth = png(depthFile, "depth");
    if (depth.bitDepth() != 16) {
      throw new InputException(
          "Cannot read depth %s: it has %d bits a pixel, must have 16"
              .formatted(depthFile, depth.bitDepth()));
    }
    PngImage labels = png(labelFile, "labels");
    if (labels.width() != depth.width() || labels.height() != depth.height()) {
      throw new InputException(
          "Cannot use labels %s: they are %d x %d, depth %s is %d x %d"
              .formatted(
                  labelFile,
                  labels.width(),
                  labels.height(),
                  depthFile,
                  depth.width(),
                  depth.height()));
    }
    Intrinsics centred =
        kind == DepthKind.Z ? k : new Intrinsics(k.fx(), k.fy(), k.cx() - 0.5, k.cy() - 0.5);
    return new RawFrame(
        new DepthMap(
            depth.width(), depth.height(), millimetres(depth, unitsPerMetre, kind, centred)),
        new LabelMap(labels.width(), labels.height(), labels.samples()),
        centred);
  }

  private static PngImage png(Path file, String what) throws IOException {
    PngImage image;
    try {
      image = Png16.read(Files.readAllBytes(file), what + " " + file);
    } catch (NoSuchFileException e) {
      throw new InputException("Cannot read %s: there is no file %s".formatted(what, file), e);
    } catch (FrameException e) {
      throw new InputException(e.getMessage(), e);
    }
    if (image.channels() != 1) {
      throw new InputException(
          "Cannot read %s %s: the PNG has %d channels, must have 1"
              .formatted(what, file, image.channels()));
    }
    return image;
  }

  private static float[] millimetres(
      PngImage depth, double unitsPerMetre, DepthKind kind, Intrinsics k) {
    float[] millimetres = new float[depth.samples().length];
    double scale = METRE / unitsPerMetre;
    for (int p = 0; p < millimetres.length; p++) {
      double distance = Short.toUnsignedInt(depth.samples()[p]) * scale;
      if (kind == DepthKind.RAY) {
        double rx = (p % depth.width() - k.cx()) / k.fx();
        double ry = (k.cy() - Math.floorDiv(p, depth.width())) / k.fy();
        distance /= Math.sqrt(rx * rx + ry * ry + 1);
      }
      millimetres[p] = (float) distance;
    }
    return millimetres;
  }
}
