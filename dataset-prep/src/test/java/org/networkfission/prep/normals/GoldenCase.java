package org.networkfission.prep.normals;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.Raster;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;
import javax.imageio.ImageIO;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.settings.Json;

/**
 * A case that the published program computed: input, parameters and what came out of each step. A
 * folder holds any number of them, as files or in zip archives.
 *
 * @param folder of the files, or an archive's root
 * @param name of the case: scene, variant, smoothing, threshold
 */
record GoldenCase(Path folder, String name, JsonNode meta) {
  private static final String META = ".meta.json";

  /** All cases of a folder; fails where there is none. */
  static List<GoldenCase> in(Path folder) throws IOException {
    List<GoldenCase> cases = new ArrayList<>();
    for (Path file : list(folder)) {
      if (file.toString().endsWith(".zip")) {
        // Left open: the cases read from it.
        addCases(FileSystems.newFileSystem(file).getPath("/"), cases);
      }
    }
    addCases(folder, cases);
    assertThat(cases).as("golden cases (*%s) in %s", META, folder).isNotEmpty();
    return cases;
  }

  private static void addCases(Path folder, List<GoldenCase> cases) throws IOException {
    for (Path file : list(folder)) {
      String name = file.getFileName().toString();
      if (name.endsWith(META)) {
        JsonNode meta = Json.MAPPER.readTree(Files.readAllBytes(file));
        cases.add(new GoldenCase(folder, name.substring(0, name.length() - META.length()), meta));
      }
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  int width() {
    return meta.get("width").asInt();
  }

  int height() {
    return meta.get("height").asInt();
  }

  /** The scene's name, without variant and parameters. */
  String scene() {
    return name.substring(0, name.indexOf('.'));
  }

  Intrinsics intrinsics() {
    JsonNode k = meta.get("camera_params");
    return new Intrinsics(
        k.get(0).asDouble(), k.get(4).asDouble(), k.get(2).asDouble(), k.get(5).asDouble());
  }

  NormalSettings settings(NormalMode mode) {
    JsonNode p = meta.get("normal_params");
    return new NormalSettings(
        mode,
        p.get(2).asInt(),
        p.get(0).asInt(),
        p.get(1).asDouble(),
        p.get(3).asDouble(),
        StreamSupport.stream(meta.get("flat_labels").spliterator(), false)
            .map(JsonNode::asInt)
            .toList(),
        3);
  }

  DepthMap depth() throws IOException {
    return new DepthMap(width(), height(), samples("depth"));
  }

  LabelMap labels() throws IOException {
    float[] samples = samples("labels");
    short[] ids = new short[samples.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (short) samples[i];
    }
    return new LabelMap(width(), height(), ids);
  }

  private float[] samples(String key) throws IOException {
    try (InputStream in = Files.newInputStream(folder.resolve(meta.get(key).asText()))) {
      Raster raster = ImageIO.read(in).getRaster();
      return raster.getSamples(0, 0, width(), height(), 0, (float[]) null);
    }
  }

  /** An output of the program by the suffix of its file, e.g. {@code filled}. */
  float[] output(String suffix) throws IOException {
    return floats(name + "." + suffix + ".f32.gz");
  }

  int[] segments() throws IOException {
    int[] values = new int[width() * height()];
    bytes(name + ".seg.i32.gz").asIntBuffer().get(values);
    return values;
  }

  boolean hasTruth() {
    return Files.exists(folder.resolve(scene() + ".gt.f32.gz"));
  }

  /** The scene's exact normals. */
  float[] truth() throws IOException {
    return floats(scene() + ".gt.f32.gz");
  }

  private float[] floats(String file) throws IOException {
    ByteBuffer bytes = bytes(file);
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(values);
    return values;
  }

  private ByteBuffer bytes(String file) throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(folder.resolve(file)))) {
      return ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
    }
  }
}
