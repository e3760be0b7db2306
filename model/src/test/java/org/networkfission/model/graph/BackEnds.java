package org.networkfission.model.graph;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.networkfission.model.backend.cuda.StandIn;
import org.networkfission.model.backend.onednn.OneDnnBackend;
import org.networkfission.model.network.Compute;
import org.networkfission.model.network.ComputePrecision;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.op.DataType;

/** The back ends that tests compute with: the CUDA one on a stand-in for the GPU. */
final class BackEnds {
  private BackEnds() {}

  /** Skips a test whose back end cannot compute here in the network's precision. */
  static void require(NetworkSpec spec) {
    require(spec.compute());
    if (spec.precision() == ComputePrecision.BFLOAT16) {
      assumeTrue(
          Backends.missing(spec.compute(), DataType.BFLOAT16).isEmpty(),
          "no processor with bfloat16");
    }
  }

  /** Skips a test whose back end cannot compute here. */
  static void require(Compute compute) {
    if (compute == Compute.CUDA) {
      StandIn.use();
    } else if (compute == Compute.ONEDNN) {
      assumeTrue(
          new OneDnnBackend().missing(DataType.FLOAT32).isEmpty(), "no oneDNN on this platform");
    }
  }
}
