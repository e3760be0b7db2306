package org.networkfission.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.cluster.Cluster;
import org.networkfission.jobs.cluster.ClusterSession;
import org.networkfission.jobs.cluster.TestCluster;
import org.networkfission.jobs.evaluate.EvaluationInput;
import org.networkfission.prep.codec.Jpeg;
import org.networkfission.prep.frame.ColorImage;

/** The transformer in an application with two executors, as a shell of Spark's has. */
class NetworkFissionModelIT {
  private static final int PHOTOS = 12;

  @TempDir Path folder;

  @Test
  void twoExecutorsPredictWhatOneProcessDoes() throws Exception {
    String run = EvaluationInput.checkpoint(folder.resolve("run"), "nyu13").toUri().toString();
    Path photos = Files.createDirectories(folder.resolve("photos"));
    for (int i = 0; i < PHOTOS; i++) {
      byte[] rgb = new byte[3 * 100 * 80];
      new Random(i).nextBytes(rgb);
      Files.write(
          photos.resolve("%02d.jpg".formatted(i)), Jpeg.encode(new ColorImage(100, 80, rgb), 90));
    }
    try (ClusterSession session = Cluster.start(TestCluster.of(2), "test", "transformer")) {
      SparkSession spark = session.spark();
      String saved = folder.resolve("saved").toUri().toString();
      NetworkFissionModel.open(run).setDepthType("float32").save(saved);
      Dataset<Row> files =
          spark
              .read()
              .format("binaryFile")
              .load(photos.toUri().toString())
              .repartition(4, functions.col("path"));

      List<Row> rows =
          NetworkFissionModel.load(saved)
              .transform(files)
              .withColumn("partition", functions.spark_partition_id())
              .orderBy("path")
              .collectAsList();

      assertThat(rows).hasSize(PHOTOS);
      assertThat(rows.stream().map(row -> row.getAs("partition")).distinct().count())
          .isGreaterThan(1);
      try (ImagePredictor alone = Predictors.open(run)) {
        for (Row row : rows) {
          assertThat(row.<String>getAs("prediction_error")).isNull();
          float[] expected =
              alone
                  .predict(
                      ImageIO.read(new ByteArrayInputStream(row.<byte[]>getAs("content"))),
                      alone.width(),
                      alone.height())
                  .depth()
                  .orElseThrow()
                  .millimetres();
          byte[] depth = row.getAs("depth");
          float first = ByteBuffer.wrap(depth).order(ByteOrder.LITTLE_ENDIAN).getFloat();
          assertThat(depth).hasSize(4 * expected.length);
          assertThat(first).isEqualTo(expected[0] * 1e-3f);
        }
      }
      assertThat(Arrays.asList(spark.sparkContext().statusTracker().getExecutorInfos()))
          .as("the driver and two executors")
          .hasSize(3);
    }
  }
}
