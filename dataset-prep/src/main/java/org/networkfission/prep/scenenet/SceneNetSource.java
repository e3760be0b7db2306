package org.networkfission.prep.scenenet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.frame.AheadReader;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.FrameReader;
import org.networkfission.prep.frame.FrameSource;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.settings.Check;
import org.networkfission.prep.storage.Storage;

/**
 * SceneNet RGB-D, in folders as unpacked from the published archives: {@code
 * <root>/{train|val}/<render path>/{photo,depth,instance}/N.*} and {@code
 * <root>/scenenet_rgbd_{val|train_0..16}.pb}; those of the training set may lie in {@code
 * train_protobufs/}, as they were packed. A unit is a trajectory. A part that lies in the root as
 * {@code train_3.tar.gz} or {@code val.tar.gz} is read from there instead, in one pass, and is one
 * unit. The labels of its frames are NYU13 classes; an instance that has none is void.
 *
 * @param root the folder
 * @param splits of {@code train} and {@code val}
 * @param frameStride take each n-th view of a trajectory
 */
public record SceneNetSource(String root, List<String> splits, int frameStride)
    implements FrameSource {
  /** The name in keys, e.g. {@code scenenet/train/3/3757/25}. */
  static final String DATASET = "scenenet";

  /** How an archive of a part may end. */
  private static final List<String> ARCHIVES = List.of(".tar.gz", ".tgz", ".tar");

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
    Storage storage = Storage.of(folder, hadoop);
    if (!storage.exists(folder)) {
      throw new InputException("Cannot read SceneNet RGB-D in %s: no such folder".formatted(root));
    }
    List<FrameUnit> units = new ArrayList<>();
    for (String split : splits) {
      List<String> files = descriptions(split, storage);
      if (files.isEmpty()) {
        throw new InputException(
            "Cannot read SceneNet RGB-D in %s: no file scenenet_rgbd_%s"
                    .formatted(root, split.equals("train") ? "train_0.pb to _16.pb" : split + ".pb")
                + " describes the trajectories; is the archive whole?");
      }
      Map<String, String> fileOfTrajectory = new HashMap<>();
      for (String file : files) {
        List<TrajectoryFile.Located> trajectories = trajectories(file, hadoop);
        for (TrajectoryFile.Located located : trajectories) {
          requireOnce(located.trajectory().renderPath(), file, fileOfTrajectory);
        }
        Optional<String> archive = archive(file, storage);
        if (archive.isPresent()) {
          units.add(part(file, archive.get(), split, trajectories, storage));
        } else {
          add(units, file, split, trajectories, storage);
        }
      }
    }
    return units;
  }

  /** The files that describe the trajectories of a split, below the root; each name once. */
  private List<String> descriptions(String split, Storage storage) throws IOException {
    Pattern name = Pattern.compile("scenenet_rgbd_" + split + "(_([0-9]+))?\\.pb");
    SortedMap<String, String> found = new TreeMap<>();
    for (String folder : List.of("", split + "_protobufs")) {
      Path place = folder.isEmpty() ? new Path(root) : new Path(root, folder);
      if (storage.exists(place)) {
        for (FileStatus file : storage.list(place)) {
          String own = file.getPath().getName();
          if (name.matcher(own).matches()) {
            found.putIfAbsent(own, folder.isEmpty() ? own : folder + "/" + own);
          }
        }
      }
    }
    return List.copyOf(found.values());
  }

  /** The trajectories of a file, each once: a file may repeat one word for word. */
  private List<TrajectoryFile.Located> trajectories(String file, Configuration hadoop)
      throws IOException {
    Map<String, TrajectoryFile.Located> once = new LinkedHashMap<>();
    for (TrajectoryFile.Located located : TrajectoryFile.readAll(new Path(root, file), hadoop)) {
      String path = located.trajectory().renderPath();
      TrajectoryFile.Located before = once.putIfAbsent(path, located);
      if (before != null && !before.trajectory().equals(located.trajectory())) {
        throw new InputException(
            "Cannot read %s: it describes the trajectory %s twice, and differently, at bytes %,d and %,d"
                .formatted(new Path(root, file), path, before.offset(), located.offset()));
      }
    }
    return List.copyOf(once.values());
  }

  private void requireOnce(String renderPath, String file, Map<String, String> fileOfTrajectory) {
    String other = fileOfTrajectory.putIfAbsent(renderPath, file);
    if (other != null) {
      throw new InputException(
          "Cannot read SceneNet RGB-D in %s: %s and %s both describe the trajectory %s; leave one of them out"
              .formatted(root, other, file, renderPath));
    }
  }

  /** The archive of a part, if it was not unpacked. */
  private Optional<String> archive(String file, Storage storage) throws IOException {
    String name = file.substring(file.lastIndexOf('/') + 1);
    String part = name.substring("scenenet_rgbd_".length(), name.length() - ".pb".length());
    for (String ending : ARCHIVES) {
      if (storage.exists(new Path(root, part + ending))) {
        return Optional.of(part + ending);
      }
    }
    return Optional.empty();
  }

  private FrameUnit part(
      String file,
      String archive,
      String split,
      List<TrajectoryFile.Located> trajectories,
      Storage storage)
      throws IOException {
    int frames =
        trajectories.stream().mapToInt(located -> located.trajectory().frames(frameStride)).sum();
    return new FrameUnit(archive, split, frames, storage.length(new Path(root, archive)), file);
  }

  private void add(
      List<FrameUnit> units,
      String file,
      String split,
      List<TrajectoryFile.Located> trajectories,
      Storage storage)
      throws IOException {
    // A part of the archive may have been left out; a part that is there must be whole.
    Map<String, Boolean> present = new HashMap<>();
    for (TrajectoryFile.Located located : trajectories) {
      String renderPath = located.trajectory().renderPath();
      String part = split + "/" + renderPath.split("/", 2)[0];
      if (!present.containsKey(part)) {
        present.put(part, storage.exists(new Path(root, part)));
      }
      if (!present.get(part)) {
        continue;
      }
      int frames = located.trajectory().frames(frameStride);
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
    int hash = location.lastIndexOf('#');
    if (hash < 0) {
      List<Trajectory> trajectories =
          trajectories(location, hadoop).stream().map(TrajectoryFile.Located::trajectory).toList();
      return new AheadReader(
          new TarReader(unit, new Path(root, unit.name()), trajectories, frameStride, hadoop));
    }
    int plus = location.lastIndexOf('+');
    Trajectory trajectory =
        TrajectoryFile.readAt(
            new Path(root, location.substring(0, hash)),
            Long.parseLong(location.substring(hash + 1, plus)),
            Integer.parseInt(location.substring(plus + 1)),
            hadoop);
    return new TrajectoryReader(root, unit, trajectory, frameStride, hadoop);
  }
}
