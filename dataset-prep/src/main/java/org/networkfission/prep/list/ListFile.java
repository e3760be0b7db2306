package org.networkfission.prep.list;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.settings.Json;
import org.networkfission.prep.storage.CsvFile;
import org.networkfission.prep.storage.Storage;
import org.networkfission.prep.storage.StorageException;
import org.networkfission.prep.storage.TextFile;

/**
 * A list of frames in a file: JSON lines ({@code .jsonl}), CSV ({@code .csv}) or Parquet ({@code
 * .parquet}, a file or a folder of them as Spark writes it).
 */
final class ListFile {
  private static final ObjectMapper STRICT =
      Json.MAPPER.copy().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  private final Path file;
  private final Configuration hadoop;

  ListFile(Path file, Configuration hadoop) {
    this.file = file;
    this.hadoop = hadoop;
  }

  /**
   * Reads all rows.
   *
   * @throws InputException if there is no such file, it is in no form that is read, or it has no
   *     row
   */
  List<ListRow> rows() throws IOException {
    String name = file.getName().toLowerCase(Locale.ROOT);
    List<ListRow> rows;
    try {
      if (name.endsWith(".jsonl") || name.endsWith(".ndjson")) {
        rows = jsonLines();
      } else if (name.endsWith(".csv")) {
        rows = csv();
      } else if (name.endsWith(".parquet")) {
        rows = parquet();
      } else {
        throw new InputException(
            "Cannot read the list %s: its name must end in .jsonl, .csv or .parquet, which says what it is"
                .formatted(file));
      }
    } catch (FileNotFoundException e) {
      throw new InputException("Cannot read the list %s: there is no such file".formatted(file), e);
    }
    if (rows.isEmpty()) {
      throw new InputException("Cannot read the list %s: it has no rows".formatted(file));
    }
    return rows;
  }

  private List<ListRow> jsonLines() throws IOException {
    List<ListRow> rows = new ArrayList<>();
    long line = 0;
    for (String text : TextFile.lines(file, hadoop)) {
      line++;
      if (!text.isBlank()) {
        rows.add(json(line, text));
      }
    }
    return rows;
  }

  private static ListRow json(long line, String text) {
    Map<String, String> cells = new HashMap<>();
    String problem = null;
    try {
      JsonNode row = STRICT.readTree(text);
      if (!row.isObject()) {
        problem = "it is no JSON object";
      }
      Iterator<Map.Entry<String, JsonNode>> fields = row.fields();
      while (fields.hasNext()) {
        Map.Entry<String, JsonNode> field = fields.next();
        if (!RowParser.COLUMNS.contains(field.getKey())) {
          problem = unknown(field.getKey());
        } else if (!field.getValue().isValueNode()) {
          problem = field.getKey() + " must be a text or a number";
        } else if (!field.getValue().isNull()) {
          put(cells, field.getKey(), field.getValue().asText());
        }
      }
    } catch (JacksonException e) {
      problem = "it is no JSON: " + e.getOriginalMessage();
    }
    return new ListRow(line, cells, problem);
  }

  private List<ListRow> csv() throws IOException {
    CsvFile table = CsvFile.read(file, hadoop);
    requireKnown(table.heading());
    List<ListRow> rows = new ArrayList<>();
    for (CsvFile.Row row : table.rows()) {
      Map<String, String> cells = new HashMap<>();
      String problem = null;
      if (row.cells().size() != table.heading().size()) {
        problem =
            "it has %d cells, the heading has %d"
                .formatted(row.cells().size(), table.heading().size());
      }
      for (int i = 0; i < Math.min(row.cells().size(), table.heading().size()); i++) {
        put(cells, table.heading().get(i), row.cells().get(i));
      }
      rows.add(new ListRow(row.line(), cells, problem));
    }
    return rows;
  }

  private List<ListRow> parquet() throws IOException {
    Storage storage = Storage.of(file, hadoop);
    List<Path> parts = new ArrayList<>();
    List<FileStatus> found = storage.list(file); // Of a file, itself.
    found.stream()
        .map(FileStatus::getPath)
        .filter(p -> !p.getName().startsWith("_") && !p.getName().startsWith("."))
        .sorted(Comparator.comparing(Path::getName))
        .forEach(parts::add);
    List<ListRow> rows = new ArrayList<>();
    for (Path part : parts) {
      try {
        ParquetRows.read(part, hadoop, this::requireKnown, cells -> add(rows, cells));
      } catch (InputException | StorageException e) {
        throw e;
      } catch (IOException | RuntimeException e) {
        StorageException.rethrow(e);
        throw new InputException(
            "Cannot read the list %s: it is no Parquet file, or damaged: %s"
                .formatted(part, e.getMessage()),
            e);
      }
    }
    return rows;
  }

  private static void add(List<ListRow> rows, Map<String, String> cells) {
    Map<String, String> full = new HashMap<>();
    cells.forEach((column, cell) -> put(full, column, cell));
    rows.add(new ListRow(rows.size() + 1L, full, null));
  }

  private static void put(Map<String, String> cells, String column, String cell) {
    String stripped = cell.strip();
    if (!stripped.isEmpty()) {
      cells.put(column, stripped);
    }
  }

  private void requireKnown(List<String> columns) {
    for (String column : columns) {
      if (!RowParser.COLUMNS.contains(column)) {
        throw new InputException("Cannot read the list %s: %s".formatted(file, unknown(column)));
      }
    }
    if (new HashSet<>(columns).size() < columns.size()) {
      throw new InputException(
          "Cannot read the list %s: a column stands in it twice: %s".formatted(file, columns));
    }
  }

  private static String unknown(String column) {
    return "the column \"%s\" is not known; known are %s"
        .formatted(
            column.length() > 40 ? column.substring(0, 40) + "..." : column,
            String.join(", ", RowParser.COLUMNS));
  }
}
