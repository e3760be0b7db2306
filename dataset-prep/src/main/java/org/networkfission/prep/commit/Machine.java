package org.networkfission.prep.commit;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/** What tells this machine, since its start, and this container's processes from all others. */
final class Machine {
  static final String ID = "%s %s".formatted(boot(), processes());

  private Machine() {}

  private static String boot() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    } catch (IOException e) {
      return host();
    }
  }

  /** Whether a process has ended and only waits for its parent to ask how. */
  static boolean isZombie(long process) {
    try {
      String state = Files.readString(Path.of("/proc/%d/stat".formatted(process)));
      return state.substring(state.lastIndexOf(')') + 1).strip().startsWith("Z");
    } catch (IOException e) {
      return false;
    }
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().toString();
    } catch (IOException e) {
      return "";
    }
  }

  private static String processes() {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }
}
