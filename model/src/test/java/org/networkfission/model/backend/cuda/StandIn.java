package org.networkfission.model.backend.cuda;

import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import org.networkfission.model.backend.cuda.driver.NativeLibraries;

/**
 * NVIDIA's driver, cuDNN and NCCL as a library of the host, compiled with g++ from the product's
 * own kernels: what the CUDA back end is held by where there is no GPU.
 */
public final class StandIn {
  private static final List<String> FLAGS =
      List.of(
          "-std=c++17",
          "-O3",
          "-march=native",
          "-fopenmp-simd",
          "-ffp-contract=off",
          "-U_FORTIFY_SOURCE",
          "-shared",
          "-fPIC");

  private static final boolean REAL = Boolean.getBoolean("fission.test.gpu");

  private static String why;
  private static Path folder;

  private StandIn() {}

  /**
   * Skips the test where there is no g++; else whatever asks for a GPU gets the stand-in. With
   * {@code -Dfission.test.gpu=true} it gets the GPU of the machine.
   */
  public static synchronized void use() {
    if (REAL) {
      return;
    }
    if (why == null) {
      why = prepare();
    }
    assumeTrue(why.isEmpty(), why);
    System.setProperty(NativeLibraries.FOLDERS, folder.toString());
  }

  /** Whether the GPU of the machine is taken in its place. */
  public static boolean isReal() {
    return REAL;
  }

  /** The folder that its libraries lie in, for other processes. */
  public static Path folder() {
    use();
    assumeFalse(REAL, "asks for the stand-in");
    return folder;
  }

  /** What goes wrong from now on, as driver.cpp says; nothing for an empty text. */
  public static void fault(String text) {
    use();
    function("standInFault").invokeVoid(new Object[] {text});
  }

  /** How many of cuDNN's descriptors have not been destroyed. */
  public static int descriptors() {
    use();
    return function("standInDescriptors").invokeInt(new Object[0]);
  }

  /** How many kernels were launched one by one since the last call. */
  public static int launches() {
    use();
    return function("standInLaunches").invokeInt(new Object[0]);
  }

  /** How many graphs were since the last call. */
  public static int graphs() {
    use();
    return function("standInGraphs").invokeInt(new Object[0]);
  }

  private static Function function(String name) {
    assumeFalse(REAL, "asks for the stand-in");
    return NativeLibrary.getInstance(folder.resolve("libcuda.so.1").toString()).getFunction(name);
  }

  private static String prepare() {
    Path root = Path.of("").toAbsolutePath();
    Path model =
        Files.isDirectory(root.resolve("src/main/cuda")) ? root : root.resolveSibling("model");
    Path kernels = model.resolve("src/main/cuda");
    Path sources = model.resolve("src/test/resources/cuda");
    try {
      if (run(List.of("g++", "--version")) != 0) {
        return "the stand-in for a GPU needs g++";
      }
      folder = model.resolve("target/stand-in/" + checksum(kernels, sources));
      Path library = folder.resolve("libcuda.so.1");
      if (!Files.exists(library)) {
        Files.createDirectories(folder);
        Path made = Files.createTempFile(folder, "made", ".so");
        List<String> command = new ArrayList<>(List.of("g++"));
        command.addAll(FLAGS);
        command.add("-DKERNELS_OF_SOURCE=" + kernels(kernels));
        command.addAll(List.of("-I" + sources, "-I" + kernels, "-o", made.toString()));
        command.add(sources.resolve("driver.cpp").toString());
        command.add(sources.resolve("cudnn.cpp").toString());
        command.add(sources.resolve("nccl.cpp").toString());
        if (run(command) != 0) {
          throw new IllegalStateException("The stand-in does not compile: " + command);
        }
        for (String name : List.of("libcudnn.so.9", "libcublasLt.so.13", "libnccl.so.2")) {
          Files.deleteIfExists(folder.resolve(name));
          Files.createSymbolicLink(folder.resolve(name), Path.of("libcuda.so.1"));
        }
        Files.move(made, library, StandardCopyOption.ATOMIC_MOVE);
      }
      return "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All kernels, as driver.cpp lists them. */
  private static String kernels(Path folder) throws IOException {
    return names(folder).stream().map("K(%s)"::formatted).collect(Collectors.joining(", "));
  }

  /** The names of all kernels in the sources of a folder. */
  static List<String> names(Path folder) throws IOException {
    List<String> names = new ArrayList<>(names(folder.resolve("kernels.cu"), "^KERNEL (\\w+)\\("));
    for (String name : names(folder.resolve("features.cu"), "^FEATURES\\((\\w+)\\)\\(")) {
      names.addAll(List.of(name, name + "Bf16"));
    }
    return names;
  }

  private static List<String> names(Path source, String pattern) throws IOException {
    return Pattern.compile(pattern, Pattern.MULTILINE)
        .matcher(Files.readString(source, StandardCharsets.UTF_8))
        .results()
        .map(kernel -> kernel.group(1))
        .toList();
  }

  private static String checksum(Path... folders) throws IOException {
    CRC32 crc = new CRC32();
    for (Path one : folders) {
      try (var files = Files.list(one)) {
        for (Path file : files.sorted().toList()) {
          crc.update(Files.readAllBytes(file));
        }
      }
    }
    return Long.toHexString(crc.getValue());
  }

  private static int run(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .inheritIO()
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(5, TimeUnit.MINUTES)) {
        process.destroy();
        return 1;
      }
      return process.exitValue();
    } catch (IOException e) {
      return 1; // There is no such program.
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
