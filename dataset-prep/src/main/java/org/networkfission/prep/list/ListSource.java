package org.networkfission.prep.list;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.frame.FrameReader;
import org.networkfission.prep.frame.FrameSource;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.settings.Check;

/**
 * Frames that the user lists. Units are those of the list; where a row names none, its unit is the
 * next 64 such rows of its split. A unit carries its rows to the executor, so that nobody reads the
 * list a second time. A row that cannot be used belongs to a unit like any other, and is
 * quarantined with its line.
 *
 * @param list the file
 * @param name the data set's
 * @param splits whose rows are read
 * @param frameStride take each n-th row of a unit
 * @param defaults what rows do not say themselves
 */
public record ListSource(
    String list, String name, List<String> splits, int frameStride, RowDefaults defaults)
    implements FrameSource {
  /** Rows of a unit that the list does not name. */
  private static final int ROWS = 64;

  /** About what the images of a frame take. */
  private static final long BYTES_PER_FRAME = 500_000;

  /** The unit of rows that name no split. */
  private static final String ASTRAY = "rows-that-cannot-be-used";

  /** A unit as it grows. */
  private record Place(String split, String unit) {}

  public ListSource {
    splits = List.copyOf(splits);
    new Check().that("frameStride", frameStride, frameStride >= 1, "at least 1").done();
  }

  /** The frames that a list holds. */
  public static ListSource of(
      String list, List<String> splits, int frameStride, ListSettings settings) {
    return new ListSource(list, settings.name(), splits, frameStride, settings.defaults());
  }

  @Override
  public List<FrameUnit> units(Configuration hadoop) throws IOException {
    Path file = new Path(list);
    RowParser parser = new RowParser(defaults, file.getName());
    Map<Place, List<ListedFrame>> units = new LinkedHashMap<>();
    Map<String, Integer> unnamed = new LinkedHashMap<>();
    for (ListRow row : new ListFile(file, hadoop).rows()) {
      ListedFrame frame = parser.parse(row);
      String split = row.cell("split");
      boolean astray = split == null || !RowParser.SPLITS.contains(split);
      if (!astray && !splits.contains(split)) {
        continue;
      }
      String unit = row.cell("unit");
      if (astray || (frame.isBad() && unit == null)) {
        split = splits.get(0);
        unit = ASTRAY;
      } else if (unit == null) {
        int number = unnamed.merge(split, 1, Integer::sum) - 1;
        unit = "%s-rows-%06d".formatted(split, number / ROWS);
      }
      units.computeIfAbsent(new Place(split, unit), p -> new ArrayList<>()).add(frame);
    }
    List<FrameUnit> found = new ArrayList<>();
    units.forEach((place, frames) -> found.add(unit(place, taken(frames))));
    return found;
  }

  private FrameUnit unit(Place place, List<ListedFrame> frames) {
    return new FrameUnit(
        place.unit(),
        place.split(),
        frames.size(),
        frames.size() * BYTES_PER_FRAME,
        ListedFrame.toJson(frames));
  }

  /** Each n-th frame; what is wrong is told whatever the stride. */
  private List<ListedFrame> taken(List<ListedFrame> frames) {
    List<ListedFrame> taken = new ArrayList<>();
    int good = 0;
    for (ListedFrame frame : frames) {
      if (frame.isBad() || good++ % frameStride == 0) {
        taken.add(frame);
      }
    }
    return taken;
  }

  @Override
  public FrameReader open(FrameUnit unit, Configuration hadoop) throws IOException {
    return new ListReader(new Path(list), name, unit, hadoop);
  }
}
