package org.networkfission.model.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.networkfission.model.backend.cuda.StandIn;
import org.networkfission.model.backend.cuda.driver.Capture;
import org.networkfission.model.backend.cuda.driver.CudaException;
import org.networkfission.model.backend.cuda.driver.Device;
import org.networkfission.model.backend.cuda.plan.Plan;
import org.networkfission.model.input.Batch;
import org.networkfission.model.network.BatchStatistics;
import org.networkfission.model.network.Compute;
import org.networkfission.model.network.FissionScheme;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.optimizer.Adam.Moments;
import org.networkfission.model.optimizer.AdamSettings;

/** How a GPU's steps are put on it: as CUDA graphs, with minibatches that come beside the work. */
class CudaStepTest {
  private static final NetworkSpec SPEC =
      Specs.tiny(FissionScheme.MID, BatchStatistics.REPLICA, Compute.CUDA);
  private static final List<Batch> BATCHES =
      List.of(
          Specs.batch(SPEC, 2, 1),
          Specs.batch(SPEC, 2, 2),
          Specs.batch(SPEC, 2, 3),
          Specs.batch(SPEC, 1, 4),
          Specs.batch(SPEC, 2, 5));

  @BeforeEach
  void standIn() {
    StandIn.fault("");
  }

  @AfterEach
  void well() {
    StandIn.fault("");
    System.clearProperty(Plan.GRAPH);
  }

  /** Losses of a few steps with dropout, and the parameters after, whose bits tell all. */
  private record Trained(List<Double> losses, float[] parameters) {}

  /**
   * Trains on all minibatches twice.
   *
   * @param ahead whether the network is told which comes next
   */
  private static Trained train(boolean ahead) {
    try (FissionNetwork network = FissionNetwork.create(SPEC, Specs.LOSSES, 1)) {
      int length = network.engine().parameters().length();
      var adam =
          network
              .engine()
              .adam(new AdamSettings(0.9, 0.999, 1e-8, 5e-4, 0), Moments.zeros(0, length));
      List<Double> losses = new ArrayList<>();
      for (int step = 0; step < 2 * BATCHES.size(); step++) {
        if (ahead) {
          network.engine().expect(Optional.of(BATCHES.get((step + 1) % BATCHES.size())));
        }
        losses.add(network.computeGradient(BATCHES.get(step % BATCHES.size()), step).total());
        adam.update(1, 1e-3 / (1 + step), step);
      }
      return new Trained(losses, network.engine().parameters().read());
    }
  }

  private static void same(Trained expected, Trained computed) {
    assertThat(computed.losses()).isEqualTo(expected.losses());
    assertThat(computed.parameters()).isEqualTo(expected.parameters());
  }

  @Test
  void aGraphGivesTheBitsOfSteps() {
    System.setProperty(Plan.GRAPH, "false");
    StandIn.launches();
    StandIn.graphs();
    Trained steps = train(false);
    int launches = StandIn.launches();
    assertThat(StandIn.graphs()).isZero();

    System.setProperty(Plan.GRAPH, "true");
    same(steps, train(false));
    // The first step of each of two sizes is run kernel by kernel.
    assertThat(StandIn.graphs()).isEqualTo(2 * BATCHES.size() - 2);
    assertThat(StandIn.launches()).isLessThan(launches * 2 / 5);
  }

  /** Second streams of the stand-in do all at once, or nothing until somebody waits for it. */
  @ParameterizedTest
  @ValueSource(strings = {"", "hurry"})
  void whatComesBesideTheWorkIsNeitherTooEarlyNorTooLate(String streams) {
    Trained one = train(false);
    StandIn.fault(streams);
    same(one, train(true));
  }

  @Test
  void anotherMinibatchThanExpectedIsComputedWith() {
    try (FissionNetwork network = FissionNetwork.create(SPEC, Specs.LOSSES, 1)) {
      double first = network.computeGradient(BATCHES.get(0), 0).total();
      double second = network.computeGradient(BATCHES.get(1), 0).total();
      network.engine().expect(Optional.of(BATCHES.get(1)));
      network.computeGradient(BATCHES.get(2), 0);
      assertThat(network.computeGradient(BATCHES.get(0), 0).total()).isEqualTo(first);
      assertThat(network.computeGradient(BATCHES.get(1), 0).total()).isEqualTo(second);
    }
  }

  @Test
  void whatAGraphCannotHoldIsRefusedAndTheGpuGoesOn() {
    try (Device device = Device.open(0)) {
      assertThatThrownBy(() -> Capture.of(device, () -> device.allocate(100, "a test")))
          .isInstanceOf(CudaException.class)
          .hasMessageContaining("operation not permitted when stream is capturing");
      assertThatThrownBy(() -> Capture.of(device, device::await)).isInstanceOf(CudaException.class);
      long place = device.allocate(1024, "a test");
      try (Capture capture = Capture.of(device, () -> device.clear(place, 1024))) {
        capture.run();
        device.await();
      }
      device.free(place);
    }
  }

  @Test
  void jointStatisticsAreExchangedBetweenStepsAndNeedNoGraph() throws Exception {
    NetworkSpec spec = Specs.tiny(FissionScheme.SINGLE, BatchStatistics.SYNCHRONISED, Compute.CUDA);
    StandIn.graphs();
    List<Double> losses =
        org.networkfission.model.backend.ThreadReplicas.run(
            2,
            (rank, group) -> {
              try (FissionNetwork network = FissionNetwork.create(spec, Specs.LOSSES, 1)) {
                network.join(group);
                network.computeGradient(Specs.batch(spec, 2, rank), 0);
                return network.computeGradient(Specs.batch(spec, 2, rank), 1).total();
              }
            });
    assertThat(losses).allMatch(Double::isFinite);
    assertThat(StandIn.graphs()).isZero();
  }
}
