package org.networkfission.jobs.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.cli.Fission;
import org.networkfission.jobs.settings.ResolvedConfig;
import org.networkfission.prep.codec.Jpeg;
import org.networkfission.prep.codec.Png16;
import org.networkfission.prep.codec.PngImage;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.FrameSource;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.frame.PixelLimit;
import org.networkfission.prep.labels.ClassMap;
import org.networkfission.prep.labels.ClassMapFile;
import org.networkfission.prep.labels.ClassMaps;
import org.networkfission.prep.shard.Example;
import org.networkfission.prep.shard.ExampleCodec;
import org.networkfission.prep.shard.ShardMetadata;
import org.networkfission.prep.shard.ShardReader;

/** The recipes of docs/data.md, as they stand there, on a few frames in the published layouts. */
class RecipesTest {
  private static final Configuration HADOOP = new Configuration();
  private static final Path ROOT = Path.of("..");

  @TempDir Path folder;

  /** A plane that rises to the right: depth of a pixel in mm. */
  private static int depth(int x) {
    return 2000 + 2 * x;
  }

  @Test
  void tumRgbd() throws Exception {
    for (String scene : List.of("rgbd_dataset_freiburg1_desk", "rgbd_dataset_freiburg1_room")) {
      photo("tum/%s/rgb/1305031452.791720.png".formatted(scene), 640, 480);
      photo("tum/%s/rgb/1305031452.823674.png".formatted(scene), 640, 480);
      photo("tum/%s/rgb/1305031459.000000.png".formatted(scene), 640, 480);
      depth("tum/%s/depth/1305031452.803000.png".formatted(scene), 640, 480, 5);
      depth("tum/%s/depth/1305031452.837000.png".formatted(scene), 640, 480, 5);
      text("tum/%s/rgb.txt".formatted(scene), "# color images\n");
    }
    Map<String, Example> rows = run("TUM RGB-D", List.of("2 photos are left out"));
    assertThat(rows)
        .containsOnlyKeys(
            "rgbd_dataset_freiburg1_desk/1305031452.791720",
            "rgbd_dataset_freiburg1_desk/1305031452.823674",
            "rgbd_dataset_freiburg1_room/1305031452.791720",
            "rgbd_dataset_freiburg1_room/1305031452.823674");
    Example row = rows.get("rgbd_dataset_freiburg1_room/1305031452.791720");
    assertThat(row.split()).isEqualTo("val");
    assertThat(row.dataset()).isEqualTo("tum-rgbd");
    assertThat(row.labels()).isNull();
    assertThat(row.fx()).isEqualTo(517.3f);
    assertDepth(row, 1);
    assertThat(ExampleCodec.decode(row).normals()).isNotNull();
  }

  @Test
  void sunRgbd() throws Exception {
    for (String scene : List.of("kv1/NYUdata/NYU0001", "xtion/sun3ddata/a/a/0000103-000003")) {
      String name = scene.substring(scene.lastIndexOf('/') + 1);
      photo("SUNRGBD/%s/image/%s.jpg".formatted(scene, name), 640, 480);
      depth("SUNRGBD/%s/depth_bfx/%s.png".formatted(scene, name), 640, 480, 8);
      depth("SUNRGBD/%s/depth/%s.png".formatted(scene, name), 640, 480, 8);
      text(
          "SUNRGBD/%s/intrinsics.txt".formatted(scene),
          "518.857901 0.000000 284.582449 \n0.000000 519.469611 208.736166 \n0 0 1 \n");
    }
    Map<String, Example> rows = run("SUN RGB-D", List.of("frames.csv"));
    assertThat(rows).containsOnlyKeys("kv1/NYUdata/NYU0001", "xtion/sun3ddata/a/a/0000103-000003");
    Example row = rows.get("kv1/NYUdata/NYU0001");
    assertThat(row.cy()).isEqualTo(208.73616f);
    assertDepth(row, 1);
  }

  @Test
  void sevenScenes() throws Exception {
    for (String sequence : List.of("seq-01", "seq-03")) {
      photo("7-scenes/chess/%s/frame-000000.color.png".formatted(sequence), 640, 480);
      write(
          "7-scenes/chess/%s/frame-000000.depth.png".formatted(sequence),
          Png16.writeGrey(640, 480, numbers(640, 480, x -> x < 10 ? 65_535 : depth(x))));
      text("7-scenes/chess/%s/frame-000000.pose.txt".formatted(sequence), "1 0 0 0\n");
    }
    text("7-scenes/chess/TestSplit.txt", "sequence3\nsequence5\n");
    Map<String, Example> rows = run("7-Scenes", List.of("test: 1 frames", "train: 1 frames"));
    Example row = rows.get("chess/seq-03/000000");
    assertThat(row.split()).isEqualTo("test");
    assertDepth(row, 1);
    assertThat(row.holeFraction()).isEqualTo(10 / 640f);
  }

  @Test
  void hypersim() throws Exception {
    for (String scene : List.of("ai_001_001", "ai_001_002")) {
      String images = "hypersim/%s/images/scene_cam_00_".formatted(scene);
      photo(images + "final_preview/frame.0000.tonemap.jpg", 1024, 768);
      String geometry = images + "geometry_hdf5/frame.0000.";
      float[][] distance = new float[768][1024];
      short[][] semantic = new short[768][1024];
      float[][][] normal = new float[768][1024][3];
      for (int y = 0; y < 768; y++) {
        for (int x = 0; x < 1024; x++) {
          double rx = (x - 511.5) / 886.81;
          double ry = (383.5 - y) / 886.81;
          distance[y][x] = (float) (depth(x) / 1000.0 * Math.sqrt(rx * rx + ry * ry + 1));
          semantic[y][x] = (short) (x < 512 ? -1 : 22);
          normal[y][x][2] = 1;
        }
      }
      hdf5(geometry + "depth_meters.hdf5", distance);
      hdf5(geometry + "semantic.hdf5", semantic);
      hdf5(geometry + "normal_cam.hdf5", normal);
    }
    Map<String, Example> rows = run("Hypersim", List.of("train: 1 frames", "val: 1 frames"));
    Example row = rows.get("ai_001_002/cam_00/0000");
    assertThat(row.split()).isEqualTo("val");
    assertThat(row.width()).isEqualTo(512);
    assertDepth(row, 2);
    assertThat(row.labels()[0]).isZero();
    assertThat(row.labels()[511]).isEqualTo((byte) 22);
    assertThat(ExampleCodec.decode(row).normals().xyz()[2]).isEqualTo(-1);
  }

  @Test
  void cityscapes() throws Exception {
    for (String split : List.of("train", "val")) {
      String frame = "%s/aachen/aachen_000000_000019_".formatted(split);
      photo("cityscapes/leftImg8bit/" + frame + "leftImg8bit.png", 2048, 1024);
      write(
          "cityscapes/disparity/" + frame + "disparity.png",
          Png16.writeGrey(
              2048,
              1024,
              numbers(
                  2048, 1024, x -> (int) Math.round(1000 / (20_000.0 + 2 * x) / 8.2485e-6 + 1))));
      short[] labels = numbers(2048, 1024, x -> x < 1024 ? 7 : 26);
      write(
          "cityscapes/gtFine/" + frame + "gtFine_labelIds.png",
          Png16.write(new PngImage(2048, 1024, 1, 8, labels)));
      text(
          "cityscapes/camera/" + frame + "camera.json",
          "{\"extrinsic\": {\"baseline\": 0.209313}, \"intrinsic\": {\"fx\": 2262.52, \"fy\":"
              + " 2265.3017905988554, \"u0\": 1096.98, \"v0\": 513.137}}");
    }
    Map<String, Example> rows = run("Cityscapes", List.of("val: 1 frames"));
    Example row = rows.get("val/aachen/aachen_000000_000019");
    assertThat(row.width()).isEqualTo(1024);
    assertThat(row.fx()).isEqualTo(1131.26f);
    float[] z = ExampleCodec.decode(row).depth().millimetres();
    assertThat(z[512]).isBetween(22_000f, 22_100f);
    assertThat(row.labels()[0]).isEqualTo((byte) 1);
    assertThat(row.labels()[1023]).isEqualTo((byte) 14);
  }

  /**
   * @param step of a pixel of the row, in pixels of the published image
   */
  private static void assertDepth(Example row, int step) throws Exception {
    float[] z = ExampleCodec.decode(row).depth().millimetres();
    for (int x = 20; x < row.width(); x += 50) {
      assertThat(z[x]).isBetween(depth(x * step) - 3f, depth(x * step) + 3f);
    }
  }

  /** Runs a recipe's first line, and prepares with the settings of its second. */
  private Map<String, Example> run(String recipe, List<String> said) throws Exception {
    List<List<String>> commands = commands(recipe);
    assertThat(commands).hasSize(2);
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Fission.run(
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            commands.get(0).toArray(String[]::new));
    assertThat(code).as(err.toString()).isZero();
    assertThat(out.toString()).contains(said);
    List<String> prepare = commands.get(1);
    assertThat(prepare.subList(0, 2)).containsExactly("prepare", "--conf");
    PrepareSettings settings =
        ResolvedConfig.load(
                List.of(ROOT.resolve(prepare.get(2))), prepare.subList(3, prepare.size()))
            .settings()
            .prepare();
    return rows(settings);
  }

  /** The commands of a recipe, as a shell would part them, in the test's folder. */
  private List<List<String>> commands(String recipe) throws IOException {
    String page = Files.readString(ROOT.resolve("docs/data.md"));
    Matcher block =
        Pattern.compile("### " + Pattern.quote(recipe) + "\n.*?```\n(.*?)```", Pattern.DOTALL)
            .matcher(page);
    assertThat(block.find()).isTrue();
    List<List<String>> commands = new ArrayList<>();
    for (String line : block.group(1).replace("\\\n", " ").lines().toList()) {
      List<String> words = new ArrayList<>();
      Matcher word = Pattern.compile("'([^']*)'|(\\S+)").matcher(line);
      while (word.find()) {
        String text = word.group(1) == null ? word.group(2) : word.group(1);
        Path base = text.contains("file:conf/") ? ROOT.toAbsolutePath().normalize() : folder;
        words.add(text.replace("file:", "file:" + base + "/"));
      }
      assertThat(words.remove(0)).isEqualTo("submit/fission");
      commands.add(words);
    }
    return commands;
  }

  /** As {@link PrepareJob} prepares, without a cluster. */
  private Map<String, Example> rows(PrepareSettings settings) throws Exception {
    ClassMap classes =
        ClassMapFile.isFile(settings.classMap())
            ? ClassMapFile.read(new org.apache.hadoop.fs.Path(settings.classMap()), HADOOP)
            : ClassMaps.named(settings.classMap(), settings.labelIds());
    WorkFolder work = WorkFolder.first(settings.output().orElseThrow());
    FrameSource source = Sources.of(settings);
    UnitTask task =
        new UnitTask(
            source,
            classes,
            settings.normals(),
            EnumSet.copyOf(settings.truth()),
            settings.imageSize().orElse(null),
            new PixelLimit(settings.maxPixels()),
            ShardMetadata.of(settings.datasetName(), classes, Map.of(), "test").withOptionalTruth(),
            work);
    Map<String, Example> rows = new TreeMap<>();
    for (FrameUnit unit : source.units(HADOOP)) {
      UnitSummary summary = task.prepare(unit, HADOOP, frame -> {});
      assertThat(summary.rejected()).isEmpty();
      try (ShardReader reader = new ShardReader(work.rows(summary.file()), HADOOP)) {
        for (int group = 0; group < reader.rowGroups().size(); group++) {
          reader.readRowGroup(group).forEachRemaining(row -> rows.put(row.frameKey(), row));
        }
      }
    }
    return rows;
  }

  private void photo(String path, int width, int height) throws IOException {
    byte[] rgb = new byte[3 * width * height];
    Arrays.fill(rgb, (byte) 120);
    short[] samples = new short[rgb.length];
    Arrays.fill(samples, (short) 120);
    write(
        path,
        path.endsWith(".jpg")
            ? Jpeg.encode(new ColorImage(width, height, rgb), 90)
            : Png16.writeFast(new PngImage(width, height, 3, 8, samples)));
  }

  private void depth(String path, int width, int height, int factor) throws IOException {
    write(path, Png16.writeGrey(width, height, numbers(width, height, x -> factor * depth(x))));
  }

  private static short[] numbers(
      int width, int height, java.util.function.IntUnaryOperator ofColumn) {
    short[] numbers = new short[width * height];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (short) ofColumn.applyAsInt(i % width);
    }
    return numbers;
  }

  private void hdf5(String path, Object array) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    try (WritableHdfFile hdf = HdfFile.write(file)) {
      hdf.putDataset("dataset", array);
    }
  }

  private void text(String path, String text) throws IOException {
    write(path, text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private void write(String path, byte[] bytes) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }
}
