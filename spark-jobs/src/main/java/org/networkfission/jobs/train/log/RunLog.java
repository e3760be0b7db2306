package org.networkfission.jobs.train.log;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.networkfission.jobs.report.Panel;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.prep.codec.Jpeg;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.settings.Json;

/**
 * The log of a run in {@code <output>/log}: one JSON object per line in {@code <step>.jsonl}, where
 * the step is the one that the command began at, and the same for TensorBoard in {@code
 * events.out.tfevents.<step>}. A line is a {@link TrainProgress}, or a {@link Validation} under the
 * key {@code validation}. Where two lines of a kind have the same step, the later one counts.
 */
public final class RunLog implements Closeable {
  static final String FOLDER = "log";

  private static final String LINES = ".jsonl";
  private static final String VALIDATION = "validation";

  private final FSDataOutputStream lines;
  private final FSDataOutputStream eventBytes;
  private final EventFile events;

  public RunLog(Path output, long firstStep, Configuration hadoop) throws IOException {
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
  synchronized void write(TrainProgress progress) {
    try {
      writeLine(progress);
      events.write(progress.step(), now(), progress.scalars());
      eventBytes.hflush();
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  /**
   * Appends a validation; it can be read at once.
   *
   * @param panels pictures of one frame, for TensorBoard
   */
  synchronized void write(Validation validation, List<Panel> panels) {
    try {
      writeLine(Map.of(VALIDATION, validation));
      events.write(validation.step(), now(), validation.scalars());
      for (Panel panel : panels) {
        Map<String, byte[]> pictures = new LinkedHashMap<>();
        pictures.put("frame/%s/1-input".formatted(panel.task()), panel.photo());
        pictures.put("frame/%s/2-truth".formatted(panel.task()), panel.truth());
        pictures.put("frame/%s/3-prediction".formatted(panel.task()), panel.prediction());
        ColorImage photo = Jpeg.decode(panel.photo(), panel.key());
        events.write(validation.step(), now(), photo.width(), photo.height(), pictures);
      }
      eventBytes.hflush();
    } catch (IOException e) {
      throw cannotWrite(e);
    } catch (FrameException e) {
      throw new IllegalStateException("Cannot read a picture of our own", e);
    }
  }

  private void writeLine(Object content) throws IOException {
    lines.write(Json.MAPPER.writeValueAsString(content).getBytes(StandardCharsets.UTF_8));
    lines.write('\n');
    lines.hflush();
  }

  private static UncheckedIOException cannotWrite(IOException e) {
    return new UncheckedIOException("Cannot write the log: " + e.getMessage(), e);
  }

  /**
   * What a run's log says of its progress, by step; nothing where there is none yet.
   *
   * @param output the run's output folder
   */
  public static List<TrainProgress> read(Path output, Configuration hadoop) throws IOException {
    SortedMap<Long, TrainProgress> byStep = new TreeMap<>();
    for (JsonNode line : lines(output, hadoop)) {
      if (!line.has(VALIDATION)) {
        TrainProgress progress = Json.MAPPER.treeToValue(line, TrainProgress.class);
        byStep.put(progress.step(), progress);
      }
    }
    return List.copyOf(byStep.values());
  }

  /**
   * What a run's log says of its validations, by step.
   *
   * @param output the run's output folder
   */
  public static List<Validation> validations(Path output, Configuration hadoop) throws IOException {
    SortedMap<Long, Validation> byStep = new TreeMap<>();
    for (JsonNode line : lines(output, hadoop)) {
      if (line.has(VALIDATION)) {
        Validation validation = Json.MAPPER.treeToValue(line.get(VALIDATION), Validation.class);
        byStep.put(validation.step(), validation);
      }
    }
    return List.copyOf(byStep.values());
  }

  private static List<JsonNode> lines(Path output, Configuration hadoop) throws IOException {
    Path folder = new Path(output, FOLDER);
    FileSystem files = folder.getFileSystem(hadoop);
    List<JsonNode> lines = new ArrayList<>();
    if (!files.exists(folder)) {
      return lines;
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
            lines.add(Json.MAPPER.readTree(line));
          } catch (JacksonException e) {
            break; // The last line of a run that was killed.
          }
        }
      }
    }
    return lines;
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
