package org.networkfission.jobs.predict;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.jobs.inference.PhotoPrediction;
import org.networkfission.model.input.BatchAssembler;
import org.networkfission.prep.commit.StoredFile;
import org.networkfission.prep.commit.WholeFile;
import org.networkfission.prep.frame.ColorImage;

/**
 * Predictions as PNG files. Their names are known, so that an attempt writes over the files of one
 * before it: each of them whole, and of the same bytes where both ran on the same kind of machine.
 * On a cluster a part has one attempt at a time that may write (see {@code TaskAttempt}).
 */
final class PngPart implements PartWriter {
  private static final String PANELS = "panels";

  private final Path output;
  private final List<Integer> palette;
  private final Configuration hadoop;
  private final List<StoredFile> files = new ArrayList<>();
  private final List<PartRecord.Image> images = new ArrayList<>();

  /**
   * @param palette a colour per class, 0xRRGGBB
   */
  PngPart(Path output, List<Integer> palette, Configuration hadoop) {
    this.output = output;
    this.palette = palette;
    this.hadoop = hadoop;
  }

  @Override
  public void write(LoadedPhoto photo, PhotoPrediction prediction, PhotoPrediction small)
      throws IOException {
    Map<String, byte[]> pictures = PredictionFiles.of(prediction.prediction(), palette);
    ColorImage seen = BatchAssembler.resized(photo.photo().image(), small.width(), small.height());
    pictures.put(PANELS, PredictionFiles.panel(seen, small.prediction(), palette));
    Map<String, String> names = new LinkedHashMap<>();
    for (Map.Entry<String, byte[]> picture : pictures.entrySet()) {
      String path = "%s/%s.png".formatted(picture.getKey(), photo.name());
      WholeFile.write(new Path(output, path), picture.getValue(), hadoop);
      files.add(StoredFile.of(path, picture.getValue()));
      names.put(picture.getKey(), path);
    }
    images.add(
        new PartRecord.Image(photo.source(), photo.photo().width(), photo.photo().height(), names));
  }

  @Override
  public List<StoredFile> files() {
    return files;
  }

  @Override
  public List<PartRecord.Image> images() {
    return images;
  }

  @Override
  public void close() {}
}
