package org.networkfission.jobs.predict;

import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.commit.StoredFile;
import org.networkfission.prep.settings.Json;
import org.networkfission.prep.storage.Storage;

/**
 * Some thousand items of the listing, one after the other, in a file of their own: a line for each
 * part, which is one piece of work.
 *
 * @param number of the chunk, from 0 on
 * @param file within the folder of work
 * @param parts how many photos each part has
 */
record Chunk(int number, String file, List<Integer> parts) implements Serializable {
  /** How many items a chunk has. */
  static final int ITEMS = 4096;

  /** A part ends when its files have so many bytes, so that large photos are no long task. */
  private static final long PART_BYTES = 1L << 30;

  private static final String FOLDER = "listing";

  /**
   * Writes a chunk, cut into parts.
   *
   * @param attempt tells its file from those of all other attempts
   * @param photosPerPart how many a part has at most, unless one item has more
   */
  static Chunk write(
      Path work,
      int number,
      String attempt,
      List<Item> items,
      int photosPerPart,
      Configuration hadoop)
      throws IOException {
    List<List<Item>> parts = cut(items, photosPerPart);
    ObjectWriter json = Json.MAPPER.writerFor(Item[].class);
    StoredFile file =
        StoredFile.write(
            work,
            "%s/%05d%s.jsonl".formatted(FOLDER, number, attempt),
            out -> {
              for (List<Item> part : parts) {
                out.write(json.writeValueAsBytes(part.toArray(new Item[0])));
                out.write('\n');
              }
            },
            hadoop);
    return new Chunk(
        number,
        file.path(),
        parts.stream().map(part -> part.stream().mapToInt(Item::photos).sum()).toList());
  }

  private static List<List<Item>> cut(List<Item> items, int photosPerPart) {
    List<List<Item>> parts = new ArrayList<>();
    List<Item> part = new ArrayList<>();
    int photos = 0;
    long bytes = 0;
    for (Item item : items) {
      if (!part.isEmpty()
          && (photos + item.photos() > photosPerPart || bytes + item.bytes() > PART_BYTES)) {
        parts.add(part);
        part = new ArrayList<>();
        photos = 0;
        bytes = 0;
      }
      part.add(item);
      photos += item.photos();
      bytes += item.bytes();
    }
    if (!part.isEmpty()) {
      parts.add(part);
    }
    return parts;
  }

  /** Reads the items of one part. */
  static List<Item> read(Path work, PartRef part, Configuration hadoop) throws IOException {
    Path file = new Path(work, part.chunk());
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(Storage.of(file, hadoop).open(file), StandardCharsets.UTF_8))) {
      String line = in.readLine();
      for (int i = 0; i < part.line(); i++) {
        line = in.readLine();
      }
      if (line == null) {
        throw new IOException(
            "Cannot read %s: it ends before line %d".formatted(file, part.line()));
      }
      return List.of(Json.MAPPER.readValue(line, Item[].class));
    }
  }
}
