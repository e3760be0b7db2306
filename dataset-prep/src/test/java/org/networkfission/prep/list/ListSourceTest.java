package org.networkfission.prep.list;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.networkfission.prep.codec.Jpeg;
import org.networkfission.prep.codec.Png16;
import org.networkfission.prep.codec.PngImage;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.Frame;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.FrameReader;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.frame.Reason;
import org.networkfission.prep.frame.TruthKind;
import org.networkfission.prep.raster.Damage;

class ListSourceTest {
  private static final Configuration HADOOP = new Configuration();
  private static final String HEADING = "key,split,unit,color,depth,labels,normals,fx,fy,cx,cy\n";
  private static final String CAMERA = ",10,10,3.5,2.5\n";
  private static final int WIDTH = 8;
  private static final int HEIGHT = 6;

  @TempDir Path folder;

  @BeforeEach
  void images() throws IOException {
    byte[] rgb = new byte[3 * WIDTH * HEIGHT];
    Arrays.fill(rgb, (byte) 90);
    Files.createDirectories(folder.resolve("rgb"));
    Files.write(folder.resolve("rgb/1.jpg"), Jpeg.encode(new ColorImage(WIDTH, HEIGHT, rgb), 90));
    short[] depth = new short[WIDTH * HEIGHT];
    short[] labels = new short[WIDTH * HEIGHT];
    short[] normals = new short[3 * WIDTH * HEIGHT];
    for (int i = 0; i < depth.length; i++) {
      depth[i] = (short) (i == 0 ? 0 : 1000 + 10 * i);
      labels[i] = (short) (i % 5);
      normals[3 * i] = 127;
      normals[3 * i + 1] = 128;
      normals[3 * i + 2] = (short) (i == 0 ? 128 : 0);
    }
    Files.write(folder.resolve("d.png"), Png16.writeGrey(WIDTH, HEIGHT, depth));
    Files.write(folder.resolve("l.png"), Png16.write(new PngImage(WIDTH, HEIGHT, 1, 8, labels)));
    Files.write(folder.resolve("n.png"), Png16.write(new PngImage(WIDTH, HEIGHT, 3, 8, normals)));
  }

  @Test
  void readsWhatARowNames() throws Exception {
    List<Frame> frames =
        good(
            csv(
                "a,train,u,rgb/1.jpg,d.png,l.png,n.png" + CAMERA,
                "b,train,u,rgb/1.jpg,,l.png," + CAMERA,
                "c,train,v,rgb/1.jpg,,,n.png" + CAMERA,
                "d,test,w,rgb/1.jpg,d.png,," + CAMERA));
    assertThat(frames).extracting(Frame::key).containsExactly("a", "b", "c");
    assertThat(frames).extracting(Frame::unit).containsExactly("u", "u", "v");
    Frame a = frames.get(0);
    assertThat(a.dataset()).isEqualTo("mine");
    assertThat(a.truth()).isEqualTo(TruthKind.all());
    assertThat(a.source()).isEqualTo("frames.csv line 2");
    assertThat(a.intrinsics()).isEqualTo(new Intrinsics(10, 10, 3.5, 2.5));
    assertThat(a.depth().millimetres()).startsWith(0, 1010, 1020);
    assertThat(a.labels().ids()).startsWith((short) 0, (short) 1);
    assertThat(a.normals().xyz()).startsWith(0, 0, 0);
    assertThat(a.normals().xyz()[5]).isEqualTo(-1, within(1e-4f));
    assertThat(frames.get(1).truth()).containsExactly(TruthKind.LABELS);
    assertThat(frames.get(2).truth()).containsExactly(TruthKind.NORMALS);
  }

  @Test
  void jsonLinesAndParquetSayTheSame() throws Exception {
    Path json =
        write(
            "frames.jsonl",
            "{\"key\": \"a\", \"split\": \"train\", \"color\": \"rgb/1.jpg\", \"depth\": \"d.png\","
                + " \"labels\": null, \"fx\": 10, \"fy\": 10, \"cx\": 3.5, \"cy\": 2.5}\n");
    Path parquet = folder.resolve("frames.parquet/part-0.parquet");
    MessageType schema =
        MessageTypeParser.parseMessageType(
            "message m { required binary key (STRING); required binary split (STRING); required"
                + " binary color (STRING); optional binary depth (STRING); optional binary labels"
                + " (STRING); required double fx; required int32 fy; required float cx; required"
                + " float cy; }");
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(
                HadoopOutputFile.fromPath(new org.apache.hadoop.fs.Path(parquet.toUri()), HADOOP))
            .withType(schema)
            .build()) {
      writer.write(
          new SimpleGroupFactory(schema)
              .newGroup()
              .append("key", "a")
              .append("split", "train")
              .append("color", "rgb/1.jpg")
              .append("depth", "d.png")
              .append("fx", 10.0)
              .append("fy", 10)
              .append("cx", 3.5f)
              .append("cy", 2.5f));
    }
    Files.createFile(folder.resolve("frames.parquet/_SUCCESS"));
    Frame ofJson = good(json).get(0);
    Frame ofParquet = good(folder.resolve("frames.parquet")).get(0);
    assertThat(ofParquet.key()).isEqualTo("a");
    assertThat(ofParquet.unit()).isEqualTo("train-rows-000000").isEqualTo(ofJson.unit());
    assertThat(ofParquet.intrinsics()).isEqualTo(ofJson.intrinsics());
    assertThat(ofParquet.depth().millimetres()).isEqualTo(ofJson.depth().millimetres());
    assertThat(ofParquet.labels()).isNull();
  }

  @Test
  void depthHasAnyUnit() throws Exception {
    Path list =
        write(
            "frames.csv",
            "key,split,color,depth,depth_unit,depth_scale,depth_shift,depth_kind,depth_invalid,fx,fy,cx,cy\n"
                + "mm,train,rgb/1.jpg,d.png,,,,,"
                + CAMERA
                + "tum,train,rgb/1.jpg,d.png,metres,0.0002,,z,"
                + CAMERA
                + "inverse,train,rgb/1.jpg,d.png,inverse,0.001,0.5,,"
                + CAMERA
                + "ray,train,rgb/1.jpg,d.png,,,,ray,"
                + CAMERA
                + "invalid,train,rgb/1.jpg,d.png,,,,,1010"
                + CAMERA
                + "pfm,train,rgb/1.jpg,d.pfm,metres,,,,"
                + CAMERA
                + "rotated,train,rgb/1.jpg,d8.png,sunrgbd,,,,"
                + CAMERA);
    pfm();
    short[] rotated = new short[WIDTH * HEIGHT];
    Arrays.fill(rotated, (short) (8 * 1234));
    Files.write(folder.resolve("d8.png"), Png16.writeGrey(WIDTH, HEIGHT, rotated));
    List<Frame> frames = good(list);
    assertThat(millimetres(frames, 0)).startsWith(0, 1010);
    assertThat(millimetres(frames, 1)[1]).isEqualTo(202, within(1e-3f));
    assertThat(millimetres(frames, 2)[1]).isEqualTo(1000 / 1.51f, within(1e-3f));
    double ray = Math.sqrt(Math.pow((1 - 3.5) / 10, 2) + Math.pow(2.5 / 10, 2) + 1);
    assertThat(millimetres(frames, 3)[1]).isEqualTo((float) (1010 / ray), within(1e-3f));
    assertThat(millimetres(frames, 4)).startsWith(0, 0, 1020);
    assertThat(millimetres(frames, 5)).startsWith(0, 1500).contains(1502);
    assertThat(millimetres(frames, 6)[4]).isEqualTo(1234);
  }

  private void pfm() throws IOException {
    String heading = "Pf\n%d %d\n-1\n".formatted(WIDTH, HEIGHT);
    ByteBuffer out =
        ByteBuffer.allocate(heading.length() + 4 * WIDTH * HEIGHT).order(ByteOrder.LITTLE_ENDIAN);
    out.put(heading.getBytes(StandardCharsets.US_ASCII));
    for (int y = HEIGHT - 1; y >= 0; y--) {
      for (int x = 0; x < WIDTH; x++) {
        out.putFloat(x + y == 0 ? Float.NaN : 1.499f + (y * WIDTH + x) / 1000f);
      }
    }
    Files.write(folder.resolve("d.pfm"), out.array());
  }

  private static float[] millimetres(List<Frame> frames, int index) {
    return frames.get(index).depth().millimetres();
  }

  @Test
  void imagesMayHaveOtherSizesOfOneShape() throws Exception {
    short[] wide = new short[4 * WIDTH * HEIGHT];
    Arrays.fill(wide, (short) 3);
    Files.write(
        folder.resolve("large.png"), Png16.write(new PngImage(2 * WIDTH, 2 * HEIGHT, 1, 8, wide)));
    Files.write(
        folder.resolve("square.png"), Png16.write(new PngImage(16, 24, 1, 8, new short[384])));
    Path list =
        csv(
            "a,train,,rgb/1.jpg,d.png,large.png," + CAMERA,
            "b,train,,rgb/1.jpg,,large.png," + CAMERA,
            "c,train,,rgb/1.jpg,d.png,square.png," + CAMERA);
    List<String> problems = new ArrayList<>();
    List<Frame> frames = read(list, problems);
    assertThat(frames.get(0).labels().width()).isEqualTo(WIDTH);
    assertThat(frames.get(1).width()).isEqualTo(2 * WIDTH);
    assertThat(frames.get(1).intrinsics()).isEqualTo(new Intrinsics(20, 20, 7.5, 5.5));
    assertThat(problems)
        .containsExactly(
            "c size_mismatch Cannot use line 4 of frames.csv: Cannot use frame c: its labels has 16"
                + " x 24 pixels, another image 8x6, which is another shape");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'a,nowhere,,rgb/1.jpg,d.png,,'|bad_row|split is \"nowhere\", must be train, val or test",
        "'a,,,rgb/1.jpg,d.png,,'|bad_row|it has no split",
        "',train,,rgb/1.jpg,d.png,,'|bad_row|it has no key",
        "'a,train,,,d.png,,'|bad_row|it has no color",
        "'a,train,,rgb/1.jpg,,,'|bad_row|it has neither depth nor labels nor normals",
        "'a,train,,rgb/2.jpg,d.png,,'|missing_file|rgb/2.jpg is missing",
        "'a,train,,rgb/1.jpg,e.png,,'|missing_file|e.png is missing",
        "'a,train,,rgb/1.jpg,rgb/1.jpg,,'|decode_error|none of the formats that are read",
        "'a,train,,d.png,l.png,,'|decode_error|must be grey of 16 bits",
        "'a,train,,rgb/1.jpg,,n.png,'|decode_error|the PNG has 3 channels, must have 1",
        "'a,train,,rgb/1.jpg,,,l.png'|decode_error|a pixel has 1 numbers, must have 3"
      })
  void aBadRowIsNamedAndTheOthersGoOn(String row, String reason, String why) throws Exception {
    List<String> problems = new ArrayList<>();
    List<Frame> frames = read(csv("x,train,,rgb/1.jpg,d.png,," + CAMERA, row + CAMERA), problems);
    assertThat(frames).extracting(Frame::key).containsExactly("x");
    assertThat(problems).singleElement().asString().contains(why, "line 3 of frames.csv");
    assertThat(problems.get(0)).contains(" " + reason + " Cannot use line 3");
  }

  @Test
  void namesNumbersUnitsAndDuplicates() throws Exception {
    Path list =
        write(
            "frames.csv",
            """
            key,split,color,depth,depth_unit,normals_axes,fx,fy,cx,cy
            a,train,rgb/1.jpg,d.png,,,10,10,3.5,2.5
            a,train,rgb/1.jpg,d.png,,,10,10,3.5,2.5
            a,train,rgb/1.jpg,l.png,,,10,10,3.5,2.5
            b,train,rgb/1.jpg,d.png,furlongs,,10,10,3.5,2.5
            c,train,rgb/1.jpg,d.png,,up,10,10,3.5,2.5
            d,train,rgb/1.jpg,d.png,,,ten,10,3.5,2.5
            e,train,rgb/1.jpg,d.png,,,-10,10,3.5,2.5
            f,train,rgb/1.jpg,d.png,,,10,10,3.5
            g,train,rgb/1.jpg,d.png,metres,,10,10,3.5,2.5
            """);
    List<String> problems = new ArrayList<>();
    assertThat(read(list, problems)).hasSize(1);
    assertThat(problems.remove(0))
        .contains("g decode_error", "farther than 65.535 m with the unit metres");
    assertThat(problems.get(0))
        .isEqualTo("a duplicate Cannot use line 3 of frames.csv: it repeats line 2 word for word");
    assertThat(problems.get(1)).contains("bad_row", "the key \"a\" stands in line 2 already");
    assertThat(problems.get(2))
        .endsWith("depth_unit is \"furlongs\", must be millimetres, metres, inverse, sunrgbd");
    assertThat(problems.get(3)).contains("normals_axes is \"up\"");
    assertThat(problems.get(4)).endsWith("fx is \"ten\", must be a number");
    assertThat(problems.get(5)).contains("focal lengths must be positive");
    assertThat(problems.get(6)).endsWith("it has 9 cells, the heading has 10");
  }

  @Test
  void normalsInOtherAxesAreTurnedOrTold() throws Exception {
    List<String> problems = new ArrayList<>();
    Path list =
        write(
            "frames.csv",
            "key,split,color,normals,normals_axes,fx,fy,cx,cy\n"
                + "a,train,rgb/1.jpg,n.png,right-down-forward"
                + CAMERA
                + "b,train,rgb/1.jpg,n.png,right-up-backward"
                + CAMERA);
    List<Frame> frames = read(list, problems);
    assertThat(frames.get(0).normals().xyz()[4]).isNegative();
    assertThat(problems.get(0))
        .contains("face away from the camera with the axes right-up-backward");
  }

  @Test
  void whatIsNoListIsOneError() throws IOException {
    assertRefused(
        "frames.csv", "key,split,colour\na,train,b\n", "the column \"colour\" is not known");
    assertRefused("frames.csv", "", "it is empty");
    assertRefused("frames.csv", HEADING, "it has no rows");
    assertRefused("frames.txt", HEADING, "its name must end in .jsonl, .csv or .parquet");
    assertRefused("frames.parquet", HEADING, "it is no Parquet file, or damaged");
    assertThatThrownBy(() -> source(folder.resolve("none.csv"), 1).units(HADOOP))
        .isInstanceOf(InputException.class)
        .hasMessageEndingWith("there is no such file");
  }

  private void assertRefused(String name, String text, String why) throws IOException {
    Path list = write(name, text);
    assertThatThrownBy(() -> source(list, 1).units(HADOOP))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("Cannot read ")
        .hasMessageContaining(why);
  }

  @Test
  void aLineOfJsonThatIsNoneIsARow() throws Exception {
    Path list =
        write(
            "frames.jsonl",
            "{\"key\": \"a\", \"split\": \"train\", \"color\": \"rgb/1.jpg\", \"depth\": \"d.png\","
                + " \"fx\": 10, \"fy\": 10, \"cx\": 3.5, \"cy\": 2.5}\n"
                + "\n"
                + "{\"key\": \"b\", \n"
                + "[1]\n"
                + "{\"key\": \"c\", \"label\": \"l.png\"}\n"
                + "{\"key\": \"d\", \"labels\": [\"l.png\"]}\n");
    List<String> problems = new ArrayList<>();
    assertThat(read(list, problems)).hasSize(1);
    assertThat(problems).hasSize(4);
    assertThat(problems.get(0)).startsWith("line 3 bad_row Cannot use line 3").contains("no JSON");
    assertThat(problems.get(1)).contains("line 4", "it is no JSON object");
    assertThat(problems.get(2)).contains("c bad_row", "the column \"label\" is not known");
    assertThat(problems.get(3)).contains("labels must be a text or a number");
  }

  @Test
  void takesEachNthRow() throws Exception {
    Path list =
        csv(
            "a,train,u,rgb/1.jpg,d.png,," + CAMERA,
            "b,train,u,rgb/1.jpg,d.png,," + CAMERA,
            "c,train,u,rgb/1.jpg,d.png,," + CAMERA,
            "d,never,u,rgb/1.jpg,d.png,," + CAMERA);
    List<FrameUnit> units = source(list, 2).units(HADOOP);
    assertThat(units).extracting(FrameUnit::frames).containsExactly(2, 1);
    assertThat(units).extracting(FrameUnit::name).containsExactly("u", "rows-that-cannot-be-used");
  }

  /** 1,200 lists, each of 3 rows: rows are frames or quarantined, or the list is one error. */
  @Test
  void survivesDamage() throws Exception {
    byte[] csv =
        (HEADING
                + "a,train,u,rgb/1.jpg,d.png,l.png,n.png"
                + CAMERA
                + "b,train,u,rgb/1.jpg,d.png,l.png,"
                + CAMERA
                + "c,train,,rgb/1.jpg,,,n.png"
                + CAMERA)
            .getBytes(StandardCharsets.UTF_8);
    byte[] json =
        "{\"key\":\"a\",\"split\":\"train\",\"color\":\"rgb/1.jpg\",\"depth\":\"d.png\",\"fx\":10,\"fy\":10,\"cx\":3.5,\"cy\":2.5}\n"
            .repeat(2)
            .replaceFirst("\"a\"", "\"b\"")
            .getBytes(StandardCharsets.UTF_8);
    TreeMap<String, Integer> outcomes = new TreeMap<>();
    for (int seed = 0; seed < 800; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      boolean text = seed % 2 == 0;
      Path list = folder.resolve(text ? "damaged.csv" : "damaged.jsonl");
      Files.write(list, Damage.of(text ? csv : json, random));
      try {
        List<String> problems = new ArrayList<>();
        outcomes.merge("frames", read(list, problems).size(), Integer::sum);
        outcomes.merge("quarantined", problems.size(), Integer::sum);
      } catch (InputException e) {
        assertThat(e).hasMessageStartingWith("Cannot read ");
        outcomes.merge("errors", 1, Integer::sum);
      }
    }
    assertThat(outcomes.get("frames")).isGreaterThan(500);
    assertThat(outcomes.get("quarantined")).isGreaterThan(200);
    assertThat(outcomes.get("errors")).isPositive();
  }

  /** 600 frames, one of whose images is damaged. */
  @Test
  void survivesDamagedImages() throws Exception {
    List<String> names = List.of("rgb/1.jpg", "d.png", "l.png", "n.png", "d.pfm");
    pfm();
    Path list =
        write(
            "frames.csv",
            "key,split,color,depth,labels,normals,depth_unit,fx,fy,cx,cy\n"
                + "a,train,rgb/1.jpg,d.png,l.png,n.png,"
                + CAMERA
                + "b,train,rgb/1.jpg,d.pfm,,,metres"
                + CAMERA);
    int quarantined = 0;
    int frames = 0;
    for (int seed = 0; seed < 600; seed++) {
      Path file = folder.resolve(names.get(seed % names.size()));
      byte[] whole = Files.readAllBytes(file);
      Files.write(file, Damage.of(whole, new SplittableRandom(seed)));
      List<String> problems = new ArrayList<>();
      frames += read(list, problems).size();
      quarantined += problems.size();
      for (String problem : problems) {
        assertThat(problem)
            .matches("(?s)[ab] [a-z_]+ Cannot use line [23] of frames.csv: Cannot .*");
      }
      Files.write(file, whole);
    }
    assertThat(frames + quarantined).isEqualTo(1200);
    assertThat(quarantined).isGreaterThan(250);
  }

  private Path csv(String... rows) throws IOException {
    return write("frames.csv", HEADING + String.join("", rows));
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static ListSource source(Path list, int stride) {
    return ListSource.of(
        list.toUri().toString(), List.of("train", "val"), stride, ListSettings.named("mine"));
  }

  private static List<Frame> good(Path list) throws Exception {
    List<String> problems = new ArrayList<>();
    List<Frame> frames = read(list, problems);
    assertThat(problems).isEmpty();
    return frames;
  }

  private static List<Frame> read(Path list, List<String> problems) throws IOException {
    List<Frame> frames = new ArrayList<>();
    ListSource source = source(list, 1);
    for (FrameUnit unit : source.units(HADOOP)) {
      try (FrameReader reader = source.open(unit, HADOOP)) {
        while (reader.next()) {
          try {
            frames.add(reader.read());
          } catch (FrameException e) {
            assertThat(e.reason()).isNotEqualTo(Reason.BAD_POSE);
            problems.add("%s %s %s".formatted(reader.key(), e.reason().code(), e.getMessage()));
          }
        }
      } catch (FrameException e) {
        throw new IllegalStateException(e);
      }
    }
    return frames;
  }
}
