package org.networkfission.prep.scannet;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.Reason;
import org.networkfission.prep.labels.LabelSpace;
import org.networkfission.prep.storage.TextFile;

/**
 * {@code scannetv2-labels.combined.tsv}: the NYU40 class of each raw label id. Where an id has more
 * than one row, the last one wins, as in the official code.
 */
final class LabelTable {
  static final String FILE_NAME = "scannetv2-labels.combined.tsv";

  private static final short UNKNOWN = -1;

  private final short[] nyu40 = new short[1 << 16];

  /**
   * Reads the table.
   *
   * @throws InputException if it is missing or malformed
   */
  LabelTable(Path file, Configuration hadoop) throws IOException {
    Arrays.fill(nyu40, UNKNOWN);
    nyu40[0] = 0;
    try {
      List<String> lines = TextFile.lines(file, hadoop);
      List<String> columns = lines.isEmpty() ? List.of() : List.of(lines.get(0).split("\t", -1));
      int id = columns.indexOf("id");
      int target = columns.indexOf("nyu40id");
      if (id < 0 || target < 0) {
        throw new InputException(
            "Cannot read %s: its heading has no columns id and nyu40id".formatted(file));
      }
      for (int row = 2; row <= lines.size(); row++) {
        String line = lines.get(row - 1);
        if (!line.isBlank()) {
          add(file, row, line.split("\t", -1), id, target);
        }
      }
    } catch (FileNotFoundException e) {
      throw new InputException(
          "Cannot read ScanNet's labels: %s is missing; it comes with the data set".formatted(file),
          e);
    }
  }

  private void add(Path file, int row, String[] cells, int id, int target) {
    try {
      int raw = Integer.parseInt(cells[id].trim());
      String mapped = cells[target].trim();
      int label = mapped.isEmpty() ? 0 : Integer.parseInt(mapped);
      if (raw < 0 || raw >= nyu40.length || label < 0 || label >= LabelSpace.NYU40.size()) {
        throw new InputException(
            "Cannot read %s: row %d maps id %d to NYU40 class %d".formatted(file, row, raw, label));
      }
      nyu40[raw] = (short) label;
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      throw new InputException(
          "Cannot read %s: row %d has no numbers in the columns id and nyu40id"
              .formatted(file, row),
          e);
    }
  }

  /**
   * Maps raw ids.
   *
   * @param key of the frame, for messages
   * @throws FrameException (unknown label) if an id is not in the table
   */
  LabelMap toNyu40(LabelMap raw, String key) throws FrameException {
    short[] mapped = new short[raw.ids().length];
    for (int i = 0; i < mapped.length; i++) {
      mapped[i] = nyu40[Short.toUnsignedInt(raw.ids()[i])];
      if (mapped[i] < 0) {
        throw new FrameException(
            Reason.UNKNOWN_LABEL,
            "Cannot map the labels of frame %s: raw id %d is not in %s"
                .formatted(key, Short.toUnsignedInt(raw.ids()[i]), FILE_NAME));
      }
    }
    return new LabelMap(raw.width(), raw.height(), mapped);
  }
}
