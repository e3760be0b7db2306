package org.networkfission.model.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
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

  private static Map<String, Double> errors() {
    return OperationCheck.errors(
        Backends.of(new ComputeSettings(Compute.ND4J, DataType.FLOAT32)),
        Backends.of(new ComputeSettings(Compute.CUDA, DataType.FLOAT32)));
  }

  private static BackEndReport report(Map<String, Double> errors) {
    return new BackEndReport("cuda", "", "", "a stand-in", errors, List.of(2.0, 1.0), 1);
  }

  @Test
  void whatComputesWrongIsNamed() {
    StandIn.fault("");
    Map<String, Double> right = errors();
    assertThat(right.values()).allMatch(error -> error < BackEndReport.TOLERANCE);
    assertThat(report(right).right()).isTrue();
    assertThat(report(right).lines().get(0)).isEqualTo("cuda     computes right: a stand-in");

    StandIn.fault("poison maxPool");
    Map<String, Double> wrong = errors();
    assertThat(wrong.get("max pool")).isNotEqualTo(right.get("max pool"));
    assertThat(wrong.get("add")).isEqualTo(right.get("add"));
    assertThat(report(wrong).right()).isFalse();
    assertThat(report(wrong).lines().get(0)).isEqualTo("cuda     COMPUTES WRONG: a stand-in");
  }

  @Test
  void aLossThatDoesNotFallIsNotRight() {
    Map<String, Double> errors = Map.of("add", 0.0);
    assertThat(report(errors).right()).isTrue();
    assertThat(new BackEndReport("cuda", "", "", "", errors, List.of(1.0, 1.0), 1).right())
        .isFalse();
    assertThat(new BackEndReport("cuda", "", "lost", "", errors, List.of(2.0, 1.0), 1).lines())
        .containsExactly("cuda     FAILS: lost");
  }
}
