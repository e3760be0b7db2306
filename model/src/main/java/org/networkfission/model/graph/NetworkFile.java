package org.networkfission.model.graph;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
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
import org.networkfission.prep.settings.Json;

/**
 * A network as a file: DL4J's model zip, which {@link ModelSerializer} also reads, with the spec
 * and the losses beside it.
 *
 * @param seed what dropout's randomness depends on
 * @param parameters flat, [n] or [1, n]
 */
record NetworkFile(NetworkSpec spec, LossSpec losses, long seed, INDArray parameters) {
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
    Nd4j.write(parameters.reshape(1, parameters.length()), data);
    data.flush();
    zip.closeEntry();
    zip.finish();
  }

  private static void entry(ZipOutputStream zip, String name, String text) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(text.getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
  }

  static NetworkFile read(InputStream in) throws IOException {
    Optional<NetworkSpec> spec = Optional.empty();
    Optional<LossSpec> losses = Optional.empty();
    Optional<Long> seed = Optional.empty();
    Optional<INDArray> parameters = Optional.empty();
    ZipInputStream zip = new ZipInputStream(in);
    for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
      switch (entry.getName()) {
        case SPEC -> spec = Optional.of(json(zip, NetworkSpec.class));
        case LOSSES -> losses = Optional.of(json(zip, LossSpec.class));
        case ModelSerializer.CONFIGURATION_JSON -> seed = Optional.of(seed(zip));
        case ModelSerializer.COEFFICIENTS_BIN ->
            parameters =
                Optional.of(
                    Nd4j.read(new DataInputStream(new ByteArrayInputStream(zip.readAllBytes()))));
        default -> {}
      }
    }
    return new NetworkFile(
        spec.orElseThrow(() -> missing(SPEC)),
        losses.orElseThrow(() -> missing(LOSSES)),
        seed.orElseThrow(() -> missing(ModelSerializer.CONFIGURATION_JSON)),
        parameters.orElseThrow(() -> missing(ModelSerializer.COEFFICIENTS_BIN)));
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
