package org.networkfission.model.task;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.networkfission.model.loss.LossOptions;
import org.networkfission.model.loss.Normalisation;
import org.networkfission.model.loss.PixelLoss;
import org.networkfission.model.loss.Target;
import org.networkfission.model.loss.TaskLoss;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.TruthKind;

/**
 * All that a task is: what a network learns and predicts of it, how predictions are scored, and how
 * they are shown. A new task is a class like this one's, and a constant of {@link
 * org.networkfission.model.network.Task}.
 *
 * @param <P> what is predicted for one image
 */
public abstract class TaskDefinition<P> {
  private final Class<P> type;
  private final List<Scoring<P, ?>> scorings;

  /**
   * @param type of what is predicted for one image
   * @param scorings the first of them counts wherever a task has one figure
   */
  TaskDefinition(Class<P> type, List<Scoring<P, ?>> scorings) {
    this.type = type;
    this.scorings = List.copyOf(scorings);
  }

  /** The type of what is predicted for one image. */
  public Class<P> type() {
    return type;
  }

  /**
   * How many channels the network's output has.
   *
   * @param classes number of classes, void included
   */
  public abstract int channels(int classes);

  /** What the output holds, for who reads an exported network. */
  public abstract String meaning();

  /** Whether a prediction is a class of the data set's class map for each pixel. */
  public boolean ofClasses() {
    return false;
  }

  /**
   * Whether the truth is a category and no number: its loss is then the negative logarithm of a
   * likelihood as it is, where a difference of numbers is so up to a factor.
   */
  public boolean isCategorical() {
    return ofClasses();
  }

  /** Whether a prediction is the output divided by its length over the channels. */
  public boolean unitVectors() {
    return false;
  }

  /**
   * What a new network predicts on average, where it must not be 0; for a task of a single channel.
   */
  public OptionalDouble firstValue() {
    return OptionalDouble.empty();
  }

  /** What a frame must have truth of, for the task to learn from it. */
  public abstract TruthKind truth();

  /** The truth of a minibatch of images of one size. */
  public abstract Target target(List<GroundTruth> truths);

  /** What an output is compared with the truth by. */
  public abstract PixelLoss loss(LossOptions options);

  /** Whether the authors divide the loss by all pixels of a minibatch, valid or not. */
  boolean lossIsByAllPixels() {
    return false;
  }

  /**
   * The loss against the truth of one minibatch.
   *
   * @param share what the loss counts for among all replicas; 1 where all know as much
   */
  public TaskLoss loss(
      List<GroundTruth> truths, LossOptions options, Normalisation normalisation, double share) {
    return new TaskLoss(loss(options), target(truths), normalisation, lossIsByAllPixels(), share);
  }

  /** How much of a minibatch counts: what {@link #loss} divides its sum by. */
  public long counted(List<GroundTruth> truths, Normalisation normalisation) {
    return normalisation == Normalisation.IMAGE
        ? truths.stream().filter(image -> image.knows(truth())).count()
        : target(truths).counted(normalisation, lossIsByAllPixels());
  }

  /**
   * What is predicted for an image.
   *
   * @param planes the network's output, [channels, height, width]
   * @throws IllegalArgumentException if nothing can be read from it
   */
  public abstract P prediction(float[] planes, int width, int height);

  /**
   * Puts bands of one image below each other.
   *
   * @param bands of one width, the topmost first
   */
  public abstract P stack(List<P> bands);

  /** The values of bands of an image, one band after the other. */
  static float[] joined(List<float[]> bands) {
    float[] all = new float[bands.stream().mapToInt(band -> band.length).sum()];
    int at = 0;
    for (float[] band : bands) {
      System.arraycopy(band, 0, all, at, band.length);
      at += band.length;
    }
    return all;
  }

  /**
   * Finds the best prediction that does not look at the image; empty where there is no such.
   *
   * @param classes number of classes, void included
   */
  public Optional<Constant<P>> constant(int classes) {
    return Optional.empty();
  }

  /** How predictions are scored; the first one counts wherever a task has one figure. */
  public List<Scoring<P, ?>> scorings() {
    return scorings;
  }

  /**
   * How far another prediction is from one, e.g. an exported network's from the network's: the
   * pixels of the same class where it is {@link #ofClasses}, else the squares of differences.
   */
  public abstract Closeness closeness(P prediction, P other);

  /**
   * A prediction as a PNG that any program reads; its values stand in docs/predicting.md.
   *
   * @param palette a colour per class, 0xRRGGBB
   */
  public abstract byte[] png(P prediction, List<Integer> palette);

  /**
   * A prediction as the bytes of a column of a table, row by row, little-endian; see
   * docs/predicting.md.
   */
  public abstract byte[] column(P prediction, ColumnForms forms);

  /** How the bytes of {@link #column} are read. */
  public abstract String columnMeaning(ColumnForms forms);

  /** Numbers times a factor as the bytes of little-endian 32-bit floats. */
  static byte[] floats(float[] values, float factor) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value * factor);
    }
    return bytes.array();
  }

  /**
   * A prediction as a picture to look at.
   *
   * @param palette a colour per class, 0xRRGGBB
   */
  public abstract ColorImage picture(P prediction, List<Integer> palette);

  /**
   * Truth, prediction and error beside each other.
   *
   * @param palette a colour per class, 0xRRGGBB
   */
  public abstract Colouring colouring(GroundTruth truth, P prediction, List<Integer> palette);

  /** What the paper prints of the task, to stand beside a network's figures. */
  public List<PaperFigure> paper() {
    return List.of();
  }

  /** What predictions cannot tell, in sentences for a model card; empty where nothing is to say. */
  public Optional<String> limits() {
    return Optional.empty();
  }

  /** What the colours of {@link #colouring} mean. */
  public abstract String legend();
}
