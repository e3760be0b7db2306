package org.networkfission.jobs.train.log;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.networkfission.jobs.report.Panel;
import org.networkfission.prep.codec.Jpeg;
import org.networkfission.prep.commit.Listing;
import org.networkfission.prep.commit.WholeFile;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.settings.Json;
import org.networkfission.prep.storage.Storage;

/**
 * The log of a run in {@code <output>/log}. It grows in segments, each of which appears whole: of
 * one JSON object per line in {@code <session>-<segment>.jsonl}, and the same for TensorBoard in
 * {@code events.out.tfevents.<session>-<segment>}. A session is one command's; both numbers count
 * up. A line is a {@link ProgressLine}, a {@link Validation} under the key {@code validation}, or a
 * {@link Generation} under the key {@code generation}. Where two lines of a kind have the same
 * step, the later one counts.
 *
 * <p>A segment is written ten seconds after the one before, and later after a hundredth of the time
 * that the session has lasted: so there are few of them, and a driver that is killed loses little.
 */
public final class RunLog implements Closeable {
  /** The folder's name within the run's. */
  public static final String FOLDER = "log";

  private static final String LINES = ".jsonl";
  private static final String EVENTS = "events.out.tfevents.";
  private static final String VALIDATION = "validation";
  private static final String GENERATION = "generation";
  private static final Pattern SEGMENT = Pattern.compile("([0-9]{4,})-[0-9]{6,}\\.jsonl");
  private static final long LEAST_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final int SHARE = 100;

  private final Path folder;
  private final Configuration hadoop;
  private final int session;
  private final long begun = System.nanoTime();
  private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
  private final ByteArrayOutputStream eventBytes = new ByteArrayOutputStream();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(RunLog::thread);
  private EventFile events;
  private int segment;
  private long lastWritten = System.nanoTime() - LEAST_NANOS;

  /**
   * Begins a session.
   *
   * @param firstStep the steps that were done before; TensorBoard forgets what it has of later ones
   */
  public RunLog(Path output, long firstStep, Configuration hadoop) throws IOException {
    this.folder = new Path(output, FOLDER);
    this.hadoop = hadoop;
    this.session = sessions(folder, hadoop) + 1;
    this.events = new EventFile(eventBytes, now());
    events.start(firstStep + 1, now());
    var unused = clock.scheduleWithFixedDelay(this::writeIfDue, 1, 1, TimeUnit.SECONDS);
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "fission-log");
    thread.setDaemon(true);
    return thread;
  }

  private static int sessions(Path folder, Configuration hadoop) throws IOException {
    return Listing.of(folder, hadoop).bytes().keySet().stream()
        .map(SEGMENT::matcher)
        .filter(Matcher::matches)
        .mapToInt(name -> Integer.parseInt(name.group(1)))
        .max()
        .orElse(0);
  }

  private static double now() {
    return System.currentTimeMillis() / 1e3;
  }

  /** Appends a line. */
  synchronized void write(ProgressLine progress) {
    try {
      writeLine(progress);
      events.write(progress.step(), now(), progress.scalars());
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  /**
   * Appends a validation.
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
    } catch (IOException e) {
      throw cannotWrite(e);
    } catch (FrameException e) {
      throw new IllegalStateException("Cannot read a picture of our own", e);
    }
  }

  /** Appends a generation. */
  public synchronized void write(Generation generation) {
    try {
      writeLine(Map.of(GENERATION, generation));
      events.write(generation.step(), now(), Map.of("replicas", (double) generation.replicas()));
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  private void writeLine(Object content) throws IOException {
    lines.write(Json.MAPPER.writeValueAsString(content).getBytes(StandardCharsets.UTF_8));
    lines.write('\n');
  }

  /** A file system that does not answer is tried again a second later. */
  private synchronized void writeIfDue() {
    long now = System.nanoTime();
    if (now - lastWritten >= Math.max(LEAST_NANOS, (now - begun) / SHARE)) {
      try {
        writeSegment();
      } catch (IOException | RuntimeException e) {
        lastWritten += TimeUnit.SECONDS.toNanos(1);
      }
    }
  }

  private void writeSegment() throws IOException {
    if (lines.size() == 0) {
      return;
    }
    String name = "%04d-%06d".formatted(session, segment);
    WholeFile.write(new Path(folder, EVENTS + name), eventBytes.toByteArray(), hadoop);
    WholeFile.write(new Path(folder, name + LINES), lines.toByteArray(), hadoop);
    segment++;
    lines.reset();
    eventBytes.reset();
    events = new EventFile(eventBytes, now());
    lastWritten = System.nanoTime();
  }

  private static UncheckedIOException cannotWrite(IOException e) {
    return new UncheckedIOException("Cannot write the log: " + e.getMessage(), e);
  }

  /**
   * What a run's log says of its progress, by step; nothing where there is none yet.
   *
   * @param output the run's output folder
   */
  public static List<ProgressLine> read(Path output, Configuration hadoop) throws IOException {
    SortedMap<Long, ProgressLine> byStep = new TreeMap<>();
    for (JsonNode line : lines(output, hadoop)) {
      if (!line.has(VALIDATION) && !line.has(GENERATION)) {
        ProgressLine progress = Json.MAPPER.treeToValue(line, ProgressLine.class);
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

  /**
   * What a run's log says of the number of its replicas, in the order of time; nothing where that
   * never changes.
   *
   * @param output the run's output folder
   */
  public static List<Generation> generations(Path output, Configuration hadoop) throws IOException {
    List<Generation> generations = new ArrayList<>();
    for (JsonNode line : lines(output, hadoop)) {
      if (line.has(GENERATION)) {
        generations.add(Json.MAPPER.treeToValue(line.get(GENERATION), Generation.class));
      }
    }
    return generations;
  }

  private static List<JsonNode> lines(Path output, Configuration hadoop) throws IOException {
    Path folder = new Path(output, FOLDER);
    Storage storage = Storage.of(folder, hadoop);
    List<JsonNode> lines = new ArrayList<>();
    if (!storage.exists(folder)) {
      return lines;
    }
    List<Path> parts =
        storage.list(folder).stream()
            .map(FileStatus::getPath)
            .filter(file -> file.getName().endsWith(LINES))
            .sorted()
            .toList();
    for (Path part : parts) {
      try (BufferedReader in =
          new BufferedReader(new InputStreamReader(storage.open(part), StandardCharsets.UTF_8))) {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
          try {
            lines.add(Json.MAPPER.readTree(line));
          } catch (JacksonException e) {
            break; // Earlier versions wrote line by line until they were killed.
          }
        }
      }
    }
    return lines;
  }

  @Override
  public synchronized void close() throws IOException {
    clock.shutdown();
    try {
      writeSegment();
    } catch (IOException e) {
      throw new IOException("Cannot write the log: " + e.getMessage(), e);
    }
  }
}
