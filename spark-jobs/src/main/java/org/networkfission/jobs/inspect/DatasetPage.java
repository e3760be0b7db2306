package org.networkfission.jobs.inspect;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.IntToDoubleFunction;
import org.networkfission.jobs.cluster.ClusterSettings;
import org.networkfission.jobs.report.Html;
import org.networkfission.model.task.Colors;
import org.networkfission.prep.codec.Jpeg;
import org.networkfission.prep.codec.Png16;
import org.networkfission.prep.codec.PngImage;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.TruthKind;
import org.networkfission.prep.shard.Example;
import org.networkfission.prep.shard.ExampleCodec;
import org.networkfission.prep.shard.Manifest;
import org.networkfission.prep.shard.SplitStatistics;

/** A data set as a page to look at: one file that needs no network. */
public final class DatasetPage {
  private static final int JPEG_QUALITY = 82;
  private static final int HISTOGRAM_WIDTH = 380;
  private static final int HISTOGRAM_HEIGHT = 160;

  /** The share of depths that the histogram shows; a few stray far away. */
  private static final double SHOWN = 0.999;

  private final PreparedDataset prepared;
  private final Manifest manifest;
  private final String dataset;
  private final ClusterSettings cluster;
  private final StringBuilder page = new StringBuilder();

  public DatasetPage(PreparedDataset prepared, String dataset, ClusterSettings cluster) {
    this.prepared = prepared;
    this.manifest = prepared.manifest();
    this.dataset = dataset;
    this.cluster = cluster;
  }

  /** The page; reads all rows on the cluster. */
  public byte[] html() throws IOException {
    return html(DatasetScan.run(dataset, manifest, cluster)).getBytes(StandardCharsets.UTF_8);
  }

  String html(SortedMap<String, ScanCounts> splits) throws IOException {
    Html.open(page, "Data set: " + manifest.dataset());
    page.append(
        "<p class=\"soft\">Classes %s, normals %s, prepared by version %s.</p>\n"
            .formatted(
                Html.escape(manifest.classMap()),
                Html.escape(
                    manifest.normals().getOrDefault("mode", "unknown").toLowerCase(Locale.ROOT)),
                Html.escape(manifest.productVersion())));
    frames();
    classes();
    for (Map.Entry<String, ScanCounts> split : splits.entrySet()) {
      charts(split.getKey(), split.getValue());
    }
    cameras();
    for (Map.Entry<String, ScanCounts> split : splits.entrySet()) {
      pictures("Least known frames of " + split.getKey(), split.getValue().worst());
      pictures("Some frames of " + split.getKey(), split.getValue().random());
    }
    return page.append("</main></body></html>\n").toString();
  }

  private void frames() {
    page.append("<h2>Frames</h2>\n");
    head("split", "frames", "with depth", "with labels", "with normals", "no depth", "normals");
    manifest
        .splits()
        .forEach(
            (split, s) ->
                row(
                    Html.escape(split),
                    "%,d".formatted(s.frames()),
                    "%,d".formatted(s.framesWith(TruthKind.DEPTH)),
                    "%,d".formatted(s.framesWith(TruthKind.LABELS)),
                    "%,d".formatted(s.framesWith(TruthKind.NORMALS)),
                    percent(s.holePixels(), s.pixelsWith(TruthKind.DEPTH)),
                    percent(s.normalPixels(), s.pixelsWith(TruthKind.NORMALS))));
    end();
    manifest
        .quarantined()
        .forEach(
            (reason, count) ->
                page.append(
                    "<p class=\"note\">%,d frames are in quarantine: %s</p>\n"
                        .formatted(count, Html.escape(reason))));
  }

  /** The share of each class's pixels, with a bar as long as the most frequent class's is whole. */
  private void classes() {
    page.append("<h2>Classes</h2>\n<p class=\"soft\">Shares of the labelled frames’ pixels.</p>\n");
    List<String> names = manifest.classNames();
    List<String> heading = new java.util.ArrayList<>(List.of("class"));
    heading.addAll(manifest.splits().keySet());
    head(heading.toArray(String[]::new));
    for (int c = 0; c < names.size(); c++) {
      List<String> cells = new java.util.ArrayList<>();
      cells.add(
          "<span class=\"swatch\" style=\"display:inline-block;background:#%06x\"></span> %s"
              .formatted(manifest.palette().get(c), Html.escape(names.get(c))));
      for (SplitStatistics s : manifest.splits().values()) {
        long most = s.classHistogram().stream().mapToLong(Long::longValue).max().orElse(1);
        long own = s.classHistogram().get(c);
        cells.add(
            "%s<div class=\"track\"><i class=\"main\" style=\"width:%s%%\"></i></div>"
                .formatted(
                    percent(own, s.pixelsWith(TruthKind.LABELS)),
                    format("%.1f", 100.0 * own / Math.max(1, most))));
      }
      row(cells.toArray(String[]::new));
    }
    end();
  }

  private void charts(String split, ScanCounts counts) {
    page.append("<h2>%s</h2>\n<div class=\"charts\">\n".formatted(Html.escape(split)));
    Html.chart(
        page, "Depth", histogram(counts.depth()), "Pixels by depth in metres, bars of 0.1 m.");
    Html.chart(
        page,
        "Holes",
        map(ScanCounts.COLUMNS, ScanCounts.ROWS, counts::holes),
        "Where in the image depth is missing: dark never, bright always.");
    long most = 1;
    for (long cell : counts.normals()) {
      most = Math.max(most, cell);
    }
    double top = Math.log1p((double) most);
    Html.chart(
        page,
        "Normals",
        map(
            ScanCounts.CELLS,
            ScanCounts.CELLS,
            cell -> {
              double x = (cell % ScanCounts.CELLS + 0.5) / ScanCounts.CELLS * 2 - 1;
              int row = cell / ScanCounts.CELLS;
              double y = (row + 0.5) / ScanCounts.CELLS * 2 - 1;
              return x * x + y * y > 1
                  ? Double.NaN
                  : Math.log1p((double) counts.normals()[cell]) / top;
            }),
        "The half of the sphere that faces the camera, in equal areas, by the logarithm of the"
            + " pixels: the middle looks at the camera, above is up. %,d normals face away."
                .formatted(counts.away()));
    page.append("</div>\n");
  }

  private static String histogram(long[] bins) {
    long total = 0;
    long most = 1;
    for (long bin : bins) {
      total += bin;
      most = Math.max(most, bin);
    }
    int shown = 1;
    for (long sum = bins[0]; shown < bins.length && sum < SHOWN * total; shown++) {
      sum += bins[shown];
    }
    StringBuilder svg = new StringBuilder();
    svg.append(
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Histogram of depth\">"
            .formatted(HISTOGRAM_WIDTH, HISTOGRAM_HEIGHT + 20));
    double step = (double) HISTOGRAM_WIDTH / shown;
    for (int i = 0; i < shown; i++) {
      double height = (double) HISTOGRAM_HEIGHT * bins[i] / most;
      svg.append(
          format(
              "<rect class=\"bar\" x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\"><title>%.1f m: %,d</title></rect>",
              i * step,
              HISTOGRAM_HEIGHT - height,
              Math.max(0.5, step - 0.5),
              height,
              i * ScanCounts.BIN / 1000.0,
              bins[i]));
    }
    for (int tick = 0; tick <= 4; tick++) {
      svg.append(
          format(
              "<text x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">%.1f</text>",
              tick * HISTOGRAM_WIDTH / 4.0,
              HISTOGRAM_HEIGHT + 14,
              tick == 0 ? "start" : tick == 4 ? "end" : "middle",
              shown * tick * ScanCounts.BIN / 4000.0));
    }
    return svg.append("</svg>").toString();
  }

  /** A small picture, a pixel for each cell, whose value is 0 to 1; grey where it is NaN. */
  private static String map(int columns, int rows, IntToDoubleFunction value) {
    short[] rgb = new short[3 * columns * rows];
    for (int cell = 0; cell < columns * rows; cell++) {
      double v = value.applyAsDouble(cell);
      int color = Double.isNaN(v) ? 0x808080 : Colors.viridis(v);
      rgb[3 * cell] = (short) (color >> 16 & 0xff);
      rgb[3 * cell + 1] = (short) (color >> 8 & 0xff);
      rgb[3 * cell + 2] = (short) (color & 0xff);
    }
    return "<img alt=\"\" style=\"width:100%%;max-width:380px;image-rendering:pixelated\" src=\"data:image/png;base64,%s\">"
        .formatted(base64(Png16.write(new PngImage(columns, rows, 3, 8, rgb))));
  }

  private void cameras() {
    page.append(
        "<h2>Cameras</h2>\n<p class=\"soft\">In pixels of the rows’ images, with centres at"
            + " integers.</p>\n");
    head("split", "camera", "frames");
    manifest
        .splits()
        .forEach(
            (split, s) ->
                s.cameras()
                    .frames()
                    .forEach(
                        (camera, frames) ->
                            row(Html.escape(split), Html.escape(camera), "%,d".formatted(frames))));
    end();
  }

  private void pictures(String title, List<ScanCounts.Shown> shown) throws IOException {
    page.append("<h2>%s</h2>\n<div class=\"frames\">\n".formatted(Html.escape(title)));
    for (ScanCounts.Shown frame : shown) {
      Optional<Example> row = prepared.find(frame.key());
      if (row.isEmpty()) {
        continue;
      }
      page.append(
          "<div class=\"frame\"><div class=\"head\"><span class=\"key\">%s</span><span class=\"score\">%s unknown</span></div>%s</div>\n"
              .formatted(
                  Html.escape(frame.key()),
                  format("%.1f %%", 100 * frame.unknown()),
                  picture(row.get())));
    }
    page.append("</div>\n");
  }

  private String picture(Example row) {
    try {
      byte[] sheet =
          Jpeg.encode(
              RowSheet.draw(List.of(ExampleCodec.decode(row)), manifest.palette()), JPEG_QUALITY);
      return "<img alt=\"photo, depth, labels and normals\" src=\"data:image/jpeg;base64,%s\">"
          .formatted(base64(sheet));
    } catch (FrameException e) {
      return "<p class=\"note\">%s</p>".formatted(Html.escape(e.getMessage()));
    }
  }

  private void head(String... cells) {
    page.append("<div class=\"scroll\"><table class=\"plain\"><thead><tr>");
    for (String cell : cells) {
      page.append("<th>").append(Html.escape(cell)).append("</th>");
    }
    page.append("</tr></thead><tbody>\n");
  }

  private void row(String... cells) {
    page.append("<tr><td>").append(String.join("</td><td>", cells)).append("</td></tr>\n");
  }

  private void end() {
    page.append("</tbody></table></div>\n");
  }

  private static String percent(long part, long whole) {
    return whole == 0 ? "–" : format("%.2f %%", 100.0 * part / whole);
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
