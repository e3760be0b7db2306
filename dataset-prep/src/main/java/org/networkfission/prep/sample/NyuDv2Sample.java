package org.networkfission.prep.sample;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.labels.ClassMap;
import org.networkfission.prep.labels.ClassMaps;
import org.networkfission.prep.labels.LabelSpace;
import org.networkfission.prep.labels.NyuDv2Labels;
import org.networkfission.prep.labels.NyuDv2Splits;
import org.networkfission.prep.nyudv2.NyuDv2Source;
import org.networkfission.prep.sample.format.Hdf5Type;
import org.networkfission.prep.sample.format.Hdf5Writer;
import org.networkfission.prep.sample.format.WholeArchive;
import org.networkfission.prep.sample.render.Picture;

/**
 * Writes procedural rooms as NYUDv2 is published: {@code nyu_depth_v2_labeled.mat}, HDF5 behind a
 * user block with the arrays {@code images}, {@code depths}, {@code rawDepths}, {@code labels},
 * {@code instances}, {@code names}, {@code scenes}, {@code sceneTypes}, {@code rawRgbFilenames} and
 * {@code rawDepthFilenames}; every image transposed, deflated in chunks that hold parts of eight
 * images. Photos have the white border, in and around which nothing is measured.
 *
 * <p>The published division says which images are for training, so that the settings' trajectories
 * only decide how many images there are; rooms of one split never stand in the other.
 */
public final class NyuDv2Sample {
  /** The file's name in the archive's folder. */
  public static final String FILE_NAME = "nyu_depth_v2_labeled.mat";

  private static final int IMAGES_PER_CHUNK = 8;

  /** A chunk's sides are these shares of an image's. */
  private static final int CHUNKS_PER_SIDE = 4;

  /** Of the width: the white border, and what around it has no measured depth. */
  private static final double WHITE_BORDER = 1 / 64.0;

  private static final double UNMEASURED_BORDER = 1 / 16.0;

  /** What the filled depth says where nothing is in reach. */
  private static final float FARTHEST = 10;

  private final SampleSettings settings;
  private final int[] rawIds = rawIdOfNyu40();
  private int rendered;

  /** Where an image comes from. */
  private record Shot(Scene scene, View view, String name) {}

  /** An image's planes, each width x height: first column first, as in the file. */
  private record Planes(byte[] rgb, byte[] depth, byte[] rawDepth, byte[] labels, byte[] things) {}

  /** Makes a sample; {@code trainParts} and {@code jpegQuality} have no meaning here. */
  public NyuDv2Sample(SampleSettings settings) {
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
          java.nio.file.Path spool = Files.createTempFile("nyudv2-sample", ".hdf5");
          try (Hdf5Writer hdf = new Hdf5Writer(spool)) {
            List<Shot> shots = shots();
            SortedMap<String, Long> members = arrays(hdf, shots, pool, progress);
            texts(hdf, shots, members);
            folder.write(FILE_NAME, out -> hdf.finish(userBlock(), members, out));
          }
        });
  }

  /** The views of all images: of one split's rooms or of the other's, as the division says. */
  private List<Shot> shots() {
    List<String> splits = NyuDv2Splits.official();
    Map<String, Integer> taken = new HashMap<>();
    Map<String, Scene> scenes = new HashMap<>();
    List<Shot> shots = new ArrayList<>();
    for (int image = 0; image < Math.min(settings.frames(), splits.size()); image++) {
      String split = splits.get(image);
      int number = taken.merge(split, 1, Integer::sum) - 1;
      int room = number / settings.views();
      Scene scene =
          scenes.computeIfAbsent(
              split + room,
              key -> Scene.of(settings.seed(), room, split.equals("train"), settings.views()));
      View view = scene.views().get(number % settings.views());
      shots.add(new Shot(scene, view, "%s_%s_%04d".formatted(typeOf(scene), split, room)));
    }
    return shots;
  }

  private static String typeOf(Scene scene) {
    return scene.room().type().name().toLowerCase(Locale.ROOT);
  }

  private SortedMap<String, Long> arrays(
      Hdf5Writer hdf, List<Shot> shots, ExecutorService pool, SampleProgress progress)
      throws IOException {
    int n = shots.size();
    Hdf5Writer.Chunked images = chunked(hdf, Hdf5Type.UINT8, n, 3);
    Hdf5Writer.Chunked depths = chunked(hdf, Hdf5Type.FLOAT32, n, 1);
    Hdf5Writer.Chunked rawDepths = chunked(hdf, Hdf5Type.FLOAT32, n, 1);
    Hdf5Writer.Chunked labels = chunked(hdf, Hdf5Type.UINT16, n, 1);
    Hdf5Writer.Chunked instances = chunked(hdf, Hdf5Type.UINT8, n, 1);
    List<Future<Planes>> next = submit(shots, 0, pool, progress);
    for (int first = 0; first < n; first += IMAGES_PER_CHUNK) {
      List<Future<Planes>> now = next;
      next = submit(shots, first + IMAGES_PER_CHUNK, pool, progress);
      List<Planes> planes = new ArrayList<>();
      for (Future<Planes> future : now) {
        planes.add(WholeArchive.await(future));
      }
      write(images, first, 3, 1, planes.stream().map(Planes::rgb).toList());
      write(depths, first, 1, 4, planes.stream().map(Planes::depth).toList());
      write(rawDepths, first, 1, 4, planes.stream().map(Planes::rawDepth).toList());
      write(labels, first, 1, 2, planes.stream().map(Planes::labels).toList());
      write(instances, first, 1, 1, planes.stream().map(Planes::things).toList());
    }
    SortedMap<String, Long> members = new TreeMap<>();
    members.put("images", images.end());
    members.put("depths", depths.end());
    members.put("rawDepths", rawDepths.end());
    members.put("labels", labels.end());
    members.put("instances", instances.end());
    return members;
  }

  private List<Future<Planes>> submit(
      List<Shot> shots, int first, ExecutorService pool, SampleProgress progress) {
    List<Future<Planes>> futures = new ArrayList<>();
    for (int i = first; i < Math.min(shots.size(), first + IMAGES_PER_CHUNK); i++) {
      Shot shot = shots.get(i);
      futures.add(
          pool.submit(
              () -> {
                Planes planes = render(shot);
                report(progress, shots.size());
                return planes;
              }));
    }
    return futures;
  }

  private synchronized void report(SampleProgress progress, int total) {
    rendered++;
    progress.rendered(rendered, total);
  }

  private Hdf5Writer.Chunked chunked(Hdf5Writer hdf, Hdf5Type type, int images, int planes) {
    int width = settings.width();
    int height = settings.height();
    return planes == 1
        ? hdf.chunked(
            type,
            new int[] {images, width, height},
            new int[] {IMAGES_PER_CHUNK, chunkWidth(), chunkHeight()})
        : hdf.chunked(
            type,
            new int[] {images, planes, width, height},
            new int[] {IMAGES_PER_CHUNK, planes, chunkWidth(), chunkHeight()});
  }

  private int chunkWidth() {
    return (settings.width() + CHUNKS_PER_SIDE - 1) / CHUNKS_PER_SIDE;
  }

  private int chunkHeight() {
    return (settings.height() + CHUNKS_PER_SIDE - 1) / CHUNKS_PER_SIDE;
  }

  /** Cuts images into chunks; those at the edges are filled up with zeros. */
  private void write(
      Hdf5Writer.Chunked array, int first, int planes, int elementBytes, List<byte[]> images) {
    for (int left = 0; left < settings.width(); left += chunkWidth()) {
      for (int top = 0; top < settings.height(); top += chunkHeight()) {
        byte[] chunk =
            new byte[IMAGES_PER_CHUNK * planes * chunkWidth() * chunkHeight() * elementBytes];
        int rows = Math.min(chunkHeight(), settings.height() - top);
        for (int column = 0; column < images.size() * planes * chunkWidth(); column++) {
          int x = left + column % chunkWidth();
          int plane = column / chunkWidth();
          if (x < settings.width()) {
            int from = ((plane % planes * settings.width() + x) * settings.height() + top);
            System.arraycopy(
                images.get(plane / planes),
                from * elementBytes,
                chunk,
                column * chunkHeight() * elementBytes,
                rows * elementBytes);
          }
        }
        array.write(
            planes == 1 ? new int[] {first, left, top} : new int[] {first, 0, left, top}, chunk);
      }
    }
  }

  private Planes render(Shot shot) {
    int width = settings.width();
    int height = settings.height();
    int pixels = width * height;
    Intrinsics k = NyuDv2Source.intrinsics(width, height);
    Picture truth = shot.scene().render(shot.view(), width, height, k);
    byte[] rgb = new byte[3 * pixels];
    ByteBuffer depth = ByteBuffer.allocate(4 * pixels).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer raw = ByteBuffer.allocate(4 * pixels).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer labels = ByteBuffer.allocate(2 * pixels).order(ByteOrder.LITTLE_ENDIAN);
    byte[] instances = new byte[pixels];
    // Instances are counted from 1 within their label, as they appear.
    Map<Integer, Integer> countOfLabel = new HashMap<>();
    Map<Integer, Integer> numberOfThing = new HashMap<>();
    int white = (int) Math.round(WHITE_BORDER * width);
    int unmeasured = (int) Math.round(UNMEASURED_BORDER * width);
    for (int u = 0; u < width; u++) {
      for (int v = 0; v < height; v++) {
        int from = v * width + u;
        int to = u * height + v;
        double x = (u - k.cx()) / k.fx();
        double y = (v - k.cy()) / k.fy();
        double z = truth.rayLength()[from] / Math.sqrt(x * x + y * y + 1);
        boolean hit = z > 0 && z < FARTHEST;
        depth.putFloat(4 * to, hit ? (float) z : FARTHEST);
        raw.putFloat(4 * to, hit && !inBorder(u, v, unmeasured) ? (float) z : 0);
        boolean border = inBorder(u, v, white);
        for (int c = 0; c < 3; c++) {
          rgb[c * pixels + to] = border ? -1 : truth.photo().rgb()[3 * from + c];
        }
        int thing = border ? 0 : truth.things().ids()[from];
        if (thing != 0) {
          int id = rawIds[Nyu40.of(shot.scene().room().things().get(thing - 1))];
          labels.putShort(2 * to, (short) id);
          instances[to] =
              numberOfThing
                  .computeIfAbsent(thing, key -> countOfLabel.merge(id, 1, Integer::sum))
                  .byteValue();
        }
      }
    }
    return new Planes(rgb, depth.array(), raw.array(), labels.array(), instances);
  }

  private boolean inBorder(int u, int v, int border) {
    return u < border
        || v < border
        || u >= settings.width() - border
        || v >= settings.height() - border;
  }

  /** The names of labels, scenes and files: arrays of references to texts. */
  private static void texts(Hdf5Writer hdf, List<Shot> shots, SortedMap<String, Long> members) {
    SortedMap<String, Long> texts = new TreeMap<>();
    List<String> names = NyuDv2Labels.names();
    members.put("names", cells(hdf, "names", names.subList(1, names.size()), texts));
    List<String> scenes = shots.stream().map(Shot::name).toList();
    members.put("scenes", cells(hdf, "scenes", scenes, texts));
    members.put(
        "sceneTypes",
        cells(hdf, "sceneTypes", shots.stream().map(s -> typeOf(s.scene())).toList(), texts));
    List<String> files = new ArrayList<>();
    for (Shot shot : shots) {
      files.add("%s/%%s-%04d.%%s".formatted(shot.name(), shot.view().frame()));
    }
    members.put(
        "rawRgbFilenames",
        cells(hdf, "rgb", files.stream().map(f -> f.formatted("r", "ppm")).toList(), texts));
    members.put(
        "rawDepthFilenames",
        cells(hdf, "depth", files.stream().map(f -> f.formatted("d", "pgm")).toList(), texts));
    members.put("#refs#", hdf.group(texts));
  }

  private static long cells(
      Hdf5Writer hdf, String name, List<String> values, SortedMap<String, Long> texts) {
    List<Long> addresses = new ArrayList<>();
    for (String value : values) {
      long address = hdf.text(value);
      texts.put("%s_%04d".formatted(name, addresses.size()), address);
      addresses.add(address);
    }
    return hdf.references(addresses);
  }

  private static byte[] userBlock() {
    byte[] block = new byte[Hdf5Writer.USER_BLOCK];
    Arrays.fill(block, 0, 116, (byte) ' ');
    byte[] text =
        "MATLAB 7.3 MAT-file, Platform: GLNXA64, Created on: Sat Jan 01 00:00:00 2011 HDF5 schema 1.00 ."
            .getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(text, 0, block, 0, text.length);
    // The version, and the order of bytes.
    block[125] = 2;
    block[126] = 'I';
    block[127] = 'M';
    return block;
  }

  /** A raw id of each NYU40 class: the one of the class's own name, else the first. */
  private static int[] rawIdOfNyu40() {
    ClassMap nyu40 = ClassMaps.named("nyu40", LabelSpace.NYU894);
    List<String> names = NyuDv2Labels.names();
    int[] ids = new int[LabelSpace.NYU40.size()];
    for (int id = 1; id < names.size(); id++) {
      int found = nyu40.classOf(id);
      if (ids[found] == 0 || names.get(id).equals(nyu40.classNames().get(found))) {
        ids[found] = id;
      }
    }
    ids[0] = 0;
    return ids;
  }
}
