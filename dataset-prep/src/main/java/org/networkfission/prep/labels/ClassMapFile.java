package org.networkfission.prep.labels;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.settings.Json;
import org.networkfission.prep.storage.CsvFile;
import org.networkfission.prep.storage.TextFile;

/**
 * Class maps that users write: CSV with the columns {@code id, name, color, train_id}, or JSON, a
 * list of objects with these keys. {@code id} is what stands in the label images, {@code train_id}
 * the class that is learnt (0, or nothing: void). The first line of a class gives its name and its
 * colour ({@code #rrggbb}).
 */
public final class ClassMapFile {
  private static final List<String> COLUMNS = List.of("id", "name", "color", "train_id");
  private static final int MAX_ID = 0xffff;
  private static final ObjectMapper STRICT =
      Json.MAPPER.copy().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  /** A line, or an object, of the file. */
  private record Entry(String where, List<String> cells) {}

  private ClassMapFile() {}

  /** Whether a class map is told by the path of a file, and not by its name. */
  public static boolean isFile(String classMap) {
    String lower = classMap.toLowerCase(Locale.ROOT);
    return lower.endsWith(".csv") || lower.endsWith(".json");
  }

  /**
   * Reads a class map, whose name is the file's without its ending.
   *
   * @throws InputException if the file is missing, or a line of it is wrong, which is named
   */
  public static ClassMap read(Path file, Configuration hadoop) throws IOException {
    try {
      boolean json = file.getName().toLowerCase(Locale.ROOT).endsWith(".json");
      List<Entry> entries =
          json
              ? json(String.join("\n", TextFile.lines(file, hadoop)), file)
              : csv(CsvFile.read(file, hadoop), file);
      String name = file.getName().substring(0, file.getName().lastIndexOf('.'));
      return of(name, entries, file);
    } catch (FileNotFoundException e) {
      throw new InputException(
          "Cannot read class map %s: there is no such file".formatted(file), e);
    }
  }

  private static List<Entry> csv(CsvFile table, Path file) {
    List<String> heading = table.heading().stream().map(ClassMapFile::column).toList();
    if (!heading.containsAll(COLUMNS) || heading.size() != COLUMNS.size()) {
      throw new InputException(
          "Cannot read class map %s: its first line must name the columns %s, it has %s"
              .formatted(file, String.join(", ", COLUMNS), String.join(", ", heading)));
    }
    List<Entry> entries = new ArrayList<>();
    for (CsvFile.Row row : table.rows()) {
      String where = "line " + row.line();
      if (row.cells().size() != COLUMNS.size()) {
        throw wrong(file, where, "it has %d cells, must have 4".formatted(row.cells().size()));
      }
      entries.add(
          new Entry(
              where, COLUMNS.stream().map(c -> row.cells().get(heading.indexOf(c))).toList()));
    }
    return entries;
  }

  /** People write both. */
  private static String column(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.equals("colour") ? "color" : lower;
  }

  private static List<Entry> json(String text, Path file) {
    JsonNode list;
    try {
      list = STRICT.readTree(text);
    } catch (JacksonException e) {
      throw new InputException(
          "Cannot read class map %s: %s".formatted(file, e.getOriginalMessage()), e);
    }
    if (!list.isArray()) {
      throw new InputException(
          "Cannot read class map %s: it must be a list of objects with %s"
              .formatted(file, String.join(", ", COLUMNS)));
    }
    List<Entry> entries = new ArrayList<>();
    for (JsonNode one : list) {
      String where = "entry " + (entries.size() + 1);
      TreeMap<String, String> cells = new TreeMap<>();
      one.fields()
          .forEachRemaining(
              f ->
                  cells.put(
                      column(f.getKey()), f.getValue().isNull() ? "" : f.getValue().asText()));
      for (String key : cells.keySet()) {
        if (!COLUMNS.contains(key)) {
          throw wrong(file, where, "it has the key %s, known are %s".formatted(key, COLUMNS));
        }
      }
      entries.add(new Entry(where, COLUMNS.stream().map(c -> cells.getOrDefault(c, "")).toList()));
    }
    return entries;
  }

  private static ClassMap of(String name, List<Entry> entries, Path file) {
    TreeMap<Integer, Integer> classOfId = new TreeMap<>();
    TreeMap<Integer, String> names = new TreeMap<>();
    TreeMap<Integer, Integer> palette = new TreeMap<>();
    for (Entry entry : entries) {
      int id = number(entry, 0, MAX_ID, file);
      String trainId = entry.cells().get(3).strip();
      int c = trainId.isEmpty() ? 0 : number(entry, 3, ClassMap.MAX_CLASSES - 1, file);
      if (classOfId.put(id, c) != null) {
        throw wrong(file, entry.where(), "the id %d stands in an earlier one".formatted(id));
      }
      if (!names.containsKey(c)) {
        names.put(c, entry.cells().get(1).strip());
        palette.put(c, color(entry, file));
      }
      if (names.get(c).isEmpty()) {
        throw wrong(file, entry.where(), "it has no name");
      }
    }
    names.putIfAbsent(0, "void");
    palette.putIfAbsent(0, 0);
    if (names.size() < 2) {
      throw new InputException(
          "Cannot read class map %s: no id has a train_id above 0, so there is nothing to learn"
              .formatted(file));
    }
    for (int c = 0; c < names.size(); c++) {
      if (!names.containsKey(c)) {
        throw new InputException(
            "Cannot read class map %s: no id has the train_id %d, though one has %d; they must go from 1 on without a gap (0 is void)"
                .formatted(file, c, names.lastKey()));
      }
    }
    classOfId.putIfAbsent(0, 0);
    short[] classes = new short[classOfId.lastKey() + 1];
    for (int id = 0; id < classes.length; id++) {
      classes[id] = classOfId.getOrDefault(id, -1).shortValue();
    }
    return new ClassMap(name, List.copyOf(names.values()), List.copyOf(palette.values()), classes);
  }

  private static int number(Entry entry, int column, int most, Path file) {
    String text = entry.cells().get(column).strip();
    try {
      int number = Integer.parseInt(text);
      if (number >= 0 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw wrong(
        file,
        entry.where(),
        "%s is \"%s\", must be a whole number from 0 to %,d"
            .formatted(COLUMNS.get(column), shortened(text), most));
  }

  private static int color(Entry entry, Path file) {
    String text = entry.cells().get(2).strip();
    if (!text.matches("#[0-9a-fA-F]{6}")) {
      throw wrong(
          file,
          entry.where(),
          "color is \"%s\", must be #rrggbb, such as #1f77b4".formatted(shortened(text)));
    }
    return Integer.parseInt(text.substring(1), 16);
  }

  private static String shortened(String text) {
    return text.substring(0, Math.min(40, text.length()));
  }

  private static InputException wrong(Path file, String where, String why) {
    return new InputException("Cannot read class map %s: %s: %s".formatted(file, where, why));
  }
}
