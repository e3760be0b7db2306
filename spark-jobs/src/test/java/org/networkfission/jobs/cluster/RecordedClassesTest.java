package org.networkfission.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordedClassesTest {
  private static final String CLASS_PATH = "spark.executor.extraClassPath";
  private static final String OPTIONS = "spark.executor.extraJavaOptions";

  @TempDir Path runtime;

  private SparkConf conf(String classPath) {
    return new SparkConf(false).set(CLASS_PATH, classPath).set(OPTIONS, "-Da=b");
  }

  @Test
  void executorsStartWithWhatWasRecordedAndTheClassPathOfThen() throws IOException {
    Files.createFile(runtime.resolve("classes.jsa"));
    SparkConf conf = conf(runtime + "/lib/*");
    RecordedClasses.share(conf, runtime);
    assertThat(conf.get(CLASS_PATH))
        .isEqualTo(runtime + "/lib/*" + File.pathSeparator + runtime + "/jars/*");
    assertThat(conf.get(OPTIONS))
        .isEqualTo("-Da=b \"-XX:SharedArchiveFile=" + runtime + "/classes.jsa\"");
  }

  @Test
  void nothingChangesWhereNothingWasRecordedOrTheClassPathIsTheUsers() throws IOException {
    SparkConf none = conf(runtime + "/lib/*");
    RecordedClasses.share(none, runtime);
    Files.createFile(runtime.resolve("classes.jsa"));
    SparkConf own = conf("/mine/*");
    RecordedClasses.share(own, runtime);
    assertThat(none.get(CLASS_PATH)).isEqualTo(runtime + "/lib/*");
    assertThat(own.get(CLASS_PATH)).isEqualTo("/mine/*");
    assertThat(none.get(OPTIONS)).isEqualTo(own.get(OPTIONS)).isEqualTo("-Da=b");
  }
}
