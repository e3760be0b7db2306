package org.networkfission.prep.scenenet;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.FrameReader;
import org.networkfission.prep.frame.FrameSource;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.settings.Check;

/**
 * SceneNet RGB-D, in folders as unpacked from the published archives: {@code
 * <root>/{train|val}/<render path>/{photo,depth,instance}/N.*} and {@code
 * <root>/scenenet_rgbd_{val|train_0..16}.pb}. A unit is a trajectory. A part that lies in the root
 * as {@code train_3.tar.gz} or {@code val.tar.gz} is read from there instead, in one pass, and is
 * one unit. The labels of its frames are NYU13 classes.
 *
 * @param root the folder
 * @param splits of {@code train} and {@code val}
 * @param frameStride take each n-th view of a trajectory
 */
public record SceneNetSource(String root, List<String> splits, int frameStride)
    implements FrameSource {
  /** The name in keys, e.g. {@code scenenet/train/3/3757/25}. */
  static final String DATASET = "scenenet";

  /** About what photo, depth and instances of a view take. */
  private static final long BYTES_PER_VIEW = 100_000;

  public SceneNetSource {
    Objects.requireNonNull(root, "root");
    splits = List.copyOf(splits);
    new Check()
        .that(
            "splits",
            splits,
            List.of("train", "val").containsAll(splits),
            "of train and val: SceneNet RGB-D has no test split")
        .that("frameStride", frameStride, frameStride >= 1, "at least 1")
        .done();
  }

  @Override
  public List<FrameUnit> units(Configuration hadoop) throws IOException {
    Path folder = new Path(root);
    FileSystem fs = folder.getFileSystem(hadoop);
    FileStatus[] files;
    try {
      files = fs.listStatus(folder);
    } catch (FileNotFoundException e) {
      throw new InputException(
          "Cannot read SceneNet RGB-D in %s: no such folder".formatted(root), e);
    }
    List<FrameUnit> units = new ArrayList<>();
    for (String split : splits) {
      Pattern name = Pattern.compile("scenenet_rgbd_" + split + "(_([0-9]+))?\\.pb");
      boolean found = false;
      for (FileStatus file : files) {
        if (name.matcher(file.getPath().getName()).matches()) {
          found = true;
          Path archive = new Path(root, partName(file.getPath()) + ".tar.gz");
          if (fs.exists(archive)) {
            units.add(part(file.getPath(), archive, split, fs, hadoop));
          } else {
            add(units, file.getPath(), split, fs, hadoop);
          }
        }
      }
      if (!found) {
        throw new InputException(
            "Cannot read SceneNet RGB-D in %s: no file scenenet_rgbd_%s"
                    .formatted(root, split.equals("train") ? "train_0.pb to _16.pb" : split + ".pb")
                + " describes the trajectories; is the archive whole?");
      }
    }
    return units;
  }

  /** {@code train_3} of {@code scenenet_rgbd_train_3.pb}. */
  private static String partName(Path file) {
    String name = file.getName();
    return name.substring("scenenet_rgbd_".length(), name.length() - ".pb".length());
  }

  private FrameUnit part(Path file, Path archive, String split, FileSystem fs, Configuration hadoop)
      throws IOException {
    int frames = 0;
    for (TrajectoryFile.Located located : TrajectoryFile.readAll(file, hadoop)) {
      frames += (located.trajectory().views().size() + frameStride - 1) / frameStride;
    }
    return new FrameUnit(
        partName(file) + ".tar.gz",
        split,
        frames,
        fs.getFileStatus(archive).getLen(),
        file.toString());
  }

  private void add(
      List<FrameUnit> units, Path file, String split, FileSystem fs, Configuration hadoop)
      throws IOException {
    // A part of the archive may have been left out; a part that is there must be whole.
    Map<String, Boolean> present = new HashMap<>();
    for (TrajectoryFile.Located located : TrajectoryFile.readAll(file, hadoop)) {
      String renderPath = located.trajectory().renderPath();
      String part = split + "/" + renderPath.split("/", 2)[0];
      if (!present.containsKey(part)) {
        present.put(part, fs.exists(new Path(root, part)));
      }
      if (!present.get(part)) {
        continue;
      }
      int frames = (located.trajectory().views().size() + frameStride - 1) / frameStride;
      units.add(
          new FrameUnit(
              split + "/" + renderPath,
              split,
              frames,
              frames * BYTES_PER_VIEW,
              "%s#%d+%d".formatted(file, located.offset(), located.length())));
    }
  }

  @Override
  public FrameReader open(FrameUnit unit, Configuration hadoop) throws IOException, FrameException {
    String location = unit.location();
    if (unit.name().endsWith(".tar.gz")) {
      List<Trajectory> trajectories =
          TrajectoryFile.readAll(new Path(location), hadoop).stream()
              .map(TrajectoryFile.Located::trajectory)
              .toList();
      return new TarReader(unit, new Path(root, unit.name()), trajectories, frameStride, hadoop);
    }
    int hash = location.lastIndexOf('#');
    int plus = location.lastIndexOf('+');
    Trajectory trajectory =
        TrajectoryFile.readAt(
            new Path(location.substring(0, hash)),
            Long.parseLong(location.substring(hash + 1, plus)),
            Integer.parseInt(location.substring(plus + 1)),
            hadoop);
    return new TrajectoryReader(root, unit, trajectory, frameStride, hadoop);
  }
}
