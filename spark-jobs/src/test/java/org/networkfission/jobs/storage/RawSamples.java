package org.networkfission.jobs.storage;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
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
import org.networkfission.jobs.settings.ResolvedConfig;
import org.networkfission.prep.codec.Png16;
import org.networkfission.prep.codec.PngImage;
import org.networkfission.prep.frame.Frame;
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

/**
 * A little raw data in every format that is read: two units of a few frames each.
 *
 * @param folder each format lies in a folder of its name
 * @param uri how the file system that it is read by names a file
 */
record RawSamples(Path folder, Function<Path, String> uri) {
  private static final Configuration PLAIN = new Configuration();

  /** The formats. */
  enum Format {
    /** SceneNet's files as they were unpacked. */
    FOLDERS,
    /** SceneNet's archive. */
    ARCHIVE,
    /** ScanNet's streams with zipped labels. */
    SCANNET,
    /** ScanNet's frames in folders. */
    EXPORTED,
    /** NYUDv2's one file. */
    NYUDV2,
    /** A list in Parquet. */
    TABLE
  }

  /** Writes all of them, with so many frames per unit. */
  void write(int views) throws Exception {
    SampleSettings settings = new SampleSettings(3, 2, 1, 1, views, 32, 24, 90);
    new SceneNetSample(settings).write(path("FOLDERS"), PLAIN, 2, (i, n) -> {});
    new ScanNetSample(settings).write(path("SCANNET"), PLAIN, 2, (i, n) -> {});
    new NyuDv2Sample(settings).write(path("NYUDV2"), PLAIN, 2, (i, n) -> {});
    Path packed = Files.createDirectories(folder.resolve("ARCHIVE"));
    Files.copy(
        folder.resolve("FOLDERS/scenenet_rgbd_train_0.pb"),
        packed.resolve("scenenet_rgbd_train_0.pb"));
    pack(folder.resolve("FOLDERS"), packed.resolve("train_0.tar.gz"));
    export(
        new ScanNetSource(path("SCANNET").toString(), List.of("train"), 1),
        folder.resolve("EXPORTED"));
    list(folder.resolve("FOLDERS/train"), path("TABLE/frames.parquet"));
  }

  private org.apache.hadoop.fs.Path path(String name) {
    return new org.apache.hadoop.fs.Path("file:" + folder.resolve(name));
  }

  /** What reads a format. */
  FrameSource source(Format format) {
    String root = uri.apply(folder.resolve(format.name()));
    List<String> splits = List.of("train");
    return switch (format) {
      case FOLDERS, ARCHIVE -> new SceneNetSource(root, splits, 1);
      case SCANNET, EXPORTED -> new ScanNetSource(root, splits, 1);
      case TABLE ->
          ListSource.of(
              root + "/frames.parquet",
              splits,
              1,
              ResolvedConfig.load(List.of(), List.of()).settings().prepare().list());
      case NYUDV2 -> new NyuDv2Source(root + "/nyu_depth_v2_labeled.mat", splits, 1, true, false);
    };
  }

  /** A list in Parquet of the photos and depth images of some folders. */
  private void list(Path folders, org.apache.hadoop.fs.Path table) throws IOException {
    MessageType schema =
        MessageTypeParser.parseMessageType(
            "message m { required binary key (STRING); required binary split (STRING); required"
                + " binary color (STRING); required binary depth (STRING); required double fx;"
                + " required double fy; required double cx; required double cy; }");
    try (ParquetWriter<Group> writer =
            ExampleParquetWriter.builder(HadoopOutputFile.fromPath(table, PLAIN))
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
                .append("color", uri.apply(photo))
                .append("depth", uri.apply(Path.of(depth)))
                .append("fx", 30.0)
                .append("fy", 30.0)
                .append("cx", 15.5)
                .append("cy", 11.5));
      }
    }
  }

  /** The frames of scans as {@code scannet_frames_25k} has them. */
  private static void export(ScanNetSource scans, Path to) throws Exception {
    Files.createDirectories(to);
    StringBuilder names = new StringBuilder();
    for (FrameUnit unit : scans.units(PLAIN)) {
      names.append(unit.name()).append('\n');
      Path scan = to.resolve("scannet_frames_25k").resolve(unit.name());
      for (String kind : List.of("color", "depth", "label", "pose")) {
        Files.createDirectories(scan.resolve(kind));
      }
      try (FrameReader reader = scans.open(unit, PLAIN)) {
        for (int i = 0; reader.next(); i++) {
          Frame frame = reader.read();
          Files.write(scan.resolve("color/%06d.jpg".formatted(i)), frame.encodedColor());
          short[] depth = new short[frame.width() * frame.height()];
          for (int pixel = 0; pixel < depth.length; pixel++) {
            depth[pixel] = (short) frame.depth().millimetres()[pixel];
          }
          Files.write(
              scan.resolve("depth/%06d.png".formatted(i)),
              Png16.write(new PngImage(frame.width(), frame.height(), 1, 16, depth)));
          Files.write(
              scan.resolve("label/%06d.png".formatted(i)),
              Png16.write(new PngImage(frame.width(), frame.height(), 1, 8, frame.labels().ids())));
          Files.writeString(
              scan.resolve("pose/%06d.txt".formatted(i)), "1 0 0 0\n0 1 0 0\n0 0 1 0\n0 0 0 1\n");
          Files.writeString(
              scan.resolve("intrinsics_depth.txt"), "30 0 15.5 0\n0 30 11.5 0\n0 0 1 0\n0 0 0 1\n");
        }
      }
    }
    Files.writeString(to.resolve("scannetv2_train.txt"), names);
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
