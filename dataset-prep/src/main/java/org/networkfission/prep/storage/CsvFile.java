package org.networkfission.prep.storage;

import com.univocity.parsers.common.TextParsingException;
import com.univocity.parsers.csv.CsvParser;
import com.univocity.parsers.csv.CsvParserSettings;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.frame.InputException;

/**
 * A table in text as people and programs write it: cells between commas, quoted where they hold
 * commas, quotes or ends of lines (RFC 4180); a byte order mark and blank lines do not count.
 *
 * @param heading the names of the columns
 * @param rows the lines behind it
 */
public record CsvFile(List<String> heading, List<Row> rows) {
  private static final int MAX_COLUMNS = 512;
  private static final int MAX_CELL = 1 << 16;

  /**
   * A line.
   *
   * @param line its number in the file, from 1 on
   * @param cells empty where nothing stands in them
   */
  public record Row(long line, List<String> cells) {
    public Row {
      cells = List.copyOf(cells);
    }
  }

  public CsvFile {
    heading = List.copyOf(heading);
    rows = List.copyOf(rows);
  }

  /**
   * Reads a file.
   *
   * @throws java.io.FileNotFoundException if there is none
   * @throws InputException if it is no such table
   */
  public static CsvFile read(Path file, Configuration hadoop) throws IOException {
    return parse(String.join("\n", TextFile.lines(file, hadoop)), file.toString());
  }

  /**
   * Reads a text.
   *
   * @param what what it is, for messages
   */
  public static CsvFile parse(String text, String what) {
    CsvParserSettings settings = new CsvParserSettings();
    settings.setMaxColumns(MAX_COLUMNS);
    settings.setMaxCharsPerColumn(MAX_CELL);
    settings.setNullValue("");
    settings.setEmptyValue("");
    settings.setCommentProcessingEnabled(false);
    settings.getFormat().setLineSeparator("\n");
    settings.setErrorContentLength(0);
    CsvParser parser = new CsvParser(settings);
    List<String> heading = null;
    List<Row> rows = new ArrayList<>();
    try {
      parser.beginParsing(new StringReader(text));
      for (String[] cells = parser.parseNext(); cells != null; cells = parser.parseNext()) {
        if (heading == null) {
          heading = Arrays.stream(cells).map(String::strip).toList();
        } else {
          rows.add(new Row(parser.getContext().currentLine(), Arrays.asList(cells)));
        }
      }
    } catch (TextParsingException e) {
      throw new InputException(
          "Cannot read %s: at line %d: a row has more than %,d cells, or a cell more than %,d characters"
              .formatted(what, e.getLineIndex() + 1, MAX_COLUMNS, MAX_CELL),
          e);
    } finally {
      parser.stopParsing();
    }
    if (heading == null) {
      throw new InputException("Cannot read %s: it is empty".formatted(what));
    }
    return new CsvFile(heading, rows);
  }
}
