package org.networkfission.jobs.predict;

import com.fasterxml.jackson.core.JacksonException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.commit.Listing;
import org.networkfission.prep.commit.OutputFolder;
import org.networkfission.prep.commit.StoredFile;
import org.networkfission.prep.commit.WholeFile;
import org.networkfission.prep.settings.Json;

/**
 * What predictions that are not finished have: the plan that they are made by, the listing of all
 * photos as it was when they were begun, and a record of every part that is done. A part that was
 * cut off has no record, and does not count.
 *
 * @param output the folder of the predictions
 * @param run tells the files of this run from those of runs before it; empty for the first
 */
record WorkFolder(String output, String run) implements Serializable {
  private static final String PARTS = "parts";
  private static final String JSON = ".json";

  static WorkFolder first(Path output) {
    return new WorkFolder(output.toString(), "");
  }

  static WorkFolder later(Path output) {
    return new WorkFolder(output.toString(), "-" + UUID.randomUUID().toString().substring(0, 8));
  }

  Path root() {
    return new Path(output, OutputFolder.WORK);
  }

  private Path planFile() {
    return new Path(root(), "plan.txt");
  }

  /** The fingerprint of what this folder's work is for; nothing where there is none yet. */
  Optional<String> plan(Configuration hadoop) throws IOException {
    return WholeFile.read(planFile(), hadoop)
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  void begin(String plan, Configuration hadoop) throws IOException {
    WholeFile.write(planFile(), plan.getBytes(StandardCharsets.UTF_8), hadoop);
  }

  private Path listingFile() {
    return new Path(root(), "listing.json");
  }

  /** The listing, if it was finished. */
  Optional<List<Chunk>> listing(Configuration hadoop) throws IOException {
    Optional<byte[]> json = WholeFile.read(listingFile(), hadoop);
    return json.isPresent()
        ? Optional.of(List.of(Json.MAPPER.readValue(json.get(), Chunk[].class)))
        : Optional.empty();
  }

  /** Finishes the listing: from now on it is what is predicted, whatever is added to the input. */
  void finishListing(List<Chunk> chunks, Configuration hadoop) throws IOException {
    WholeFile.write(listingFile(), Json.MAPPER.writeValueAsBytes(chunks), hadoop);
  }

  /** Writes the record of a part that is done; returns its name. */
  String record(PartRecord part, Configuration hadoop) throws IOException {
    String name = "%s/%07d.%s%s".formatted(PARTS, part.part(), UUID.randomUUID(), JSON);
    WholeFile.create(new Path(root(), name), Json.MAPPER.writeValueAsBytes(part), hadoop);
    return name;
  }

  PartRecord read(String name, Configuration hadoop) throws IOException {
    byte[] json =
        WholeFile.read(new Path(root(), name), hadoop)
            .orElseThrow(
                () -> new IOException("Cannot go on: %s of %s is gone".formatted(name, root())));
    return Json.MAPPER.readValue(json, PartRecord.class);
  }

  /** The names of the records of parts that earlier runs finished, whose files are there. */
  SortedMap<Integer, String> finished(Configuration hadoop) throws IOException {
    Map<String, Long> files = Listing.of(new Path(output), hadoop).bytes();
    SortedMap<Integer, String> finished = new TreeMap<>();
    for (String path : files.keySet()) {
      String begin = OutputFolder.WORK + "/" + PARTS + "/";
      if (path.startsWith(begin) && path.endsWith(JSON)) {
        String name = path.substring(OutputFolder.WORK.length() + 1);
        try {
          PartRecord part = read(name, hadoop);
          if (isThere(part.files(), files)) {
            finished.put(part.part(), name);
          }
        } catch (JacksonException e) {
          // It was cut off.
        }
      }
    }
    return finished;
  }

  private static boolean isThere(List<StoredFile> parts, Map<String, Long> files) {
    return parts.stream().allMatch(f -> files.getOrDefault(f.path(), -1L) == f.bytes());
  }

  /** The pieces of work of a listing. */
  static List<PartRef> parts(List<Chunk> chunks) {
    List<PartRef> parts = new ArrayList<>();
    for (Chunk chunk : chunks) {
      for (int line = 0; line < chunk.parts().size(); line++) {
        parts.add(new PartRef(parts.size(), chunk.file(), line, chunk.parts().get(line)));
      }
    }
    return parts;
  }
}
