package org.networkfission.model.backend;

import com.sun.jna.Function;
import java.util.Map;

/**
 * Which of the processor's instructions native libraries may take. By themselves they take the
 * widest there is, so that unlike processors round differently.
 */
public enum InstructionSet {
  /** The widest of each processor. */
  AUTO(Map.of()),
  /** SSE 4.1, which every x86-64 processor since 2008 has. */
  SSE41(variables("SSE41", "Nehalem")),
  /** AVX2 with fused multiply-adds, since 2013. */
  AVX2(variables("AVX2", "Haswell")),
  /** AVX-512 as servers have it since 2017, without what came after. */
  AVX512(variables("AVX512_CORE", "SkylakeX"));

  @SuppressWarnings("ImmutableEnumChecker") // a Map.of
  private final Map<String, String> environment;

  InstructionSet(Map<String, String> environment) {
    this.environment = environment;
  }

  private static Map<String, String> variables(String oneDnn, String openBlas) {
    return Map.of("DNNL_MAX_CPU_ISA", oneDnn, "OPENBLAS_CORETYPE", openBlas);
  }

  /** The environment of a process whose libraries keep to it. */
  public Map<String, String> environment() {
    return environment;
  }

  /**
   * Makes this process keep to it: libraries read the environment when they are loaded, so this
   * must come before the first tensor. What the user's environment says wins.
   */
  public void pin() {
    environment.forEach(
        (name, value) -> {
          if (System.getenv(name) == null) {
            // Java shows the environment, but does not change it.
            Function.getFunction("c", "setenv").invokeInt(new Object[] {name, value, 1});
          }
        });
  }
}
