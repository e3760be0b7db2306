package org.networkfission.prep.commit;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What a claim says.
 *
 * @param job the command
 * @param user who runs it
 * @param host where
 * @param machine tells machines, their boots and their process namespaces apart
 * @param process the process's number there
 * @param started when that process began, milliseconds since 1970
 * @param since when the folder was taken
 */
record Claim(
    String job,
    String user,
    String host,
    String machine,
    long process,
    long started,
    String since) {
  /** By so many ms a process's start may seem to move when the machine's clock is set. */
  private static final long CLOCK_SHIFT = 10_000;

  static Claim of(String job) {
    ProcessHandle self = ProcessHandle.current();
    return new Claim(
        job,
        System.getProperty("user.name"),
        hostName(),
        Machine.ID,
        self.pid(),
        startOf(self),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
  }

  /** The name of this host. */
  static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (IOException e) {
      return "an unnamed host";
    }
  }

  static long startOf(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  /**
   * Whether its owner lives; nothing where that cannot be seen from here.
   *
   * @param here whether this process holds it, if it is this process's
   */
  Optional<Boolean> alive(boolean here) {
    if (!machine.equals(Machine.ID)) {
      return Optional.empty();
    }
    if (process == ProcessHandle.current().pid()) {
      return Optional.of(here);
    }
    return Optional.of(
        ProcessHandle.of(process)
            .filter(ProcessHandle::isAlive)
            .filter(owner -> !Machine.isZombie(process))
            .map(owner -> Math.abs(startOf(owner) - started) < CLOCK_SHIFT)
            .orElse(false));
  }

  String owner() {
    return "job %s of %s on %s (process %d)".formatted(job, user, host, process);
  }
}
