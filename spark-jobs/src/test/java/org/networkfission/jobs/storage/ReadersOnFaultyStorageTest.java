package org.networkfission.jobs.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.networkfission.jobs.settings.ResolvedConfig;
import org.networkfission.jobs.storage.CallFaults.Call;
import org.networkfission.jobs.storage.CallFaults.Fault;
import org.networkfission.prep.frame.Frame;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.FrameReader;
import org.networkfission.prep.frame.FrameSource;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.list.ListSource;
import org.networkfission.prep.nyudv2.NyuDv2Source;
import org.networkfission.prep.sample.NyuDv2Sample;
import org.networkfission.prep.sample.SampleSettings;
import org.networkfission.prep.sample.ScanNetSample;
import org.networkfission.prep.sample.SceneNetSample;
import org.networkfission.prep.scannet.ScanNetSource;
import org.networkfission.prep.scenenet.SceneNetSource;
import org.networkfission.prep.storage.StorageException;

/**
 * Every reader on a file system that fails, stalls and ends too early: a fault that passes changes
 * no frame, and one that stays is the storage's, never the data's.
 */
class ReadersOnFaultyStorageTest {
  private static final Configuration HADOOP = FaultyFileSystem.patient();

  @TempDir static Path folder;

  /** The formats; each has its sample in a folder of its name. */
  enum Format {
    FOLDERS,
    ARCHIVE,
    SCANNET,
    NYUDV2,
    TABLE;

    FrameSource source() {
      String root = FaultyFileSystem.uri(folder.resolve(name()));
      List<String> splits = List.of("train");
      return switch (this) {
        case FOLDERS, ARCHIVE -> new SceneNetSource(root, splits, 1);
        case SCANNET -> new ScanNetSource(root, splits, 1);
        case TABLE ->
            ListSource.of(
                root + "/frames.parquet",
                splits,
                1,
                ResolvedConfig.load(List.of(), List.of()).settings().prepare().list());
        case NYUDV2 -> new NyuDv2Source(root + "/nyu_depth_v2_labeled.mat", splits, 1, true, false);
      };
    }
  }

  @BeforeAll
  static void sample() throws Exception {
    SampleSettings settings = new SampleSettings(3, 2, 1, 1, 3, 32, 24, 90);
    Configuration plain = new Configuration();
    new SceneNetSample(settings).write(path("FOLDERS"), plain, 2, (i, n) -> {});
    new ScanNetSample(settings).write(path("SCANNET"), plain, 2, (i, n) -> {});
    new NyuDv2Sample(settings).write(path("NYUDV2"), plain, 2, (i, n) -> {});
    Path packed = Files.createDirectories(folder.resolve("ARCHIVE"));
    Files.copy(
        folder.resolve("FOLDERS/scenenet_rgbd_train_0.pb"),
        packed.resolve("scenenet_rgbd_train_0.pb"));
    pack(folder.resolve("FOLDERS"), packed.resolve("train_0.tar.gz"));
    list(folder.resolve("FOLDERS/train"), path("TABLE/frames.parquet"), plain);
  }

  /** A list in Parquet of the photos and depth images of some folders. */
  private static void list(Path folders, org.apache.hadoop.fs.Path table, Configuration hadoop)
      throws IOException {
    MessageType schema =
        MessageTypeParser.parseMessageType(
            "message m { required binary key (STRING); required binary split (STRING); required"
                + " binary color (STRING); required binary depth (STRING); required double fx;"
                + " required double fy; required double cx; required double cy; }");
    try (ParquetWriter<Group> writer =
            ExampleParquetWriter.builder(HadoopOutputFile.fromPath(table, hadoop))
                .withType(schema)
                .build();
        Stream<Path> files = Files.walk(folders)) {
      for (Path photo : files.filter(f -> f.toString().endsWith(".jpg")).sorted().toList()) {
        String depth = photo.toString().replace("/photo/", "/depth/").replace(".jpg", ".png");
        writer.write(
            new SimpleGroupFactory(schema)
                .newGroup()
                .append("key", folders.relativize(photo).toString())
                .append("split", "train")
                .append("color", FaultyFileSystem.uri(photo))
                .append("depth", FaultyFileSystem.uri(Path.of(depth)))
                .append("fx", 30.0)
                .append("fy", 30.0)
                .append("cx", 15.5)
                .append("cy", 11.5));
      }
    }
  }

  private static org.apache.hadoop.fs.Path path(String name) {
    return new org.apache.hadoop.fs.Path("file:" + folder.resolve(name));
  }

  @AfterEach
  void mend() {
    CallFaults.mend();
  }

  /** What every frame shows, by key; of one that cannot be used, why. */
  private static SortedMap<String, String> frames(FrameSource source) throws IOException {
    SortedMap<String, String> frames = new TreeMap<>();
    for (FrameUnit unit : source.units(HADOOP)) {
      try (FrameReader reader = source.open(unit, HADOOP)) {
        while (reader.next()) {
          try {
            Frame frame = reader.read();
            frames.put(
                reader.key(),
                "%x %x %x"
                    .formatted(
                        Arrays.hashCode(frame.depth().millimetres()),
                        frame.labels() == null ? 0 : Arrays.hashCode(frame.labels().ids()),
                        Arrays.hashCode(frame.encodedColor())));
          } catch (FrameException e) {
            frames.put(reader.key(), e.getMessage());
          }
        }
      } catch (FrameException e) {
        frames.put(unit.name(), e.getMessage());
      }
    }
    return frames;
  }

  @ParameterizedTest
  @EnumSource
  void faultsThatPassChangeNothing(Format format) throws IOException {
    SortedMap<String, String> quiet = frames(format.source());
    assertThat(quiet).isNotEmpty().noneSatisfy((k, v) -> assertThat(v).contains("Cannot"));
    int faults = 0;
    for (int seed = 0; seed < 12; seed++) {
      CallFaults.mend();
      SplittableRandom random = new SplittableRandom(seed);
      for (Call call : Call.values()) {
        Fault fault = call == Call.READ && random.nextBoolean() ? Fault.CUT : Fault.FAIL;
        int first = 1 + random.nextInt(20);
        int second = call == Call.READ ? first + 1 : first + 20;
        CallFaults.fault(call, folder.toString(), fault, first, second);
      }
      assertThat(frames(format.source())).as("seed %d", seed).isEqualTo(quiet);
      faults += CallFaults.faults();
    }
    assertThat(faults).isGreaterThan(20);
    CallFaults.mend();
    CallFaults.fault(Call.READ, folder.toString(), Fault.STALL, 2, 5);
    CallFaults.fault(Call.OPEN, folder.toString(), Fault.STALL, 2);
    assertThat(frames(format.source())).isEqualTo(quiet);
  }

  /** From some call on the file system fails for good: no frame is called bad or missing. */
  @ParameterizedTest
  @EnumSource
  void faultsThatStayAreTheStoragesAndNotTheDatas(Format format) throws IOException {
    SortedMap<String, String> quiet = frames(format.source());
    for (int from = 1; from < 60; from += 7) {
      CallFaults.mend();
      Call call = from % 2 == 0 ? Call.OPEN : Call.READ;
      CallFaults.fault(
          call,
          folder.toString(),
          from % 3 == 0 && call == Call.READ ? Fault.CUT : Fault.FAIL,
          IntStream.range(from, from + 2_000).toArray());
      try {
        assertThat(frames(format.source())).isEqualTo(quiet);
      } catch (StorageException e) {
        assertThat(e)
            .hasMessageStartingWith("Cannot read faulty:")
            .hasMessageContaining("its file system failed 4 times");
      }
    }
  }

  @Test
  void aTimeOutWithinAnArchiveLosesNoLaterView() throws IOException {
    SortedMap<String, String> quiet = frames(Format.ARCHIVE.source());
    CallFaults.fault(Call.READ, "train_0.tar.gz", Fault.FAIL, 1, 2);
    assertThat(frames(Format.ARCHIVE.source())).isEqualTo(quiet);
    assertThat(CallFaults.faults()).isEqualTo(2);
  }

  /** A file that is not there is an answer; it is not asked for again. */
  @Test
  void missingIsAnAnswer() throws IOException {
    FrameSource gone =
        new SceneNetSource(FaultyFileSystem.uri(folder.resolve("gone")), List.of("train"), 1);
    assertThatThrownBy(() -> gone.units(HADOOP)).hasMessageContaining("no such folder");
  }

  private static void pack(Path root, Path archive) throws IOException {
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(archive));
        Stream<Path> all = Files.walk(root.resolve("train"))) {
      for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
        byte[] contents = Files.readAllBytes(file);
        byte[] header = new byte[512];
        put(header, 0, root.resolve("train").relativize(file).toString());
        put(header, 124, "%011o".formatted(contents.length));
        header[156] = '0';
        put(header, 257, "ustar");
        out.write(header);
        out.write(contents);
        out.write(new byte[(512 - contents.length % 512) % 512]);
      }
      out.write(new byte[1024]);
    }
  }

  private static void put(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }
}
