package org.networkfission.jobs.train.collective;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import org.networkfission.model.network.Compute;
import org.networkfission.prep.settings.Check;
import org.networkfission.prep.settings.ConfigException;

/**
 * How replicas speak to each other.
 *
 * @param wire how numbers travel
 * @param gpu which way slices take between GPUs
 * @param port replica k listens at this port + k; 0 for any free ones
 * @param stepTimeout a replica that hears nothing from another for so long gives up
 * @param requireAuthentication refuse to run unless {@code spark.authenticate} is on
 */
public record ExchangeSettings(
    Wire wire, GpuExchange gpu, int port, Duration stepTimeout, boolean requireAuthentication)
    implements Serializable {
  public ExchangeSettings {
    new Check()
        .that(
            "gpu",
            gpu,
            gpu != GpuExchange.NCCL || wire == Wire.FLOAT32,
            "auto or host where train.exchange.wire is float16: NCCL carries float32")
        .that("port", port, port == 0 || (port >= 1024 && port <= 65_000), "0, or 1024 to 65000")
        .that("stepTimeout", stepTimeout, stepTimeout.toSeconds() >= 1, "at least 1s")
        .done();
  }

  /**
   * Checks that GPUs are not asked for where processors compute.
   *
   * @param compute what networks are computed with
   * @throws org.networkfission.prep.settings.ConfigException if they are
   */
  public void require(Compute compute) {
    boolean processors = compute == Compute.ONEDNN || compute == Compute.ND4J;
    if (gpu == GpuExchange.NCCL && processors) {
      throw new ConfigException(
          List.of(
              "train.exchange.gpu = nccl: must be auto or host where network.compute is %s, which computes on processors"
                  .formatted(compute.id())));
    }
  }
}
