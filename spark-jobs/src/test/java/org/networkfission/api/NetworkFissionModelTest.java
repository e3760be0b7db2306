package org.networkfission.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.evaluate.EvaluationInput;
import org.networkfission.prep.codec.Jpeg;
import org.networkfission.prep.codec.NormalPacking;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.normals.NormalPicture;

/** The transformer in a local Spark program: what it adds is what the same model predicts alone. */
class NetworkFissionModelTest {
  @TempDir static Path folder;
  private static SparkSession spark;
  private static String run;
  private static Path photos;

  @BeforeAll
  static void begin() throws IOException {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .getOrCreate();
    run = EvaluationInput.checkpoint(folder.resolve("run"), "nyu13").toUri().toString();
    photos = Files.createDirectories(folder.resolve("photos"));
    for (int i = 0; i < 3; i++) {
      // PNG, so that every reader sees the same pixels.
      Files.write(photos.resolve(i + ".png"), png(i));
    }
  }

  @AfterAll
  static void end() {
    spark.stop();
  }

  private static byte[] png(int seed) {
    byte[] samples = new byte[3 * 90 * 50];
    new Random(seed).nextBytes(samples);
    return NormalPicture.png(new ColorImage(90, 50, samples));
  }

  private static Dataset<Row> files() {
    return spark
        .read()
        .format("binaryFile")
        .load(photos.toUri().toString())
        .select("path", "content");
  }

  @Test
  void addsAColumnForEachTask() throws IOException {
    NetworkFissionModel model = NetworkFissionModel.open(run).setDepthType("float32");

    Dataset<Row> predicted = model.transform(files());
    List<Row> rows = predicted.orderBy("path").collectAsList();

    assertThat(predicted.columns())
        .containsExactly(
            "path",
            "content",
            "prediction_width",
            "prediction_height",
            "labels",
            "labels_confidence",
            "normals",
            "depth",
            "prediction_error");
    assertThat(model.classNames()).contains("void", "floor");
    try (ImagePredictor alone = Predictors.open(run)) {
      assertThat(rows).hasSize(3);
      for (Row row : rows) {
        BufferedImage photo = ImageIO.read(new ByteArrayInputStream(row.<byte[]>getAs("content")));
        ImagePrediction expected = alone.predict(photo, alone.width(), alone.height());
        assertSame(row, expected);
      }
    }
  }

  private static void assertSame(Row row, ImagePrediction expected) {
    assertThat(row.<Integer>getAs("prediction_width")).isEqualTo(expected.width());
    byte[] labels = row.getAs("labels");
    byte[] confidence = row.getAs("labels_confidence");
    ByteBuffer depth = ByteBuffer.wrap(row.<byte[]>getAs("depth")).order(ByteOrder.LITTLE_ENDIAN);
    for (int y = 0; y < expected.height(); y++) {
      for (int x = 0; x < expected.width(); x++) {
        int i = y * expected.width() + x;
        assertThat(labels[i] & 0xff).isEqualTo(expected.labels().orElseThrow().at(x, y));
        assertThat((confidence[i] & 0xff) / 255f).isEqualTo(expected.confidence(x, y));
        assertThat(depth.getFloat())
            .isEqualTo(expected.depth().orElseThrow().millimetres()[i] * 1e-3f);
      }
    }
    assertThat(row.<byte[]>getAs("normals"))
        .isEqualTo(NormalPacking.pack(expected.normals().orElseThrow()));
    assertThat(row.<String>getAs("prediction_error")).isNull();
  }

  @Test
  void savesAndLoadsWithItsParamsAlsoInAPipeline() throws IOException {
    NetworkFissionModel model =
        NetworkFissionModel.open(run).setPrefix("p_").setOutputSize("photo").setWindow("60x50");
    String path = folder.resolve("saved model").toUri().toString();
    model.save(path);
    Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {model});
    String pipelinePath = folder.resolve("pipeline").toUri().toString();
    pipeline.fit(files()).save(pipelinePath);

    NetworkFissionModel loaded = NetworkFissionModel.load(path);
    assertThat(loaded.uid()).isEqualTo(model.uid());
    List<Row> expected = model.transform(files()).orderBy("path").collectAsList();
    assertThat(expected.get(0).<Integer>getAs("p_prediction_width")).isEqualTo(90);
    assertThat(expected.get(0).<byte[]>getAs("p_labels")).hasSize(90 * 50);
    assertEqual(loaded.transform(files()).orderBy("path").collectAsList(), expected);
    assertEqual(
        PipelineModel.load(pipelinePath).transform(files()).orderBy("path").collectAsList(),
        expected);
    NetworkFissionModel copy = model.copy(new ParamMap().put(model.prefix(), "q_"));
    assertThat(copy.transformSchema(files().schema()).fieldNames())
        .contains("q_labels")
        .doesNotContain("p_labels");
    assertThatThrownBy(() -> model.save(path)).hasMessageContaining("already exists");
  }

  private static void assertEqual(List<Row> rows, List<Row> expected) {
    assertThat(rows).hasSameSizeAs(expected);
    for (int i = 0; i < rows.size(); i++) {
      for (int c = 0; c < expected.get(i).size(); c++) {
        assertThat(rows.get(i).get(c)).isEqualTo(expected.get(i).get(c));
      }
    }
  }

  @Test
  void takesSparksImagesToo() throws IOException {
    Dataset<Row> images = spark.read().format("image").load(photos.toUri().toString());

    List<Row> ofImages =
        NetworkFissionModel.open(run)
            .setInputCol("image")
            .transform(images)
            .orderBy("image.origin")
            .collectAsList();
    List<Row> ofFiles =
        NetworkFissionModel.open(run).transform(files()).orderBy("path").collectAsList();

    for (int i = 0; i < ofFiles.size(); i++) {
      assertThat(ofImages.get(i).<byte[]>getAs("depth"))
          .isEqualTo(ofFiles.get(i).<byte[]>getAs("depth"));
    }
  }

  @Test
  void aBadPhotoIsARowWithAReason() throws IOException {
    StructType schema =
        new StructType().add("id", DataTypes.IntegerType).add("content", DataTypes.BinaryType);
    Dataset<Row> some =
        spark.createDataFrame(
            List.of(
                RowFactory.create(0, new byte[] {1, 2, 3}),
                RowFactory.create(1, (Object) null),
                RowFactory.create(2, Jpeg.encode(new ColorImage(8, 8, new byte[192]), 90))),
            schema);

    List<Row> rows = NetworkFissionModel.open(run).transform(some).orderBy("id").collectAsList();

    assertThat(rows.get(0).<String>getAs("prediction_error")).contains("no known format");
    assertThat(rows.get(0).<byte[]>getAs("labels")).isNull();
    assertThat(rows.get(1).<String>getAs("prediction_error")).contains("the row has none");
    assertThat(rows.get(2).<String>getAs("prediction_error")).isNull();
    assertThat(rows.get(2).<byte[]>getAs("labels")).isNotEmpty();
  }

  @Test
  void saysWhatIsWrongWithColumnsAndParams() throws IOException {
    NetworkFissionModel model = NetworkFissionModel.open(run);

    assertThatThrownBy(() -> model.copy(new ParamMap()).setInputCol("x").transform(files()))
        .hasMessage("inputCol = x: there is no such column, there are path, content");
    assertThatThrownBy(() -> model.copy(new ParamMap()).setInputCol("path").transform(files()))
        .hasMessageContaining("inputCol = path: must be binary");
    assertThatThrownBy(() -> model.transform(model.transform(files())))
        .hasMessageContaining("prediction_width: it is there already; set a prefix");
    assertThatThrownBy(() -> model.copy(new ParamMap()).setOutputSize("x").transform(files()))
        .hasMessage("outputSize = x: must be one of network, photo");
    assertThatThrownBy(() -> model.copy(new ParamMap()).setWindow("8").transform(files()))
        .hasMessageContaining("must be WIDTHxHEIGHT");
    assertThatThrownBy(() -> NetworkFissionModel.open(folder.resolve("none").toUri().toString()))
        .hasMessageContaining("Cannot open checkpoint");
  }

  /** Grey stays grey, and what is transparent lies on white, as in files. */
  @Test
  void predictsPicturesOfJavasOwn() throws Exception {
    BufferedImage grey = new BufferedImage(70, 60, BufferedImage.TYPE_BYTE_GRAY);
    grey.getRaster().setSample(3, 3, 0, 200);
    BufferedImage rgb = new BufferedImage(70, 60, BufferedImage.TYPE_INT_RGB);
    rgb.setRGB(3, 3, 0xc8c8c8);
    try (ImagePredictor model = Predictors.open(run)) {
      ImagePrediction prediction = model.predict(grey);

      assertThat(prediction.width()).isEqualTo(70);
      assertThat(prediction.height()).isEqualTo(60);
      assertThat(prediction.depth().orElseThrow().millimetres())
          .isEqualTo(model.predict(rgb).depth().orElseThrow().millimetres());
      assertThat(model.classNames()).contains(prediction.className(0, 0));
      assertThat(prediction.disparity()).isEmpty();
      assertThatThrownBy(() -> model.predict(rgb, 0, 5))
          .hasMessageContaining("both must be positive");
    }
  }
}
