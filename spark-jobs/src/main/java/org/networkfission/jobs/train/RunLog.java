package org.networkfission.jobs.train;

import com.fasterxml.jackson.core.JacksonException;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The log of a run in {@code <output>/log}: one JSON object per progress line in {@code
 * <step>.jsonl}, where the step is the one that the command began at, and the same for TensorBoard
 * in {@code events.out.tfevents.<step>}. Where two lines have the same step, the later one counts.
 */
public final class RunLog implements Closeable {
  static final String FOLDER = "log";

  private static final String LINES = ".jsonl";

  private final FSDataOutputStream lines;
  private final FSDataOutputStream eventBytes;
  private final EventFile events;

  RunLog(Path output, long firstStep, Configuration hadoop) throws IOException {
    Path folder = new Path(output, FOLDER);
    FileSystem files = folder.getFileSystem(hadoop);
    // Checksums of the local file system hold back what was written.
    FileSystem direct = files instanceof LocalFileSystem local ? local.getRawFileSystem() : files;
    String name = Checkpoint.name(firstStep);
    lines = direct.create(new Path(folder, name + LINES), true);
    eventBytes = direct.create(new Path(folder, "events.out.tfevents." + name), true);
    events = new EventFile(eventBytes, now());
  }

  private static double now() {
    return System.currentTimeMillis() / 1e3;
  }

  /** Appends a line; it can be read at once. */
  synchronized void write(Progress progress) {
    try {
      lines.write(Checkpoint.JSON.writeValueAsString(progress).getBytes(StandardCharsets.UTF_8));
      lines.write('\n');
      lines.hflush();
      events.write(progress.step(), now(), progress.scalars());
      eventBytes.hflush();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the log: " + e.getMessage(), e);
    }
  }

  /**
   * What a run's log says, by step; nothing where there is none yet.
   *
   * @param output the run's output folder
   */
  public static List<Progress> read(Path output, Configuration hadoop) throws IOException {
    Path folder = new Path(output, FOLDER);
    FileSystem files = folder.getFileSystem(hadoop);
    SortedMap<Long, Progress> lines = new TreeMap<>();
    if (!files.exists(folder)) {
      return List.of();
    }
    List<Path> parts =
        Arrays.stream(files.listStatus(folder))
            .map(FileStatus::getPath)
            .filter(file -> file.getName().endsWith(LINES))
            .sorted()
            .toList();
    for (Path part : parts) {
      try (BufferedReader in =
          new BufferedReader(new InputStreamReader(files.open(part), StandardCharsets.UTF_8))) {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
          try {
            Progress progress = Checkpoint.JSON.readValue(line, Progress.class);
            lines.put(progress.step(), progress);
          } catch (JacksonException e) {
            break; // The last line of a run that was killed.
          }
        }
      }
    }
    return List.copyOf(lines.values());
  }

  @Override
  public synchronized void close() throws IOException {
    try {
      events.close();
    } finally {
      lines.close();
    }
  }
}
