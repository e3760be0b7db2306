package org.networkfission.model.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.networkfission.model.backend.ComputeSettings;
import org.networkfission.model.backend.cuda.CudaBackend;
import org.networkfission.model.backend.cuda.StandIn;
import org.networkfission.model.backend.cuda.driver.CudaException;
import org.networkfission.model.backend.cuda.driver.Device;
import org.networkfission.model.backend.cuda.driver.DeviceLostError;
import org.networkfission.model.input.Batch;
import org.networkfission.model.network.BatchStatistics;
import org.networkfission.model.network.Compute;
import org.networkfission.model.network.ComputePrecision;
import org.networkfission.model.network.FissionScheme;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.op.DataType;

/** What goes wrong with a GPU, as users meet it, on the stand-in. */
class CudaFaultsTest {
  private static final NetworkSpec SPEC =
      Specs.tiny(FissionScheme.SINGLE, BatchStatistics.REPLICA, Compute.CUDA);
  private static final Batch BATCH = Specs.batch(SPEC, 4, 1);

  @BeforeEach
  void standIn() {
    StandIn.fault("");
  }

  @AfterEach
  void well() {
    StandIn.fault("");
    System.clearProperty(Device.PATIENCE);
    CudaBackend.assign(Optional.empty());
  }

  private static FissionNetwork network() {
    return FissionNetwork.create(SPEC, Specs.LOSSES, 1);
  }

  @Test
  void tooLittleMemoryIsSaidWithBothNumbersAndWhatFits() {
    StandIn.fault("memory 30000000");
    try (FissionNetwork network = network()) {
      assertThatThrownBy(() -> network.engine().prepare(512))
          .isInstanceOf(CudaException.class)
          .hasMessageMatching(
              "Cannot train with batches of 512 on GPU 0, Stand-in of the host: their features take"
                  + " [\\d,]+ MB, and [\\d,]+ MB are free; train.batch-size = \\d+ fits");
      network.engine().prepare(4);
      assertThat(network.computeGradient(BATCH, 0).total()).isFinite();
    }
  }

  @Test
  void noMemoryForTheParametersIsSaidToo() {
    StandIn.fault("memory 1000");
    assertThatThrownBy(CudaFaultsTest::network)
        .isInstanceOf(CudaException.class)
        .hasMessageMatching("Cannot take [\\d,]+ MB of GPU 0 for parameters: 0 MB are free");
  }

  @Test
  void aKernelThatFailsLosesTheGpuToThisProcess() {
    FissionNetwork network = network();
    StandIn.fault("launch normalise");
    assertThatThrownBy(() -> network.computeGradient(BATCH, 0))
        .isInstanceOf(DeviceLostError.class)
        .isInstanceOf(VirtualMachineError.class)
        .hasMessage(
            "Cannot run the kernel normalise: CUDA_ERROR_LAUNCH_FAILED (719: unspecified launch"
                + " failure); the GPU is lost to this process");
    assertThatThrownBy(() -> network.computeGradient(BATCH, 0)).isInstanceOf(DeviceLostError.class);
  }

  @Test
  void aKernelThatNeverEndsIsGivenUp() {
    System.setProperty(Device.PATIENCE, "1");
    FissionNetwork network = network();
    StandIn.fault("hang moments");
    assertThatThrownBy(() -> network.computeGradient(BATCH, 0))
        .isInstanceOf(DeviceLostError.class)
        .hasMessageStartingWith(
            "GPU 0, Stand-in of the host, has not ended its work within 1 s (fission.cuda.patience)");
  }

  /**
   * The stand-in rounds by its first engine alone: no such difference means that the second ran.
   */
  @Test
  void anEngineOfCudnnThatComputesWrongIsPassedOver() {
    NetworkSpec spec = SPEC.sized(48, 32); // No convolution of it was tried before.
    Batch batch = Specs.batch(spec, 3, 1);
    StandIn.fault("engine");
    try (FissionNetwork single = FissionNetwork.create(spec, Specs.LOSSES, 1);
        FissionNetwork rounded =
            FissionNetwork.create(spec.in(ComputePrecision.TF32), Specs.LOSSES, 1)) {
      double expected = single.computeGradient(batch, 0).total();
      assertThat(rounded.computeGradient(batch, 0).total()).isEqualTo(expected);
      float[] right = single.engine().gradient().read();
      float[] computed = rounded.engine().gradient().read();
      double square = 0;
      double apart = 0;
      for (int i = 0; i < right.length; i++) {
        square += (double) right[i] * right[i];
        apart += Math.pow(right[i] - computed[i], 2);
      }
      assertThat(Math.sqrt(apart / square)).isLessThan(1e-5);
    }
  }

  @Test
  void whatIsNotANumberIsSeenBeforeAnyParameterChanges() {
    try (FissionNetwork network = network()) {
      StandIn.fault("poison normaliseGradient");
      network.computeGradient(BATCH, 0);
      assertThat(network.engine().notFinite()).isNotEmpty();
    }
  }

  @Test
  void anOldGpuIsRefusedByName() {
    StandIn.fault("capability 61");
    assertThat(new CudaBackend().missing(DataType.FLOAT32))
        .contains(
            "GPU 0, Stand-in of the host, has compute capability 6.1; 7.5 (Turing) is the oldest that"
                + " can be used");
  }

  @Test
  void aGpuWithoutTensorCoresForFloatsIsRefusedByNameAndAutoDoesWithout() {
    StandIn.fault("capability 75");
    for (DataType type : List.of(DataType.TF32, DataType.BFLOAT16)) {
      assertThat(new CudaBackend().missing(type))
          .contains(
              "GPU 0, Stand-in of the host, has compute capability 7.5; %s needs 8.0 (Ampere) or later, and float32 does without"
                  .formatted(type.name().toLowerCase(Locale.ROOT)));
    }
    NetworkSpec auto = SPEC.in(ComputePrecision.AUTO);
    try (FissionNetwork network = FissionNetwork.create(auto, Specs.LOSSES, 1)) {
      assertThat(network.precision()).isEqualTo(DataType.FLOAT32);
    }
    StandIn.fault("");
    try (FissionNetwork network = FissionNetwork.create(auto, Specs.LOSSES, 1)) {
      assertThat(network.precision()).isEqualTo(DataType.BFLOAT16);
    }
  }

  @Test
  void aDriverThatIsOlderThanCudnnIsRefused() {
    StandIn.fault("driver 12040");
    assertThat(new CudaBackend().missing(DataType.FLOAT32))
        .contains(
            "the NVIDIA driver is too old: it knows CUDA 12.4, and cuDNN 9.24.0 was built for CUDA 13;"
                + " take a newer driver, or cuDNN for an older CUDA: pip install nvidia-cudnn-cu12");
  }

  @Test
  void noGpuIsSaid() {
    StandIn.fault("devices 0");
    assertThatThrownBy(CudaFaultsTest::network)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Cannot compute with cuda: the driver finds no GPU");
  }

  @Test
  void autoTakesAGpuOnlyWhereOneWasGiven() {
    ComputeSettings auto = new ComputeSettings(Compute.AUTO, DataType.FLOAT32);
    assertThat(Backends.of(auto)).isNotInstanceOf(CudaBackend.class);
    CudaBackend.assign(Optional.of(0));
    assertThat(Backends.of(auto)).isInstanceOf(CudaBackend.class);
    CudaBackend.assign(Optional.of(3));
    assertThat(Backends.of(auto)).as("falls back").isNotInstanceOf(CudaBackend.class);
    assertThat(new CudaBackend().missing(DataType.FLOAT32))
        .contains("GPU 3 was given, but the driver shows 1");
  }

  @Test
  void closingGivesAllOfCudnnBack() {
    int before = StandIn.descriptors();
    try (FissionNetwork network = network()) {
      network.computeGradient(BATCH, 0);
      network.predict(BATCH.images());
      assertThat(StandIn.descriptors()).isGreaterThan(before);
    }
    assertThat(StandIn.descriptors()).isEqualTo(before);
  }
}
