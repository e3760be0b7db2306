package org.networkfission.jobs.train.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.storage.FaultStorm;

class RunLogTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir Path folder;

  private org.apache.hadoop.fs.Path run() {
    return new org.apache.hadoop.fs.Path(folder.toUri());
  }

  private static ProgressLine line(long step) {
    return new ProgressLine(
        step, 60, 0, 1, Map.of(), Map.of(), Map.of(), Map.of(), 0.1, 1, 1, 1, Map.of(), 0, 0);
  }

  private void session(long first, long last) throws Exception {
    try (RunLog log = new RunLog(run(), first, HADOOP)) {
      for (long step = first + 1; step <= last; step++) {
        log.write(line(step));
      }
    }
  }

  private List<String> names() throws Exception {
    try (Stream<Path> files = Files.list(folder.resolve("log"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void aSessionsSegmentsFollowThoseOfTheOneBefore() throws Exception {
    session(0, 58);
    session(50, 60);

    assertThat(names())
        .containsExactly(
            "0001-000000.jsonl",
            "0002-000000.jsonl",
            "events.out.tfevents.0001-000000",
            "events.out.tfevents.0002-000000");
    assertThat(RunLog.read(run(), HADOOP))
        .extracting(ProgressLine::step)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 60).boxed().toList());
  }

  @Test
  void tensorBoardShowsEachStepOnceAfterARestart() throws Exception {
    session(0, 58);
    session(50, 60);

    assertThat(shownByTensorBoard())
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 60).boxed().toList());
  }

  /**
   * The steps that TensorBoard shows of a scalar: it reads the files by name, and at a session's
   * start forgets what it has of that step and later ones
   * (tensorboard/backend/event_processing/plugin_event_accumulator.py).
   */
  private List<Long> shownByTensorBoard() throws Exception {
    TreeMap<Integer, Long> shown = new TreeMap<>();
    int order = 0;
    for (String name : names()) {
      if (name.contains("tfevents")) {
        ByteBuffer file =
            ByteBuffer.wrap(Files.readAllBytes(folder.resolve("log").resolve(name)))
                .order(ByteOrder.LITTLE_ENDIAN);
        while (file.hasRemaining()) {
          byte[] event = new byte[Math.toIntExact(file.getLong())];
          file.getInt();
          file.get(event);
          file.getInt();
          boolean version = new String(event, StandardCharsets.ISO_8859_1).contains("brain.Event");
          if (!version) {
            long step = event[10]; // Wall time is 9 bytes, then field 2: steps below 128 take one.
            boolean start = event[11] == 0x3a;
            if (start) {
              shown.values().removeIf(before -> before >= step);
            } else {
              shown.put(order++, step);
            }
          }
        }
      }
    }
    return new ArrayList<>(shown.values());
  }

  @Test
  void aLogGrowsWithoutBeingClosed() throws Exception {
    try (RunLog log = new RunLog(run(), 0, HADOOP)) {
      log.write(line(1));
      long deadline = System.nanoTime() + 20_000_000_000L;
      while (RunLog.read(run(), HADOOP).isEmpty()) {
        assertThat(System.nanoTime()).isLessThan(deadline);
        Thread.sleep(50);
      }
      log.write(line(2));
    }
    assertThat(RunLog.read(run(), HADOOP)).extracting(ProgressLine::step).containsExactly(1L, 2L);
  }

  @Test
  void aLogIsWholeAfterAnyFault() throws Exception {
    FaultStorm.run(
        folder.resolve("storm"),
        (output, hadoop) -> {
          try (RunLog log = new RunLog(output, 0, hadoop)) {
            log.write(line(1));
            log.write(line(2));
          }
        },
        (output, hadoop) -> RunLog.read(output, hadoop).stream().map(ProgressLine::step).toList());
  }
}
