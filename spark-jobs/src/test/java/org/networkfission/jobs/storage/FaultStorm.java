package org.networkfission.jobs.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.networkfission.jobs.storage.FaultyFileSystem.Fault;
import org.networkfission.jobs.storage.FaultyFileSystem.Kind;
import org.networkfission.prep.settings.ConfigException;

/**
 * Runs a job once for each of its file system's operations, each time with a fault at that one, and
 * then again without: the result must equal that of a job that nothing disturbed.
 */
public final class FaultStorm {
  private static final Configuration HADOOP = FaultyFileSystem.impatient();

  /** What is tried. */
  public interface Job {
    void run(org.apache.hadoop.fs.Path output, Configuration hadoop) throws Exception;
  }

  /** What a reader sees. */
  public interface Reader {
    Object read(org.apache.hadoop.fs.Path output, Configuration hadoop) throws Exception;
  }

  private FaultStorm() {}

  /**
   * Tries all faults at all operations, on both kinds of file systems.
   *
   * @param folder an empty one of the local disk
   */
  public static void run(Path folder, Job job, Reader reader) throws Exception {
    for (Kind kind : Kind.values()) {
      Path quiet = folder.resolve("quiet-" + kind);
      FaultyFileSystem.begin(kind, Fault.FAILS, Long.MAX_VALUE);
      job.run(path(quiet), HADOOP);
      long operations = FaultyFileSystem.end();
      Object expected = reader.read(path(quiet), HADOOP);
      assertThat(operations).as("operations").isPositive();
      for (Fault fault : Fault.values()) {
        // The last is a job that is killed when all is done.
        long last = fault == Fault.DIES ? operations + 1 : operations;
        for (long at = 1; at <= last; at++) {
          Path output = folder.resolve("output");
          disturb(kind, fault, at, output, job);
          again(job, reader, output, expected);
          assertThat(reader.read(path(output), HADOOP))
              .as("%s at operation %d of %d on a %s", fault, at, operations, kind)
              .isEqualTo(expected);
          delete(output);
        }
      }
      delete(quiet);
    }
  }

  private static void disturb(Kind kind, Fault fault, long at, Path output, Job job) {
    FaultyFileSystem.begin(kind, fault, at);
    try {
      job.run(path(output), HADOOP);
    } catch (Exception e) {
      assertThat(e.toString() + e.getCause() + java.util.List.of(e.getSuppressed()))
          .as("why the disturbed job ended")
          .contains("Injected");
    } finally {
      FaultyFileSystem.end();
    }
  }

  /** A job that finds its work done may say so. */
  private static void again(Job job, Reader reader, Path output, Object expected) throws Exception {
    try {
      job.run(path(output), HADOOP);
    } catch (ConfigException | org.apache.hadoop.fs.FileAlreadyExistsException e) {
      assertThat(e).hasMessageContaining("it exists");
      assertThat(reader.read(path(output), HADOOP)).isEqualTo(expected);
    }
  }

  private static org.apache.hadoop.fs.Path path(Path local) {
    return new org.apache.hadoop.fs.Path("faulty://" + local.toAbsolutePath());
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
