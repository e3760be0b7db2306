package org.networkfission.jobs.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * As much of a Kubernetes API server as Spark asks for: objects of any kind are created, read,
 * listed and watched by labels, applied (server-side), patched and deleted. What a real one refuses
 * of a pod that Spark could get wrong, it refuses too ({@link Validation}). It starts no container:
 * whoever listens to {@link #onPod} does, or says how one ended.
 */
final class ApiServer implements AutoCloseable {
  static final ObjectMapper JSON = new ObjectMapper();

  private static final String PODS = "pods";
  private static final Pattern PATH =
      Pattern.compile(
          "/(?:api|apis/[^/]+)/v1(?:/namespaces/([^/]+))?/([a-z]+)(?:/([^/]+))?(?:/[a-z]+)?");
  private static final Map<String, String> LISTS =
      Map.of(
          PODS,
          "PodList",
          "services",
          "ServiceList",
          "configmaps",
          "ConfigMapList",
          "persistentvolumeclaims",
          "PersistentVolumeClaimList");

  /** Which object: its kind in the plural, as in addresses. */
  record ResourceKey(String kind, String namespace, String name) {}

  private record Watch(Request request, BlockingQueue<ObjectNode> events) {}

  /** What an address names; name is null for a whole collection. */
  private record Request(ResourceKey key, boolean everyNamespace, Map<String, String> query) {
    boolean takes(ResourceKey other, ObjectNode object) {
      return key.kind().equals(other.kind())
          && (everyNamespace || key.namespace().equals(other.namespace()))
          && Selector.matches(object, query);
    }
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<ResourceKey, ObjectNode> objects = new HashMap<>();
  private final List<Watch> watches = new CopyOnWriteArrayList<>();
  private final List<Consumer<ResourceKey>> created = new CopyOnWriteArrayList<>();
  private final List<Consumer<ResourceKey>> deleted = new CopyOnWriteArrayList<>();
  private long version;

  private ApiServer(HttpServer server) {
    this.server = server;
  }

  /** Starts one at a free port of 127.0.0.1. */
  static ApiServer start() throws IOException {
    ApiServer api =
        new ApiServer(
            HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 128));
    api.server.setExecutor(api.threads);
    api.server.createContext("/", api::handle);
    api.server.start();
    return api;
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Calls someone, in a thread of its own, for each pod that is created. */
  void onPod(Consumer<ResourceKey> listener) {
    created.add(listener);
  }

  /** Calls someone for each pod that is deleted. */
  void onPodDeleted(Consumer<ResourceKey> listener) {
    deleted.add(listener);
  }

  /** A copy of an object, if it is there. */
  synchronized Optional<ObjectNode> get(ResourceKey key) {
    return Optional.ofNullable(objects.get(key)).map(ObjectNode::deepCopy);
  }

  /** The keys of all objects of a kind. */
  synchronized List<ResourceKey> keys(String kind) {
    return objects.keySet().stream().filter(key -> key.kind().equals(kind)).toList();
  }

  /** Says how a pod is, to those who watch it too; a pod that was deleted has no state. */
  synchronized void setStatus(ResourceKey pod, ObjectNode status) {
    ObjectNode object = objects.get(pod);
    if (object != null) {
      object.set("status", status);
      put(pod, object, "MODIFIED");
    }
  }

  /** Adds an object, as {@code kubectl create} does. */
  synchronized void add(ResourceKey key, ObjectNode object) {
    object.withObject("/metadata").put("name", key.name());
    put(key, object, "ADDED");
  }

  private void put(ResourceKey key, ObjectNode object, String event) {
    version++;
    ObjectNode metadata = object.withObject("/metadata");
    metadata.put("resourceVersion", Long.toString(version));
    metadata.put("namespace", key.namespace());
    if (!metadata.has("uid")) {
      metadata.put("uid", "uid-" + version);
      metadata.put("creationTimestamp", "2026-01-01T00:00:00Z");
    }
    objects.put(key, object);
    tell(key, object, event);
  }

  private void tell(ResourceKey key, ObjectNode object, String event) {
    for (Watch watch : watches) {
      if (watch.request().takes(key, object)) {
        ObjectNode told = JSON.createObjectNode().put("type", event);
        told.set("object", object.deepCopy());
        watch.events().add(told);
      }
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Matcher path = PATH.matcher(exchange.getRequestURI().getPath());
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (!path.matches()) {
        refuse(exchange, 404, "NotFound");
        return;
      }
      ResourceKey key =
          new ResourceKey(
              path.group(2), Optional.ofNullable(path.group(1)).orElse("default"), path.group(3));
      Request request =
          new Request(key, path.group(1) == null, query(exchange.getRequestURI().getRawQuery()));
      switch (exchange.getRequestMethod()) {
        case "GET" -> read(exchange, request);
        case "POST" -> create(exchange, key, (ObjectNode) JSON.readTree(body));
        case "PATCH", "PUT" -> apply(exchange, key, JSON.readTree(body));
        case "DELETE" -> delete(exchange, request);
        default -> refuse(exchange, 405, "MethodNotAllowed");
      }
    }
  }

  private static Map<String, String> query(String text) {
    Map<String, String> query = new HashMap<>();
    for (String part : text == null ? new String[0] : text.split("&", -1)) {
      String[] pair = part.split("=", 2);
      query.put(
          URLDecoder.decode(pair[0], StandardCharsets.UTF_8),
          pair.length < 2 ? "" : URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
    }
    return query;
  }

  private void read(HttpExchange exchange, Request request) throws IOException {
    if (request.key().name() != null) {
      Optional<ObjectNode> found = get(request.key());
      if (found.isPresent()) {
        reply(exchange, 200, found.get());
      } else {
        refuse(exchange, 404, "NotFound");
      }
    } else if (!"true".equals(request.query().get("watch"))) {
      reply(exchange, 200, list(request));
    } else if (exchange.getRequestHeaders().containsKey("Upgrade")) {
      // No web socket here: the client goes on with plain HTTP.
      reply(exchange, 200, JSON.createObjectNode());
    } else {
      watch(exchange, request);
    }
  }

  private synchronized ObjectNode list(Request request) {
    ObjectNode list = JSON.createObjectNode().put("apiVersion", "v1");
    list.put("kind", LISTS.getOrDefault(request.key().kind(), "List"));
    list.putObject("metadata").put("resourceVersion", Long.toString(version));
    ArrayNode items = list.putArray("items");
    objects.forEach(
        (key, object) -> {
          if (request.takes(key, object)) {
            items.add(object.deepCopy());
          }
        });
    return list;
  }

  /** Writes events until the client goes away, which the next write shows. */
  private void watch(HttpExchange exchange, Request request) throws IOException {
    Watch watch = new Watch(request, new LinkedBlockingQueue<>());
    watches.add(watch);
    try {
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, 0);
      OutputStream out = exchange.getResponseBody();
      out.flush();
      while (true) {
        out.write((watch.events().take() + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      watches.remove(watch);
    }
  }

  private void create(HttpExchange exchange, ResourceKey collection, ObjectNode object)
      throws IOException {
    String name = object.at("/metadata/name").asText();
    ResourceKey key = new ResourceKey(collection.kind(), collection.namespace(), name);
    Optional<String> problem = Validation.problem(key.kind(), object);
    if (problem.isPresent()) {
      refuse(exchange, 422, problem.get());
      return;
    }
    synchronized (this) {
      if (objects.containsKey(key)) {
        refuse(exchange, 409, "AlreadyExists");
        return;
      }
      if (key.kind().equals(PODS)) {
        object.putObject("status").put("phase", "Pending");
      }
      put(key, object, "ADDED");
    }
    reply(exchange, 201, object.deepCopy());
    if (key.kind().equals(PODS)) {
      created.forEach(listener -> threads.execute(() -> listener.accept(key)));
    }
  }

  private void apply(HttpExchange exchange, ResourceKey key, JsonNode change) throws IOException {
    ObjectNode result;
    synchronized (this) {
      ObjectNode object = objects.get(key);
      boolean isNew = object == null;
      if (isNew && !change.isObject()) {
        refuse(exchange, 404, "NotFound");
        return;
      }
      if (isNew) {
        object = (ObjectNode) change;
      } else if (change.isObject()) {
        merge(object, (ObjectNode) change);
      } else {
        change.forEach(operation -> patch(objects.get(key), operation));
      }
      put(key, object, isNew ? "ADDED" : "MODIFIED");
      result = object.deepCopy();
    }
    reply(exchange, 200, result);
  }

  private static void merge(ObjectNode into, ObjectNode change) {
    for (Iterator<Map.Entry<String, JsonNode>> fields = change.fields(); fields.hasNext(); ) {
      Map.Entry<String, JsonNode> field = fields.next();
      JsonNode old = into.get(field.getKey());
      if (field.getValue().isNull()) {
        into.remove(field.getKey());
      } else if (field.getValue() instanceof ObjectNode more && old instanceof ObjectNode both) {
        merge(both, more);
      } else {
        into.set(field.getKey(), field.getValue());
      }
    }
  }

  /** One operation of a JSON patch, on an object's fields. */
  private static void patch(ObjectNode object, JsonNode operation) {
    String[] names = operation.path("path").asText().split("/", -1);
    ObjectNode at = object;
    for (int i = 1; i < names.length - 1; i++) {
      at = at.withObject("/" + names[i]);
    }
    String last = names[names.length - 1].replace("~1", "/").replace("~0", "~");
    if ("remove".equals(operation.path("op").asText())) {
      at.remove(last);
    } else {
      at.set(last, operation.get("value"));
    }
  }

  private void delete(HttpExchange exchange, Request request) throws IOException {
    List<ResourceKey> gone = new ArrayList<>();
    synchronized (this) {
      ResourceKey key = request.key();
      objects.forEach(
          (other, object) -> {
            if (request.takes(other, object)
                && (key.name() == null || key.name().equals(other.name()))) {
              gone.add(other);
            }
          });
      gone.forEach(each -> tell(each, objects.remove(each), "DELETED"));
    }
    for (ResourceKey key : gone) {
      if (key.kind().equals(PODS)) {
        deleted.forEach(listener -> listener.accept(key));
      }
    }
    if (gone.isEmpty() && request.key().name() != null) {
      refuse(exchange, 404, "NotFound");
    } else {
      reply(exchange, 200, status("Success"));
    }
  }

  private static ObjectNode status(String status) {
    return JSON.createObjectNode()
        .put("kind", "Status")
        .put("apiVersion", "v1")
        .put("status", status);
  }

  private static void refuse(HttpExchange exchange, int code, String reason) throws IOException {
    reply(
        exchange,
        code,
        status("Failure").put("reason", reason).put("message", reason).put("code", code));
  }

  private static void reply(HttpExchange exchange, int code, ObjectNode body) throws IOException {
    byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(code, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
