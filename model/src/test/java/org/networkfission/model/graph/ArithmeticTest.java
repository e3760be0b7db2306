package org.networkfission.model.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.networkfission.model.backend.InstructionSet;
import org.networkfission.model.network.BatchStatistics;
import org.networkfission.model.network.Compute;
import org.networkfission.model.network.FissionScheme;
import org.networkfission.model.network.NetworkSpec;

/** One gradient in processes with different instruction sets: equal arithmetic gives equal bits. */
class ArithmeticTest {
  private static final String NONE = "-";

  private static List<String> byEnvironment;
  private static List<String> pinned;
  private static List<String> wider;

  /** A process that computes the gradient with each back end. */
  static final class Gradient {
    private Gradient() {}

    public static void main(String[] arguments) {
      if (!arguments[0].equals(NONE)) {
        InstructionSet.valueOf(arguments[0]).pin();
      }
      for (Compute compute : List.of(Compute.ONEDNN, Compute.ND4J)) {
        NetworkSpec spec = Specs.tiny(FissionScheme.MID, BatchStatistics.REPLICA, compute);
        try (FissionNetwork network = FissionNetwork.create(spec, Specs.LOSSES, 3)) {
          network.computeGradient(Specs.batch(spec, 2, 5), 0);
          System.out.printf(
              Locale.ROOT,
              "%s: %08x%n",
              Backends.arithmetic(spec).text(),
              Arrays.hashCode(network.gradient().toFloatVector()));
        }
      }
    }
  }

  @BeforeAll
  static void compute() throws Exception {
    Process first = start(NONE, InstructionSet.SSE41.environment());
    Process second = start("SSE41", Map.of());
    Process third = start("AVX2", Map.of());
    byEnvironment = result(first);
    pinned = result(second);
    wider = result(third);
  }

  private static Process start(String pin, Map<String, String> environment) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> !option.startsWith("-javaagent") && !option.startsWith("-agentlib"))
        .forEach(command::add);
    command.addAll(List.of("-cp", classPath(), Gradient.class.getName(), pin));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    InstructionSet.SSE41.environment().keySet().forEach(builder.environment()::remove);
    builder.environment().put("OMP_NUM_THREADS", "1");
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** Of this test, also where it was not started with one. */
  private static String classPath() {
    return ArithmeticTest.class.getClassLoader() instanceof URLClassLoader loader
        ? Arrays.stream(loader.getURLs()).map(URL::getPath).collect(Collectors.joining(":"))
        : System.getProperty("java.class.path");
  }

  private static List<String> result(Process process) throws Exception {
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(out).isZero();
    return out.lines().filter(line -> line.contains(" in FLOAT32: ")).toList();
  }

  @Test
  void libraryInstructionsAndThreadsAreTold() {
    assertThat(byEnvironment).hasSize(2);
    assertThat(byEnvironment.get(0))
        .matches("oneDNN [0-9.]+ by sse41 on 1 thread in FLOAT32: [0-9a-f]{8}");
    assertThat(byEnvironment.get(1))
        .matches("ND4J by OpenBLAS Nehalem on 1 thread in FLOAT32: [0-9a-f]{8}");
  }

  @Test
  void aPinnedProcessComputesAsOneWithThatEnvironment() {
    assertThat(pinned).isEqualTo(byEnvironment);
  }

  /** Where the processor has no AVX2, the other process computes as these, and says so. */
  @Test
  void bitsDifferOnlyWhereTheArithmeticDoes() {
    for (int i = 0; i < pinned.size(); i++) {
      String one = pinned.get(i);
      String other = wider.get(i);
      boolean alike = text(one).equals(text(other));
      assertThat(one.equals(other)).as("%s, %s", one, other).isEqualTo(alike);
    }
  }

  private static String text(String line) {
    return line.substring(0, line.lastIndexOf(':'));
  }
}
