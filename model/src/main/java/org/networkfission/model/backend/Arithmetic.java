package org.networkfission.model.backend;

import java.io.Serializable;
import org.networkfission.model.op.DataType;

/**
 * What the last bits of a result depend on beside the network, its input and this program: where
 * one of these differs, sums are rounded in another order.
 *
 * @param library what computes, with its version
 * @param instructions the widest of the processor's instruction sets that it takes, by its own name
 * @param threads that it computes with
 * @param type what features are computed in
 */
public record Arithmetic(String library, String instructions, int threads, DataType type)
    implements Serializable {
  /** In words, e.g. {@code oneDNN 2.5.2 by avx512_core_bf16 on 1 thread in FLOAT32}. */
  public String text() {
    return "%s by %s on %d %s in %s"
        .formatted(library, instructions, threads, threads == 1 ? "thread" : "threads", type);
  }
}
