package org.networkfission.jobs.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.networkfission.jobs.kubernetes.ApiServer.ResourceKey;

/**
 * Runs pods as processes of this machine: a container's arguments, variables, config maps and
 * secrets are those of its specification, and where these name a folder of the image or of a
 * volume, the process is given the folder of this machine that stands for it. Each pod has an
 * address of its own (127.x.y.z), since Spark's ports are the same in all of them.
 */
final class Kubelet implements AutoCloseable {
  private final ApiServer api;
  private final Path folder;
  private final Map<String, String> image;
  private final Map<ResourceKey, Process> running = new ConcurrentHashMap<>();

  /** Host names of services, with the address of the pod behind each. */
  private final Map<String, String> services = new ConcurrentHashMap<>();

  private final String network;
  private final AtomicInteger addresses = new AtomicInteger(1);

  /**
   * @param folder where pods have their volumes and logs, a folder each
   * @param image folders of the image, with what stands for them here; {@code entrypoint} is what
   *     the container starts
   */
  Kubelet(ApiServer api, Path folder, Map<String, String> image) {
    this.api = api;
    this.folder = folder;
    this.image = Map.copyOf(image);
    // Tests beside this one have other addresses.
    long pid = ProcessHandle.current().pid();
    this.network = "127.%d.%d.".formatted(1 + (pid >> 8) % 254, pid % 256);
    api.onPod(this::run);
    api.onPodDeleted(this::stop);
  }

  /** What a pod said so far. */
  String log(ResourceKey pod) throws IOException {
    Path log = folder.resolve(pod.name()).resolve("log");
    return Files.exists(log) ? Files.readString(log, StandardCharsets.UTF_8) : "";
  }

  /** Kills a pod's process, as a node that goes away does; whether it ran. */
  boolean kill(ResourceKey pod) {
    Process process = running.get(pod);
    if (process == null || !process.isAlive()) {
      return false;
    }
    process.destroyForcibly();
    return true;
  }

  private void stop(ResourceKey pod) {
    Optional.ofNullable(running.get(pod)).ifPresent(Process::destroy);
  }

  private void run(ResourceKey pod) {
    try {
      JsonNode spec = api.get(pod).orElseThrow().get("spec");
      JsonNode container = spec.at("/containers/0");
      String address = network + addresses.incrementAndGet();
      Path home = Files.createDirectories(folder.resolve(pod.name()));
      Map<String, String> places = places(pod, spec, home, address);

      List<String> command = new ArrayList<>(List.of(places.get("entrypoint")));
      container.path("args").forEach(word -> command.add(replace(word.asText(), places)));
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(Files.createDirectories(home.resolve("work")).toFile())
              .redirectErrorStream(true)
              .redirectOutput(home.resolve("log").toFile());
      Map<String, String> environment = builder.environment();
      environment.keySet().removeIf(name -> !name.equals("PATH") && !name.equals("JAVA_HOME"));
      environment.put("SPARK_HOME", places.get("/opt/spark"));
      environment.put("LC_ALL", "C.UTF-8");
      for (JsonNode variable : container.path("env")) {
        environment.put(
            variable.get("name").asText(), replace(value(pod, variable, address), places));
      }
      Process process = builder.start();
      running.put(pod, process);
      api.setStatus(pod, status(container, "Running", address, -1));
      int code = process.waitFor();
      api.setStatus(pod, status(container, code == 0 ? "Succeeded" : "Failed", address, code));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new IllegalStateException("Cannot run " + pod, e);
    }
  }

  /** What a process of this machine is given in place of what the specification names. */
  private Map<String, String> places(ResourceKey pod, JsonNode spec, Path home, String address)
      throws IOException, InterruptedException {
    // The longest first: /opt/spark/conf is a volume within /opt/spark.
    Map<String, String> places =
        new TreeMap<>(
            Comparator.comparing(String::length).reversed().thenComparing(String::toString));
    places.putAll(image);
    for (JsonNode mount : spec.at("/containers/0/volumeMounts")) {
      Path volume = home.resolve("volume-" + mount.get("name").asText());
      places.put(mount.get("mountPath").asText(), Files.createDirectories(volume).toString());
    }
    // The driver's service is there when its config map is.
    Map<Path, ObjectNode> maps = configMaps(pod, spec, places);
    for (ResourceKey service : api.keys("services")) {
      if (service.name().equals(pod.name() + "-svc")) {
        services.put(service.name() + "." + service.namespace() + ".svc", address);
      }
    }
    places.putAll(services);
    for (Map.Entry<Path, ObjectNode> map : maps.entrySet()) {
      fill(map.getKey(), map.getValue(), places);
    }
    return places;
  }

  private Map<Path, ObjectNode> configMaps(
      ResourceKey pod, JsonNode spec, Map<String, String> places) throws InterruptedException {
    Map<Path, ObjectNode> maps = new HashMap<>();
    for (JsonNode mount : spec.at("/containers/0/volumeMounts")) {
      for (JsonNode volume : spec.path("volumes")) {
        if (volume.get("name").equals(mount.get("name")) && volume.has("configMap")) {
          maps.put(
              Path.of(places.get(mount.get("mountPath").asText())),
              await(pod, volume.at("/configMap/name").asText()));
        }
      }
    }
    return maps;
  }

  /** A config map comes after the pod that mounts it, which waits for it. */
  private ObjectNode await(ResourceKey pod, String name) throws InterruptedException {
    ResourceKey key = new ResourceKey("configmaps", pod.namespace(), name);
    for (int i = 0; i < 100; i++) {
      Optional<ObjectNode> found = api.get(key);
      if (found.isPresent()) {
        return found.get();
      }
      Thread.sleep(100);
    }
    throw new IllegalStateException("There is no config map " + name);
  }

  private static void fill(Path volume, ObjectNode map, Map<String, String> places)
      throws IOException {
    for (var files = map.path("data").fields(); files.hasNext(); ) {
      Map.Entry<String, JsonNode> file = files.next();
      Files.writeString(volume.resolve(file.getKey()), replace(file.getValue().asText(), places));
    }
  }

  private String value(ResourceKey pod, JsonNode variable, String address) {
    JsonNode secret = variable.at("/valueFrom/secretKeyRef");
    if (!secret.isMissingNode()) {
      ResourceKey key = new ResourceKey("secrets", pod.namespace(), secret.get("name").asText());
      String encoded =
          api.get(key).orElseThrow().path("data").path(secret.get("key").asText()).asText();
      return new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
    }
    return switch (variable.at("/valueFrom/fieldRef/fieldPath").asText()) {
      case "" -> variable.path("value").asText();
      case "status.podIP" -> address;
      case "metadata.name" -> pod.name();
      case "metadata.namespace" -> pod.namespace();
      default -> throw new IllegalStateException("Unknown: " + variable);
    };
  }

  private static String replace(String text, Map<String, String> places) {
    String result = text;
    for (Map.Entry<String, String> place : places.entrySet()) {
      result = result.replace(place.getKey(), place.getValue());
    }
    return result;
  }

  /**
   * The state of a pod with one container.
   *
   * @param code its exit code, or -1 while it runs
   */
  static ObjectNode status(JsonNode container, String phase, String address, int code) {
    ObjectNode status = ApiServer.JSON.createObjectNode().put("phase", phase).put("podIP", address);
    status.putArray("conditions").addObject().put("type", "Ready").put("status", "True");
    ObjectNode one = status.putArray("containerStatuses").addObject();
    one.set("name", container.get("name"));
    one.set("image", container.get("image"));
    one.put("ready", code < 0).put("started", code < 0).put("restartCount", 0);
    String time = "2026-01-01T00:00:00Z";
    if (code < 0) {
      one.putObject("state").putObject("running").put("startedAt", time);
    } else {
      one.putObject("state")
          .putObject("terminated")
          .put("exitCode", code)
          .put("reason", code == 0 ? "Completed" : "Error")
          .put("startedAt", time)
          .put("finishedAt", time);
    }
    return status;
  }

  @Override
  public void close() {
    for (Process process : running.values()) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }
  }
}
