package org.networkfission.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader$;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.networkfission.jobs.inference.ModelFile;
import org.networkfission.jobs.inference.PhotoPredictor;
import org.networkfission.jobs.inference.SavedModel;
import org.networkfission.jobs.inference.TrainedModel;
import org.networkfission.jobs.inference.Weights;

/**
 * A trained network as a transformer of Spark ML: adds columns with what it predicts for the photo
 * of each row. The photo is a binary column with the bytes of its file, as the source {@code
 * binaryFile} makes it, or an image of Spark's source {@code image}. A column is added for each
 * task of the network, {@code labels}, {@code labels_confidence}, {@code normals}, {@code depth} or
 * {@code disparity}, with the bytes that docs/predicting.md describes; {@code prediction_width} and
 * {@code prediction_height}; and {@code prediction_error}, which says why a photo could not be
 * read. A param {@code prefix} is put before all these names.
 */
public final class NetworkFissionModel extends Transformer implements MLWritable {
  private static final long serialVersionUID = 1;
  private static final String FOLDER = "model";

  private final String uid;
  private final TrainedModel model;
  private final Param<String> inputCol;
  private final Param<String> prefix;
  private final Param<String> outputSize;
  private final Param<String> window;
  private final Param<String> depthType;

  private NetworkFissionModel(String uid, TrainedModel model) {
    this.uid = uid;
    this.model = model;
    inputCol = new Param<>(this, "inputCol", "column of the photos");
    prefix = new Param<>(this, "prefix", "what the names of added columns begin with");
    outputSize =
        new Param<>(this, "outputSize", "size of predictions: network, or photo (the photo's own)");
    window =
        new Param<>(
            this,
            "window",
            "largest part of a photo that the network sees at once, WIDTHxHEIGHT; empty: all of it");
    depthType = new Param<>(this, "depthType", "of depth: uint16 (mm) or float32 (metres)");
    setDefault(inputCol, "content");
    setDefault(prefix, "");
    setDefault(outputSize, "network");
    setDefault(window, "");
    setDefault(depthType, "uint16");
  }

  /**
   * Opens a trained model.
   *
   * @param path a run's output folder, whose latest checkpoint counts; one checkpoint; or a file
   *     that {@code fission export} wrote; a path of the active session's Hadoop
   * @throws org.networkfission.prep.frame.InputException if there is none, it is damaged, or it
   *     does not see photos
   */
  public static NetworkFissionModel open(String path) throws IOException {
    TrainedModel model =
        TrainedModel.open(
            new Path(path),
            Weights.TRAINED,
            SparkSession.active().sparkContext().hadoopConfiguration());
    PhotoPredictor.requirePhotos(model);
    return new NetworkFissionModel(Identifiable$.MODULE$.randomUID("NetworkFissionModel"), model);
  }

  /** Reads what {@link #save} wrote. */
  public static NetworkFissionModel load(String path) {
    return read().load(path);
  }

  /** A reader of what {@link #write} wrote. */
  public static MLReader<NetworkFissionModel> read() {
    return new Reader();
  }

  @Override
  public String uid() {
    return uid;
  }

  /** The column of the photos; {@code content} unless set. */
  public Param<String> inputCol() {
    return inputCol;
  }

  /** What the names of added columns begin with; nothing unless set. */
  public Param<String> prefix() {
    return prefix;
  }

  /** The size of predictions: {@code network} (unless set) or {@code photo}. */
  public Param<String> outputSize() {
    return outputSize;
  }

  /** The largest part of a photo that the network sees at once; empty (unless set): all of it. */
  public Param<String> window() {
    return window;
  }

  /** The type of depth: {@code uint16} (unless set) or {@code float32}. */
  public Param<String> depthType() {
    return depthType;
  }

  /** Sets {@link #inputCol}. */
  public NetworkFissionModel setInputCol(String column) {
    set(inputCol, column);
    return this;
  }

  /** Sets {@link #prefix}. */
  public NetworkFissionModel setPrefix(String text) {
    set(prefix, text);
    return this;
  }

  /** Sets {@link #outputSize}. */
  public NetworkFissionModel setOutputSize(String size) {
    set(outputSize, size);
    return this;
  }

  /** Sets {@link #window}, e.g. {@code 1280x960}. */
  public NetworkFissionModel setWindow(String size) {
    set(window, size);
    return this;
  }

  /** Sets {@link #depthType}. */
  public NetworkFissionModel setDepthType(String type) {
    set(depthType, type);
    return this;
  }

  /** Names of the classes that labels are, by number, void (0) first; none without labels. */
  public List<String> classNames() {
    return model.spec().tasks().stream().anyMatch(task -> task.definition().ofClasses())
        ? model.classes().classNames()
        : List.of();
  }

  private String valueOf(Param<String> param) {
    return getOrDefault(param);
  }

  private PhotoColumns columns() {
    return PhotoColumns.of(
        model.spec().tasks(),
        valueOf(inputCol),
        valueOf(prefix),
        valueOf(outputSize),
        valueOf(window),
        valueOf(depthType));
  }

  /**
   * The columns that come out.
   *
   * @throws IllegalArgumentException if there is no column of photos, one that is added is there
   *     already, or a param has a value that it cannot have
   */
  @Override
  public StructType transformSchema(StructType schema) {
    return columns().added(schema);
  }

  /** Adds the columns; lazily, as all of Spark's transformations. */
  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    StructType schema = transformSchema(dataset.schema());
    Broadcast<ModelFile> file =
        JavaSparkContext.fromSparkContext(dataset.sparkSession().sparkContext())
            .broadcast(model.file());
    return dataset
        .toDF()
        .mapPartitions(
            new PhotoRows(columns(), columns().input(dataset.schema()), file),
            Encoders.row(schema));
  }

  @Override
  public NetworkFissionModel copy(ParamMap extra) {
    return copyValues(new NetworkFissionModel(uid, model), extra);
  }

  /** Writes the params and the model itself, which stays when the run is deleted. */
  @Override
  public MLWriter write() {
    return new Writer(this);
  }

  private static final class Writer extends MLWriter {
    private final NetworkFissionModel model;

    Writer(NetworkFissionModel model) {
      this.model = model;
    }

    @Override
    public void saveImpl(String path) {
      new DefaultParamsWriter(model).saveImpl(path);
      try {
        SavedModel.write(model.model, new Path(path, FOLDER), sc().hadoopConfiguration());
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot save %s: %s".formatted(path, e.getMessage()), e);
      }
    }
  }

  private static final class Reader extends MLReader<NetworkFissionModel> {
    @Override
    public NetworkFissionModel load(String path) {
      var metadata =
          DefaultParamsReader$.MODULE$.loadMetadata(
              path, sc(), NetworkFissionModel.class.getName());
      try {
        NetworkFissionModel model =
            new NetworkFissionModel(
                metadata.uid(),
                SavedModel.read(new Path(path, FOLDER), sc().hadoopConfiguration()));
        metadata.getAndSetParams(model, scala.Option.empty());
        return model;
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot load %s: %s".formatted(path, e.getMessage()), e);
      }
    }
  }
}
