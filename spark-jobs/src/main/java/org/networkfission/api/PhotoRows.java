package org.networkfission.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Optional;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.networkfission.jobs.inference.ModelFile;
import org.networkfission.jobs.inference.PhotoPrediction;
import org.networkfission.jobs.inference.SharedPredictor;
import org.networkfission.jobs.inference.TaskPlanes;
import org.networkfission.jobs.predict.PredictionColumns;
import org.networkfission.model.network.Task;
import org.networkfission.prep.codec.Photos;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.Reason;

/** Predicts the photos of rows on an executor, one after the other. */
final class PhotoRows implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1;

  private final PhotoColumns columns;
  private final int input;
  private final Broadcast<ModelFile> model;

  PhotoRows(PhotoColumns columns, int input, Broadcast<ModelFile> model) {
    this.columns = columns;
    this.input = input;
    this.model = model;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) throws IOException {
    SharedPredictor predictor = SharedPredictor.of(model.value());
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Row next() {
        return predicted(rows.next(), predictor);
      }
    };
  }

  private Row predicted(Row row, SharedPredictor predictor) {
    Object[] values = new Object[row.size() + columns.count()];
    for (int i = 0; i < row.size(); i++) {
      values[i] = row.get(i);
    }
    try {
      ColorImage photo = photo(row);
      TaskPlanes planes =
          predictor.predict(photo, Optional.ofNullable(columns.window()), "the photo");
      fill(
          values,
          row.size(),
          columns.photoSize() ? planes.read(photo.width(), photo.height()) : planes.read());
    } catch (FrameException e) {
      values[values.length - 1] = e.getMessage();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return RowFactory.create(values);
  }

  private void fill(Object[] values, int from, PhotoPrediction prediction) {
    int at = from;
    values[at++] = prediction.width();
    values[at++] = prediction.height();
    for (Task task : columns.tasks()) {
      values[at++] =
          PredictionColumns.bytes(task, prediction.prediction().maps().get(task), columns.forms());
      if (task.definition().ofClasses()) {
        values[at++] = prediction.confidence().orElseThrow();
      }
    }
  }

  private ColorImage photo(Row row) throws FrameException {
    Object value = row.get(input);
    if (value instanceof byte[] file) {
      Photos.Upright photo = Photos.decodeUpright(file, "the photo");
      return photo.image();
    } else if (value instanceof Row image) {
      return image(image);
    }
    throw new FrameException(Reason.MISSING_FILE, "Cannot read the photo: the row has none");
  }

  /** An image of Spark's: rows of blue, green and red, or of grey. */
  private static ColorImage image(Row image) throws FrameException {
    int height = image.getInt(1);
    int width = image.getInt(2);
    int channels = image.getInt(3);
    byte[] data = image.getAs(5);
    if (width < 1 || height < 1 || data == null || data.length != width * height * channels) {
      throw new FrameException(
          Reason.DECODE_ERROR,
          "Cannot read the photo: its image is invalid, %d x %d with %d channels"
              .formatted(width, height, channels));
    }
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < width * height; i++) {
      int alpha = channels == 4 ? data[4 * i + 3] & 0xff : 255;
      for (int c = 0; c < 3; c++) {
        int value = data[channels * i + (channels == 1 ? 0 : 2 - c)] & 0xff;
        rgb[3 * i + c] = (byte) ((value * alpha + 255 * (255 - alpha) + 127) / 255);
      }
    }
    return new ColorImage(width, height, rgb);
  }
}
