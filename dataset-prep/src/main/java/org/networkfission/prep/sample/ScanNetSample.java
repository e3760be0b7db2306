package org.networkfission.prep.sample;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.codec.Jpeg;
import org.networkfission.prep.codec.Png16;
import org.networkfission.prep.commit.OutputFolder;
import org.networkfission.prep.frame.ImageSize;
import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.Nearest;
import org.networkfission.prep.labels.ClassMaps;
import org.networkfission.prep.sample.format.WholeArchive;
import org.networkfission.prep.sample.render.Camera;
import org.networkfission.prep.sample.render.Picture;
import org.networkfission.prep.sample.render.Pose;

/**
 * Writes procedural rooms as ScanNet v2 is published: {@code scans/<scan>/<scan>.sens} (version 4,
 * JPEG colour, zlib depth), {@code <scan>_2d-label-filt.zip}, {@code <scan>.txt}, the label table
 * and the lists of the splits. Colour is about twice as wide as depth: 1296 x 968 for depth of 640
 * x 480.
 */
public final class ScanNetSample {
  /** Raw ids are NYU40 ids plus this, so that nobody takes one for the other. */
  private static final int FIRST_RAW_ID = 100;

  private static final double FOCAL_LENGTH_PER_WIDTH = 577.87 / 640;
  private static final double FOCAL_LENGTH_PER_HEIGHT = 577.87 / 480;
  private static final int FRAMES_PER_SECOND = 30;
  private static final LocalDateTime PUBLISHED = LocalDateTime.of(2017, 4, 1, 0, 0);

  private final SampleSettings settings;
  private int rendered;

  /** A frame, coded as the stream and the archive of labels hold it. */
  private record Coded(Pose pose, byte[] color, byte[] depth, byte[] labels) {}

  /**
   * Makes a sample; the settings' size is that of the depth maps. {@code trainParts} has no meaning
   * here.
   */
  public ScanNetSample(SampleSettings settings) {
    this.settings = settings;
  }

  /**
   * Writes the data set.
   *
   * @param root its folder, which must not exist yet
   * @param threads how many frames are rendered at the same time; the result does not depend on it
   * @throws org.networkfission.prep.settings.ConfigException if the folder exists
   */
  public void write(Path root, Configuration hadoop, int threads, SampleProgress progress)
      throws IOException {
    rendered = 0;
    WholeArchive.write(
        root,
        hadoop,
        threads,
        (folder, pool) -> {
          folder.write("scannetv2-labels.combined.tsv", bytes(labelTable()));
          StringBuilder[] lists = {new StringBuilder(), new StringBuilder()};
          for (int i = 0; i < settings.trainTrajectories() + settings.valTrajectories(); i++) {
            boolean train = i < settings.trainTrajectories();
            int index = train ? i : i - settings.trainTrajectories();
            String scan = "scene%04d_00".formatted(i);
            Scene scene = Scene.of(settings.seed(), index, train, settings.views());
            writeScan(folder, scan, scene, pool, progress);
            lists[train ? 0 : 1].append(scan).append('\n');
          }
          folder.write("scannetv2_train.txt", bytes(lists[0].toString()));
          folder.write("scannetv2_val.txt", bytes(lists[1].toString()));
        });
  }

  private static String labelTable() {
    StringBuilder table =
        new StringBuilder(
            "id\traw_category\tcategory\tcount\tnyu40id\teigen13id\tnyuClass\tnyu40class"
                + "\teigen13class\tModelNet40\tModelNet10\tShapeNetCore55\tsynsetoffset"
                + "\twnsynsetid\twnsynsetkey\tmpcat40index\tmpcat40\n");
    List<String> names = ClassMaps.named("nyu40").classNames();
    for (int id = 1; id < names.size(); id++) {
      String name = names.get(id);
      table.append(FIRST_RAW_ID + id).append('\t').append(name).append('\t').append(name);
      table.append("\t1\t").append(id).append("\t\t").append(name).append('\t').append(name);
      table.append("\t".repeat(9)).append('\n');
    }
    return table.toString();
  }

  private void writeScan(
      OutputFolder archive, String scan, Scene scene, ExecutorService pool, SampleProgress progress)
      throws IOException {
    List<Future<Coded>> frames = new ArrayList<>();
    for (View view : scene.views()) {
      frames.add(pool.submit(() -> code(scene, view, progress)));
    }
    String folder = "scans/" + scan + "/";
    archive.write(folder + scan + ".sens", out -> writeSens(frames, out));
    archive.write(folder + scan + "_2d-label-filt.zip", out -> writeLabels(frames, out));
    archive.write(
        folder + scan + ".txt",
        bytes(
            "numColorFrames = %d\nnumDepthFrames = %d\n".formatted(frames.size(), frames.size())));
  }

  private void writeSens(List<Future<Coded>> frames, OutputStream sens) throws IOException {
    sens.write(header());
    for (int i = 0; i < frames.size(); i++) {
      Coded frame = WholeArchive.await(frames.get(i));
      sens.write(frameHeader(frame, i));
      sens.write(frame.color());
      sens.write(frame.depth());
    }
    // No inertial measurements.
    sens.write(new byte[Long.BYTES]);
  }

  private static void writeLabels(List<Future<Coded>> frames, OutputStream out) throws IOException {
    try (ZipOutputStream labels = new ZipOutputStream(out)) {
      for (int i = 0; i < frames.size(); i++) {
        ZipEntry entry = new ZipEntry("label-filt/" + i + ".png");
        entry.setTimeLocal(PUBLISHED);
        labels.putNextEntry(entry);
        labels.write(WholeArchive.await(frames.get(i)).labels());
        labels.closeEntry();
      }
    }
  }

  private Coded code(Scene scene, View view, SampleProgress progress) {
    int width = settings.width();
    int height = settings.height();
    Picture truth = scene.render(view, width, height, intrinsics(width, height));
    Picture photo =
        scene.render(view, colorWidth(), colorHeight(), intrinsics(colorWidth(), colorHeight()));
    Intrinsics k = intrinsics(width, height);
    ByteBuffer depth = ByteBuffer.allocate(2 * width * height).order(ByteOrder.LITTLE_ENDIAN);
    short[] labels = new short[width * height];
    for (int v = 0; v < height; v++) {
      for (int u = 0; u < width; u++) {
        int i = v * width + u;
        double x = (u - k.cx()) / k.fx();
        double y = (v - k.cy()) / k.fy();
        double z = truth.rayLength()[i] / Math.sqrt(x * x + y * y + 1);
        depth.putShort((short) Math.rint(1000 * z));
        int thing = truth.things().at(u, v);
        labels[i] =
            thing == 0
                ? 0
                : (short) (FIRST_RAW_ID + Nyu40.of(scene.room().things().get(thing - 1)));
      }
    }
    synchronized (this) {
      rendered++;
      progress.rendered(rendered, settings.frames());
    }
    return new Coded(
        view.middle(),
        Jpeg.encode(photo.photo(), settings.jpegQuality()),
        deflate(depth.array()),
        labelPng(new LabelMap(width, height, labels)));
  }

  /** Labels have the size of the photo, as published; the nearest pixel gives them back. */
  private byte[] labelPng(LabelMap labels) {
    LabelMap large = Nearest.resize(labels, new ImageSize(colorWidth(), colorHeight()));
    return Png16.writeGrey(large.width(), large.height(), large.ids());
  }

  private int colorWidth() {
    return settings.width() * 81 / 40;
  }

  private int colorHeight() {
    return settings.height() * 121 / 60;
  }

  static Intrinsics intrinsics(int width, int height) {
    return new Intrinsics(
        FOCAL_LENGTH_PER_WIDTH * width,
        FOCAL_LENGTH_PER_HEIGHT * height,
        (width - 1) / 2.0,
        (height - 1) / 2.0);
  }

  private byte[] header() {
    byte[] name = "StructureSensor".getBytes(StandardCharsets.US_ASCII);
    ByteBuffer b = ByteBuffer.allocate(304 + name.length).order(ByteOrder.LITTLE_ENDIAN);
    b.putInt(4).putLong(name.length).put(name);
    putIntrinsics(b, intrinsics(colorWidth(), colorHeight()));
    putIdentity(b);
    putIntrinsics(b, intrinsics(settings.width(), settings.height()));
    putIdentity(b);
    b.putInt(2).putInt(1);
    b.putInt(colorWidth()).putInt(colorHeight());
    b.putInt(settings.width()).putInt(settings.height());
    b.putFloat(1000).putLong(settings.views());
    return b.array();
  }

  private static void putIntrinsics(ByteBuffer b, Intrinsics k) {
    b.putFloat((float) k.fx()).putFloat(0).putFloat((float) k.cx()).putFloat(0);
    b.putFloat(0).putFloat((float) k.fy()).putFloat((float) k.cy()).putFloat(0);
    b.putFloat(0).putFloat(0).putFloat(1).putFloat(0);
    b.putFloat(0).putFloat(0).putFloat(0).putFloat(1);
  }

  private static void putIdentity(ByteBuffer b) {
    for (int i = 0; i < 16; i++) {
      b.putFloat(i % 5 == 0 ? 1 : 0);
    }
  }

  /** Camera to world with x right, y down, z forward, as the sensor's software has it. */
  private static byte[] frameHeader(Coded frame, int index) {
    ByteBuffer b = ByteBuffer.allocate(96).order(ByteOrder.LITTLE_ENDIAN);
    double[] axes = Camera.axes(frame.pose());
    double[] place = {frame.pose().x(), frame.pose().y(), frame.pose().z()};
    for (int row = 0; row < 3; row++) {
      b.putFloat((float) axes[row]);
      b.putFloat((float) -axes[3 + row]);
      b.putFloat((float) axes[6 + row]);
      b.putFloat((float) place[row]);
    }
    b.putFloat(0).putFloat(0).putFloat(0).putFloat(1);
    long microseconds = 1_000_000L * index / FRAMES_PER_SECOND;
    b.putLong(microseconds).putLong(microseconds);
    b.putLong(frame.color().length).putLong(frame.depth().length);
    return b.array();
  }

  private static byte[] deflate(byte[] data) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(data.length / 4);
    try (DeflaterOutputStream out = new DeflaterOutputStream(bytes)) {
      out.write(data);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot compress in memory", e);
    }
    return bytes.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
