package org.networkfission.prep.sample;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.codec.Jpeg;
import org.networkfission.prep.codec.Png16;
import org.networkfission.prep.commit.OutputFolder;
import org.networkfission.prep.sample.format.NormalsPng;
import org.networkfission.prep.sample.format.WholeArchive;
import org.networkfission.prep.sample.format.WireWriter;
import org.networkfission.prep.sample.render.Camera;
import org.networkfission.prep.sample.render.Picture;

/**
 * Writes procedural rooms in SceneNet RGB-D's published layout: {@code
 * {train|val}/<render_path>/{photo/N.jpg, depth/N.png, instance/N.png}} and the protobuf files
 * {@code scenenet_rgbd_val.pb}, {@code scenenet_rgbd_train_{k}.pb}. Beside them, ours alone: the
 * exact normals, {@code normals/N.png} (see {@link NormalsPng}).
 *
 * <p>An archive is finished when it has its record, {@code _SUCCESS}.
 */
public final class SceneNetSample {
  private static final int FARTHEST_MILLIMETRES = 0xffff;

  private final SampleSettings settings;
  private int rendered;

  public SceneNetSample(SampleSettings settings) {
    this.settings = settings;
  }

  /**
   * Writes the archive.
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
          for (int part = 0; part < settings.trainParts(); part++) {
            writePart(folder, "train", part, pool, progress);
          }
          writePart(folder, "val", 0, pool, progress);
        });
  }

  private void writePart(
      OutputFolder archive, String split, int part, ExecutorService pool, SampleProgress progress)
      throws IOException {
    boolean train = split.equals("train");
    int all = train ? settings.trainTrajectories() : settings.valTrajectories();
    int parts = train ? settings.trainParts() : 1;
    List<Future<?>> frames = new ArrayList<>();
    WireWriter trajectories = new WireWriter();
    for (int i = part; i < all; i += parts) {
      String renderPath = part + "/" + i;
      Scene scene = Scene.of(settings.seed(), i, train, settings.views());
      trajectories.message(
          TrajectoryMessage.TRAJECTORIES_FIELD, TrajectoryMessage.of(scene, renderPath));
      String folder = split + "/" + renderPath + "/";
      for (View view : scene.views()) {
        frames.add(
            pool.submit(
                () -> {
                  writeFrame(archive, folder, scene, view);
                  report(progress);
                  return null;
                }));
      }
    }
    for (Future<?> frame : frames) {
      WholeArchive.await(frame);
    }
    String name = train ? "scenenet_rgbd_train_" + part + ".pb" : "scenenet_rgbd_val.pb";
    archive.write(name, trajectories.toByteArray());
  }

  private synchronized void report(SampleProgress progress) {
    rendered++;
    progress.rendered(rendered, settings.frames());
  }

  private void writeFrame(OutputFolder archive, String folder, Scene scene, View view)
      throws IOException {
    int width = settings.width();
    int height = settings.height();
    Picture picture = scene.render(view, width, height, Camera.intrinsics(width, height));
    short[] depth = new short[width * height];
    for (int i = 0; i < depth.length; i++) {
      double millimetres = Math.rint(picture.rayLength()[i] * 1000);
      depth[i] = (short) Math.min(FARTHEST_MILLIMETRES, millimetres);
    }
    String name = Integer.toString(view.frame());
    archive.write(
        folder + "photo/" + name + ".jpg", Jpeg.encode(picture.photo(), settings.jpegQuality()));
    archive.write(folder + "depth/" + name + ".png", Png16.writeGrey(width, height, depth));
    archive.write(
        folder + "instance/" + name + ".png",
        Png16.writeGrey(width, height, picture.things().ids()));
    archive.write(folder + "normals/" + name + ".png", NormalsPng.write(picture.normals()));
  }
}
