package org.networkfission.api;

import java.util.List;
import java.util.Optional;
import org.networkfission.jobs.inference.PhotoPrediction;
import org.networkfission.model.network.Task;
import org.networkfission.model.task.DisparityMap;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.NormalMap;

/** What is predicted for a photo: a map for each task of the model, all of one size. */
public final class ImagePrediction {
  private static final float SURE = 255;

  private final PhotoPrediction prediction;
  private final List<String> classNames;

  ImagePrediction(PhotoPrediction prediction, List<String> classNames) {
    this.prediction = prediction;
    this.classNames = classNames;
  }

  /** Width in pixels. */
  public int width() {
    return prediction.width();
  }

  /** Height in pixels. */
  public int height() {
    return prediction.height();
  }

  /** A class per pixel; empty where the model predicts none. */
  public Optional<LabelMap> labels() {
    return prediction.prediction().map(Task.LABELS, LabelMap.class);
  }

  /**
   * The name of the class at a pixel.
   *
   * @throws IllegalStateException if the model predicts no labels
   */
  public String className(int x, int y) {
    return classNames.get(labels().orElseThrow(ImagePrediction::noLabels).at(x, y));
  }

  /**
   * How sure the model is of the class at a pixel: the softmax of its scores, in steps of 1/255.
   *
   * @throws IllegalStateException if the model predicts no labels
   */
  public float confidence(int x, int y) {
    byte[] confidence = prediction.confidence().orElseThrow(ImagePrediction::noLabels);
    return (confidence[y * width() + x] & 0xff) / SURE;
  }

  private static IllegalStateException noLabels() {
    return new IllegalStateException("Cannot tell a class: the model predicts no labels");
  }

  /** A unit vector per pixel: x right, y up, z forward; empty where the model predicts none. */
  public Optional<NormalMap> normals() {
    return prediction.prediction().map(Task.NORMALS, NormalMap.class);
  }

  /** Depth along the optical axis per pixel, in mm; empty where the model predicts none. */
  public Optional<DepthMap> depth() {
    return prediction.prediction().map(Task.DEPTH, DepthMap.class);
  }

  /**
   * Inverse depth per pixel up to a scale and a shift, near 1/metres; empty where the model
   * predicts none.
   */
  public Optional<DisparityMap> disparity() {
    return prediction.prediction().map(Task.DISPARITY, DisparityMap.class);
  }
}
