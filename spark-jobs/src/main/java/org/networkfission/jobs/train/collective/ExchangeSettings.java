package org.networkfission.jobs.train.collective;

import java.io.Serializable;
import java.time.Duration;
import org.networkfission.prep.settings.Check;

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
}
