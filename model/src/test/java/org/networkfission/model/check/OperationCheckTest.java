package org.networkfission.model.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.networkfission.model.backend.ComputeSettings;
import org.networkfission.model.backend.cuda.StandIn;
import org.networkfission.model.graph.Backends;
import org.networkfission.model.network.Compute;
import org.networkfission.model.op.DataType;

class OperationCheckTest {
  @AfterEach
  void well() {
    StandIn.fault("");
  }

  private static Map<String, Double> errors(DataType type) {
    return OperationCheck.errors(
        Backends.of(new ComputeSettings(Compute.ND4J, DataType.FLOAT32)),
        Backends.of(new ComputeSettings(Compute.CUDA, type)),
        type);
  }

  /** Each precision keeps its own tolerance, and not that of a wider one. */
  @ParameterizedTest
  @CsvSource({"TF32, FLOAT32", "BFLOAT16, TF32"})
  void precisionsAreToldApart(DataType type, String wider) {
    StandIn.fault("");
    Map<String, Double> errors = errors(type);
    String precision = type.name().toLowerCase(Locale.ROOT);
    assertThat(errors.values())
        .allMatch(error -> error < BackEndReport.tolerance(precision))
        .anyMatch(error -> error > BackEndReport.tolerance(wider));
  }

  private static BackEndReport report(Map<String, Double> errors) {
    return new BackEndReport("cuda", "float32", "", "", "a stand-in", errors, List.of(2.0, 1.0), 1);
  }

  @Test
  void whatComputesWrongIsNamed() {
    StandIn.fault("");
    Map<String, Double> right = errors(DataType.FLOAT32);
    assertThat(right.values()).allMatch(error -> error < BackEndReport.tolerance("float32"));
    assertThat(report(right).right()).isTrue();
    assertThat(report(right).lines().get(0))
        .isEqualTo("cuda   float32  computes right: a stand-in");

    StandIn.fault("poison maxPool");
    Map<String, Double> wrong = errors(DataType.FLOAT32);
    assertThat(wrong.get("max pool")).isNotEqualTo(right.get("max pool"));
    assertThat(wrong.get("add")).isEqualTo(right.get("add"));
    assertThat(report(wrong).right()).isFalse();
    assertThat(report(wrong).lines().get(0))
        .isEqualTo("cuda   float32  COMPUTES WRONG: a stand-in");
  }

  @Test
  void aLossThatDoesNotFallIsNotRight() {
    Map<String, Double> errors = Map.of("add", 0.0);
    assertThat(report(errors).right()).isTrue();
    assertThat(
            new BackEndReport("cuda", "float32", "", "", "", errors, List.of(1.0, 1.0), 1).right())
        .isFalse();
    assertThat(
            new BackEndReport("cuda", "float32", "", "lost", "", errors, List.of(2.0, 1.0), 1)
                .lines())
        .containsExactly("cuda   float32  FAILS: lost");
  }
}
