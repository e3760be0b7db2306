package org.networkfission.model.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.networkfission.model.backend.NetworkProgram;
import org.networkfission.model.network.BatchStatistics;
import org.networkfission.model.network.Compute;
import org.networkfission.model.network.ComputePrecision;
import org.networkfission.model.network.FissionScheme;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.op.DataType;
import org.networkfission.model.op.Op;

/** What a network computes in. */
class PrecisionTest {
  private static final NetworkSpec SPEC =
      Specs.tiny(FissionScheme.MID, BatchStatistics.REPLICA, Compute.ND4J);

  @Test
  void bfloat16IsRefusedWhereItIsAbsentAndAutoDoesWithoutIt() {
    assertThatThrownBy(
            () -> FissionNetwork.create(SPEC.in(ComputePrecision.BFLOAT16), Specs.LOSSES, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Cannot compute with nd4j: it computes in float32 and float64");
    try (FissionNetwork network =
        FissionNetwork.create(SPEC.in(ComputePrecision.AUTO), Specs.LOSSES, 1)) {
      assertThat(network.precision()).isEqualTo(DataType.FLOAT32);
    }
  }

  @Test
  void tf32IsOfGpusAloneAndANetworkThatWasTrainedInItIsReadElsewhere() throws IOException {
    for (Compute compute : List.of(Compute.ND4J, Compute.ONEDNN)) {
      NetworkSpec spec = SPEC.on(compute).in(ComputePrecision.TF32);
      assertThatThrownBy(() -> FissionNetwork.create(spec, Specs.LOSSES, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(
              "Cannot compute with " + compute.id() + ": it computes in float32");
    }
    BackEnds.require(Compute.CUDA);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    NetworkSpec spec = SPEC.on(Compute.CUDA).in(ComputePrecision.TF32);
    try (FissionNetwork network = FissionNetwork.create(spec, Specs.LOSSES, 1)) {
      network.save(file);
    }
    for (Compute compute : List.of(Compute.ND4J, Compute.CUDA)) {
      try (FissionNetwork read =
          FissionNetwork.load(new ByteArrayInputStream(file.toByteArray()), compute)) {
        assertThat(read.precision())
            .isEqualTo(compute == Compute.CUDA ? DataType.TF32 : DataType.FLOAT32);
      }
    }
  }

  @Test
  void imageOutputsAndParametersAreFloat32() {
    NetworkProgram program = new NetworkBuilder(SPEC, DataType.BFLOAT16).program(Specs.LOSSES, 1);
    assertThat(program.type()).isEqualTo(DataType.FLOAT32);
    assertThat(program.image().type()).isEqualTo(DataType.FLOAT32);
    assertThat(program.heads())
        .allSatisfy(
            head -> {
              assertThat(head.output().type()).isEqualTo(DataType.FLOAT32);
              assertThat(head.auxiliary())
                  .allMatch(output -> output.type() == DataType.FLOAT32)
                  .hasSize(2);
            });
    assertThat(
            program.stages().stream()
                .flatMap(stage -> stage.ops().stream())
                .filter(Op.Convolution.class::isInstance)
                .map(op -> op.output().type()))
        .contains(DataType.BFLOAT16);
  }
}
