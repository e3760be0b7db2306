package org.networkfission.jobs.progress;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;

/**
 * What a command says that is stopped by Ctrl-C or a signal: one line, and none of what Spark says
 * of the executors that stop at the same time.
 */
public final class Interruption {
  private static final AtomicBoolean ENDED = new AtomicBoolean();
  private static final AtomicBoolean INTERRUPTED = new AtomicBoolean();

  private Interruption() {}

  /**
   * Watches this process.
   *
   * @param command the command's name
   */
  public static void watch(String command, PrintWriter err) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> interrupted(command, err)));
  }

  /** A stream that says nothing more once this process is interrupted. */
  public static OutputStream quiet(OutputStream out) {
    return new FilterOutputStream(out) {
      @Override
      public void write(int b) throws IOException {
        if (!INTERRUPTED.get()) {
          out.write(b);
        }
      }

      @Override
      public void write(byte[] bytes, int from, int length) throws IOException {
        if (!INTERRUPTED.get()) {
          out.write(bytes, from, length);
        }
      }
    };
  }

  private static void interrupted(String command, PrintWriter err) {
    if (ENDED.get()) {
      return;
    }
    INTERRUPTED.set(true);
    Configurator.setRootLevel(Level.OFF);
    err.println("fission: " + sentence(command));
    err.flush();
  }

  static String sentence(String command) {
    return switch (command) {
      case "prepare" -> goesOn("the units that are finished are kept");
      case "predict" -> goesOn("the parts that are finished are kept");
      case "train" -> goesOn("the last checkpoint is kept");
      case "study" -> goesOn("finished rows and the last checkpoints are kept");
      default -> "Interrupted: nothing is kept; the same command begins anew";
    };
  }

  private static String goesOn(String kept) {
    return "Interrupted: %s; the same command goes on from there".formatted(kept);
  }

  /** The command ended by itself: what follows is no interruption. */
  public static void ended() {
    ENDED.set(true);
  }

  /** Whether a signal is ending this process; what fails now fails for it. */
  public static boolean isUnderWay() {
    return INTERRUPTED.get();
  }
}
