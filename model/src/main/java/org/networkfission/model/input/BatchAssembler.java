package org.networkfission.model.input;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.model.network.InputModality;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.Planes;
import org.networkfission.model.network.Task;
import org.networkfission.model.task.GroundTruth;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.LabeledImage;
import org.networkfission.prep.frame.NormalMap;

/**
 * Makes minibatches out of examples: resizes them to the network's input, augments them and lays
 * them out as [batch, channels, height, width].
 *
 * <p>What augmentation does to a frame is a function of the seed, the frame's key and the epoch. An
 * assembler has no state: threads may share it.
 */
public final class BatchAssembler {
  private static final float METRES_PER_MILLIMETRE = 1e-3f;

  private final NetworkSpec spec;
  private final Augmentation augmentation;
  private final long seed;

  public BatchAssembler(NetworkSpec spec, Augmentation augmentation, long seed) {
    this.spec = spec;
    this.augmentation = augmentation;
    this.seed = seed;
  }

  /**
   * Assembles one minibatch.
   *
   * @throws IllegalArgumentException if a label is not one of the network's classes
   */
  public Batch assemble(List<LabeledImage> examples, int epoch) {
    return assemble(examples, Collections.nCopies(examples.size(), epoch));
  }

  /**
   * Assembles one minibatch.
   *
   * @param epochs the epoch of each example
   * @throws IllegalArgumentException if a label is not one of the network's classes
   */
  public Batch assemble(List<LabeledImage> examples, List<Integer> epochs) {
    int pixels = spec.width() * spec.height();
    float[] photos = new float[examples.size() * 3 * pixels];
    List<GroundTruth> truths = new ArrayList<>();
    for (int i = 0; i < examples.size(); i++) {
      LabeledImage example = examples.get(i);
      SplittableRandom random = random(example.key(), epochs.get(i));
      View view =
          augmentation.equals(Augmentation.NONE) ? View.WHOLE : View.random(augmentation, random);
      Resampler resampler =
          new Resampler(view, example.width(), example.height(), spec.width(), spec.height());
      float[] photo = resampler.color(example.color());
      PhotoChange.apply(photo, spec.width(), spec.height(), augmentation, random);
      System.arraycopy(photo, 0, photos, i * photo.length, photo.length);
      truths.add(truth(example, resampler, spec.width(), spec.height()));
    }
    INDArray images =
        switch (spec.input()) {
          case RGB -> array(photos, examples.size());
          case DEPTH -> array(Task.DEPTH.definition().target(truths).values(), examples.size());
          case NORMALS -> array(Task.NORMALS.definition().target(truths).values(), examples.size());
        };
    return new Batch(examples.stream().map(LabeledImage::key).toList(), images, truths);
  }

  /**
   * What is known of an example, at its own size.
   *
   * @throws IllegalArgumentException if a label is not one of the network's classes
   */
  public GroundTruth truth(LabeledImage example) {
    int width = example.width();
    int height = example.height();
    return truth(example, new Resampler(View.WHOLE, width, height, width, height), width, height);
  }

  /** What is known of an example; void where it is not. */
  private GroundTruth truth(LabeledImage example, Resampler resampler, int width, int height) {
    LabelMap labels =
        example.labels() == null
            ? new LabelMap(width, height, new short[width * height])
            : resampler.labels(example.labels());
    checkLabels(example.key(), labels);
    return GroundTruth.of(
        labels,
        example.normals() == null
            ? new NormalMap(width, height, new float[3 * width * height])
            : resampler.normals(example.normals()),
        example.depth() == null
            ? new float[width * height]
            : resampler.depth(example.depth(), METRES_PER_MILLIMETRE),
        example.truth());
  }

  /**
   * A photo of any size as the network sees it: stretched to its input, as examples are.
   *
   * @return [1, 3, height, width], 0 to 255
   */
  public static INDArray photo(ColorImage photo, NetworkSpec spec) {
    Resampler resampler =
        new Resampler(View.WHOLE, photo.width(), photo.height(), spec.width(), spec.height());
    return Planes.array(
        resampler.color(photo), 1, InputModality.RGB.channels(), spec.height(), spec.width());
  }

  /** A photo at another size, as a network of that size sees it. */
  public static ColorImage resized(ColorImage photo, int width, int height) {
    float[] planes =
        new Resampler(View.WHOLE, photo.width(), photo.height(), width, height).color(photo);
    int pixels = width * height;
    byte[] rgb = new byte[planes.length];
    for (int i = 0; i < pixels; i++) {
      for (int c = 0; c < 3; c++) {
        rgb[3 * i + c] = (byte) Math.round(planes[c * pixels + i]);
      }
    }
    return new ColorImage(width, height, rgb);
  }

  private INDArray array(float[] values, int count) {
    return Planes.array(values, count, spec.input().channels(), spec.height(), spec.width());
  }

  private SplittableRandom random(String key, int epoch) {
    SplittableRandom mixed = new SplittableRandom(seed ^ ((long) key.hashCode() << 32 | epoch));
    return mixed.split();
  }

  private void checkLabels(String key, LabelMap labels) {
    for (short id : labels.ids()) {
      if (Short.toUnsignedInt(id) >= spec.classes()) {
        throw new IllegalArgumentException(
            "Cannot use frame %s: it has class %d, the network has %d classes (network.classes)"
                .formatted(key, Short.toUnsignedInt(id), spec.classes()));
      }
    }
  }
}
