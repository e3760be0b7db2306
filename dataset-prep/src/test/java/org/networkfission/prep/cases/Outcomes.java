package org.networkfission.prep.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.networkfission.prep.frame.Frame;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.FrameReader;
import org.networkfission.prep.frame.FrameSource;
import org.networkfission.prep.frame.FrameUnit;

/**
 * What became of a data set's frames, as a job sees it.
 *
 * @param frames that can be used, by key
 * @param rejected the others: key (of a unit, its name and {@code /*}) and reason
 * @param messages why
 */
public record Outcomes(
    TreeMap<String, Frame> frames, List<String> rejected, List<String> messages) {

  /** Reads all units of a source. */
  public static Outcomes of(FrameSource source, Configuration hadoop) throws IOException {
    Outcomes all = new Outcomes(new TreeMap<>(), new ArrayList<>(), new ArrayList<>());
    for (FrameUnit unit : source.units(hadoop)) {
      Outcomes own = new Outcomes(new TreeMap<>(), new ArrayList<>(), new ArrayList<>());
      try (FrameReader reader = source.open(unit, hadoop)) {
        int count = 0;
        while (reader.next()) {
          count++;
          own.read(reader);
        }
        assertThat(count).as("frames of %s", unit.name()).isEqualTo(unit.frames());
      } catch (FrameException e) {
        own.frames.clear();
        own.rejected.clear();
        own.reject(unit.name() + "/*", e);
      }
      own.frames.forEach((key, frame) -> assertThat(all.frames.put(key, frame)).isNull());
      all.rejected.addAll(own.rejected);
      all.messages.addAll(own.messages);
    }
    return all;
  }

  private void read(FrameReader reader) throws IOException {
    try {
      Frame frame = reader.read();
      assertThat(frame.key()).isEqualTo(reader.key());
      assertThat(frames.put(frame.key(), frame)).as("a key is one row").isNull();
    } catch (FrameException e) {
      reject(reader.key(), e);
    }
  }

  private void reject(String key, FrameException e) {
    rejected.add(key + " " + e.reason().code());
    messages.add(e.getMessage());
  }

  /** The folder of a case among the test's resources. */
  public static Path folder(String name) {
    URL url = Outcomes.class.getResource("/cases/" + name);
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Copies a folder of files to a place that is empty or not there. */
  public static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path file : all.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }
}
