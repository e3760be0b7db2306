package org.networkfission.model.backend.nd4j;

import com.sun.jna.NativeLibrary;
import java.io.File;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.nd4j.linalg.factory.Nd4j;

/** OpenBLAS, which multiplies ND4J's matrices. */
final class OpenBlas {
  private static final String LIBRARY = "openblas_nolapack";

  private OpenBlas() {}

  /**
   * The kind of processor whose instructions it takes, e.g. {@code OpenBLAS SkylakeX}; the name of
   * the library alone where it does not say.
   */
  static String instructions() {
    Nd4j.getEnvironment(); // Loads it.
    try {
      File folder = new File(Loader.load(openblas_nolapack.class)).getParentFile();
      File library = new File(folder, System.mapLibraryName(LIBRARY));
      return "OpenBLAS "
          + NativeLibrary.getInstance(library.getPath())
              .getFunction("openblas_get_corename")
              .invokeString(new Object[0], false);
    } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
      return "OpenBLAS"; // Another BLAS may be in its place.
    }
  }
}
