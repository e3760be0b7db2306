package org.networkfission.model.graph;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.networkfission.model.network.LossSpec;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.Planes;
import org.networkfission.model.op.StageProgram;
import org.networkfission.prep.settings.Json;

/**
 * A network as a file: DL4J's model zip, which {@link ModelSerializer} also reads, with the spec
 * and the losses beside it.
 *
 * @param seed what dropout's randomness depends on
 * @param parameters flat
 */
record NetworkFile(NetworkSpec spec, LossSpec losses, long seed, float[] parameters) {
  private static final String SPEC = "network.json";
  private static final String LOSSES = "losses.json";
  private static final ObjectMapper JSON = Json.MAPPER;

  void write(ComputationGraphConfiguration graph, OutputStream out) throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out);
    // Trained weights do not compress: a higher level costs seconds and saves little.
    zip.setLevel(Deflater.BEST_SPEED);
    entry(zip, SPEC, JSON.writeValueAsString(spec));
    entry(zip, LOSSES, JSON.writeValueAsString(losses));
    entry(zip, ModelSerializer.CONFIGURATION_JSON, graph.toJson());
    zip.putNextEntry(new ZipEntry(ModelSerializer.COEFFICIENTS_BIN));
    DataOutputStream data = new DataOutputStream(zip);
    try (INDArray row = Planes.array(parameters, 1, parameters.length)) {
      Nd4j.write(row, data);
    }
    data.flush();
    zip.closeEntry();
    zip.finish();
  }

  private static void entry(ZipOutputStream zip, String name, String text) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(text.getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
  }

  /**
   * Reads a file.
   *
   * @throws IOException if it is not one, not whole, or its parameters are not as many as its spec
   *     asks for
   */
  static NetworkFile read(InputStream in) throws IOException {
    return read(in, true);
  }

  /**
   * Reads a file to its end, as {@link #read} does, without keeping its parameters.
   *
   * @return the network that it holds
   */
  static NetworkSpec check(InputStream in) throws IOException {
    return read(in, false).spec();
  }

  private static NetworkFile read(InputStream in, boolean keep) throws IOException {
    Optional<NetworkSpec> spec = Optional.empty();
    Optional<LossSpec> losses = Optional.empty();
    Optional<Long> seed = Optional.empty();
    Optional<float[]> parameters = Optional.empty();
    int count = 0;
    ZipInputStream zip = new ZipInputStream(in);
    for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
      switch (entry.getName()) {
        case SPEC -> spec = Optional.of(json(zip, NetworkSpec.class));
        case LOSSES -> losses = Optional.of(json(zip, LossSpec.class));
        case ModelSerializer.CONFIGURATION_JSON -> seed = Optional.of(seed(zip));
        case ModelSerializer.COEFFICIENTS_BIN -> {
          StoredFloats floats = StoredFloats.open(zip);
          count = floats.length();
          parameters = Optional.of(keep ? floats.read() : floats.skip());
        }
        default -> {}
      }
    }
    NetworkFile file =
        new NetworkFile(
            spec.orElseThrow(() -> missing(SPEC)),
            losses.orElseThrow(() -> missing(LOSSES)),
            seed.orElseThrow(() -> missing(ModelSerializer.CONFIGURATION_JSON)),
            parameters.orElseThrow(() -> missing(ModelSerializer.COEFFICIENTS_BIN)));
    long expected =
        FissionNetwork.stages(file.spec()).stream().mapToLong(StageProgram::parameterCount).sum();
    if (count != expected) {
      throw new IOException(
          "Cannot read model: it has %d parameters, its spec asks for %d"
              .formatted(count, expected));
    }
    return file;
  }

  private static long seed(InputStream in) throws IOException {
    // The graph itself follows from the spec; its vertices' classes have moved since the first
    // files.
    JsonNode seed = JSON.readTree(in.readAllBytes()).path("defaultConfiguration").path("seed");
    if (!seed.canConvertToLong()) {
      throw new IOException("Cannot read model: its configuration has no seed");
    }
    return seed.longValue();
  }

  private static <T> T json(InputStream in, Class<T> type) throws IOException {
    try {
      return JSON.readValue(in.readAllBytes(), type);
    } catch (JsonProcessingException e) {
      throw new IOException(
          "Cannot read model: its %s does not fit: %s"
              .formatted(type.getSimpleName(), e.getOriginalMessage()),
          e);
    }
  }

  private static IOException missing(String entry) {
    return new IOException(
        "Cannot read model: the zip has no whole entry %s, so it is cut short or another model"
            .formatted(entry));
  }
}
