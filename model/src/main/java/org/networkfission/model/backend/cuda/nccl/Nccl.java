package org.networkfission.model.backend.cuda.nccl;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import java.util.Optional;
import org.networkfission.model.backend.cuda.driver.NativeLibraries;

/** The functions of libnccl that are used. Communicators, streams and addresses are numbers. */
final class Nccl {
  /** The first version whose communicators do not block: a process that waits can give up. */
  private static final int OLDEST = 21_400;

  private static final int CONFIG_MAGIC = 0xcafebeef;
  private static final int CONFIG_BYTES = 24;

  /** What NCCL adds to its errors, as if there were nothing else to be said. */
  private static final String ADVICE = " (run with NCCL_DEBUG=INFO for details)";

  private static Optional<String> missing;

  private Nccl() {}

  /** What the replicas of a group have in common, as C takes it. */
  @Structure.FieldOrder("internal")
  public static final class UniqueId extends Structure implements Structure.ByValue {
    /** Whatever NCCL wrote. */
    public byte[] internal = new byte[128];
  }

  static native int ncclGetVersion(IntByReference version);

  static native int ncclGetUniqueId(byte[] id);

  static native int ncclCommInitRankConfig(
      LongByReference communicator, int ranks, UniqueId id, int rank, Pointer config);

  static native int ncclCommGetAsyncError(long communicator, IntByReference result);

  static native int ncclCommFinalize(long communicator);

  static native int ncclCommDestroy(long communicator);

  static native int ncclCommAbort(long communicator);

  static native int ncclGroupStart();

  static native int ncclGroupEnd();

  static native int ncclSend(
      long from, long count, int type, int to, long communicator, long stream);

  static native int ncclRecv(
      long to, long count, int type, int from, long communicator, long stream);

  static native Pointer ncclGetErrorString(int result);

  static native Pointer ncclGetLastError(long communicator);

  /** Loads the library, once; says what is missing where it cannot be used. */
  static synchronized Optional<String> missing() {
    if (missing == null) {
      missing = load();
    }
    return missing;
  }

  private static Optional<String> load() {
    Optional<NativeLibrary> library = NativeLibraries.find("libnccl.so.2");
    if (library.isEmpty()) {
      return Optional.of(
          "there is no NCCL: libnccl.so.2 was looked for in %s. Install it with: pip install nvidia-nccl-cu13 (or -cu12); or apt-get install libnccl2"
              .formatted(NativeLibraries.places()));
    }
    try {
      Native.register(Nccl.class, library.get());
    } catch (UnsatisfiedLinkError e) {
      return Optional.of(
          "NCCL is too old: %s (%s); 2.14 is needed"
              .formatted(e.getMessage(), library.get().getFile()));
    }
    if (number() < OLDEST) {
      return Optional.of(
          "NCCL %s is too old: 2.14 is needed (%s)".formatted(version(), library.get().getFile()));
    }
    return Optional.empty();
  }

  private static int number() {
    IntByReference version = new IntByReference();
    int result = ncclGetVersion(version);
    return result == 0 ? version.getValue() : 0;
  }

  /** NCCL's version, e.g. 2.30.7. */
  static String version() {
    int version = number();
    return "%d.%d.%d".formatted(version / 10_000, version % 10_000 / 100, version % 100);
  }

  /**
   * How a communicator is wanted: its calls do not block. Laid out as {@code ncclConfig_t} was when
   * it was new: later versions take the rest to be their defaults.
   */
  static Memory config() {
    Memory config = new Memory(CONFIG_BYTES);
    config.clear();
    config.setLong(0, CONFIG_BYTES);
    config.setInt(8, CONFIG_MAGIC);
    config.setInt(12, OLDEST);
    config.setInt(16, 0);
    return config;
  }

  /**
   * A result in NCCL's words.
   *
   * @param communicator that it is of, 0 for none
   */
  static String describe(int result, long communicator) {
    Pointer last = ncclGetLastError(communicator);
    String detail = last == null ? "" : last.getString(0).strip();
    String text = ncclGetErrorString(result).getString(0).replace(ADVICE, "");
    return detail.isEmpty() ? text : "%s (%s)".formatted(text, detail);
  }
}
