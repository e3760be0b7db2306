package org.networkfission.jobs.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.Path;

/** Calls of {@link FaultyFileSystem} that fail, stall or end too early where a test says so. */
public final class CallFaults {
  private static final long STALL_MILLIS = 150;

  /** Calls of a thread from one random fault to the next: a folder is listed within so many. */
  private static final int CALLS_BETWEEN = 100;

  private static final List<Rule> RULES = new ArrayList<>();
  private static final Map<Long, Integer> QUIET = new HashMap<>();
  private static SplittableRandom random;
  private static double rate;
  private static double writeRate;
  private static int randomFaults;
  private static java.nio.file.Path tally;

  private CallFaults() {}

  /** What is called. */
  public enum Call {
    OPEN,
    READ,
    STATUS,
    LIST,
    /** A file is begun, renamed or deleted, or a folder made. */
    WRITE
  }

  /** What happens. */
  public enum Fault {
    /** A time-out, as of a network. */
    FAIL,
    /** The answer comes late. */
    STALL,
    /** The stream ends before the file does. */
    CUT,
    /** The process has no memory left. */
    EXHAUST
  }

  private static final class Rule {
    private final Call call;
    private final String name;
    private final Fault fault;
    private final Set<Integer> at;
    private int calls;
    private int made;

    Rule(Call call, String name, Fault fault, Set<Integer> at) {
      this.call = call;
      this.name = name;
      this.fault = fault;
      this.at = at;
    }

    boolean applies() {
      calls++;
      boolean applies = at.isEmpty() || at.contains(calls);
      made += applies ? 1 : 0;
      return applies;
    }
  }

  /** No faults any more. */
  public static synchronized void mend() {
    RULES.clear();
    QUIET.clear();
    rate = 0;
    writeRate = 0;
    tally = null;
    randomFaults = 0;
  }

  /**
   * Makes calls fail.
   *
   * @param name what a path must contain
   * @param at which calls, counted from 1; none: all of them
   */
  public static synchronized void fault(Call call, String name, Fault fault, int... at) {
    RULES.add(new Rule(call, name, fault, Set.copyOf(IntStream.of(at).boxed().toList())));
  }

  /**
   * Makes calls fail, stall and end too early at random, but not a call that is made again at once.
   *
   * @param share of the calls that may fail, 0 to 1
   */
  public static synchronized void atRandom(long seed, double share) {
    random = new SplittableRandom(seed);
    rate = share;
  }

  /**
   * The same in a process of its own, where calls that write fail too.
   *
   * @param writeShare of the calls that write; nobody makes them again but whoever gives the
   *     command
   * @param counts a folder; a file of it becomes as many bytes long as there were faults
   */
  static synchronized void atRandom(double share, double writeShare, java.nio.file.Path counts) {
    long process = ProcessHandle.current().pid();
    atRandom(process, share);
    writeRate = writeShare;
    tally = counts.resolve(Long.toString(process));
  }

  /** How many faults there were. */
  public static synchronized int faults() {
    return randomFaults + RULES.stream().mapToInt(rule -> rule.made).sum();
  }

  private static synchronized Fault next(Call call, Path path) {
    for (Rule rule : RULES) {
      if (rule.call == call && path.toString().contains(rule.name) && rule.applies()) {
        return rule.fault;
      }
    }
    return rate > 0 ? randomFault(call, call == Call.WRITE ? writeRate : rate) : null;
  }

  private static Fault randomFault(Call call, double share) {
    long thread = Thread.currentThread().getId();
    int quiet = QUIET.merge(thread, -1, Integer::sum);
    if (quiet > 0 || random.nextDouble() >= share) {
      return null;
    }
    QUIET.put(thread, CALLS_BETWEEN);
    randomFaults++;
    note();
    int kind = random.nextInt(10);
    if (kind == 0) {
      return Fault.STALL;
    }
    return kind < 5 && call == Call.READ ? Fault.CUT : Fault.FAIL;
  }

  private static void note() {
    if (tally != null) {
      try {
        Files.write(tally, new byte[1], StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Whether the call is to end too early. */
  static boolean meet(Call call, Path path) throws IOException {
    Fault fault = next(call, path);
    if (fault == Fault.FAIL) {
      throw new SocketTimeoutException("injected: no answer about " + path.getName());
    }
    if (fault == Fault.EXHAUST) {
      throw new OutOfMemoryError("injected: no memory for " + path.getName());
    }
    if (fault == Fault.STALL) {
      try {
        Thread.sleep(STALL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return fault == Fault.CUT;
  }
}
