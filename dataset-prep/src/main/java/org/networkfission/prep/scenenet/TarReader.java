package org.networkfission.prep.scenenet;

import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.frame.Frame;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.FrameReader;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.frame.PixelLimit;
import org.networkfission.prep.frame.Reason;
import org.networkfission.prep.storage.Storage;

/**
 * Reads the views of a published {@code tar.gz} part in one pass, in the order in which their three
 * files are complete. Views that the archive does not hold whole come at the end, as missing or, if
 * the archive is cut off, as truncated. Where gzip's checksum says that what was unpacked is not
 * what was packed, no view of the part can be used: it covers them all and tells nothing of one.
 */
final class TarReader implements FrameReader {
  private static final Pattern IMAGE =
      Pattern.compile(
          "((?:.*/)?)([0-9]+/[0-9]+)/(photo|depth|instance)/([0-9]{1,6})\\.(?:jpg|png)");

  /** What incomplete views may take: a trajectory's photos come to about 20 MB. */
  private static final long MAX_WAITING_BYTES = 256L << 20;

  private static final long MAX_FILE_BYTES = 16L << 20;

  /** A view that is wanted and was not given out yet. */
  private static final class Wanted {
    private final Trajectory trajectory;
    private final Trajectory.View view;
    private final boolean repeated;
    private String folder;
    private byte[] photo;
    private byte[] depth;
    private byte[] instance;

    Wanted(Trajectory trajectory, Trajectory.View view, boolean repeated) {
      this.trajectory = trajectory;
      this.view = view;
      this.repeated = repeated;
    }

    /** Whether a folder of the archive is where this view lies: the first that has a file of it. */
    boolean liesIn(String candidate) {
      folder = folder == null ? candidate : folder;
      return folder.equals(candidate);
    }

    boolean whole() {
      return photo != null && depth != null && instance != null;
    }

    String missing() {
      return photo == null ? "photo" : depth == null ? "depth" : "instance";
    }

    /** Takes a file; the length of the one that it replaces. */
    int put(String kind, byte[] bytes) {
      byte[] before =
          switch (kind) {
            case "photo" -> photo;
            case "depth" -> depth;
            default -> instance;
          };
      switch (kind) {
        case "photo" -> photo = bytes;
        case "depth" -> depth = bytes;
        default -> instance = bytes;
      }
      return before == null ? 0 : before.length;
    }
  }

  private final FrameUnit unit;
  private final Path archive;
  private final TarEntries entries;
  private final Map<String, Wanted> wanted = new LinkedHashMap<>();
  private final Map<String, ViewDecoder> decoders = new HashMap<>();
  private final Deque<Wanted> rest = new ArrayDeque<>();
  private final PixelLimit limit;
  private Wanted current;
  private long waitingBytes;
  private boolean ended;
  private String broken;

  TarReader(
      FrameUnit unit, Path archive, List<Trajectory> trajectories, int stride, Configuration hadoop)
      throws IOException, FrameException {
    this.unit = unit;
    this.archive = archive;
    this.limit = PixelLimit.of(hadoop);
    for (Trajectory trajectory : trajectories) {
      for (Trajectory.View view : trajectory.taken(stride)) {
        wanted.put(
            trajectory.renderPath() + "/" + view.number(), new Wanted(trajectory, view, false));
      }
      trajectory.repeated().forEach(view -> rest.add(new Wanted(trajectory, view, true)));
    }
    try {
      entries = new TarEntries(Storage.of(archive, hadoop).open(archive));
    } catch (IOException e) {
      throw new FrameException(
          Reason.DECODE_ERROR, "Cannot read %s: %s".formatted(archive, e.getMessage()), e);
    }
  }

  @Override
  public boolean next() throws FrameException {
    current = null;
    while (!ended) {
      if (advance()) {
        return true;
      }
    }
    current = rest.poll();
    return current != null;
  }

  /** Moves to the next file of the archive; whether it makes a view whole. */
  private boolean advance() throws FrameException {
    try {
      if (entries.next()) {
        return take();
      }
      end(null);
    } catch (ZipException e) {
      throw damaged(e);
    } catch (EOFException e) {
      if (entries.isBehindEndMark() || wanted.isEmpty()) {
        // No view would tell of it.
        throw new FrameException(
            Reason.TRUNCATED,
            "Cannot use any view of %s: it is cut off before the checksum that covers them; get the file again"
                .formatted(archive),
            e);
      }
      end(e.getMessage());
    } catch (IOException e) {
      end(e.getMessage());
      drain();
    }
    return false;
  }

  private void end(String why) {
    ended = true;
    broken = why;
    rest.addAll(wanted.values());
  }

  /** An archive that cannot be read on may still be just what was packed, or not. */
  private void drain() throws FrameException {
    try {
      entries.drain();
    } catch (ZipException e) {
      throw damaged(e);
    } catch (IOException e) {
      // It is cut off, too: what came before is as good as that of any cut archive.
    }
  }

  private FrameException damaged(ZipException e) {
    return new FrameException(
        Reason.DECODE_ERROR,
        "Cannot use any view of %s: what gzip unpacks is not what was packed: %s; get the file again"
            .formatted(archive, e.getMessage()),
        e);
  }

  /** Takes the file that the archive is at; whether it makes a view whole. */
  private boolean take() throws IOException {
    Matcher matcher = IMAGE.matcher(entries.name());
    if (!matcher.matches() || ofOtherSplit(matcher.group(1))) {
      return false;
    }
    String key = matcher.group(2) + "/" + Integer.parseInt(matcher.group(4));
    Wanted view = wanted.get(key);
    if (view == null || !view.liesIn(matcher.group(1))) {
      return false;
    }
    if (entries.size() > MAX_FILE_BYTES) {
      throw new IOException(
          "its file %s claims %,d bytes".formatted(entries.name(), entries.size()));
    }
    byte[] bytes = entries.read();
    waitingBytes -= view.put(matcher.group(3), bytes);
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

  /** Archives that were joined may hold both. */
  private boolean ofOtherSplit(String folder) {
    String other = unit.split().equals("train") ? "val/" : "train/";
    return folder.equals(other) || folder.endsWith("/" + other);
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
        .formatted(archive.getName(), current.trajectory.renderPath(), current.view.number());
  }

  @Override
  public Frame read() throws FrameException {
    if (current.repeated) {
      throw Trajectory.repeatedView(key());
    }
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
      decoder = new ViewDecoder(trajectoryName(), unit.split(), current.trajectory, limit);
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
