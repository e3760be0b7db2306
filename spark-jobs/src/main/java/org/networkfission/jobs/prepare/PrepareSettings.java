package org.networkfission.jobs.prepare;

import com.typesafe.config.ConfigMemorySize;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.networkfission.prep.frame.ImageSize;
import org.networkfission.prep.frame.PixelLimit;
import org.networkfission.prep.frame.TruthKind;
import org.networkfission.prep.labels.LabelSpace;
import org.networkfission.prep.list.ListSettings;
import org.networkfission.prep.normals.NormalSettings;
import org.networkfission.prep.nyudv2.NyuDv2Source;
import org.networkfission.prep.scannet.ScanNetSource;
import org.networkfission.prep.settings.Check;

/**
 * What to prepare and how.
 *
 * @param dataset the published format to read
 * @param input the folder of the raw archives; of NYUDv2, the .mat file
 * @param output the dataset's folder; appears whole or not at all
 * @param splits which splits to prepare
 * @param frameStride take each n-th frame of a unit
 * @param maxUnits take at most so many units of each split
 * @param size of the rows' images, such as {@code 768x384}; that of the depth maps where empty
 * @param maxPixels of an image of a frame; one that claims more is quarantined
 * @param nyudv2 what only NYUDv2 asks
 * @param scannet what only ScanNet asks
 * @param list what only a list of frames asks
 * @param truth what the rows are to hold; what is not among it is left out
 * @param licence of the data, as the user gives it, for the data card
 * @param classMap the classes to learn: a name, or the path of a file
 * @param normals how surface normals are computed
 * @param seed of the order of rows
 * @param shardSize of a Parquet file
 * @param rowGroupSize of what a replica reads at a time
 * @param maxQuarantinedFraction share of damaged frames beyond which the job fails, 0 to 1
 */
public record PrepareSettings(
    Dataset dataset,
    Optional<String> input,
    Optional<String> output,
    List<String> splits,
    int frameStride,
    int maxUnits,
    Optional<String> size,
    long maxPixels,
    NyuDv2Settings nyudv2,
    ScanNetSettings scannet,
    ListSettings list,
    List<TruthKind> truth,
    Optional<String> licence,
    String classMap,
    NormalSettings normals,
    long seed,
    ConfigMemorySize shardSize,
    ConfigMemorySize rowGroupSize,
    double maxQuarantinedFraction) {
  private static final Pattern SIZE = Pattern.compile("[1-9][0-9]{0,4}x[1-9][0-9]{0,4}");
  private static final List<String> SPLITS = List.of("train", "val", "test");

  /** The published formats. */
  public enum Dataset {
    /** SceneNet RGB-D. */
    SCENENET(LabelSpace.NYU13),
    /** ScanNet v2. */
    SCANNET(ScanNetSource.LABELS),
    /** NYUDv2. */
    NYUDV2(NyuDv2Source.LABELS),
    /** Whatever a list of frames names. */
    LIST(null);

    private final LabelSpace labels;

    Dataset(LabelSpace labels) {
      this.labels = labels;
    }

    /** The label ids that its frames carry; null of a list, whose settings tell. */
    public LabelSpace labels() {
      return labels;
    }

    /** The name in keys and reports, e.g. {@code scenenet}. */
    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What only NYUDv2 asks.
   *
   * @param rawDepth depth as measured, with holes; else as filled by the authors
   * @param crop leave out the white border
   */
  public record NyuDv2Settings(boolean rawDepth, boolean crop) {}

  /**
   * What only ScanNet asks.
   *
   * @param maxLostTrackingFraction share of frames without tracking beyond which the job fails, 0
   *     to 1
   */
  public record ScanNetSettings(double maxLostTrackingFraction) {
    public ScanNetSettings {
      new Check()
          .that(
              "maxLostTrackingFraction",
              maxLostTrackingFraction,
              maxLostTrackingFraction >= 0 && maxLostTrackingFraction <= 1,
              "0 to 1")
          .done();
    }
  }

  /**
   * The data set's name in its manifest: the published one, or the one that a list's user gives.
   */
  public String datasetName() {
    return dataset == Dataset.LIST ? list.name() : dataset.id();
  }

  /** Whose ids the labels are, where the class map is one that is shipped. */
  public LabelSpace labelIds() {
    if (dataset != Dataset.LIST) {
      return dataset.labels();
    }
    return list.labelIds().orElse(classMap.equals("nyu13") ? LabelSpace.NYU13 : LabelSpace.NYU40);
  }

  /** The size of the rows' images; empty where they keep that of the depth maps. */
  public Optional<ImageSize> imageSize() {
    return size.map(ImageSize::parse);
  }

  public PrepareSettings {
    new Check()
        .that(
            "size",
            size.orElse("null"),
            size.isEmpty() || SIZE.matcher(size.get()).matches(),
            "WIDTHxHEIGHT, such as 768x384, or null")
        .that(
            "splits",
            splits,
            !splits.isEmpty() && SPLITS.containsAll(splits),
            "some of train, val, test")
        .that(
            "truth",
            truth,
            !truth.isEmpty() && truth.stream().distinct().count() == truth.size(),
            "some of depth, labels, normals, each once")
        .that("frameStride", frameStride, frameStride >= 1, "at least 1")
        .that("maxUnits", maxUnits, maxUnits >= 1, "at least 1")
        .that(
            "maxPixels",
            maxPixels,
            maxPixels >= 1 && maxPixels <= PixelLimit.LARGEST.pixels(),
            "1 to 67108864")
        .that("shardSize", shardSize, shardSize.toBytes() >= 1 << 20, "at least 1MiB")
        .that("rowGroupSize", rowGroupSize, rowGroupSize.toBytes() >= 1 << 16, "at least 64KiB")
        .that(
            "maxQuarantinedFraction",
            maxQuarantinedFraction,
            maxQuarantinedFraction >= 0 && maxQuarantinedFraction <= 1,
            "0 to 1")
        .done();
  }
}
