package org.networkfission.prep.labels;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A table of this package's resources: comma-separated, no quotes, a heading line. */
final class Table {
  private final String resource;
  private final List<String> heading;
  private final List<List<String>> rows;

  private Table(String resource, List<String> heading, List<List<String>> rows) {
    this.resource = resource;
    this.heading = heading;
    this.rows = rows;
  }

  static Table read(String resource) {
    try (InputStream in = Table.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(
            "Cannot find the table %s on the class path".formatted(resource));
      }
      BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      List<String> heading = cells(lines.readLine());
      List<List<String>> rows = new ArrayList<>();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank()) {
          rows.add(cells(line));
        }
      }
      return new Table(resource, heading, rows);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the table " + resource, e);
    }
  }

  private static List<String> cells(String line) {
    return List.of(line.split(",", -1));
  }

  int rows() {
    return rows.size();
  }

  String text(int row, String column) {
    int index = heading.indexOf(column);
    if (index < 0) {
      throw new IllegalArgumentException(
          "Cannot find column %s in table %s: it has %s".formatted(column, resource, heading));
    }
    return rows.get(row).get(index);
  }

  /** The number in a cell; 0 where the cell is empty. */
  int number(int row, String column) {
    String text = text(row, column);
    return text.isEmpty() ? 0 : Integer.parseInt(text);
  }

  /** The colour in the columns r, g and b, 0xRRGGBB. */
  int color(int row) {
    return (number(row, "r") << 16) | (number(row, "g") << 8) | number(row, "b");
  }
}
