package org.networkfission.jobs.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.package$;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.cluster.ClusterSettings;
import org.networkfission.jobs.settings.ResolvedConfig;

/**
 * The manifest for Kubeflow's Spark operator: it says what the operator knows, and starts the
 * driver that {@code submit/kubernetes/train} starts.
 */
class SparkApplicationTest {
  private static final Path SUBMIT = Path.of("..", "submit", "kubernetes");
  private static final Path CLUSTER = Path.of("..", "conf", "clusters", "kubernetes.conf");
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  /** What may be said where: a kind by the path. */
  private static final Map<String, String> FIELDS = new LinkedHashMap<>();

  @TempDir Path folder;
  private JsonNode manifest;

  @BeforeEach
  void read() throws IOException {
    manifest = YAML.readTree(text());
    try (var in = SparkApplicationTest.class.getResourceAsStream("spark-application.fields")) {
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" ", 2))
          .forEach(words -> FIELDS.put(words[0], words[1]));
    }
  }

  private static String text() throws IOException {
    return Files.readString(SUBMIT.resolve("spark-application.yaml"));
  }

  /** What a manifest says that the operator does not know, or says otherwise, or lacks. */
  private static List<String> problems(JsonNode manifest) {
    List<String> problems = new ArrayList<>();
    manifest.fields().forEachRemaining(e -> check(e.getKey(), e.getValue(), problems));
    for (String path : FIELDS.keySet()) {
      if (path.endsWith("!")
          && manifest.at("/" + path.replace("!", "").replace('.', '/')).isMissingNode()) {
        problems.add(path + " is missing");
      }
    }
    return problems;
  }

  private static void check(String path, JsonNode value, List<String> problems) {
    String kind =
        Stream.of(path, path + "!", path.replaceFirst("^spec\\.(driver|executor)\\.", "spec.*."))
            .filter(FIELDS::containsKey)
            .map(FIELDS::get)
            .findFirst()
            .orElse("");
    if (value.isObject() && (kind.isEmpty() || path.matches("spec\\.(driver|executor)"))) {
      value.fields().forEachRemaining(e -> check(path + "." + e.getKey(), e.getValue(), problems));
    } else if (!isOf(kind, value)) {
      problems.add("%s: %s is no %s".formatted(path, value, kind.isEmpty() ? "field" : kind));
    }
  }

  private static boolean isOf(String kind, JsonNode value) {
    return switch (kind) {
      case "" -> false;
      case "any" -> true;
      case "text" -> value.isTextual();
      case "whole" -> value.isIntegralNumber() && value.asLong() >= 0;
      case "flag" -> value.isBoolean();
      case "texts" -> value.isArray() && all(value, JsonNode::isTextual);
      case "map" -> value.isObject() && all(value, JsonNode::isTextual);
      default -> List.of(kind.split("\\|", -1)).contains(value.asText());
    };
  }

  private static boolean all(JsonNode values, java.util.function.Predicate<JsonNode> condition) {
    for (JsonNode value : values) {
      if (!condition.test(value)) {
        return false;
      }
    }
    return true;
  }

  @Test
  void saysWhatTheOperatorKnows() {
    assertThat(problems(manifest)).isEmpty();
  }

  @Test
  void alsoWithAllThatItOffers() throws IOException {
    Pattern offered = Pattern.compile("(?m)^( *)# ( *(?:- )?[A-Za-z_.-]+[:=].*)$");
    JsonNode whole = YAML.readTree(offered.matcher(text()).replaceAll("$1$2"));

    assertThat(problems(whole)).isEmpty();
    assertThat(whole.at("/spec/batchSchedulerOptions/queue").asText()).isEqualTo("default");
    assertThat(whole.at("/spec/driver/envSecretKeyRefs/SPARK_SECRET/key").asText())
        .isEqualTo("spark");
    assertThat(settings(whole).gpusPerExecutor()).isEqualTo(1);
  }

  @Test
  void aWrongManifestIsSeen() {
    ObjectNode wrong = manifest.deepCopy();
    ObjectNode spec = (ObjectNode) wrong.get("spec");
    spec.remove("sparkVersion");
    spec.put("restartpolicy", "Never");
    spec.put("type", "Kotlin");
    ((ObjectNode) spec.get("driver")).put("memory", 4);
    ((ObjectNode) spec.get("driver")).put("instances", 4);

    assertThat(problems(wrong))
        .containsExactlyInAnyOrder(
            "spec.sparkVersion! is missing",
            "spec.restartpolicy: \"Never\" is no field",
            "spec.type: \"Kotlin\" is no Java|Python|Scala|R",
            "spec.driver.memory: 4 is no text",
            "spec.driver.instances: 4 is no field");
  }

  private static ClusterSettings settings(JsonNode manifest) {
    List<String> assignments = new ArrayList<>();
    for (JsonNode argument : manifest.at("/spec/arguments")) {
      if (argument.asText().contains("=")) {
        assignments.add(argument.asText());
      }
    }
    return ResolvedConfig.load(List.of(CLUSTER), assignments).settings().cluster();
  }

  @Test
  void podsAreAsLargeAsTheSettingsSay() {
    ClusterSettings settings = settings(manifest);
    ClusterSettings shipped = ResolvedConfig.load(List.of(CLUSTER), List.of()).settings().cluster();

    assertThat(settings).isEqualTo(shipped);
    JsonNode executor = manifest.at("/spec/executor");
    assertThat(executor.get("instances").asInt()).isEqualTo(settings.executors().max());
    assertThat(executor.get("cores").asInt()).isEqualTo(settings.coresPerExecutor());
    assertThat(executor.get("memory").asText())
        .isEqualTo(gibibytes(settings.executorMemory().toBytes()));
    assertThat(executor.get("memoryOverhead").asText())
        .isEqualTo(gibibytes(settings.nativeMemory().toBytes()));
    assertThat(manifest.at("/spec/driver/memoryOverhead").asText())
        .isEqualTo(gibibytes(settings.driverNativeMemory().toBytes()));
  }

  private static String gibibytes(long bytes) {
    return (bytes >> 30) + "g";
  }

  @Test
  void theSparkIsTheImages() throws IOException {
    String version = manifest.at("/spec/sparkVersion").asText();

    assertThat(version).isEqualTo(package$.MODULE$.SPARK_VERSION());
    assertThat(Files.readString(SUBMIT.resolve("Dockerfile")))
        .contains("ARG SPARK=apache/spark:%s-scala2.12-java17".formatted(version));
  }

  /** What {@code spark-submit} is given: properties, and after them the application. */
  private record Submitted(Map<String, String> properties, List<String> application) {
    private static final Map<String, String> OPTIONS =
        Map.of(
            "--deploy-mode", "spark.submit.deployMode",
            "--driver-memory", "spark.driver.memory",
            "--driver-java-options", "spark.driver.extraJavaOptions");

    static Submitted of(List<String> words) {
      Map<String, String> properties = new LinkedHashMap<>();
      int i = 0;
      for (; words.get(i).startsWith("--"); i += 2) {
        String value = words.get(i + 1);
        if (words.get(i).equals("--conf")) {
          properties.put(
              value.substring(0, value.indexOf('=')), value.substring(value.indexOf('=') + 1));
        } else {
          properties.put(OPTIONS.getOrDefault(words.get(i), words.get(i)), value);
        }
      }
      return new Submitted(properties, words.subList(i, words.size()));
    }

    /** The operator's translation of a manifest. */
    static Submitted of(JsonNode manifest) {
      JsonNode spec = manifest.get("spec");
      Map<String, String> properties = new LinkedHashMap<>();
      properties.put("--name", manifest.at("/metadata/name").asText());
      properties.put("--class", spec.get("mainClass").asText());
      properties.put("spark.submit.deployMode", spec.get("mode").asText());
      properties.put("spark.kubernetes.namespace", manifest.at("/metadata/namespace").asText());
      properties.put("spark.kubernetes.container.image", spec.get("image").asText());
      spec.get("sparkConf").fields().forEachRemaining(e -> put(properties, e.getKey(), e));
      for (String pod : List.of("driver", "executor")) {
        for (Map.Entry<String, String> field :
            Map.of(
                    "cores", "spark.%s.cores",
                    "memory", "spark.%s.memory",
                    "memoryOverhead", "spark.%s.memoryOverhead",
                    "instances", "spark.%s.instances",
                    "javaOptions", "spark.%s.extraJavaOptions",
                    "serviceAccount", "spark.kubernetes.authenticate.%s.serviceAccountName")
                .entrySet()) {
          JsonNode value = spec.get(pod).path(field.getKey());
          if (!value.isMissingNode()) {
            properties.put(field.getValue().formatted(pod), value.asText());
          }
        }
      }
      List<String> application = new ArrayList<>();
      application.add(spec.get("mainApplicationFile").asText());
      spec.get("arguments").forEach(argument -> application.add(argument.asText()));
      return new Submitted(properties, application);
    }

    private static void put(
        Map<String, String> properties, String key, Map.Entry<String, JsonNode> entry) {
      properties.put(key, entry.getValue().asText());
    }
  }

  @Test
  void startsTheDriverThatTheScriptStarts() throws Exception {
    Path spark = folder.resolve("spark/bin/spark-submit");
    Files.createDirectories(spark.getParent());
    Files.writeString(spark, "#!/usr/bin/env bash\nprintf '%s\\n' \"$@\"\n");
    assertThat(spark.toFile().setExecutable(true)).isTrue();
    List<String> command =
        new ArrayList<>(
            List.of(SUBMIT.resolve("train").toString(), "hdfs://nn/scenenet", "hdfs://nn/run1"));
    for (JsonNode argument : manifest.at("/spec/arguments")) {
      if (argument.asText().startsWith("cluster.")) {
        command.add(argument.asText());
      }
    }
    Path out = folder.resolve("out.txt");
    ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "SPARK_HOME",
                folder.resolve("spark").toString(),
                "K8S",
                "https://api:6443",
                "IMAGE",
                manifest.at("/spec/image").asText()));
    for (String own :
        List.of(
            "NAMESPACE",
            "SERVICE_ACCOUNT",
            "FISSION_DRIVER_MEMORY",
            "FISSION_DRIVER_NATIVE_MEMORY",
            "FISSION_SUBMIT_OPTIONS")) {
      builder.environment().remove(own);
    }
    assertThat(builder.start().waitFor()).isZero();
    Submitted byScript = Submitted.of(Files.readAllLines(out));
    Submitted byOperator = Submitted.of(manifest);

    assertThat(byOperator.application()).isEqualTo(byScript.application());
    assertThat(byScript.properties().remove("--master")).isEqualTo("k8s://https://api:6443");
    assertThat(byOperator.properties()).containsAllEntriesOf(byScript.properties());
    // Of what the product sets itself, where nobody else does.
    byOperator.properties().keySet().removeAll(byScript.properties().keySet());
    assertThat(byOperator.properties().keySet())
        .containsExactlyInAnyOrder(
            "spark.driver.cores",
            "spark.executor.instances",
            "spark.executor.cores",
            "spark.executor.memory",
            "spark.executor.memoryOverhead");
  }
}
