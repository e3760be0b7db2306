package org.networkfission.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "authenticate.secret",
        "hadoop.fs.s3a.access.key",
        "hadoop.fs.s3a.secret.key",
        "hadoop.fs.s3a.bucket.rooms.encryption.key",
        "hadoop.fs.s3a.server-side-encryption.key",
        "hadoop.fs.s3a.session.token",
        "hadoop.fs.azure.account.key.rooms.dfs.core.windows.net",
        "hadoop.fs.azure.sas.container.rooms.blob.core.windows.net",
        "hadoop.fs.gs.auth.service.account.private.key.id",
        "ssl.keyPassword",
        "ssl.keyStorePassword",
        "kubernetes.driver.credential.file"
      })
  void hidesByName(String property) {
    String text = Layers.of(List.of(), List.of("cluster.spark." + property + "=sesame")).text();

    assertThat(text).contains("(secret)").doesNotContain("sesame");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-Xss4m -Djavax.net.ssl.trustStorePassword=sesame -Da=b",
        "-Djavax.net.ssl.keyStorePassword=\\\"se same\\\" -Da=b",
        "s3a://AKIA:sesame@bucket/rooms",
        "https://store/rooms?sv=1&sig=sesame",
        "https://store/rooms?X-Amz-Signature=sesame&x=1"
      })
  void hidesByPlaceWithinAValue(String value) {
    String text = Layers.of(ConfigFactory.parseString("a.b = \"%s\"".formatted(value))).text();

    assertThat(text).contains("(secret)").doesNotContain("sesame").doesNotContain("se same");
  }

  @Test
  void leavesTheRest() {
    String options = "-Xmx4g -Duser.language=en https://host:8080/monkey?keyed=1";

    assertThat(Secrets.within(options)).isEqualTo(options);
  }

  @Test
  void storesFewOfSparksProperties() {
    String stored =
        Layers.of(
                List.of(),
                List.of(
                    "cluster.spark.executor.memoryOverhead=1g",
                    "cluster.spark.hadoop.dfs.replication=2",
                    "cluster.spark.executor.extraJavaOptions=-Da=sesame",
                    "cluster.spark.authenticate.secret=sesame",
                    "cluster.spark.my.own=sesame",
                    "cluster.spark.authenticate=true"))
            .stored();

    assertThat(stored)
        .contains("memoryOverhead")
        .contains("\"authenticate\"")
        .contains("cores-per-executor")
        .doesNotContain("sesame")
        .doesNotContain("replication")
        .doesNotContain("extraJavaOptions");
  }
}
