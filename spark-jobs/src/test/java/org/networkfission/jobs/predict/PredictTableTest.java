package org.networkfission.jobs.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.cli.Fission;
import org.networkfission.jobs.cluster.TestCluster;
import org.networkfission.jobs.cluster.ToldByTasks;
import org.networkfission.jobs.evaluate.EvaluationInput;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.input.BatchAssembler;
import org.networkfission.model.network.Prediction;
import org.networkfission.model.network.Task;
import org.networkfission.model.task.ColumnForms.DepthColumn;
import org.networkfission.model.task.ColumnForms.NormalsColumn;
import org.networkfission.prep.codec.Jpeg;
import org.networkfission.prep.codec.NormalPacking;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.NormalMap;
import org.networkfission.prep.settings.Json;
import org.networkfission.prep.shard.GroupFile;
import org.networkfission.prep.storage.Sha256;

/** Predictions as tables, in one process and on executors, which write the same bytes. */
class PredictTableTest {
  private static final Configuration HADOOP = new Configuration();
  private static final int WIDTH = 64;
  private static final int HEIGHT = 48;

  /** Names that paths, lists and URIs give a meaning of their own. */
  private static final List<String> NAMES =
      List.of(
          "plain.jpg",
          "with space.jpg",
          "a!b.jpg",
          "2021-05-03 10:22:33.jpg",
          "100%.jpg",
          "a%20b.JPG",
          "#1.jpg",
          "[x].jpg",
          "{a,b}.jpg",
          "caf\u00e9 \u6d74\u5ba4 \ud83d\udec1.jpg",
          "*.jpg",
          "deep/er/\u00fc.jpg");

  @TempDir static Path shared;
  private static Path run;

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path photos;

  @BeforeAll
  static void writeCheckpoint() throws IOException {
    run = EvaluationInput.checkpoint(shared.resolve("run"), "nyu13");
  }

  @BeforeEach
  void writePhotos() throws IOException {
    photos = folder.resolve("photos");
    for (int i = 0; i < NAMES.size(); i++) {
      Path file = photos.resolve(NAMES.get(i));
      Files.createDirectories(file.getParent());
      Files.write(file, jpeg(i));
    }
    Files.writeString(photos.resolve("bad.png"), "no picture");
    Files.writeString(photos.resolve("notes.txt"), "no photo");
  }

  private static byte[] jpeg(int seed) {
    byte[] rgb = new byte[3 * 80 * 70];
    new Random(seed).nextBytes(rgb);
    return Jpeg.encode(new ColorImage(80, 70, rgb), 90);
  }

  private int predict(Path input, String output, String... settings) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "predict",
                "--checkpoint=file:" + run,
                "--input=file:" + input,
                "--output=file:" + folder.resolve(output),
                "predict.photos-per-task=4",
                "cluster.master=local[2]",
                "cluster.spark.ui.enabled=false"));
    arguments.addAll(List.of(settings));
    return Fission.run(
        new PrintWriter(out, true), new PrintWriter(err, true), arguments.toArray(new String[0]));
  }

  /** All files of an output, by path. */
  private SortedMap<String, byte[]> files(String output) throws IOException {
    SortedMap<String, byte[]> files = new TreeMap<>();
    Path root = folder.resolve(output);
    try (Stream<Path> all = Files.walk(root)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(root.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return files;
  }

  private void assertSameFiles(String one, String other) throws IOException {
    SortedMap<String, byte[]> files = files(one);
    SortedMap<String, byte[]> others = files(other);
    assertThat(others.keySet()).isEqualTo(files.keySet());
    files.forEach((path, bytes) -> assertThat(others.get(path)).as(path).isEqualTo(bytes));
  }

  private List<Group> rows(String output, String table) throws IOException {
    List<Group> rows = new ArrayList<>();
    for (String path : files(output).keySet()) {
      if (path.startsWith(table + "/")) {
        try (ParquetReader<Group> reader =
            ParquetReader.builder(
                    new GroupReadSupport(),
                    new org.apache.hadoop.fs.Path(folder.resolve(output).resolve(path).toUri()))
                .build()) {
          for (Group row = reader.read(); row != null; row = reader.read()) {
            rows.add(row);
          }
        }
      }
    }
    return rows;
  }

  private static byte[] bytes(Group row, String column) {
    return row.getBinary(column, 0).getBytes();
  }

  @Test
  void aFolderBecomesTheSameTableInOneProcessAndOnExecutors() throws Exception {
    assertThat(predict(photos, "one", "predict.format=parquet")).isEqualTo(Fission.INPUT);
    try (ToldByTasks tasks = new ToldByTasks()) {
      assertThat(predict(photos, "cluster", "predict.format=parquet", "--cluster"))
          .as(err.toString())
          .isEqualTo(Fission.INPUT);
      assertThat(tasks.lines())
          .hasSize(4)
          .allMatch(line -> line.matches("predicted part [0-3]: [1-4] photos.* a second"))
          .anyMatch(line -> line.contains(" photos and 1 in quarantine in "));
    }

    assertSameFiles("one", "cluster");
    assertThat(err.toString()).contains("Cannot predict 1 of 13 photos; the first: ", "bad.png");
    assertThat(files("one").keySet())
        .containsExactly(
            "_SUCCESS",
            "predictions.json",
            "predictions/part-00000.parquet",
            "predictions/part-00001.parquet",
            "predictions/part-00002.parquet",
            "predictions/part-00003.parquet",
            "quarantine/part-00000.parquet");
    assertThat(rows("one", "predictions").stream().map(r -> r.getString("key", 0)))
        .containsExactlyInAnyOrderElementsOf(NAMES);
    Group bad = rows("one", "quarantine").get(0);
    assertThat(bad.getString("key", 0)).isEqualTo("bad.png");
    assertThat(bad.getString("reason", 0)).isEqualTo("decode_error");
    assertThat(bad.getString("message", 0)).contains("it is in no known format of photos");
    assertThat(
            Json.MAPPER
                .readTree(folder.resolve("one/predictions.json").toFile())
                .get("columns")
                .get("depth")
                .asText())
        .contains("uint16");
  }

  @Test
  void theColumnsHoldWhatTheNetworkPredicts() throws Exception {
    Path photo = photos.resolve("plain.jpg");

    assertThat(predict(photo, "small", "predict.format=parquet")).as(err.toString()).isZero();
    assertThat(
            predict(
                photo,
                "large",
                "predict.format=parquet",
                "predict.size=photo",
                "predict.depth=float32",
                "predict.normals=png"))
        .as(err.toString())
        .isZero();

    Prediction expected = expected(Files.readAllBytes(photo));
    Group small = rows("small", "predictions").get(0);
    assertThat(small.getInteger("width", 0)).isEqualTo(WIDTH);
    assertThat(small.getInteger("height", 0)).isEqualTo(HEIGHT);
    assertThat(small.getInteger("photo_width", 0)).isEqualTo(80);
    assertThat(small.getInteger("photo_height", 0)).isEqualTo(70);
    short[] ids = expected.map(Task.LABELS, LabelMap.class).orElseThrow().ids();
    float[] millimetres = expected.map(Task.DEPTH, DepthMap.class).orElseThrow().millimetres();
    NormalMap normals = expected.map(Task.NORMALS, NormalMap.class).orElseThrow();
    ByteBuffer depth = ByteBuffer.wrap(bytes(small, "depth")).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < ids.length; i++) {
      assertThat((short) (bytes(small, "labels")[i] & 0xff)).isEqualTo(ids[i]);
      assertThat(Short.toUnsignedInt(depth.getShort()))
          .isEqualTo(Math.max(1, Math.min(0xffff, Math.round(millimetres[i]))));
    }
    assertThat(bytes(small, "normals")).isEqualTo(NormalPacking.pack(normals));
    assertThat(bytes(small, "labels_confidence")).hasSize(ids.length);

    Group large = rows("large", "predictions").get(0);
    assertThat(large.getInteger("width", 0)).isEqualTo(80);
    assertThat(bytes(large, "labels")).hasSize(80 * 70);
    assertThat(bytes(large, "depth")).hasSize(4 * 80 * 70);
    float first = ByteBuffer.wrap(bytes(large, "depth")).order(ByteOrder.LITTLE_ENDIAN).getFloat();
    assertThat(1000 * first).isCloseTo(millimetres[0], Offset.offset(millimetres[0] / 1e5f));
    assertThat(bytes(large, "normals")).startsWith(0x89, 'P', 'N', 'G');
  }

  private static Prediction expected(byte[] jpeg) throws Exception {
    try (InputStream in = Files.newInputStream(run.resolve("checkpoints/00000007/model.zip"));
        FissionNetwork network = FissionNetwork.load(in)) {
      network.fixParameters(); // As the command does.
      ColorImage photo = Jpeg.decode(jpeg, "photo");
      return Prediction.of(network.predict(BatchAssembler.photo(photo, network.spec()))).get(0);
    }
  }

  /** A name of 3,000 characters too, of which no folder's or file's may have more than 255. */
  @Test
  void aListOfOddNamesComesOutWhole() throws Exception {
    List<String> names = new ArrayList<>(NAMES);
    names.set(names.indexOf("#1.jpg"), "./#1.jpg"); // # alone begins a remark.
    String listed = ("d".repeat(200) + "/").repeat(14) + "y".repeat(182) + ".jpg";
    assertThat(listed).hasSize(3000);
    names.add(listed);
    Path file = photos.resolve(listed);
    Files.createDirectories(file.getParent());
    Files.write(file, jpeg(99));
    Path list = photos.resolve("list.txt");
    Files.writeString(
        list, "\ufeff# photos\r\n" + String.join("\r\n", names) + "\r\n\r\nnone.jpg\n");

    assertThat(predict(list, "one", "predict.format=parquet")).isEqualTo(Fission.INPUT);
    assertThat(predict(list, "cluster", "predict.format=parquet", "--cluster"))
        .isEqualTo(Fission.INPUT);

    assertSameFiles("one", "cluster");
    assertThat(rows("cluster", "predictions").stream().map(r -> r.getString("key", 0)))
        .containsExactlyElementsOf(names);
    assertThat(rows("cluster", "quarantine").get(0).getString("reason", 0))
        .isEqualTo("missing_file");
  }

  @Test
  void pngFilesAreTheSameToo() throws Exception {
    Files.delete(photos.resolve("bad.png"));

    assertThat(predict(photos, "one", "predict.size=photo", "predict.window=64x60"))
        .as(err.toString())
        .isZero();
    assertThat(
            predict(photos, "cluster", "predict.size=photo", "predict.window=64x60", "--cluster"))
        .as(err.toString())
        .isZero();

    assertSameFiles("one", "cluster");
    assertThat(files("cluster").keySet()).contains("depth/deep/er/\u00fc.png", "panels/#1.png");
    assertThat(javax.imageio.ImageIO.read(folder.resolve("one/labels/#1.png").toFile()).getWidth())
        .isEqualTo(80);
  }

  private Path table() throws IOException {
    MessageType schema =
        Types.buildMessage()
            .addField(
                Types.optional(PrimitiveTypeName.BINARY)
                    .as(LogicalTypeAnnotation.stringType())
                    .named("path"))
            .addField(Types.optional(PrimitiveTypeName.BINARY).named("content"))
            .named("photos");
    Path table = Files.createDirectories(folder.resolve("table"));
    for (int f = 0; f < 2; f++) {
      try (ParquetWriter<Group> writer =
          GroupFile.create(
              new org.apache.hadoop.fs.Path(
                  table.resolve("part-0000%d.parquet".formatted(f)).toUri()),
              schema,
              HADOOP)) {
        for (int i = 0; i < 7; i++) {
          Group row =
              new SimpleGroupFactory(schema).newGroup().append("path", "%d/%d".formatted(f, i));
          if (f == 1 && i == 2) {
            row.append("content", Binary.fromConstantByteArray(new byte[] {1, 2, 3}));
          } else if (f == 0 || i != 3) {
            row.append("content", Binary.fromConstantByteArray(jpeg(10 * f + i)));
          }
          writer.write(row);
        }
      }
    }
    Files.createDirectories(table.resolve("_temporary"));
    Files.writeString(table.resolve("_temporary/half.parquet"), "PAR1");
    return table;
  }

  @Test
  void aTableOfPhotosBecomesATable() throws Exception {
    Path table = table();
    String[] settings = {
      "predict.format=parquet",
      "predict.image-column=content",
      "predict.key-column=path",
      "predict.max-quarantined-fraction=0.2"
    };
    String[] cluster = Arrays.copyOf(settings, settings.length + 1);
    cluster[settings.length] = "--cluster";

    assertThat(predict(table, "one", settings)).as(err.toString()).isZero();
    assertThat(predict(table, "cluster", cluster)).as(err.toString()).isZero();

    assertSameFiles("one", "cluster");
    assertThat(rows("one", "predictions").stream().map(r -> r.getString("key", 0)))
        .containsExactly(
            "0/0", "0/1", "0/2", "0/3", "0/4", "0/5", "0/6", "1/0", "1/1", "1/4", "1/5", "1/6");
    assertThat(rows("one", "quarantine").stream().map(r -> r.getString("key", 0)))
        .containsExactly("1/2", "1/3");
    assertThat(out.toString()).contains("2 of 14 photos could not be read");
  }

  @Test
  void refusesColumnsThatATableHasNot() throws IOException {
    Path table = table();

    assertThat(predict(table, "out", "predict.format=parquet", "predict.image-column=bytes"))
        .isEqualTo(Fission.INPUT);
    assertThat(predict(table, "out", "predict.image-column=content")).isEqualTo(Fission.USAGE);

    assertThat(err.toString())
        .contains(
            "it has no column bytes of bytes (predict.image-column); its columns are [path, content]",
            "parquet where predict.image-column is set");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  /** A job that fails in the middle keeps what is done, and the same command goes on. */
  @Test
  void whatIsDoneIsNotDoneAgain() throws Exception {
    assertThat(predict(photos, "whole", "predict.format=parquet")).isEqualTo(Fission.INPUT);
    PredictSettings settings =
        new PredictSettings(
            Optional.of("file:" + run),
            Optional.of("file:" + photos),
            Optional.of("file:" + folder.resolve("again")),
            false,
            Optional.empty(),
            "key",
            PredictSettings.Format.PARQUET,
            PredictSettings.Size.NETWORK,
            Optional.empty(),
            NormalsColumn.OCTAHEDRAL,
            DepthColumn.UINT16,
            4,
            0);
    PrintWriter broken =
        new PrintWriter(new StringWriter()) {
          @Override
          public void println(String line) {
            throw new IllegalStateException("disk full");
          }
        };
    assertThatThrownBy(() -> new PredictJob(settings, TestCluster.of(1), broken).execute())
        .hasMessage("disk full");
    assertThat(folder.resolve("again/_SUCCESS")).doesNotExist();
    // What is added meanwhile belongs to another prediction.
    Files.write(photos.resolve("0 new.jpg"), jpeg(77));

    assertThat(predict(photos, "again", "predict.format=parquet", "predict.size=photo"))
        .isEqualTo(Fission.USAGE);
    assertThat(err.toString()).contains("it holds unfinished predictions of another input");
    assertThat(predict(photos, "again", "predict.format=parquet", "--cluster"))
        .isEqualTo(Fission.INPUT);

    assertThat(out.toString()).contains("of 4 parts were finished before");
    assertThat(contents("again")).isEqualTo(contents("whole"));
    assertThat(predict(photos, "again", "predict.format=parquet")).isEqualTo(Fission.USAGE);
  }

  /** What parts hold, whatever their attempts were called; and nothing else is left. */
  private List<String> contents(String output) throws IOException {
    List<String> contents = new ArrayList<>();
    files(output)
        .forEach(
            (path, bytes) -> {
              if (!path.equals("_SUCCESS")) {
                contents.add(
                    path.replaceFirst("(part-[0-9]{5})[^.]*", "$1") + " " + Sha256.of(bytes));
              }
            });
    return contents;
  }
}
