package org.networkfission.jobs.predict;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.jobs.inference.TrainedModel;
import org.networkfission.jobs.inference.Weights;
import org.networkfission.jobs.progress.Progress;
import org.networkfission.model.input.BatchAssembler;
import org.networkfission.model.network.InputModality;
import org.networkfission.model.network.Prediction;
import org.networkfission.model.network.Predictor;
import org.networkfission.model.network.Task;
import org.networkfission.prep.codec.Photos;
import org.networkfission.prep.commit.OutputFolder;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.labels.ClassMap;
import org.networkfission.prep.labels.ClassMaps;
import org.networkfission.prep.settings.ConfigException;
import org.networkfission.prep.settings.Json;

/** Predicts ordinary photos with a trained model, in this process and without a cluster. */
public final class PredictJob {
  /** What was predicted with what. */
  static final String INDEX = "predictions.json";

  private static final ObjectMapper JSON = Json.INDENTED;

  private final Path checkpoint;
  private final Path input;
  private final Path output;
  private final Configuration hadoop;
  private final PrintWriter out;

  /**
   * Checks that everything is set.
   *
   * @param out where progress is told
   */
  public PredictJob(PredictSettings settings, Configuration hadoop, PrintWriter out) {
    this.checkpoint =
        new Path(ConfigException.required("predict.checkpoint", settings.checkpoint()));
    this.input = new Path(ConfigException.required("predict.input", settings.input()));
    this.output = new Path(ConfigException.required("predict.output", settings.output()));
    this.hadoop = hadoop;
    this.out = out;
  }

  /** A class that labels may hold. */
  record LabelClass(int id, String name, String color) {}

  /** A photo that was predicted; width and height are its own. */
  record Done(String input, int width, int height, Map<String, String> files) {}

  /** A photo that was not. */
  record Failed(String input, String reason) {}

  /** The content of {@link #INDEX}. */
  record Index(
      String checkpoint,
      String sha256,
      int width,
      int height,
      List<LabelClass> classes,
      List<Done> images,
      List<Failed> failed) {}

  /**
   * Predicts all photos; one that cannot be read does not keep the others from being done.
   *
   * @throws InputException if the model or any photo could not be read
   * @throws ConfigException if the output exists
   */
  public void execute() throws IOException {
    try (OutputFolder folder = OutputFolder.begin("predict.output", output, "predict", hadoop)) {
      TrainedModel model = TrainedModel.open(checkpoint, Weights.TRAINED, hadoop);
      if (model.spec().input() != InputModality.RGB) {
        throw new InputException(
            "Cannot predict photos with %s: it sees %s"
                .formatted(model.path(), model.spec().input()));
      }
      List<PhotoList.Entry> photos = PhotoList.of(input, hadoop);
      List<Done> done = new ArrayList<>();
      List<Failed> failed = new ArrayList<>();
      Progress progress = new Progress(out, "predict", "photos", photos.size());
      ClassMap classes = ClassMaps.named(model.classMap());
      try (Predictor predictor = model.file().load()) {
        for (PhotoList.Entry photo : photos) {
          try {
            done.add(predict(predictor, photo, classes.palette(), folder));
          } catch (FrameException e) {
            failed.add(new Failed(photo.file().toString(), e.getMessage()));
            out.println("predict: " + e.getMessage());
          }
          progress.at(done.size() + failed.size());
        }
      }
      if (!done.isEmpty()) {
        folder.write(INDEX, json(index(model, classes, done, failed)));
        folder.commit();
        out.printf("predict: %,d photos in %s%n", done.size(), output);
      }
      if (!failed.isEmpty()) {
        throw new InputException(
            photos.size() == 1
                ? failed.get(0).reason()
                : "Cannot predict %,d of %,d photos; the first: %s"
                    .formatted(failed.size(), photos.size(), failed.get(0).reason()));
      }
    }
  }

  private Done predict(
      Predictor predictor, PhotoList.Entry entry, List<Integer> palette, OutputFolder folder)
      throws IOException, FrameException {
    Photos.Upright photo = Photo.read(entry.file(), hadoop);
    INDArray image = BatchAssembler.photo(photo.image(), predictor.spec());
    Map<Task, INDArray> outputs = predictor.predict(image);
    Prediction prediction = Prediction.of(outputs).get(0);
    ColorImage seen = picture(image);
    outputs.values().forEach(INDArray::close);
    image.close();
    Map<String, byte[]> files = PredictionFiles.of(prediction, palette);
    files.put("panels", PredictionFiles.panel(seen, prediction, palette));
    Map<String, String> names = new java.util.LinkedHashMap<>();
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      String name = "%s/%s.png".formatted(file.getKey(), entry.name());
      folder.write(name, file.getValue());
      names.put(file.getKey(), name);
    }
    return new Done(entry.file().toString(), photo.width(), photo.height(), names);
  }

  /** What the model saw. */
  private static ColorImage picture(INDArray image) {
    float[] planes = image.dup('c').data().asFloat();
    byte[] rgb = new byte[planes.length];
    int pixels = planes.length / 3;
    for (int i = 0; i < pixels; i++) {
      for (int c = 0; c < 3; c++) {
        rgb[3 * i + c] = (byte) Math.round(planes[c * pixels + i]);
      }
    }
    return new ColorImage((int) image.size(3), (int) image.size(2), rgb);
  }

  private Index index(TrainedModel model, ClassMap classes, List<Done> done, List<Failed> failed) {
    List<LabelClass> named = new ArrayList<>();
    if (model.spec().tasks().contains(Task.LABELS)) {
      for (int c = 0; c < classes.size(); c++) {
        String color = "#%06x".formatted(classes.palette().get(c));
        named.add(new LabelClass(c, classes.classNames().get(c), color));
      }
    }
    return new Index(
        model.path().toString(),
        model.file().sha256(),
        model.spec().width(),
        model.spec().height(),
        named,
        done,
        failed);
  }

  private static byte[] json(Index index) {
    try {
      return JSON.writeValueAsBytes(index);
    } catch (JacksonException e) {
      throw new IllegalStateException("Cannot write " + INDEX, e);
    }
  }
}
