package org.networkfission.model.backend.cuda.driver;

import com.sun.jna.NativeLibrary;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Finds libraries of this machine: in the folders of the system property {@value #FOLDERS} or the
 * variable {@value #VARIABLE}, where the system's loader looks, in CUDA's folders and the driver's
 * of containers under {@code /usr/local}, and in the wheels that pip has installed for the Pythons
 * of the path and the system's.
 */
public final class NativeLibraries {
  /** The system property that names folders to look in first, with colons between. */
  public static final String FOLDERS = "fission.cuda.libraries";

  /** The variable of the environment that does, where there is no such property. */
  public static final String VARIABLE = "FISSION_CUDA_LIBRARIES";

  private static final List<String> PYTHON_ROOTS =
      List.of(
          "/usr/lib",
          "/usr/local/lib",
          "/opt/conda/lib",
          System.getProperty("user.home") + "/.local/lib");

  private NativeLibraries() {}

  /**
   * Loads a library.
   *
   * @param names file names, e.g. {@code libcudnn.so.9}, the one to prefer first
   * @return empty where it is not there
   */
  public static Optional<NativeLibrary> find(String... names) {
    for (String name : names) {
      for (String candidate : candidates(name)) {
        try {
          return Optional.of(NativeLibrary.getInstance(candidate));
        } catch (UnsatisfiedLinkError e) {
          // Not there, or it lacks a library of its own: the next place may have it.
        }
      }
    }
    return Optional.empty();
  }

  private static List<String> candidates(String name) {
    List<String> candidates = new ArrayList<>();
    for (Path folder : given()) {
      addIfThere(folder.resolve(name), candidates);
    }
    candidates.add(name);
    for (Path folder : usual()) {
      addIfThere(folder.resolve(name), candidates);
    }
    return candidates;
  }

  private static void addIfThere(Path file, List<String> to) {
    if (Files.exists(file)) {
      to.add(file.toAbsolutePath().toString());
    }
  }

  private static List<Path> given() {
    String folders = System.getProperty(FOLDERS, System.getenv().getOrDefault(VARIABLE, ""));
    return Arrays.stream(folders.split(":", -1)).filter(f -> !f.isEmpty()).map(Path::of).toList();
  }

  private static List<Path> usual() {
    List<Path> folders = new ArrayList<>();
    for (Path cuda : children(Path.of("/usr/local"), "cuda*")) {
      folders.add(cuda.resolve("lib64"));
    }
    folders.add(Path.of("/usr/local/nvidia/lib64")); // Where containers get the driver.
    for (Path root : pythonRoots()) {
      for (Path python : children(root, "python3*")) {
        for (String packages : List.of("site-packages", "dist-packages")) {
          for (Path wheel : children(python.resolve(packages).resolve("nvidia"), "*")) {
            folders.add(wheel.resolve("lib"));
          }
        }
      }
    }
    return folders;
  }

  /** An environment's python3 lies in its bin, what pip installs for it in its lib. */
  private static List<Path> pythonRoots() {
    List<Path> roots = new ArrayList<>();
    String path = System.getenv().getOrDefault("PATH", "");
    for (String folder : path.split(File.pathSeparator, -1)) {
      if (!folder.isEmpty() && Files.exists(Path.of(folder, "python3"))) {
        roots.add(Path.of(folder).resolveSibling("lib"));
      }
    }
    PYTHON_ROOTS.forEach(root -> roots.add(Path.of(root)));
    return roots;
  }

  private static List<Path> children(Path folder, String pattern) {
    List<Path> children = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, pattern)) {
        all.forEach(children::add);
      } catch (IOException e) {
        return List.of(); // A folder that cannot be read holds nothing for us.
      }
    }
    children.sort(null);
    return children;
  }

  /** Where was looked, in words. */
  public static String places() {
    String given = given().isEmpty() ? "" : given() + ", ";
    return given
        + "the system's loader (ld.so, LD_LIBRARY_PATH), /usr/local/cuda*/lib64, and nvidia/*/lib that"
        + " pip installed for the python3 of the PATH or the system's; -D"
        + FOLDERS
        + " or "
        + VARIABLE
        + " names other folders";
  }
}
