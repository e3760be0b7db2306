package org.networkfission.jobs.storage;

import java.io.IOException;
import java.net.SocketTimeoutException;
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
  private static int randomFaults;

  private CallFaults() {}

  /** What is called. */
  public enum Call {
    OPEN,
    READ,
    STATUS,
    LIST
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
    return rate > 0 ? randomFault(call) : null;
  }

  private static Fault randomFault(Call call) {
    long thread = Thread.currentThread().getId();
    int quiet = QUIET.merge(thread, -1, Integer::sum);
    if (quiet > 0 || random.nextDouble() >= rate) {
      return null;
    }
    QUIET.put(thread, CALLS_BETWEEN);
    randomFaults++;
    int kind = random.nextInt(10);
    if (kind == 0) {
      return Fault.STALL;
    }
    return kind < 5 && call == Call.READ ? Fault.CUT : Fault.FAIL;
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
