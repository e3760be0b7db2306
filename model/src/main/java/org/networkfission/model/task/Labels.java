package org.networkfission.model.task;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.networkfission.model.loss.CrossEntropy;
import org.networkfission.model.loss.LossOptions;
import org.networkfission.model.loss.PixelLoss;
import org.networkfission.model.loss.Target;
import org.networkfission.model.metric.Metrics;
import org.networkfission.model.parallel.Workers;
import org.networkfission.model.statistics.DistanceCounts;
import org.networkfission.model.statistics.LabelStatistics;
import org.networkfission.model.statistics.Require;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.LabeledImage;
import org.networkfission.prep.frame.TruthKind;

/** A class per pixel; class 0 is void. */
public final class Labels extends TaskDefinition<LabelMap> {
  /** Right or wrong, class by class. */
  public static final Scoring<LabelMap, LabelStatistics> SCORING = new LabelScoring();

  private static final int WRONG = 0xe0523f;
  private static final int RIGHT = 0xc9ced6;

  /**
   * Pixels that are looked at together: the planes of all classes at once share too little cache.
   */
  private static final int BLOCK = 256;

  public Labels() {
    super(LabelMap.class, List.of(SCORING));
  }

  @Override
  public int channels(int classes) {
    return classes;
  }

  @Override
  public String meaning() {
    return "a score per class; the class of the largest is predicted";
  }

  @Override
  public TruthKind truth() {
    return TruthKind.LABELS;
  }

  @Override
  public boolean ofClasses() {
    return true;
  }

  @Override
  public Target target(List<GroundTruth> truths) {
    int pixels = truths.get(0).pixels();
    Target target = Target.empty(truths.size(), 1, pixels);
    Workers.forEach(
        truths.size(),
        image -> {
          target.known()[image] = truths.get(image).knows(truth());
          short[] ids = truths.get(image).labels().ids();
          for (int i = 0; i < pixels; i++) {
            int at = image * pixels + i;
            target.values()[at] = Short.toUnsignedInt(ids[i]);
            target.valid()[at] = ids[i] != 0;
          }
        });
    return target;
  }

  @Override
  public PixelLoss loss(LossOptions options) {
    return new CrossEntropy(options);
  }

  @Override
  boolean lossIsByAllPixels() {
    return true;
  }

  /** The class of the highest score; the lower class where two are equal. */
  @Override
  public LabelMap prediction(float[] planes, int width, int height) {
    Require.finite("labels", planes);
    int pixels = width * height;
    short[] ids = new short[pixels];
    float[] best = new float[BLOCK];
    for (int from = 0; from < pixels; from += BLOCK) {
      int count = Math.min(BLOCK, pixels - from);
      System.arraycopy(planes, from, best, 0, count);
      for (int c = 1; c < planes.length / pixels; c++) {
        raise(best, planes, c * pixels + from, count, ids, from, (short) c);
      }
    }
    return new LabelMap(width, height, ids);
  }

  private static void raise(
      float[] best, float[] planes, int at, int count, short[] ids, int from, short id) {
    for (int i = 0; i < count; i++) {
      float score = planes[at + i];
      if (score > best[i]) {
        best[i] = score;
        ids[from + i] = id;
      }
    }
  }

  @Override
  public LabelMap stack(List<LabelMap> bands) {
    int width = bands.get(0).width();
    int height = bands.stream().mapToInt(LabelMap::height).sum();
    short[] ids = new short[width * height];
    int at = 0;
    for (LabelMap band : bands) {
      System.arraycopy(band.ids(), 0, ids, at, band.ids().length);
      at += band.ids().length;
    }
    return new LabelMap(width, height, ids);
  }

  @Override
  public Optional<Constant<LabelMap>> constant(int classes) {
    return Optional.of(new CommonClass(classes));
  }

  @Override
  public Closeness closeness(LabelMap prediction, LabelMap other) {
    int same = 0;
    for (int i = 0; i < prediction.ids().length; i++) {
      same += prediction.ids()[i] == other.ids()[i] ? 1 : 0;
    }
    return new Closeness(same, prediction.ids().length);
  }

  /** 8-bit palette; the index is the class. */
  @Override
  public byte[] png(LabelMap prediction, List<Integer> palette) {
    return PalettePng.of(prediction, palette);
  }

  /** A byte per pixel, the class. */
  @Override
  public byte[] column(LabelMap prediction, ColumnForms forms) {
    byte[] classes = new byte[prediction.ids().length];
    for (int i = 0; i < classes.length; i++) {
      classes[i] = (byte) prediction.ids()[i];
    }
    return classes;
  }

  @Override
  public String columnMeaning(ColumnForms forms) {
    return "uint8 [height, width]: the class";
  }

  @Override
  public Optional<String> limits() {
    return Optional.of(
        "Every pixel gets one of the classes, also where none fits. The confidence is the network's"
            + " own, and not calibrated.");
  }

  @Override
  public ColorImage picture(LabelMap prediction, List<Integer> palette) {
    short[] ids = prediction.ids();
    return Colors.image(
        prediction.width(), prediction.height(), i -> palette.get(Short.toUnsignedInt(ids[i])));
  }

  @Override
  public Colouring colouring(GroundTruth truth, LabelMap prediction, List<Integer> palette) {
    short[] is = truth.labels().ids();
    short[] says = prediction.ids();
    return new Colouring(
        i -> is[i] == 0 ? Colors.NONE : palette.get(is[i]),
        i -> palette.get(says[i]),
        i -> is[i] == 0 ? Colors.NONE : is[i] == says[i] ? RIGHT : WRONG,
        true);
  }

  @Override
  public List<PaperFigure> paper() {
    return List.of(
        PaperFigure.alone("scenenet", "Table 1", Map.of("mean-iou", 50.3)),
        PaperFigure.shared(
            "scenenet", "Table 3", "labels + normals (1:10)", "mid", Map.of("mean-iou", 51.2)),
        PaperFigure.shared(
            "scenenet", "Table 5", "labels + depth (2:1)", "early", Map.of("mean-iou", 50.2)),
        PaperFigure.shared(
            "scenenet", "Table 5", "labels + depth (2:1)", "early-mid", Map.of("mean-iou", 51.2)),
        PaperFigure.shared(
            "scenenet", "Table 5", "labels + depth (2:1)", "mid", Map.of("mean-iou", 51.0)),
        PaperFigure.shared(
            "scenenet", "Table 5", "labels + depth (2:1)", "late", Map.of("mean-iou", 48.7)));
  }

  @Override
  public String legend() {
    return "Error: grey is right, red is wrong, black is void.";
  }

  private static final class LabelScoring extends Scoring<LabelMap, LabelStatistics> {
    LabelScoring() {
      super("labels", "Semantic labels", Metrics.LABELS);
    }

    @Override
    public LabelStatistics none(int classes) {
      return new LabelStatistics(classes);
    }

    @Override
    public LabelStatistics compare(GroundTruth truth, LabelMap prediction, int classes) {
      return LabelStatistics.of(truth.labels(), prediction, truth.depth(), classes);
    }

    @Override
    public String explanation() {
      return "Means are over the classes that the split shows; void is not judged.";
    }

    @Override
    public DistanceCounts byDistance(LabelStatistics statistics) {
      return statistics.byDistance();
    }

    @Override
    public String rightMeans() {
      return "Share of pixels of the right class.";
    }

    @Override
    public Optional<LabelStatistics> confusion(LabelStatistics statistics) {
      return Optional.of(statistics);
    }
  }

  /** The class of most pixels, void left out. */
  private static final class CommonClass extends Constant<LabelMap> {
    private static final long serialVersionUID = 1;

    CommonClass(int classes) {
      super(classes);
    }

    @Override
    public void add(LabeledImage image) {
      if (image.labels() == null) {
        return;
      }
      for (short id : image.labels().ids()) {
        count(Short.toUnsignedInt(id));
      }
    }

    @Override
    public Optional<LabelMap> prediction(int width, int height) {
      int best = 0;
      for (int c = 1; c < counts().length; c++) {
        if (counts()[c] > (best == 0 ? 0 : counts()[best])) {
          best = c;
        }
      }
      if (best == 0) {
        return Optional.empty();
      }
      short[] ids = new short[width * height];
      Arrays.fill(ids, (short) best);
      return Optional.of(new LabelMap(width, height, ids));
    }
  }
}
