package org.networkfission.jobs.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.prep.sample.NyuDv2Sample;
import org.networkfission.prep.sample.SampleSettings;
import org.networkfission.prep.sample.ScanNetSample;
import org.networkfission.prep.sample.SceneNetSample;

/**
 * Inputs of the size of the published ones, prepared by {@link PrepareOneUnit} in a process of
 * {@value #HEAP} of heap. Most of their bytes are holes of sparse files or zeros.
 */
@Tag("slow")
class LargeInputIT {
  private static final String HEAP = "256m";
  private static final long GIGABYTE = 1_000_000_000;
  private static final Configuration HADOOP = new Configuration();

  @TempDir Path folder;

  private static org.apache.hadoop.fs.Path hadoop(Path path) {
    return new org.apache.hadoop.fs.Path(path.toUri());
  }

  /** Prepares every unit in a small process; returns what it printed. */
  private String prepare(String dataset, Path input, int stride) throws Exception {
    Path log = folder.resolve("log.txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + HEAP,
                "-cp",
                System.getProperty("java.class.path"),
                PrepareOneUnit.class.getName(),
                dataset,
                input.toUri().toString(),
                folder.resolve("out").toUri().toString(),
                Integer.toString(stride))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    String text = Files.readString(log);
    assertThat(process.exitValue()).as(text).isZero();
    System.out.printf(
        "large input: %s of %,d bytes, heap %s: %s",
        dataset, Files.size(largest(input)), HEAP, text);
    return text;
  }

  private static Path largest(Path input) throws IOException {
    if (Files.isRegularFile(input)) {
      return input;
    }
    try (var files = Files.walk(input)) {
      Path largest = null;
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        largest = largest == null || Files.size(file) > Files.size(largest) ? file : largest;
      }
      return largest;
    }
  }

  /** 2,400 frames of raw colour and depth; each 60th, which is read, is filled. */
  @Test
  void aStreamOfTenGigabytes() throws Exception {
    int frames = 2_400;
    int stride = 60;
    Path root = folder.resolve("scannet");
    new ScanNetSample(new SampleSettings(1, 1, 0, 1, 1, 640, 480, 95))
        .write(hadoop(root), HADOOP, 2, (i, n) -> {});
    Path scan = root.resolve("scans/scene0000_00");
    Path stream = scan.resolve("scene0000_00.sens");
    byte[] small = Files.readAllBytes(stream);
    Files.delete(stream);
    Files.deleteIfExists(scan.resolve(".scene0000_00.sens.crc"));
    ByteBuffer header = ByteBuffer.wrap(small).order(ByteOrder.LITTLE_ENDIAN);
    int at = 12 + (int) header.getLong(4) + 256;
    int length = at + 36;
    int width = header.getInt(at + 8);
    int height = header.getInt(at + 12);
    header.putInt(at, 0).putInt(at + 4, 0);
    header.putLong(at + 28, frames);
    long color = 3L * width * height;
    long depth = 2L * 640 * 480;
    byte[] metre = new byte[(int) depth];
    for (int i = 0; i < metre.length; i += 2) {
      int millimetres = 1000 + i / 1280;
      metre[i] = (byte) millimetres;
      metre[i + 1] = (byte) (millimetres >> 8);
    }
    try (FileChannel out =
        FileChannel.open(stream, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      out.write(ByteBuffer.wrap(small, 0, length), 0);
      long position = length;
      for (int frame = 0; frame < frames; frame++) {
        ByteBuffer start = ByteBuffer.allocate(96).order(ByteOrder.LITTLE_ENDIAN);
        start.put(small, length, 64);
        start.putLong(64 + 16, color).putLong(64 + 24, depth);
        out.write(start.rewind(), position);
        if (frame % stride == 0) {
          out.write(ByteBuffer.wrap(metre), position + 96 + color);
        }
        position += 96 + color + depth;
      }
      out.write(ByteBuffer.allocate(8), position);
    }
    labels(scan.resolve("scene0000_00_2d-label-filt.zip"), frames, stride);
    assertThat(Files.size(stream)).isGreaterThan(10 * GIGABYTE);

    assertThat(prepare("scannet", root, stride)).contains("40 rows, 0 rejected");
  }

  /** The labels of the frames that are read, all the same. */
  private static void labels(Path zip, int frames, int stride) throws IOException {
    byte[] png;
    try (java.util.zip.ZipFile file = new java.util.zip.ZipFile(zip.toFile())) {
      png = file.getInputStream(file.getEntry("label-filt/0.png")).readAllBytes();
    }
    Files.deleteIfExists(zip.resolveSibling("." + zip.getFileName() + ".crc"));
    try (var out = new java.util.zip.ZipOutputStream(Files.newOutputStream(zip))) {
      for (int frame = 0; frame < frames; frame += stride) {
        out.putNextEntry(new java.util.zip.ZipEntry("label-filt/" + frame + ".png"));
        out.write(png);
      }
    }
  }

  /** Views with a file of a gigabyte between each two of them. */
  @Test
  void aTarOfSixteenGigabytes() throws Exception {
    Path root = folder.resolve("scenenet");
    new SceneNetSample(new SampleSettings(1, 2, 0, 1, 8, 320, 240, 95))
        .write(hadoop(root), HADOOP, 2, (i, n) -> {});
    byte[] megabytes = gzip(new byte[64 << 20]);
    List<Path> photos = new ArrayList<>();
    try (var files = Files.walk(root.resolve("train"))) {
      files.filter(f -> f.toString().endsWith(".jpg")).sorted().forEach(photos::add);
    }
    Path archive = root.resolve("train_0.tar.gz");
    long unpacked = 0;
    // A gzip file may have many members, one after the other.
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(archive))) {
      for (Path photo : photos) {
        Path view = photo.getParent().getParent();
        String number = photo.getFileName().toString().replace(".jpg", "");
        for (String name :
            List.of(
                "photo/" + number + ".jpg",
                "depth/" + number + ".png",
                "instance/" + number + ".png")) {
          byte[] bytes = Files.readAllBytes(view.resolve(name));
          out.write(gzip(tarHeader(root.relativize(view) + "/" + name, bytes.length)));
          out.write(gzip(bytes));
          out.write(gzip(new byte[(512 - bytes.length % 512) % 512]));
          unpacked += 512 + bytes.length;
        }
        out.write(gzip(tarHeader("train/0/filling-" + number, 16L * (64 << 20))));
        for (int i = 0; i < 16; i++) {
          out.write(megabytes);
          unpacked += 64 << 20;
        }
      }
      out.write(gzip(new byte[1024]));
    }
    try (var files = Files.walk(root.resolve("train"))) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    assertThat(unpacked).isGreaterThan(16 * GIGABYTE);

    assertThat(prepare("scenenet", root, 1)).contains("16 rows, 0 rejected");
  }

  private static byte[] gzip(byte[] data) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(data);
    }
    return bytes.toByteArray();
  }

  private static byte[] tarHeader(String name, long size) {
    byte[] header = new byte[512];
    byte[] text = name.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(text, 0, header, 0, text.length);
    byte[] octal = "%011o".formatted(size).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(octal, 0, header, 124, octal.length);
    header[156] = '0';
    return header;
  }

  /** HDF5 may begin at any power of two behind a user block: here behind 4 GiB of it. */
  @Test
  void aMatFileOfFourGigabytes() throws Exception {
    Path root = folder.resolve("nyudv2");
    new NyuDv2Sample(new SampleSettings(1, 6, 2, 1, 3, 640, 480, 95))
        .write(hadoop(root), HADOOP, 2, (i, n) -> {});
    Path small = root.resolve(NyuDv2Sample.FILE_NAME);
    byte[] bytes = Files.readAllBytes(small);
    long userBlock = 1L << 32;
    ByteBuffer superblock = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    // Base address and end of file count from the beginning of the file.
    superblock.putLong(512 + 24, userBlock);
    superblock.putLong(512 + 40, superblock.getLong(512 + 40) - 512 + userBlock);
    Path large = root.resolve("large.mat");
    try (FileChannel out =
        FileChannel.open(large, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      out.write(ByteBuffer.wrap(bytes, 512, bytes.length - 512).slice(), userBlock);
    }
    assertThat(Files.size(large)).isGreaterThan(4 * GIGABYTE);

    assertThat(prepare("nyudv2", large, 1)).contains("24 rows, 0 rejected");
  }
}
