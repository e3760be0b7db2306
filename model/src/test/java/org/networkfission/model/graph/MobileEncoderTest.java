package org.networkfission.model.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.model.input.Batch;
import org.networkfission.model.network.Compute;
import org.networkfission.model.network.ComputePrecision;
import org.networkfission.model.network.Encoder;
import org.networkfission.model.network.FissionScheme;
import org.networkfission.model.network.Heads;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.StepLosses;
import org.networkfission.model.network.Task;
import org.networkfission.model.op.Op;
import org.networkfission.model.op.StageProgram;

class MobileEncoderTest {
  /** Of the input's batch norm, which the published encoders do not have. */
  private static final long INPUT_NORM = 6;

  @ParameterizedTest
  @CsvSource({
    "MOBILENET_V2, 2223872, 24, 32, 1280",
    "MOBILENET_V3_SMALL, 927008, 16, 24, 576",
    "MOBILENET_V3_LARGE, 2971952, 24, 40, 960"
  })
  void hasThePublishedParametersAtOutputStride16(
      Encoder encoder, long parameters, int quarter, int eighth, int sixteenth) {
    List<StageProgram> stages = FissionNetwork.stages(full(encoder));
    long encoderParameters =
        stages.stream()
            .filter(stage -> stage.name().equals("enc.stem") || stage.name().startsWith("enc.b"))
            .mapToLong(StageProgram::learnedParameters)
            .sum();
    assertThat(encoderParameters - INPUT_NORM).isEqualTo(parameters);
    assertThat(output(stages, "enc.b1")).isEqualTo("%d x 60 x 80".formatted(quarter));
    assertThat(output(stages, "enc.b2")).isEqualTo("%d x 30 x 40".formatted(eighth));
    assertThat(output(stages, "enc.b4")).isEqualTo("%d x 15 x 20".formatted(sixteenth));
    assertThat(output(stages, "s2.x")).isEqualTo("64 x 60 x 80");
  }

  @Test
  void whatWouldLieBeyondStride16IsDilated() {
    List<Op.Convolution> depthwise =
        FissionNetwork.stages(full(Encoder.MOBILENET_V3_LARGE)).stream()
            .flatMap(stage -> stage.ops().stream())
            .filter(op -> op instanceof Op.Convolution c && c.depthwise())
            .map(Op.Convolution.class::cast)
            .toList();
    assertThat(depthwise.stream().map(Op.Convolution::stride).toList())
        .containsExactly(1, 2, 1, 2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 1, 1);
    assertThat(depthwise.stream().map(Op.Convolution::dilation).toList())
        .containsExactly(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2);
  }

  private static NetworkSpec full(Encoder encoder) {
    NetworkSpec server =
        Specs.of(320, 240, FissionScheme.MID, Heads.PARALLEL, Task.LABELS, Task.NORMALS);
    return new NetworkSpec(
        server.width(),
        server.height(),
        server.input(),
        encoder,
        64,
        server.scheme(),
        server.heads(),
        server.tasks(),
        server.classes(),
        1,
        true,
        server.dropout(),
        server.batchNorm(),
        server.batchNormDecay(),
        server.initialisation(),
        server.depthStart(),
        server.compute(),
        ComputePrecision.FLOAT32);
  }

  private static String output(List<StageProgram> stages, String name) {
    return stages.stream()
        .filter(stage -> stage.name().equals(name))
        .map(StageProgram::output)
        .map(map -> "%d x %d x %d".formatted(map.channels(), map.height(), map.width()))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @EnumSource(value = Encoder.class, mode = Mode.EXCLUDE, names = "RESNET50")
  void bothRunnersPredictAndLearnTheSame(Encoder encoder) {
    NetworkSpec spec = Specs.mobile(encoder, FissionScheme.EARLY_MID, Compute.AUTO);
    Batch batch = Specs.batch(spec, 2, 3);
    try (FissionNetwork fast = FissionNetwork.create(spec, Specs.LOSSES, 5);
        FissionNetwork slow = FissionNetwork.create(spec.on(Compute.ND4J), Specs.LOSSES, 5)) {
      assertThat(fast.parameters()).isEqualTo(slow.parameters());
      StepLosses expected = slow.computeGradient(batch, 0);
      StepLosses losses = fast.computeGradient(batch, 0);
      assertThat(losses.total()).isCloseTo(expected.total(), within(1e-3 * expected.total()));
      Map<Task, INDArray> predictions = slow.predict(batch.images());
      fast.predict(batch.images())
          .forEach(
              (task, output) ->
                  assertThat(distance(output, predictions.get(task)))
                      .as(task.id())
                      .isLessThan(1e-4));
    }
  }

  private static double distance(INDArray a, INDArray b) {
    INDArray expected = b.castTo(DataType.DOUBLE);
    return a.castTo(DataType.DOUBLE).distance2(expected) / expected.norm2Number().doubleValue();
  }

  @ParameterizedTest
  @EnumSource(value = Encoder.class, mode = Mode.EXCLUDE, names = "RESNET50")
  void savesAndLoads(Encoder encoder) throws IOException {
    NetworkSpec spec = Specs.mobile(encoder, FissionScheme.LATE, Compute.AUTO);
    Batch batch = Specs.batch(spec, 1, 3);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (FissionNetwork network = FissionNetwork.create(spec, Specs.LOSSES, 5)) {
      network.save(file);
      try (FissionNetwork loaded =
          FissionNetwork.load(new ByteArrayInputStream(file.toByteArray()))) {
        assertThat(loaded.spec()).isEqualTo(spec);
        assertThat(loaded.predict(batch.images())).isEqualTo(network.predict(batch.images()));
      }
    }
  }
}
