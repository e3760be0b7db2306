package org.networkfission.prep.list;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.frame.Reason;

/** Checks the rows of a list one after the other, and remembers the keys that it saw. */
final class RowParser {
  /** Every column that a list may have. */
  static final List<String> COLUMNS =
      List.of(
          "key",
          "split",
          "unit",
          "color",
          "depth",
          "labels",
          "normals",
          "fx",
          "fy",
          "cx",
          "cy",
          "depth_unit",
          "depth_scale",
          "depth_shift",
          "depth_kind",
          "depth_invalid",
          "normals_axes");

  /** Every split that a row may be of. */
  static final List<String> SPLITS = List.of("train", "val", "test");

  /** A unit's name becomes a part of a file's name, which has 255 bytes. */
  private static final int MAX_UNIT = 150;

  private static final int SHOWN = 60;

  private final RowDefaults defaults;
  private final String list;
  private final Map<String, ListRow> seen = new HashMap<>();

  /** What is wrong with a row. */
  private static final class BadRow extends Exception {
    private static final long serialVersionUID = 1;

    BadRow(String why) {
      super(why);
    }
  }

  RowParser(RowDefaults defaults, String list) {
    this.defaults = defaults;
    this.list = list;
  }

  /** A row's frame, or what is wrong with it. */
  ListedFrame parse(ListRow row) {
    try {
      if (row.problem() != null) {
        throw new BadRow(row.problem());
      }
      String key = needed(row, "key");
      ListRow before = seen.putIfAbsent(key, row);
      if (before != null && before.cells().equals(row.cells())) {
        return bad(
            row, Reason.DUPLICATE, "it repeats line %d word for word".formatted(before.line()));
      } else if (before != null) {
        throw new BadRow(
            "the key %s stands in line %d already, with other values"
                .formatted(shown(key), before.line()));
      }
      return frame(row, key);
    } catch (BadRow e) {
      return bad(row, Reason.BAD_ROW, e.getMessage());
    }
  }

  private ListedFrame frame(ListRow row, String key) throws BadRow {
    String split = needed(row, "split");
    if (!SPLITS.contains(split)) {
      throw new BadRow("split is %s, must be train, val or test".formatted(shown(split)));
    }
    String unit = row.cell("unit");
    if (unit != null && URLEncoder.encode(unit, StandardCharsets.UTF_8).length() > MAX_UNIT) {
      throw new BadRow("unit %s is longer than %d bytes".formatted(shown(unit), MAX_UNIT));
    }
    String color = path(row, "color");
    if (color == null) {
      throw new BadRow("it has no color");
    }
    String depth = path(row, "depth");
    String labels = path(row, "labels");
    String normals = path(row, "normals");
    if (depth == null && labels == null && normals == null) {
      throw new BadRow("it has neither depth nor labels nor normals");
    }
    double fx = camera(row, "fx", defaults.fx());
    double fy = camera(row, "fy", defaults.fy());
    double cx = camera(row, "cx", defaults.cx());
    double cy = camera(row, "cy", defaults.cy());
    try {
      new Intrinsics(fx, fy, cx, cy);
    } catch (IllegalArgumentException e) {
      throw new BadRow(e.getMessage());
    }
    return new ListedFrame(
        row.line(),
        key,
        color,
        depth,
        labels,
        normals,
        fx,
        fy,
        cx,
        cy,
        code(row),
        choice(row, "normals_axes", NormalAxes.class, defaults.axes()),
        null,
        null);
  }

  private DepthCode code(ListRow row) throws BadRow {
    DepthCode usual = defaults.depth();
    double scale = number(row, "depth_scale", usual.scale());
    if (scale == 0) {
      throw new BadRow("depth_scale is 0");
    }
    return new DepthCode(
        choice(row, "depth_unit", DepthCode.Unit.class, usual.unit()),
        scale,
        number(row, "depth_shift", usual.shift()),
        choice(row, "depth_kind", DepthCode.Kind.class, usual.kind()),
        row.cell("depth_invalid") == null
            ? usual.invalid()
            : (Double) number(row, "depth_invalid", 0));
  }

  private static String needed(ListRow row, String column) throws BadRow {
    String cell = row.cell(column);
    if (cell == null) {
      throw new BadRow("it has no " + column);
    }
    return cell;
  }

  private static String path(ListRow row, String column) throws BadRow {
    String cell = row.cell(column);
    if (cell != null) {
      try {
        new Path(cell);
      } catch (IllegalArgumentException e) {
        throw new BadRow("%s is %s: %s".formatted(column, shown(cell), e.getMessage()));
      }
    }
    return cell;
  }

  private static double camera(ListRow row, String column, Double usual) throws BadRow {
    if (row.cell(column) == null && usual == null) {
      throw new BadRow("it has no %s, and prepare.list.%s is not set".formatted(column, column));
    }
    return number(row, column, usual == null ? 0 : usual);
  }

  private static double number(ListRow row, String column, double usual) throws BadRow {
    String cell = row.cell(column);
    if (cell == null) {
      return usual;
    }
    double value;
    try {
      value = Double.parseDouble(cell);
    } catch (NumberFormatException e) {
      value = Double.NaN;
    }
    if (!Double.isFinite(value)) {
      throw new BadRow("%s is %s, must be a number".formatted(column, shown(cell)));
    }
    return value;
  }

  private static <E extends Enum<E>> E choice(ListRow row, String column, Class<E> type, E usual)
      throws BadRow {
    String cell = row.cell(column);
    if (cell == null) {
      return usual;
    }
    for (E constant : type.getEnumConstants()) {
      if (name(constant).equals(cell)) {
        return constant;
      }
    }
    throw new BadRow(
        "%s is %s, must be %s"
            .formatted(
                column,
                shown(cell),
                Arrays.stream(type.getEnumConstants())
                    .map(RowParser::name)
                    .collect(Collectors.joining(", "))));
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private ListedFrame bad(ListRow row, Reason reason, String why) {
    return ListedFrame.bad(
        row.line(),
        row.cell("key"),
        reason,
        "Cannot use line %d of %s: %s".formatted(row.line(), list, why));
  }

  private static String shown(String text) {
    return "\"%s\"".formatted(text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text);
  }
}
