package org.networkfission.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.spark.deploy.yarn.Client;

/** A folder with what the tests need of a Spark distribution: jars and {@code bin/spark-submit}. */
public final class SparkDistribution {
  private static final Pattern CLIENT_OF_KUBERNETES =
      Pattern.compile(
          "(spark-kubernetes_|kubernetes-|zjsonpatch-|okhttp-|okio-|logging-interceptor-|snakeyaml-|jackson-dataformat-yaml-).*\\.jar");

  private SparkDistribution() {}

  /** Spark's client of YARN. */
  public static Path clientOfYarn() {
    return Path.of(Client.class.getProtectionDomain().getCodeSource().getLocation().getPath());
  }

  /** Spark's client of Kubernetes and what it needs, as they lie on the tests' class path. */
  public static List<Path> clientOfKubernetes() throws IOException {
    List<Path> jars = new ArrayList<>();
    for (URL manifest :
        Collections.list(
            SparkDistribution.class.getClassLoader().getResources("META-INF/MANIFEST.MF"))) {
      String text = manifest.getPath();
      if (text.startsWith("file:") && text.contains("!")) {
        Path jar = Path.of(URI.create(text.substring(0, text.indexOf('!'))));
        if (CLIENT_OF_KUBERNETES.matcher(jar.getFileName().toString()).matches()) {
          jars.add(jar);
        }
      }
    }
    return jars;
  }

  /**
   * Lays one out, of links.
   *
   * @param folder where; it must not exist
   * @param more jars beside those of the runtime folder, such as Spark's client of a cluster
   */
  public static void layOut(Path folder, List<Path> more) throws IOException {
    Files.createDirectories(folder.resolve("bin"));
    Files.createDirectories(folder.resolve("jars"));
    List<Path> jars = new ArrayList<>(more);
    Path runtime = Path.of(System.getProperty("fission.runtime"));
    try (var found = Files.newDirectoryStream(runtime.resolve("jars"), "*.jar")) {
      found.forEach(jars::add);
    }
    for (Path jar : jars) {
      Files.createSymbolicLink(folder.resolve("jars").resolve(jar.getFileName()), jar);
    }
    Path submit = folder.resolve("bin/spark-submit");
    Files.writeString(
        submit,
        """
        #!/usr/bin/env bash
        # As Spark's own script does: its launcher prints a mark and the command line of SparkSubmit.
        export SPARK_HOME SPARK_SCALA_VERSION=2.12
        command=()
        while IFS= read -r -d '' word; do
          command+=("$word")
        done < <(java -XX:TieredStopAtLevel=1 -cp "$SPARK_HOME/jars/*" org.apache.spark.launcher.Main \\
          org.apache.spark.deploy.SparkSubmit "$@")
        command[1]=${command[1]#$'\\n'}
        exec "${command[@]:1}"
        """);
    assertThat(submit.toFile().setExecutable(true)).isTrue();
  }
}
