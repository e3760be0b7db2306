package org.networkfission.jobs.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.networkfission.jobs.storage.CallFaults.Call;
import org.networkfission.jobs.storage.CallFaults.Fault;
import org.networkfission.jobs.storage.RawSamples.Format;
import org.networkfission.prep.frame.Frame;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.FrameReader;
import org.networkfission.prep.frame.FrameSource;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.scenenet.SceneNetSource;
import org.networkfission.prep.storage.StorageException;

/**
 * Every reader on a file system that fails, stalls and ends too early: a fault that passes changes
 * no frame, and one that stays is the storage's, never the data's.
 */
class ReadersOnFaultyStorageTest {
  private static final Configuration HADOOP = FaultyFileSystem.patient();
  private static final Call[] RESTING = {Call.STATUS, Call.OPEN, Call.READ};

  @TempDir static Path folder;

  private static RawSamples samples;

  @BeforeAll
  static void sample() throws Exception {
    samples = new RawSamples(folder, FaultyFileSystem::uri);
    samples.write(3);
  }

  @AfterEach
  void mend() {
    CallFaults.mend();
  }

  private static byte[] photo(Frame frame) {
    return frame.pixels() == null ? frame.encodedColor() : frame.pixels().rgb();
  }

  /** What every frame shows, by key; of one that cannot be used, why. */
  private static SortedMap<String, String> frames(FrameSource source) throws IOException {
    SortedMap<String, String> frames = new TreeMap<>();
    for (FrameUnit unit : source.units(HADOOP)) {
      try (FrameReader reader = source.open(unit, HADOOP)) {
        while (reader.next()) {
          try {
            Frame frame = reader.read();
            frames.put(
                reader.key(),
                "%x %x %x"
                    .formatted(
                        Arrays.hashCode(frame.depth().millimetres()),
                        frame.labels() == null ? 0 : Arrays.hashCode(frame.labels().ids()),
                        Arrays.hashCode(photo(frame))));
          } catch (FrameException e) {
            frames.put(reader.key(), e.getMessage());
          }
        }
      } catch (FrameException e) {
        frames.put(unit.name(), e.getMessage());
      }
    }
    return frames;
  }

  @ParameterizedTest
  @EnumSource
  void faultsThatPassChangeNothing(Format format) throws IOException {
    SortedMap<String, String> quiet = frames(samples.source(format));
    assertThat(quiet).isNotEmpty().noneSatisfy((k, v) -> assertThat(v).contains("Cannot"));
    int faults = 0;
    for (int seed = 0; seed < 18; seed++) {
      CallFaults.mend();
      SplittableRandom random = new SplittableRandom(seed);
      // One kind rests in turn: the last attempt of four succeeds though all others meet at once.
      Call rests = RESTING[seed % RESTING.length];
      for (Call call : Call.values()) {
        if (call == rests) {
          continue;
        }
        Fault fault = call == Call.READ && random.nextBoolean() ? Fault.CUT : Fault.FAIL;
        int first = 1 + random.nextInt(20);
        int second = call == Call.READ ? first + 1 : first + 20;
        CallFaults.fault(call, folder.toString(), fault, first, second);
      }
      assertThat(frames(samples.source(format))).as("seed %d", seed).isEqualTo(quiet);
      faults += CallFaults.faults();
    }
    assertThat(faults).isGreaterThan(20);
    CallFaults.mend();
    CallFaults.fault(Call.READ, folder.toString(), Fault.STALL, 2, 5);
    CallFaults.fault(Call.OPEN, folder.toString(), Fault.STALL, 2);
    assertThat(frames(samples.source(format))).isEqualTo(quiet);
  }

  /** From some call on the file system fails for good: no frame is called bad or missing. */
  @ParameterizedTest
  @EnumSource
  void faultsThatStayAreTheStoragesAndNotTheDatas(Format format) throws IOException {
    SortedMap<String, String> quiet = frames(samples.source(format));
    for (int from = 1; from < 60; from += 7) {
      CallFaults.mend();
      Call call = from % 2 == 0 ? Call.OPEN : Call.READ;
      CallFaults.fault(
          call,
          folder.toString(),
          from % 3 == 0 && call == Call.READ ? Fault.CUT : Fault.FAIL,
          IntStream.range(from, from + 2_000).toArray());
      try {
        assertThat(frames(samples.source(format))).isEqualTo(quiet);
      } catch (StorageException e) {
        assertThat(e)
            .hasMessageStartingWith("Cannot read faulty:")
            .hasMessageContaining("its file system failed 4 times");
      }
    }
  }

  @Test
  void aTimeOutWithinAnArchiveLosesNoLaterView() throws IOException {
    SortedMap<String, String> quiet = frames(samples.source(Format.ARCHIVE));
    CallFaults.fault(Call.READ, "train_0.tar.gz", Fault.FAIL, 1, 2);
    assertThat(frames(samples.source(Format.ARCHIVE))).isEqualTo(quiet);
    assertThat(CallFaults.faults()).isEqualTo(2);
  }

  /** A file that is not there is an answer; it is not asked for again. */
  @Test
  void missingIsAnAnswer() throws IOException {
    FrameSource gone =
        new SceneNetSource(FaultyFileSystem.uri(folder.resolve("gone")), List.of("train"), 1);
    assertThatThrownBy(() -> gone.units(HADOOP)).hasMessageContaining("no such folder");
  }
}
