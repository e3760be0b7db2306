package org.networkfission.prep.shard;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.commit.StoredFile;
import org.networkfission.prep.commit.WholeFile;
import org.networkfission.prep.frame.TruthKind;

/** What a data set is, for people: {@code data-card.md} in its folder, made of its manifest. */
public final class DataCard {
  /** The card's file name. */
  public static final String FILE_NAME = "data-card.md";

  private final Manifest manifest;
  private final StringBuilder text = new StringBuilder();

  private DataCard(Manifest manifest) {
    this.manifest = manifest;
  }

  /**
   * Writes the card into a data set's folder.
   *
   * @return what was written
   */
  public static StoredFile write(Manifest manifest, Path dataset, Configuration hadoop)
      throws IOException {
    byte[] card = of(manifest).getBytes(StandardCharsets.UTF_8);
    WholeFile.write(new Path(dataset, FILE_NAME), card, hadoop);
    return StoredFile.of(FILE_NAME, card);
  }

  /** The card's text. */
  public static String of(Manifest manifest) {
    return new DataCard(manifest).write();
  }

  private String write() {
    JsonNode prepare = manifest.configuration().path("prepare");
    line("# %s", cell(manifest.dataset()));
    line("");
    line(
        "Licence: %s",
        cell(
            prepare.path("licence").asText("null").equals("null")
                ? "not given (prepare.licence)"
                : prepare.path("licence").asText()));
    line("");
    counts();
    classes();
    holes();
    cameras();
    made(prepare);
    return text.toString();
  }

  private void counts() {
    line("## Frames");
    line("");
    table("split", "frames", "with depth", "with labels", "with normals", "shards", "megabytes");
    manifest
        .splits()
        .forEach(
            (split, s) ->
                row(
                    split,
                    "%,d".formatted(s.frames()),
                    "%,d".formatted(s.framesWith(TruthKind.DEPTH)),
                    "%,d".formatted(s.framesWith(TruthKind.LABELS)),
                    "%,d".formatted(s.framesWith(TruthKind.NORMALS)),
                    "%,d".formatted(manifest.files(split).size()),
                    "%,.1f"
                        .formatted(
                            manifest.files(split).stream().mapToLong(ShardFile::bytes).sum()
                                / 1e6)));
    line("");
    if (manifest.quarantined().isEmpty()) {
      line("No frame was left out.");
    } else {
      line("Left out (`%s/` names each):", Manifest.QUARANTINE);
      line("");
      table("reason", "frames");
      manifest.quarantined().forEach((reason, frames) -> row(reason, "%,d".formatted(frames)));
    }
    line("");
  }

  private void classes() {
    line("## Classes");
    line("");
    line(
        "Class map `%s`: %d classes and void. Shares of the labelled frames' pixels:",
        manifest.classMap(), manifest.classNames().size() - 1);
    line("");
    List<String> heading = new ArrayList<>(List.of("", "class", "colour"));
    heading.addAll(manifest.splits().keySet());
    table(heading.toArray(String[]::new));
    for (int c = 0; c < manifest.classNames().size(); c++) {
      List<String> cells = new ArrayList<>();
      cells.add(Integer.toString(c));
      cells.add(cell(manifest.classNames().get(c)));
      cells.add(String.format(Locale.ROOT, "#%06x", manifest.palette().get(c)));
      for (SplitStatistics s : manifest.splits().values()) {
        cells.add(percent(s.classHistogram().get(c), s.pixelsWith(TruthKind.LABELS)));
      }
      row(cells.toArray(String[]::new));
    }
    line("");
  }

  private void holes() {
    line("## Depth and normals");
    line("");
    table("split", "pixels without depth", "pixels with a normal", "depth in m");
    manifest
        .splits()
        .forEach(
            (split, s) ->
                row(
                    split,
                    percent(s.holePixels(), s.pixelsWith(TruthKind.DEPTH)),
                    percent(s.normalPixels(), s.pixelsWith(TruthKind.NORMALS)),
                    s.maxDepth() == 0
                        ? "–"
                        : String.format(
                            Locale.ROOT,
                            "%.2f to %.2f",
                            s.minDepth() / 1000.0,
                            s.maxDepth() / 1000.0)));
    line("");
    line("Shares are those of the frames that have depth, or normals.");
    line("");
  }

  private void cameras() {
    line("## Cameras");
    line("");
    line("In pixels of the rows' images, whose centres are integers.");
    line("");
    table("split", "camera", "frames");
    manifest
        .splits()
        .forEach(
            (split, s) ->
                s.cameras()
                    .frames()
                    .forEach((camera, frames) -> row(split, camera, "%,d".formatted(frames))));
    line("");
  }

  private void made(JsonNode prepare) {
    line("## How it was made");
    line("");
    line("By `fission prepare` of version %s:", manifest.productVersion());
    line("");
    table("setting", "value");
    for (String key :
        List.of(
            "dataset", "input", "splits", "frame-stride", "size", "truth", "class-map", "seed")) {
      JsonNode value = prepare.path(key);
      if (!value.isMissingNode() && !value.isNull()) {
        row("`prepare." + key + "`", cell(value.isTextual() ? value.asText() : value.toString()));
      }
    }
    for (Map.Entry<String, String> normals : manifest.normals().entrySet()) {
      row("normals: " + normals.getKey(), cell(normals.getValue()));
    }
    line("");
    line("`%s` has every setting, and the length and SHA-256 of each shard.", Manifest.FILE_NAME);
  }

  private void table(String... heading) {
    row(heading);
    line("|%s", "---|".repeat(heading.length));
  }

  private void row(String... cells) {
    line("| %s |", String.join(" | ", cells));
  }

  private void line(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values));
    text.append('\n');
  }

  private static String percent(long part, long whole) {
    return whole == 0 ? "–" : String.format(Locale.ROOT, "%.2f %%", 100.0 * part / whole);
  }

  /** Text that stays in its cell. */
  private static String cell(String text) {
    return text.replace("|", "\\|").replaceAll("\\s+", " ");
  }
}
