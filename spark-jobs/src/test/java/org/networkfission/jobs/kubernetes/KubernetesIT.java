package org.networkfission.jobs.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.cli.Fission;
import org.networkfission.jobs.cluster.Cluster;
import org.networkfission.jobs.cluster.ClusterSession;
import org.networkfission.jobs.cluster.SparkDistribution;
import org.networkfission.jobs.kubernetes.ApiServer.ResourceKey;
import org.networkfission.jobs.settings.ResolvedConfig;

/**
 * {@code submit/kubernetes} by Spark's own submission against an API server of the tests: what pods
 * ask for, what the scripts end with; and, slow, all jobs in pods that are processes.
 */
class KubernetesIT {
  private static final Path RUNTIME = Path.of(System.getProperty("fission.runtime"));
  private static final Path HOME = RUNTIME.resolve("../../..").normalize();
  private static final String IMAGE = "registry/network-fission:1";
  private static final String PRODUCT = "/opt/network-fission";
  private static final String PODS = "pods";

  private static final String[] SIZES = {
    "cluster.executors=2",
    "cluster.cores-per-executor=1",
    "cluster.executor-memory=512MiB",
    "cluster.native-memory=1GiB",
    "cluster.driver-native-memory=1GiB",
    "network.width=64",
    "network.height=48",
    "network.width-multiplier=0.125",
    "train.batch-size=1",
    "train.start-timeout=5m",
    "evaluate.untrained=false"
  };

  /** What apache/spark's entrypoint.sh does of a driver and of an executor. */
  private static final String ENTRYPOINT =
      """
      #!/usr/bin/env bash
      set -e
      role=$1
      shift
      if [[ $role == driver ]]; then
        exec "$SPARK_HOME/bin/spark-submit" --conf "spark.driver.bindAddress=$SPARK_DRIVER_BIND_ADDRESS" \\
          --conf "spark.executorEnv.SPARK_DRIVER_POD_IP=$SPARK_DRIVER_BIND_ADDRESS" --deploy-mode client "$@"
      fi
      options=()
      for name in ${!SPARK_JAVA_OPT_@}; do
        options+=("${!name}")
      done
      exec java "${options[@]}" "-Xms$SPARK_EXECUTOR_MEMORY" "-Xmx$SPARK_EXECUTOR_MEMORY" \\
        -cp "$SPARK_HOME/jars/*:$SPARK_CLASSPATH" \\
        org.apache.spark.scheduler.cluster.k8s.KubernetesExecutorBackend \\
        --driver-url "$SPARK_DRIVER_URL" --executor-id "$SPARK_EXECUTOR_ID" --cores "$SPARK_EXECUTOR_CORES" \\
        --app-id "$SPARK_APPLICATION_ID" --hostname "$SPARK_EXECUTOR_POD_IP" \\
        --resourceProfileId "$SPARK_RESOURCE_PROFILE_ID" --podName "$SPARK_EXECUTOR_POD_NAME"
      """;

  @TempDir static Path shared;
  @TempDir Path folder;
  private ApiServer api;

  private record Ended(int code, String out) {}

  @BeforeAll
  static void layOutADistribution() throws IOException {
    SparkDistribution.layOut(shared.resolve("spark"), SparkDistribution.clientOfKubernetes());
  }

  @BeforeEach
  void startApi() throws IOException {
    api = ApiServer.start();
  }

  @AfterEach
  void stopApi() {
    api.close();
  }

  private Process start(Map<String, String> environment, String... command) throws IOException {
    List<String> words = new ArrayList<>(Arrays.asList(command));
    words.set(0, HOME.resolve("submit/kubernetes").resolve(command[0]).toString());
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out.txt").toFile());
    builder.environment().put("SPARK_HOME", shared.resolve("spark").toString());
    builder.environment().put("K8S", api.address());
    builder.environment().put("IMAGE", IMAGE);
    builder.environment().put("SPARK_SUBMIT_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
    builder.environment().putAll(environment);
    return builder.start();
  }

  private Ended end(Process script) throws Exception {
    assertThat(script.waitFor(10, TimeUnit.MINUTES)).as("ends by itself").isTrue();
    return new Ended(
        script.exitValue(), Files.readString(folder.resolve("out.txt"), StandardCharsets.UTF_8));
  }

  private static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }

  private static JsonNode named(JsonNode array, String name) {
    for (JsonNode one : array) {
      if (one.path("name").asText().equals(name)) {
        return one;
      }
    }
    throw new AssertionError("No " + name + " in " + array);
  }

  @Test
  void theDriverHasWhatItNeedsAndTheScriptEndsAsItDid() throws Exception {
    List<ObjectNode> pods = new ArrayList<>();
    api.onPod(
        key -> {
          ObjectNode pod = api.get(key).orElseThrow();
          pods.add(pod);
          JsonNode container = pod.at("/spec/containers/0");
          api.setStatus(key, Kubelet.status(container, "Running", "127.0.0.1", -1));
          api.setStatus(key, Kubelet.status(container, "Failed", "127.0.0.1", 3));
        });
    String output = "s3a://bucket/" + "x".repeat(250);
    Ended ended =
        end(
            start(
                Map.of(
                    "NAMESPACE",
                    "research",
                    "SERVICE_ACCOUNT",
                    "trainer",
                    "FISSION_DRIVER_MEMORY",
                    "3g",
                    "FISSION_SUBMIT_OPTIONS",
                    "--conf spark.kubernetes.driver.secretKeyRef.SPARK_SECRET=fission:spark"),
                "train",
                "s3a://bucket/rooms",
                output,
                "cluster.executors=2"));

    assertThat(ended.code()).as(ended.out()).isEqualTo(3);
    assertThat(pods).as(ended.out()).hasSize(1);
    ObjectNode pod = pods.get(0);
    String name = pod.at("/metadata/name").asText();
    assertThat(name).startsWith("fission-train-").endsWith("-driver").hasSizeLessThan(64);
    assertThat(ended.out())
        .contains("The driver's pod ended with exit code 3")
        .contains("kubectl logs -n research " + name);
    assertThat(pod.at("/metadata/namespace").asText()).isEqualTo("research");
    assertThat(pod.at("/spec/serviceAccountName").asText()).isEqualTo("trainer");
    assertThat(pod.at("/spec/restartPolicy").asText()).isEqualTo("Never");
    JsonNode container = pod.at("/spec/containers/0");
    assertThat(container.path("image").asText()).isEqualTo(IMAGE);
    // The heap, and what the driver holds outside of it.
    assertThat(container.at("/resources/requests/memory").asText()).isEqualTo("5120Mi");
    assertThat(container.at("/resources/limits/memory").asText()).isEqualTo("5120Mi");
    assertThat(container.at("/resources/requests/cpu").asText()).isEqualTo("1");
    assertThat(container.at("/securityContext/runAsUser").isMissingNode())
        .as("the image's own user, 185, unless a pod template says another")
        .isTrue();
    assertThat(texts(container.path("args")))
        .containsSubsequence("driver", "--class", "org.networkfission.jobs.cli.Fission")
        .containsSubsequence(
            "spark-internal", "train", "--conf", PRODUCT + "/conf/clusters/kubernetes.conf")
        .contains("train.output=" + output, "cluster.executors=2");
    assertThat(
            named(container.path("env"), "SPARK_SECRET").at("/valueFrom/secretKeyRef").toString())
        .isEqualTo("{\"key\":\"spark\",\"name\":\"fission\"}");
    JsonNode properties = named(pod.at("/spec/volumes"), "spark-conf-volume-driver");
    ResourceKey map =
        new ResourceKey("configmaps", "research", properties.at("/configMap/name").asText());
    assertThat(api.get(map).orElseThrow().at("/data/spark.properties").asText())
        .contains("spark.driver.extraClassPath=%s/lib/*".formatted(PRODUCT))
        .contains("spark.executor.extraClassPath=%s/lib/*".formatted(PRODUCT))
        .contains("log4j2.configurationFile");
    assertThat(api.get(map).orElseThrow().at("/metadata/ownerReferences/0/name").asText())
        .as("who goes away with the driver")
        .isEqualTo(name);
  }

  @Test
  void executorsAskForWhatTheSettingsSay() throws Exception {
    var settings =
        ResolvedConfig.load(
                List.of(HOME.resolve("conf/clusters/kubernetes.conf")),
                List.of(
                    "cluster.master=k8s://" + api.address(),
                    "cluster.executors=2",
                    "cluster.cores-per-executor=7",
                    "cluster.gpus-per-executor=1",
                    "cluster.gpu-discovery=" + PRODUCT + "/submit/discover-gpus",
                    "cluster.spark.kubernetes.container.image=" + IMAGE,
                    "cluster.spark.authenticate=true",
                    "cluster.spark.driver.host=127.0.0.1",
                    // None of the executors comes.
                    "cluster.spark.scheduler.minRegisteredResourcesRatio=0"))
            .settings()
            .cluster();
    try (ClusterSession session =
        Cluster.start(settings, "train", "hdfs://nn/" + "x".repeat(250))) {
      await(() -> api.keys(PODS).size() == 2);
      assertThat(
              session
                  .spark()
                  .sparkContext()
                  .getConf()
                  .get("spark.executor.resource.gpu.discoveryScript"))
          .isEqualTo(PRODUCT + "/submit/discover-gpus");
      for (ResourceKey key : api.keys(PODS)) {
        assertThat(key.name()).startsWith("fission-train-").hasSizeLessThan(64);
        JsonNode container = api.get(key).orElseThrow().at("/spec/containers/0");
        assertThat(container.path("image").asText()).isEqualTo(IMAGE);
        JsonNode requests = container.at("/resources/requests");
        JsonNode limits = container.at("/resources/limits");
        assertThat(requests.path("cpu").asText()).isEqualTo("7");
        assertThat(limits.path("cpu").asText()).isEqualTo("7");
        // cluster.executor-memory and cluster.native-memory
        assertThat(requests.path("memory").asText()).isEqualTo("16384Mi");
        assertThat(limits.path("memory").asText()).isEqualTo("16384Mi");
        assertThat(limits.path("nvidia.com/gpu").asText()).isEqualTo("1");
        JsonNode env = container.path("env");
        assertThat(named(env, "OMP_NUM_THREADS").path("value").asText()).isEqualTo("7");
        assertThat(named(env, "SPARK_EXECUTOR_CORES").path("value").asText()).isEqualTo("7");
        assertThat(named(env, "LC_ALL").path("value").asText()).isEqualTo("C.UTF-8");
        assertThat(texts(container.path("args"))).containsExactly("executor");
      }
    }
    await(() -> api.keys(PODS).isEmpty());
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    for (int i = 0; i < 600 && !condition.getAsBoolean(); i++) {
      Thread.sleep(50);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  /** The Dockerfile's image as folders. */
  private Kubelet kubelet() throws Exception {
    Path layers = folder.resolve("layers");
    ContainerImage.build(HOME, "submit/kubernetes/Dockerfile", layers);
    // Paths of the image are replaced by this one, which must not have them in it.
    Path image = Files.move(layers.resolve(PRODUCT.substring(1)), folder.resolve("image"));
    Path entrypoint = Files.writeString(image.resolve("entrypoint.sh"), ENTRYPOINT);
    assertThat(entrypoint.toFile().setExecutable(true)).isTrue();
    return new Kubelet(
        api,
        Files.createDirectory(folder.resolve("pods")),
        Map.of(
            PRODUCT,
            image.toString(),
            "/opt/spark",
            shared.resolve("spark").toString(),
            "entrypoint",
            entrypoint.toString()));
  }

  private String at(String name) {
    return folder.resolve(name).toUri().toString();
  }

  private static void inThisProcess(String... arguments) {
    StringWriter err = new StringWriter();
    assertThat(Fission.run(new PrintWriter(new StringWriter()), new PrintWriter(err), arguments))
        .as(err.toString())
        .isZero();
  }

  private Process startInPods(String... command) throws IOException {
    List<String> words = new ArrayList<>(Arrays.asList(command));
    words.addAll(Arrays.asList(SIZES));
    return start(
        Map.of(
            "FISSION_DRIVER_MEMORY",
            "600m",
            "FISSION_SUBMIT_OPTIONS",
            "--conf spark.kubernetes.driver.master=%s".formatted(api.address())
                + " --conf spark.kubernetes.driver.secretKeyRef.SPARK_SECRET=fission:spark"
                + " --conf spark.authenticate=true --conf spark.network.crypto.enabled=true"),
        words.toArray(String[]::new));
  }

  @Test
  @Tag("slow")
  void allJobsRunInPodsAndAKilledOneChangesNothing() throws Exception {
    inThisProcess(
        "sample",
        "sample.output=" + at("raw"),
        "sample.rooms.width=64",
        "sample.rooms.height=48",
        "sample.rooms.train-trajectories=2",
        "sample.rooms.val-trajectories=1",
        "sample.rooms.views=3");
    ObjectNode secret = ApiServer.JSON.createObjectNode();
    secret.putObject("data").put("spark", encoded("sesame"));
    api.add(new ResourceKey("secrets", "default", "fission"), secret);
    try (Kubelet kubelet = kubelet()) {
      Ended prepared =
          end(startInPods("prepare", at("raw"), at("rooms"), "prepare.row-group-size=64KiB"));
      assertThat(prepared.code()).as(said(kubelet, prepared)).isZero();

      // A file of the user's in the image names the variable that Kubernetes fills.
      Files.writeString(
          folder.resolve("image/secret.conf"),
          "cluster.spark { \"hadoop.fs.s3a.secret.key\" = ${SPARK_SECRET} }");
      String[] training = {
        "train",
        at("rooms"),
        at("run"),
        "--conf",
        PRODUCT + "/secret.conf",
        "train.steps=40",
        "train.log-every=1",
        "train.checkpoint.every=5",
        "train.exchange.require-authentication=true"
      };
      Process script = startInPods(training);
      ResourceKey victim = null;
      while (script.isAlive() && victim == null) {
        Thread.sleep(50);
        victim = killAnExecutor(kubelet);
      }
      Ended trained = end(script);
      assertThat(victim).as(said(kubelet, trained)).isNotNull();
      assertThat(trained.code()).as(said(kubelet, trained)).isZero();
      assertThat(said(kubelet, trained)).contains("going on from step ").doesNotContain("sesame");

      inThisProcess(
          concat(
              new String[] {
                "train",
                "cluster.master=local[2]",
                "train.dataset=" + at("rooms"),
                "train.output=" + at("here"),
                "train.steps=40",
                "train.checkpoint.every=5"
              },
              SIZES));
      assertThat(checksum("run")).isEqualTo(checksum("here"));

      Ended evaluated = end(startInPods("evaluate", at("run"), at("rooms"), at("report")));
      assertThat(evaluated.code()).as(said(kubelet, evaluated)).isZero();
      assertThat(folder.resolve("report/report.html")).isNotEmptyFile();

      Ended missing = end(startInPods("train", at("nowhere"), at("none")));
      assertThat(missing.code()).as(said(kubelet, missing)).isEqualTo(3);
      assertThat(said(kubelet, missing)).contains("fission: Cannot ").contains("nowhere");
    }
  }

  private static String[] concat(String[] first, String[] second) {
    String[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** After step 7, one of the two. */
  private ResourceKey killAnExecutor(Kubelet kubelet) throws IOException {
    for (ResourceKey driver : api.keys(PODS)) {
      if (driver.name().endsWith("-driver") && kubelet.log(driver).contains("step 7/40")) {
        for (ResourceKey executor : api.keys(PODS)) {
          if (!executor.name().endsWith("-driver") && kubelet.kill(executor)) {
            return executor;
          }
        }
      }
    }
    return null;
  }

  private Object checksum(String run) throws IOException {
    JsonNode state =
        ApiServer.JSON.readTree(folder.resolve(run + "/checkpoints/00000040/state.json").toFile());
    return state.get("checksum");
  }

  /** What the script said and, from the pods' logs, why. */
  private String said(Kubelet kubelet, Ended ended) throws IOException {
    StringBuilder said = new StringBuilder(ended.out());
    for (ResourceKey pod : api.keys(PODS)) {
      said.append('\n').append(pod).append(":\n").append(kubelet.log(pod));
    }
    return said.toString();
  }
}
