package org.networkfission.jobs.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.ConfigMemorySize;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.cluster.TestCluster;
import org.networkfission.jobs.cluster.TestHdfs;
import org.networkfission.prep.normals.NormalPresets;
import org.networkfission.prep.sample.SampleSettings;
import org.networkfission.prep.sample.SceneNetSample;
import org.networkfission.prep.shard.Manifest;

/** Executor processes read the raw archive from HDFS and write the dataset there. */
class PrepareOnHdfsIT {
  @TempDir static Path disk;

  @Test
  void bothEndsAreOnHdfs() throws Exception {
    try (TestHdfs hdfs = TestHdfs.start(disk)) {
      Configuration hadoop = new Configuration();
      org.apache.hadoop.fs.Path raw = hdfs.path("/raw");
      org.apache.hadoop.fs.Path output = hdfs.path("/data/rooms");
      new SceneNetSample(new SampleSettings(5, 2, 1, 1, 2, 64, 48, 95))
          .write(raw, hadoop, 2, (done, total) -> {});

      Manifest manifest =
          new PrepareJob(
                  new PrepareSettings(
                      PrepareSettings.Dataset.SCENENET,
                      Optional.of(raw.toString()),
                      Optional.of(output.toString()),
                      List.of("train", "val"),
                      1,
                      1000,
                      Optional.empty(),
                      new PrepareSettings.NyuDv2Settings(true, false),
                      "nyu13",
                      NormalPresets.named("scenenet"),
                      1,
                      ConfigMemorySize.ofBytes(1 << 20),
                      ConfigMemorySize.ofBytes(1 << 16),
                      0),
                  TestCluster.of(2),
                  new ObjectMapper().createObjectNode(),
                  new PrintWriter(new StringWriter()))
              .execute();

      assertThat(manifest.splits().get("train").frames()).isEqualTo(4);
      assertThat(Manifest.open(output, hadoop).files()).isEqualTo(manifest.files());
      assertThat(hdfs.files().exists(new org.apache.hadoop.fs.Path(output, "_temporary")))
          .isFalse();
    }
  }
}
