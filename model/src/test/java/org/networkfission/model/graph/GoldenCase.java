package org.networkfission.model.graph;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.zip.GZIPInputStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.networkfission.model.input.Batch;
import org.networkfission.model.loss.DepthLoss;
import org.networkfission.model.loss.Normalisation;
import org.networkfission.model.network.BatchStatistics;
import org.networkfission.model.network.Compute;
import org.networkfission.model.network.ComputePrecision;
import org.networkfission.model.network.DepthStart;
import org.networkfission.model.network.Encoder;
import org.networkfission.model.network.FissionScheme;
import org.networkfission.model.network.Heads;
import org.networkfission.model.network.InitialDeviation;
import org.networkfission.model.network.InputModality;
import org.networkfission.model.network.LossSpec;
import org.networkfission.model.network.LossSpec.TaskWeights;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.network.Task;
import org.networkfission.model.task.GroundTruths;
import org.networkfission.prep.settings.Json;

/**
 * Numbers that another implementation computed, and the formula that its weights and inputs follow.
 */
final class GoldenCase {
  private final Path folder;
  final JsonNode json;
  private final long seed;

  GoldenCase(Path file) throws IOException {
    this.folder = file.getParent();
    this.json = Json.MAPPER.readTree(file.toFile());
    this.seed = json.get("seed").asLong();
  }

  /** All cases of a folder. */
  static List<Path> files(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(f -> f.toString().endsWith(".json")).sorted().toList();
    }
  }

  List<Task> tasks() {
    List<Task> tasks = new ArrayList<>();
    json.get("tasks").forEach(t -> tasks.add(Task.valueOf(t.asText().toUpperCase(Locale.ROOT))));
    return tasks;
  }

  /** Where the decoder splits: the names of the tensors say it. */
  private FissionScheme scheme() {
    List<String> names = new ArrayList<>();
    json.get("params").forEach(p -> names.add(name(p)));
    if (tasks().size() == 1) {
      return FissionScheme.SINGLE;
    } else if (names.stream().noneMatch(name -> name.startsWith("s1.x."))) {
      return FissionScheme.EARLY;
    } else if (names.stream().noneMatch(name -> name.startsWith("s2.x."))) {
      return FissionScheme.EARLY_MID;
    }
    String head = "heads." + tasks().get(0).id() + ".";
    return names.stream().anyMatch(name -> name.startsWith(head))
        ? FissionScheme.MID
        : FissionScheme.LATE;
  }

  /** Whether the case has auxiliary heads. */
  private boolean auxiliary() {
    for (JsonNode p : json.get("params")) {
      if (name(p).startsWith("auxs.")) {
        return true;
      }
    }
    return false;
  }

  NetworkSpec spec(Compute compute) {
    JsonNode input = json.get("input");
    return new NetworkSpec(
        input.get(3).asInt(),
        input.get(2).asInt(),
        InputModality.RGB,
        Encoder.RESNET50,
        256,
        scheme(),
        json.path("chained").asBoolean() ? Heads.CHAINED : Heads.PARALLEL,
        tasks(),
        json.get("classes").asInt(),
        1,
        auxiliary(),
        0,
        BatchStatistics.REPLICA,
        0.99,
        InitialDeviation.HE,
        DepthStart.ROOM,
        compute,
        ComputePrecision.FLOAT32);
  }

  LossSpec losses() {
    JsonNode lambdas = json.get("lambdas");
    return new LossSpec(
        new TaskWeights(lambdas.path("labels").asDouble(), 0.6, 0.5),
        new TaskWeights(lambdas.path("normals").asDouble(), 0.6, 0.5),
        new TaskWeights(lambdas.path("depth").asDouble(), 0.6, 0.5),
        new TaskWeights(0.5, 0.6, 0.5),
        DepthLoss.L1,
        Normalisation.REFERENCE);
  }

  Batch batch(DataType type) {
    long b = json.get("input").get(0).asLong();
    long h = json.get("input").get(2).asLong();
    long w = json.get("input").get(3).asLong();
    int pixels = (int) (b * h * w);
    double[] image = new double[3 * pixels];
    double[] labels = new double[pixels];
    double[] depth = new double[pixels];
    double[] normals = new double[3 * pixels];
    for (int j = 0; j < 3 * pixels; j++) {
      image[j] = 127.5 * (1 + u(3001, j));
      normals[j] = u(3005, j);
    }
    double classes = json.get("classes").asInt() - 1e-9;
    for (int j = 0; j < pixels; j++) {
      labels[j] = Math.floor((u(3002, j) + 1) / 2 * classes);
      depth[j] = u(3004, j) > 0.9 ? 0 : Math.rint((u(3003, j) + 1.2) / 2.2 * 5000) / 1000;
    }
    INDArray direction = Nd4j.createFromArray(normals).reshape('c', b, 3, h, w);
    direction.divi(direction.norm2(true, 1));
    return new Batch(
        LongStream.range(0, b).mapToObj(i -> "golden/" + i).toList(),
        Nd4j.createFromArray(image).reshape('c', b, 3, h, w).castTo(type),
        GroundTruths.of(
            Nd4j.createFromArray(labels).reshape('c', b, h, w),
            direction,
            Nd4j.createFromArray(depth).reshape('c', b, 1, h, w)));
  }

  /** Sets every parameter by the formula. */
  void fill(FissionNetwork network) {
    Map<String, double[]> values = new HashMap<>();
    for (JsonNode p : json.get("params")) {
      int length = 1;
      for (JsonNode d : p.get("shape")) {
        length *= d.asInt();
      }
      double[] v = new double[length];
      JsonNode shape = p.get("shape");
      String kind = p.get("kind").asText();
      // The kernel's inputs: second in [out, in, h, w], first in [in, out, h, w].
      double fanIn =
          shape.size() < 4
              ? 0
              : shape.get(kind.equals("transposed") ? 0 : 1).asDouble()
                  * shape.get(2).asDouble()
                  * shape.get(3).asDouble();
      double scale =
          switch (kind) {
            case "conv", "transposed" -> Math.sqrt(6 / fanIn);
            case "gamma" -> 0.1;
            case "beta" -> 0.2;
            default -> throw new IllegalArgumentException("Unknown kind " + kind);
          };
      double shift = kind.equals("gamma") ? 1 : kind.equals("beta") ? 0.2 : 0;
      long index = p.get("index").asLong();
      for (int j = 0; j < length; j++) {
        v[j] = shift + scale * u(index, j);
      }
      values.put(name(p), v);
    }
    for (JsonNode n : json.get("batchnorms")) {
      int channels = n.get("channels").asInt();
      double[] mean = new double[channels];
      double[] variance = new double[channels];
      for (int j = 0; j < channels; j++) {
        mean[j] = 0.1 * u(1000 + n.get("index").asLong(), j);
        double u = u(2000 + n.get("index").asLong(), j);
        variance[j] = 1 + 0.5 * u * u;
      }
      values.put(name(n) + ".mean", mean);
      values.put(name(n) + ".variance", variance);
    }
    boolean inDouble =
        network.engine().parameters().live().stream()
            .anyMatch(all -> all.dataType() == DataType.DOUBLE);
    for (ParameterRange range : network.ranges()) {
      double[] v = values.remove(range.name());
      if (v == null || v.length != range.length()) {
        throw new AssertionError(
            "The case has %s values for %s, the network %d"
                .formatted(v == null ? "no" : v.length, range.name(), range.length()));
      }
      if (inDouble) {
        view(network.parameters(), range).assign(Nd4j.createFromArray(v));
      } else {
        float[] floats = new float[v.length];
        for (int j = 0; j < v.length; j++) {
          floats[j] = (float) v[j];
        }
        network.engine().parameters().write(range.offset(), floats);
      }
    }
    if (!values.isEmpty()) {
      throw new AssertionError("The network has no " + values.keySet());
    }
  }

  /** The name of a parameter or gradient; a head of several tasks is called x. */
  static String name(JsonNode node) {
    String name = node.get("name").asText();
    boolean ofTask =
        java.util.Arrays.stream(Task.values())
            .anyMatch(task -> name.startsWith("heads." + task.id() + "."));
    return ofTask ? name : name.replaceFirst("^heads\\.[^.]+\\.", "heads.x.");
  }

  static INDArray view(INDArray flat, ParameterRange range) {
    return flat.get(NDArrayIndex.interval(range.offset(), range.offset() + range.length()));
  }

  /** All stored values of a task's output. */
  float[] output(Task task) throws IOException {
    Path file = folder.resolve(json.get("eval").get(task.id()).get("file").asText());
    try (InputStream in = new DataInputStream(new GZIPInputStream(Files.newInputStream(file)))) {
      byte[] bytes = in.readAllBytes();
      float[] values = new float[bytes.length / 4];
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
      return values;
    }
  }

  private double u(long tensor, long element) {
    long z = (seed << 48) + (tensor << 32) + element + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    z = z ^ (z >>> 31);
    return (z >>> 11) / (double) (1L << 52) - 1;
  }
}
