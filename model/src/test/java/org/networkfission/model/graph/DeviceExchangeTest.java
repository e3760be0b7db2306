package org.networkfission.model.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.networkfission.model.backend.DeviceExchange;
import org.networkfission.model.backend.Engine;
import org.networkfission.model.backend.FlatParameters.RangeOptimizer;
import org.networkfission.model.backend.ThreadReplicas;
import org.networkfission.model.backend.cuda.StandIn;
import org.networkfission.model.backend.cuda.driver.CudaException;
import org.networkfission.model.backend.cuda.driver.Device;
import org.networkfission.model.backend.cuda.driver.NativeLibraries;
import org.networkfission.model.backend.cuda.nccl.Communicator;
import org.networkfission.model.network.BatchStatistics;
import org.networkfission.model.network.Compute;
import org.networkfission.model.network.FissionScheme;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.optimizer.Adam.Moments;
import org.networkfission.model.optimizer.AdamSettings;

/**
 * Slices that NCCL carries between GPUs against the same arithmetic on the processor, to the bit.
 * On a real GPU two processes share it, which NCCL allows from 2.30 on ({@code
 * NCCL_MULTI_RANK_GPU_ENABLE}) and older ones refuse.
 */
class DeviceExchangeTest {
  private static final AdamSettings ADAM = new AdamSettings(0.9, 0.999, 1e-8, 5e-4, 0);
  private static final int STEPS = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;

  @BeforeEach
  void require() {
    BackEnds.require(Compute.CUDA);
    assumeTrue(Communicator.missing().isEmpty(), () -> Communicator.missing().orElseThrow());
  }

  private static FissionNetwork network() {
    NetworkSpec spec = Specs.tiny(FissionScheme.MID, BatchStatistics.NONE, Compute.CUDA);
    return FissionNetwork.create(spec, Specs.LOSSES, 1);
  }

  /** A replica's gradient of a step: of all sizes, so that another order of sums would show. */
  private static float[] gradient(int rank, int step, int length) {
    Random random = new Random(31L * rank + step);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) (random.nextGaussian() * Math.pow(10, i % 7 - 5));
    }
    return values;
  }

  /**
   * One replica's training.
   *
   * @param steps after which it exchanges nothing any more
   * @return its parameters
   */
  private static float[] train(FileGroup group, Engine engine, int steps) {
    DeviceExchange exchange = engine.exchange(group).orElseThrow();
    int own = group.from(group.rank() + 1) - group.from(group.rank());
    RangeOptimizer adam =
        engine.adam(ADAM, Moments.zeros(group.from(group.rank()), group.from(group.rank() + 1)));
    for (int step = 0; step < steps; step++) {
      engine.gradient().write(0, gradient(group.rank(), step, group.elements()));
      exchange.averageGradient();
      adam.update(0.5, 1e-3, step);
      exchange.gatherParameters();
    }
    long floats = (long) group.elements() - own + (group.size() - 1L) * own;
    assertThat(exchange.bytesSent()).isEqualTo(floats * steps * Float.BYTES);
    return engine.parameters().read();
  }

  private static float[] train(Path folder, int rank, int size) {
    try (FissionNetwork network = network()) {
      return train(group(folder, rank, size, network, PATIENCE), network.engine(), STEPS);
    }
  }

  private static FileGroup group(
      Path folder, int rank, int size, FissionNetwork network, Duration patience) {
    return new FileGroup(folder, rank, size, network.engine().parameters().length(), patience);
  }

  /** What all replicas should come to, in one process. */
  private static float[] expected(int size) {
    try (FissionNetwork network = network()) {
      Engine engine = network.engine();
      int length = engine.parameters().length();
      RangeOptimizer adam = engine.adam(ADAM, Moments.zeros(0, length));
      float share = 1f / size;
      for (int step = 0; step < STEPS; step++) {
        float[] mean = gradient(0, step, length);
        for (int rank = 1; rank < size; rank++) {
          float[] addend = gradient(rank, step, length);
          for (int i = 0; i < length; i++) {
            mean[i] += addend[i];
          }
        }
        for (int i = 0; i < length; i++) {
          mean[i] *= share;
        }
        engine.gradient().write(0, mean);
        adam.update(0.5, 1e-3, step);
      }
      return engine.parameters().read();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void replicasComeToWhatOneProcessComesTo(int size) throws Exception {
    assumeFalse(size > 1 && StandIn.isReal(), "asks for several GPUs");
    List<float[]> all = ThreadReplicas.run(size, (rank, none) -> train(folder, rank, size));

    float[] expected = expected(size);
    assertThat(all).allSatisfy(one -> assertThat(one).isEqualTo(expected));
  }

  /** The calls themselves, where there is one GPU and an NCCL that does not share it. */
  @Test
  void aRankByItselfSendsToItself() {
    int floats = 100_003;
    try (Device device = Device.open(0);
        Device.Pinned here = device.pinned(2L * floats * Float.BYTES)) {
      long bytes = (long) floats * Float.BYTES;
      long there = device.allocate(2 * bytes, "a test");
      for (int i = 0; i < floats; i++) {
        here.bytes().putFloat(i * Float.BYTES, i + 0.5f);
      }
      try (Communicator communicator =
          Communicator.join(device, Communicator.newId(), 0, 1, nanos -> {})) {
        for (int round = 1; round <= 3; round++) {
          here.bytes().putFloat(0, round);
          device.upload(here, 0, bytes, there);
          communicator.together(
              () -> {
                communicator.send(there, floats, 0);
                communicator.receive(there + bytes, floats, 0);
              });
          device.download(there + bytes, bytes, here, bytes);
          device.await();
          assertThat(here.bytes().slice((int) bytes, (int) bytes))
              .isEqualTo(here.bytes().slice(0, (int) bytes));
          here.bytes().putFloat((int) bytes, -1);
        }
      }
      device.free(there);
    }
  }

  @Test
  void gpusThatNcclRefusesAreToldInItsWords() throws Exception {
    assumeFalse(StandIn.isReal(), "asks for the stand-in");
    StandIn.fault("duplicate");
    try {
      ThreadReplicas.run(
          2,
          (rank, none) -> {
            assertThatThrownBy(() -> train(folder, rank, 2))
                .isInstanceOf(CudaException.class)
                .hasMessage(
                    "Cannot join the replicas' GPUs by NCCL 2.29.7: invalid usage (Duplicate GPU detected : rank 0 and rank 1 both on CUDA device 1000); train.exchange.gpu = host does without");
            return null;
          });
    } finally {
      StandIn.fault("");
    }
  }

  /** A replica that joins, takes a step, and is not heard of any more. */
  @Test
  void aSilentReplicaIsNotWaitedForForEver() throws Exception {
    assumeFalse(StandIn.isReal(), "asks for several GPUs");
    ThreadReplicas.run(
        2,
        (rank, none) -> {
          try (FissionNetwork network = network()) {
            if (rank == 1) {
              train(group(folder, rank, 2, network, PATIENCE), network.engine(), 1);
              none.gather(new double[0]);
            } else {
              requireEnd(group(folder, rank, 2, network, Duration.ofSeconds(1)), network.engine());
              none.gather(new double[0]);
            }
          }
          return null;
        });
  }

  /** This replica's wait for another ends, and its GPU goes on. */
  private static void requireEnd(FileGroup group, Engine engine) {
    long start = System.nanoTime();
    Throwable end = catchThrowable(() -> train(group, engine, STEPS));
    if (end instanceof CudaException refused) { // By NCCL: two on one GPU, before 2.30.
      throw refused;
    }
    assertThat(end)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageMatching(".*(is silent|Cannot exchange with the other replicas' GPUs).*");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENCE);
    assertThat(engine.parameters().read()).doesNotContain(Float.NaN);
  }

  // ------------------------------------------------------------------ processes

  /**
   * A replica in a process of its own. The last replica of a group that is to lose one ends itself
   * in the middle.
   *
   * @param arguments folder, rank, size, whether the last replica is lost
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    int rank = Integer.parseInt(arguments[1]);
    int size = Integer.parseInt(arguments[2]);
    boolean loses = Boolean.parseBoolean(arguments[3]);
    String said = "";
    try (FissionNetwork network = network()) {
      Engine engine = network.engine();
      if (!loses) {
        float[] parameters = train(group(folder, rank, size, network, PATIENCE), engine, STEPS);
        ByteBuffer bytes = ByteBuffer.allocate(parameters.length * Float.BYTES);
        bytes.asFloatBuffer().put(parameters);
        Files.write(folder.resolve("parameters-" + rank), bytes.array());
      } else if (rank == size - 1) {
        train(group(folder, rank, size, network, PATIENCE), engine, 1);
        Runtime.getRuntime().halt(0);
      } else {
        requireEnd(group(folder, rank, size, network, Duration.ofSeconds(5)), engine);
      }
    } catch (CudaException e) {
      said = e.getMessage();
    }
    Files.writeString(folder.resolve("said-" + rank), said);
  }

  /** Runs two processes on one GPU; skips the test where NCCL does not have it. */
  private void twoProcesses(boolean loses) throws Exception {
    List<Process> processes = new ArrayList<>();
    for (int rank = 0; rank < 2; rank++) {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.add("-Dfission.test.gpu=" + StandIn.isReal());
      String folders = System.getProperty(NativeLibraries.FOLDERS);
      if (folders != null) {
        command.add("-D%s=%s".formatted(NativeLibraries.FOLDERS, folders));
      }
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
      command.add(DeviceExchangeTest.class.getName());
      command.addAll(List.of(folder.toString(), "" + rank, "2", "" + loses));
      ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
      builder.environment().put("NCCL_MULTI_RANK_GPU_ENABLE", "1");
      processes.add(builder.start());
    }
    for (Process process : processes) {
      assertThat(process.waitFor()).isZero();
    }
    String said = Files.readString(folder.resolve("said-0"));
    assumeFalse(said.contains("Duplicate GPU"), said);
    assertThat(said).isEmpty();
  }

  @Test
  @Tag("slow")
  void twoProcessesOnOneGpuComeToWhatOneDoes() throws Exception {
    twoProcesses(false);

    float[] expected = expected(2);
    for (int rank = 0; rank < 2; rank++) {
      float[] parameters = new float[expected.length];
      ByteBuffer.wrap(Files.readAllBytes(folder.resolve("parameters-" + rank)))
          .asFloatBuffer()
          .get(parameters);
      assertThat(parameters).isEqualTo(expected);
    }
  }

  @Test
  @Tag("slow")
  void aProcessThatIsLostIsNotWaitedForForEver() throws Exception {
    twoProcesses(true);
  }
}
