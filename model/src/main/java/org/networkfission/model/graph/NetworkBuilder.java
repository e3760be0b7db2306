package org.networkfission.model.graph;

import static org.networkfission.model.op.ActivationFunction.NONE;
import static org.networkfission.model.op.ActivationFunction.RELU;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.networkfission.model.backend.NetworkProgram;
import org.networkfission.model.network.BatchStatistics;
import org.networkfission.model.network.Encoder;
import org.networkfission.model.network.FissionScheme;
import org.networkfission.model.network.Heads;
import org.networkfission.model.network.InputModality;
import org.networkfission.model.network.LossSpec;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.Task;
import org.networkfission.model.op.DataType;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.StageBuilder;
import org.networkfission.model.op.StageProgram;

/**
 * Builds a network in one pass, from the image to the heads, as the paper's figure draws it: an
 * encoder, the eASPP, two decoder stages, a head per task. Names of stages and tensors are those of
 * the published configuration: {@code enc} encoder, {@code b1} to {@code b4} its blocks, {@code s1}
 * and {@code s2} decoder stages, {@code x} what tasks share.
 */
final class NetworkBuilder {
  /** Name of the network's input. */
  static final String IMAGE = "image";

  private static final String SHARED = "x";
  private static final int[] EASPP_RATES = {3, 6, 12};

  private final NetworkSpec spec;
  private final DataType type;
  private final List<StageProgram> stages = new ArrayList<>();

  /**
   * Begins a network.
   *
   * @param type of its features; the image and the outputs are what parameters are
   */
  NetworkBuilder(NetworkSpec spec, DataType type) {
    this.spec = spec;
    this.type = type;
  }

  /** Name of the stage that makes a task's output. */
  static String head(Task task) {
    return StageProgram.HEADS + task.id();
  }

  /** Name of the stage that makes a task's auxiliary output on decoder stage 2 (1) or 1 (2). */
  static String auxiliary(Task task, int number) {
    return "auxs.%s.a%d".formatted(task.id(), number);
  }

  /** Writes all stages, each after those that it reads. */
  List<StageProgram> build() {
    FeatureMap image = image();
    Encoded encoded =
        spec.encoder() == Encoder.RESNET50
            ? new ServerEncoder(spec, type, stages).build(image)
            : new MobileEncoder(spec, type, stages).build(image);
    FeatureMap skip1 = skip("enc.skip1", encoded.quarter());
    FeatureMap skip2 = skip("enc.skip2", encoded.eighth());
    FeatureMap features = easpp(encoded.sixteenth());
    decoder(features, skip1, skip2);
    return stages;
  }

  /** All that a back end has to know to compute the network. */
  NetworkProgram program(LossSpec losses, long seed) {
    Map<String, FeatureMap> made = new LinkedHashMap<>();
    List<StageProgram> ordered = GraphFormat.stages(spec, type);
    ordered.forEach(stage -> made.put(stage.name(), stage.output()));
    List<NetworkProgram.Head> heads = new ArrayList<>();
    for (Task task : spec.tasks()) {
      List<FeatureMap> auxiliary =
          spec.auxiliaryHeads()
              ? List.of(made.get(auxiliary(task, 1)), made.get(auxiliary(task, 2)))
              : List.of();
      heads.add(new NetworkProgram.Head(task, made.get(head(task)), auxiliary));
    }
    return new NetworkProgram(
        image(), ordered, heads, losses, spec.classes(), type.parameters(), seed);
  }

  private FeatureMap image() {
    return new FeatureMap(
        IMAGE, spec.input().channels(), spec.height(), spec.width(), type.parameters());
  }

  /** What an encoder makes, by its share of the input's width. */
  record Encoded(FeatureMap quarter, FeatureMap eighth, FeatureMap sixteenth) {}

  /** The image through a batch norm, the first operation of every encoder. */
  static FeatureMap normalised(StageBuilder s, FeatureMap image, NetworkSpec spec) {
    // Without statistics a photo of 0 to 255 is brought to about -1 to 1.
    boolean fixed = spec.batchNorm() == BatchStatistics.NONE && spec.input() == InputModality.RGB;
    return fixed
        ? s.batchNorm("enc.bn0", image, NONE, 1 / 128.0, -1)
        : s.batchNorm("enc.bn0", image, NONE);
  }

  private FeatureMap skip(String name, FeatureMap x) {
    StageBuilder s = stage(name, x);
    return end(s, s.convolutionNorm(name, x, width(24), 1, 1, 1, NONE));
  }

  private FeatureMap easpp(FeatureMap encoded) {
    StageBuilder s = stage("enc.easpp", encoded);
    int width = width(spec.decoderWidth());
    int narrow = width(spec.decoderWidth() / 4);
    FeatureMap[] branches = new FeatureMap[EASPP_RATES.length + 2];
    branches[0] = s.convolutionNorm("enc.ia", encoded, width, 1, 1, 1, RELU);
    for (int i = 0; i < EASPP_RATES.length; i++) {
      String name = "enc.br." + i;
      int rate = EASPP_RATES[i];
      FeatureMap x = s.convolutionNorm(name + ".0", encoded, narrow, 1, 1, 1, RELU);
      x = s.convolutionNorm(name + ".1", x, narrow, 3, 1, rate, RELU);
      x = s.convolutionNorm(name + ".2", x, narrow, 3, 1, rate, RELU);
      branches[i + 1] = s.convolutionNorm(name + ".3", x, width, 1, 1, 1, RELU);
    }
    FeatureMap whole = s.globalAveragePool("enc.ie", encoded);
    whole = s.convolutionNorm("enc.ie", whole, width, 1, 1, 1, RELU);
    branches[branches.length - 1] = s.upsample("enc.ie", whole, encoded.height(), encoded.width());
    FeatureMap x = s.concat("enc.easpp", branches);
    return end(s, s.convolutionNorm("enc.out", x, width, 1, 1, 1, NONE));
  }

  // ---- decoder ----

  private void decoder(FeatureMap features, FeatureMap skip1, FeatureMap skip2) {
    boolean shareStage1 = spec.scheme() != FissionScheme.EARLY;
    boolean shareStage2 = shareStage1 && spec.scheme() != FissionScheme.EARLY_MID;
    Map<String, FeatureMap> stage1Ups = new LinkedHashMap<>();
    Map<String, FeatureMap> stage2Ups = new LinkedHashMap<>();
    Map<String, FeatureMap> stage1 = new LinkedHashMap<>();
    Map<String, FeatureMap> stage2 = new LinkedHashMap<>();
    for (Task task : spec.tasks()) {
      String owner1 = shareStage1 ? SHARED : task.id();
      String owner2 = shareStage2 ? SHARED : task.id();
      if (!stage1.containsKey(owner1)) {
        FeatureMap up = up("s1." + owner1, features);
        stage1Ups.put(owner1, up);
        stage1.put(owner1, refine("s1." + owner1, up, skip2));
      }
      if (!stage2.containsKey(owner2)) {
        FeatureMap up = up("s2." + owner2, stage1.get(owner1));
        stage2Ups.put(owner2, up);
        stage2.put(owner2, refine("s2." + owner2, up, skip1));
      }
      if (spec.auxiliaryHeads()) {
        auxiliary(task, 1, stage2Ups.get(owner2));
        auxiliary(task, 2, stage1Ups.get(owner1));
      }
    }
    if (spec.scheme() == FissionScheme.LATE) {
      jointHead(stage2.get(SHARED));
    } else if (spec.heads() == Heads.CHAINED) {
      chainedHeads(stage2.get(SHARED));
    } else {
      for (Task task : spec.tasks()) {
        FeatureMap x = stage2.get(shareStage2 ? SHARED : task.id());
        StageBuilder s = stage(head(task), x);
        end(s, headOutput(s, head(task), headInput(s, head(task), x, channels(task))));
      }
    }
  }

  private FeatureMap up(String name, FeatureMap x) {
    StageBuilder s = stage(name + ".up", x);
    return end(s, s.upConvolutionNorm(name + ".up", x, width(spec.decoderWidth()), 4, 2));
  }

  private FeatureMap refine(String name, FeatureMap up, FeatureMap skip) {
    StageBuilder s = stage(name, up, skip);
    FeatureMap x = s.concat(name, up, skip);
    x = s.convolutionNorm(name + ".c1", x, width(spec.decoderWidth()), 3, 1, 1, RELU);
    return end(s, s.convolutionNorm(name + ".c2", x, width(spec.decoderWidth()), 3, 1, 1, RELU));
  }

  private FeatureMap headInput(StageBuilder s, String name, FeatureMap x, int channels) {
    return s.convolutionNorm(name + ".c78", x, channels, 1, 1, 1, RELU);
  }

  private FeatureMap headOutput(StageBuilder s, String name, FeatureMap x) {
    s.features(type.parameters()); // For losses and whoever looks at a prediction.
    return s.upConvolutionNorm(name + ".up3", x, x.channels(), 8, 4);
  }

  /**
   * Mid fission as in the authors' graph: each task's 1x1 reads the 1x1 output of the one before.
   */
  private void chainedHeads(FeatureMap features) {
    FeatureMap x = features;
    for (Task task : spec.tasks()) {
      StageBuilder link = stage(head(task) + ".c78", x);
      x = end(link, headInput(link, head(task), x, channels(task)));
      StageBuilder s = stage(head(task), x);
      end(s, headOutput(s, head(task), x));
    }
  }

  private void jointHead(FeatureMap features) {
    String name = StageProgram.HEADS + SHARED;
    int channels = spec.tasks().stream().mapToInt(this::channels).sum();
    StageBuilder joint = stage(name, features);
    FeatureMap x = end(joint, headOutput(joint, name, headInput(joint, name, features, channels)));
    int from = 0;
    for (Task task : spec.tasks()) {
      StageBuilder s = stage(head(task), x);
      end(s, s.slice(head(task), x, from, channels(task)));
      from += channels(task);
    }
  }

  /**
   * Which channel of a tensor is the shift of an output of a task of a single channel.
   *
   * @return -1 where none is
   */
  static int shiftOf(Task task, NetworkSpec spec, String tensor) {
    int place = spec.tasks().indexOf(task);
    if (place < 0) {
      return -1;
    } else if (tensor.equals(StageProgram.HEADS + SHARED + ".up3.bn.bias")) {
      return spec.tasks().subList(0, place).stream()
          .mapToInt(before -> before.channels(spec.classes()))
          .sum();
    }
    boolean own =
        tensor.equals(head(task) + ".up3.bn.bias")
            || tensor.equals(auxiliary(task, 1) + ".bn.bias")
            || tensor.equals(auxiliary(task, 2) + ".bn.bias");
    return own ? 0 : -1;
  }

  private void auxiliary(Task task, int number, FeatureMap x) {
    String name = auxiliary(task, number);
    StageBuilder s = stage(name, x).features(type.parameters());
    FeatureMap y = s.convolutionNorm(name, x, channels(task), 1, 1, 1, NONE);
    stages.add(s.buildForTraining(s.upsample(name, y, spec.height(), spec.width())));
  }

  // ---- widths ----

  private int channels(Task task) {
    return task.channels(spec.classes());
  }

  private int width(int channels) {
    return width(channels, spec);
  }

  /** A hidden width of the paper, scaled, as a multiple of 8. */
  static int width(int channels, NetworkSpec spec) {
    return Math.max(8, (int) Math.round(channels * spec.widthMultiplier() / 8) * 8);
  }

  private StageBuilder stage(String name, FeatureMap... inputs) {
    return new StageBuilder(name, spec.batchNorm(), spec.batchNormDecay(), inputs).features(type);
  }

  private FeatureMap end(StageBuilder s, FeatureMap output) {
    stages.add(s.build(output));
    return output;
  }
}
