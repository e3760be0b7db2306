package org.networkfission.jobs.cluster;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.networkfission.model.graph.Backends;
import org.networkfission.model.network.Compute;
import org.networkfission.model.network.ComputePrecision;
import org.networkfission.model.op.DataType;

/** What tests need of this machine's processor. */
public final class TestProcessor {
  private TestProcessor() {}

  /** Skips a test in bfloat16 where the processor is not fast in it. */
  public static void require(ComputePrecision precision) {
    assumeTrue(
        precision != ComputePrecision.BFLOAT16
            || Backends.missing(Compute.ONEDNN, DataType.BFLOAT16).isEmpty(),
        "no processor with bfloat16");
  }
}
