package org.networkfission.prep.scenenet;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.frame.Frame;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.FrameReader;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.frame.Reason;

/**
 * Reads the views of a published {@code tar.gz} part in one pass, in the order in which their three
 * files are complete. Views that the archive does not hold whole come at the end, as missing or, if
 * the archive is cut off, as truncated.
 */
final class TarReader implements FrameReader {
  private static final Pattern IMAGE =
      Pattern.compile("(?:.*/)?([0-9]+/[0-9]+)/(photo|depth|instance)/([0-9]{1,6})\\.(?:jpg|png)");

  /** What incomplete views may take: a trajectory's photos come to about 20 MB. */
  private static final long MAX_WAITING_BYTES = 256L << 20;

  private static final long MAX_FILE_BYTES = 16L << 20;

  /** A view that is wanted and was not given out yet. */
  private static final class Wanted {
    private final Trajectory trajectory;
    private final Trajectory.View view;
    private byte[] photo;
    private byte[] depth;
    private byte[] instance;

    Wanted(Trajectory trajectory, Trajectory.View view) {
      this.trajectory = trajectory;
      this.view = view;
    }

    boolean whole() {
      return photo != null && depth != null && instance != null;
    }

    String missing() {
      return photo == null ? "photo" : depth == null ? "depth" : "instance";
    }

    void put(String kind, byte[] bytes) {
      switch (kind) {
        case "photo" -> photo = bytes;
        case "depth" -> depth = bytes;
        default -> instance = bytes;
      }
    }
  }

  private final FrameUnit unit;
  private final Path archive;
  private final TarEntries entries;
  private final Map<String, Wanted> wanted = new LinkedHashMap<>();
  private final Map<String, ViewDecoder> decoders = new HashMap<>();
  private final Deque<Wanted> rest = new ArrayDeque<>();
  private Wanted current;
  private long waitingBytes;
  private boolean ended;
  private String broken;

  TarReader(
      FrameUnit unit, Path archive, List<Trajectory> trajectories, int stride, Configuration hadoop)
      throws IOException, FrameException {
    this.unit = unit;
    this.archive = archive;
    for (Trajectory trajectory : trajectories) {
      for (int i = 0; i < trajectory.views().size(); i += stride) {
        Trajectory.View view = trajectory.views().get(i);
        wanted.put(trajectory.renderPath() + "/" + view.number(), new Wanted(trajectory, view));
      }
    }
    try {
      entries = new TarEntries(archive.getFileSystem(hadoop).open(archive));
    } catch (IOException e) {
      throw new FrameException(
          Reason.DECODE_ERROR, "Cannot read %s: %s".formatted(archive, e.getMessage()), e);
    }
  }

  @Override
  public boolean next() {
    current = null;
    while (!ended) {
      try {
        ended = !entries.next();
        if (!ended && take()) {
          return true;
        }
      } catch (IOException e) {
        ended = true;
        broken = e.getMessage();
      }
      if (ended) {
        rest.addAll(wanted.values());
      }
    }
    current = rest.poll();
    return current != null;
  }

  /** Takes the file that the archive is at; whether it makes a view whole. */
  private boolean take() throws IOException {
    Matcher matcher = IMAGE.matcher(entries.name());
    if (!matcher.matches()) {
      return false;
    }
    String key = matcher.group(1) + "/" + Integer.parseInt(matcher.group(3));
    Wanted view = wanted.get(key);
    if (view == null) {
      return false;
    }
    if (entries.size() > MAX_FILE_BYTES) {
      throw new IOException(
          "its file %s claims %,d bytes".formatted(entries.name(), entries.size()));
    }
    byte[] bytes = entries.read();
    view.put(matcher.group(2), bytes);
    waitingBytes += bytes.length;
    if (waitingBytes > MAX_WAITING_BYTES) {
      throw new InputException(
          "Cannot read %s: more than %,d bytes of its views wait for their other files; its order is not the published one"
              .formatted(archive, MAX_WAITING_BYTES));
    }
    if (!view.whole()) {
      return false;
    }
    waitingBytes -= view.photo.length + view.depth.length + view.instance.length;
    wanted.remove(key);
    current = view;
    return true;
  }

  private String trajectoryName() {
    return unit.split() + "/" + current.trajectory.renderPath();
  }

  @Override
  public String key() {
    return "%s/%s/%d".formatted(SceneNetSource.DATASET, trajectoryName(), current.view.number());
  }

  @Override
  public String source() {
    return "%s!%s/photo/%d.jpg"
        .formatted(archive, current.trajectory.renderPath(), current.view.number());
  }

  @Override
  public Frame read() throws FrameException {
    if (!current.whole()) {
      throw new FrameException(
          broken == null ? Reason.MISSING_FILE : Reason.TRUNCATED,
          "Cannot read frame %s: %s holds no %s of it%s"
              .formatted(
                  key(),
                  archive,
                  current.missing(),
                  broken == null ? "" : "; it is damaged: " + broken));
    }
    ViewDecoder decoder = decoders.get(trajectoryName());
    if (decoder == null) {
      decoder = new ViewDecoder(trajectoryName(), unit.split(), current.trajectory);
      decoders.put(trajectoryName(), decoder);
    }
    return decoder.decode(
        current.view, key(), source(), current.photo, current.depth, current.instance);
  }

  @Override
  public void close() throws IOException {
    entries.close();
  }
}
