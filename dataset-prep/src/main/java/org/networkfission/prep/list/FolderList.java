package org.networkfission.prep.list;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.commit.WholeFile;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.settings.Json;

/** Makes a list of the frames that lie in a folder. */
public final class FolderList {
  private static final List<String> IMAGES = List.of("depth", "labels", "normals");

  private final Path folder;
  private final ListRequest request;
  private final Configuration hadoop;
  private final PathPattern color;

  /**
   * What was listed.
   *
   * @param rows by split
   * @param without how many rows lack each kind of image that was asked for
   * @param skipped how many photos have none of them
   */
  public record Result(Map<String, Long> rows, Map<String, Long> without, long skipped) {}

  /**
   * @throws IllegalArgumentException if a pattern is none, or a column is unknown
   */
  public FolderList(Path folder, ListRequest request, Configuration hadoop) {
    this.folder = folder;
    this.request = request;
    this.hadoop = hadoop;
    this.color = PathPattern.of(request.color());
    if (request.images().isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot list %s: give a pattern of depth, of labels or of normals".formatted(folder));
    }
    for (String column : request.columns().keySet()) {
      if (!RowParser.COLUMNS.contains(column)) {
        throw new IllegalArgumentException(
            "Cannot set the column %s: known are %s"
                .formatted(column, String.join(", ", RowParser.COLUMNS)));
      }
    }
  }

  /**
   * Writes the list.
   *
   * @param file CSV or JSON lines, by its ending; paths in it are relative where it lies in the
   *     folder itself
   * @throws InputException if nothing matches, or a row would be bad
   */
  public Result write(Path file) throws IOException {
    List<Map<String, String>> rows = new ArrayList<>();
    Map<String, Long> without = new TreeMap<>();
    long skipped = 0;
    FolderFiles files = FolderFiles.of(folder, hadoop);
    Map<String, FolderFiles.Partners> partners = new LinkedHashMap<>();
    for (String column : IMAGES) {
      if (request.images().containsKey(column)) {
        partners.put(column, partners(files, request.images().get(column)));
      }
    }
    Optional<FolderFiles.Partners> cameras =
        request.intrinsics().map(pattern -> partners(files, pattern));
    boolean inside = folder.equals(file.getParent());
    Map<String, Map<String, String>> read = new HashMap<>();
    for (FolderFiles.Found photo : files.matching(color)) {
      Map<String, String> row = row(photo);
      row.put("color", place(photo.path(), inside));
      long images = 0;
      for (Map.Entry<String, FolderFiles.Partners> partner : partners.entrySet()) {
        Optional<String> path = partner.getValue().of(photo);
        if (path.isPresent()) {
          row.put(partner.getKey(), place(path.get(), inside));
          images++;
        }
      }
      if (images == 0) {
        skipped++;
        continue;
      }
      for (String column : partners.keySet()) {
        without.merge(column, row.containsKey(column) ? 0L : 1L, Long::sum);
      }
      if (cameras.isPresent()) {
        String path =
            cameras
                .get()
                .of(photo)
                .orElseThrow(
                    () ->
                        new InputException(
                            "Cannot list %s: no file of \"%s\" is the camera of %s"
                                .formatted(folder, request.intrinsics().get(), photo.path())));
        Map<String, String> camera = read.get(path);
        if (camera == null) {
          camera = CameraFile.read(new Path(folder, path), hadoop);
          read.put(path, camera);
        }
        row.putAll(camera);
      }
      rows.add(row);
    }
    if (rows.isEmpty()) {
      throw new InputException(
          "Cannot list %s: %,d photos match \"%s\", and none of them has an image of %s"
              .formatted(folder, skipped, color, request.images()));
    }
    hold(rows);
    requireGood(rows);
    WholeFile.create(file, text(rows, file), hadoop);
    Map<String, Long> bySplit = new TreeMap<>();
    rows.forEach(row -> bySplit.merge(row.get("split"), 1L, Long::sum));
    return new Result(bySplit, without, skipped);
  }

  private FolderFiles.Partners partners(FolderFiles files, String pattern) {
    return files.new Partners(PathPattern.of(pattern), color, request.nearest());
  }

  private String place(String path, boolean inside) {
    return inside ? path : new Path(folder, path).toString();
  }

  /** Key, split and unit of a photo, and what holds for all. */
  private Map<String, String> row(FolderFiles.Found photo) {
    Map<String, String> values = photo.values();
    List<String> parts = List.copyOf(values.values());
    Map<String, String> row = new LinkedHashMap<>(request.columns());
    row.put(
        "key",
        request
            .key()
            .map(key -> PathPattern.of(key).fill(values))
            .orElse(parts.isEmpty() ? photo.path() : String.join("/", parts)));
    if (request.unit().isPresent()) {
      row.put("unit", PathPattern.of(request.unit().get()).fill(values));
    } else if (parts.size() > 1) {
      row.put("unit", String.join("/", parts.subList(0, parts.size() - 1)));
    }
    String split = PathPattern.of(request.split()).fill(values);
    for (Map.Entry<String, Map<String, List<String>>> other : request.held().entrySet()) {
      for (Map.Entry<String, List<String>> name : other.getValue().entrySet()) {
        if (name.getValue().contains(values.get(name.getKey()))) {
          split = other.getKey();
        }
      }
    }
    row.put("split", split);
    return row;
  }

  /** Moves a share of the training units to val: the same ones each time. */
  private void hold(List<Map<String, String>> rows) {
    for (Map<String, String> row : rows) {
      CRC32 hash = new CRC32();
      hash.update(row.getOrDefault("unit", row.get("key")).getBytes(StandardCharsets.UTF_8));
      if (row.get("split").equals("train")
          && hash.getValue() < request.valShare() * (1L << Integer.SIZE)) {
        row.put("split", "val");
      }
    }
  }

  /** The first row that prepare would refuse is told now. */
  private void requireGood(List<Map<String, String>> rows) {
    RowDefaults defaults = ListSettings.named("list").defaults();
    // The camera may be given to prepare instead.
    RowDefaults camera = new RowDefaults(defaults.depth(), defaults.axes(), 1.0, 1.0, 0.0, 0.0);
    RowParser parser = new RowParser(camera, "the list");
    for (int i = 0; i < rows.size(); i++) {
      ListedFrame frame = parser.parse(new ListRow(i + 1L, rows.get(i), null));
      if (frame.isBad()) {
        throw new InputException(
            "Cannot list %s: the row of %s would be bad. %s"
                .formatted(folder, rows.get(i).get("color"), frame.problem()));
      }
    }
  }

  private static byte[] text(List<Map<String, String>> rows, Path file) throws IOException {
    boolean json = file.getName().toLowerCase(Locale.ROOT).endsWith(".jsonl");
    List<String> columns =
        RowParser.COLUMNS.stream()
            .filter(c -> rows.stream().anyMatch(row -> row.containsKey(c)))
            .toList();
    StringBuilder text = new StringBuilder();
    if (!json) {
      text.append(String.join(",", columns)).append('\n');
    }
    for (Map<String, String> row : rows) {
      text.append(json ? json(row, columns) : csv(row, columns)).append('\n');
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String json(Map<String, String> row, List<String> columns)
      throws JsonProcessingException {
    Map<String, String> ordered = new LinkedHashMap<>();
    columns.stream().filter(row::containsKey).forEach(c -> ordered.put(c, row.get(c)));
    return Json.MAPPER.writeValueAsString(ordered);
  }

  private static String csv(Map<String, String> row, List<String> columns) {
    List<String> cells = new ArrayList<>();
    for (String column : columns) {
      String cell = row.getOrDefault(column, "");
      cells.add(cell.matches("[^,\"\\r\\n]*") ? cell : "\"" + cell.replace("\"", "\"\"") + "\"");
    }
    return String.join(",", cells);
  }
}
