package org.networkfission.jobs.normals;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.networkfission.jobs.progress.Progress;
import org.networkfission.prep.commit.WholeFile;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.frame.NormalMap;
import org.networkfission.prep.labels.ClassMap;
import org.networkfission.prep.normals.NormalEstimator;
import org.networkfission.prep.normals.NormalPicture;
import org.networkfission.prep.normals.NormalSettings;
import org.networkfission.prep.normals.NumpyFile;
import org.networkfission.prep.normals.RawFrame;
import org.networkfission.prep.storage.TextFile;

/**
 * Computes the normals of frames in PNG files, on all cores.
 *
 * @param settings how normals are computed
 * @param intrinsics of all frames, in the depth kind's convention of pixel centres
 * @param unitsPerMetre of the depth files
 * @param kind what the depth files hold
 * @param classes the class map that must know every label; null for any label
 */
public record NormalsJob(
    NormalSettings settings,
    Intrinsics intrinsics,
    double unitsPerMetre,
    RawFrame.DepthKind kind,
    ClassMap classes) {

  /**
   * One frame.
   *
   * @param output a file that ends in .npy (float32 [height, width, 3]) or .png (a picture)
   */
  public record FrameFiles(Path depth, Path labels, Path output) {}

  /**
   * Reads a list of frames: a line {@code depth,labels,output} for each; empty lines and those that
   * begin with # do not count.
   *
   * @throws InputException if a line is no such line or there is none
   */
  public static List<FrameFiles> list(Path file) throws IOException {
    List<FrameFiles> frames = new ArrayList<>();
    int number = 0;
    for (String line : lines(file)) {
      number++;
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String[] parts = line.split(",", -1);
      if (parts.length != 3) {
        throw new InputException(
            "Cannot read list %s: line %d has %d parts, must be depth,labels,output"
                .formatted(file, number, parts.length));
      }
      frames.add(
          new FrameFiles(
              Path.of(parts[0].strip()), Path.of(parts[1].strip()), Path.of(parts[2].strip())));
    }
    if (frames.isEmpty()) {
      throw new InputException("Cannot read list %s: it names no frame".formatted(file));
    }
    return frames;
  }

  private static List<String> lines(Path file) throws IOException {
    try {
      return TextFile.decode(Files.readAllBytes(file)).lines().toList();
    } catch (java.nio.file.NoSuchFileException e) {
      throw new InputException("Cannot read list: there is no file %s".formatted(file), e);
    }
  }

  /**
   * Computes and writes the normals of all frames; one that fails does not keep the others from
   * being done.
   *
   * @throws InputException if any frame could not be read or computed
   */
  public void execute(List<FrameFiles> frames, PrintWriter out) throws InterruptedException {
    int threads = Math.min(frames.size(), Runtime.getRuntime().availableProcessors());
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    ThreadLocal<NormalEstimator> estimators =
        ThreadLocal.withInitial(() -> new NormalEstimator(settings));
    try {
      ExecutorCompletionService<Void> done = new ExecutorCompletionService<>(pool);
      for (FrameFiles frame : frames) {
        done.submit(
            () -> {
              compute(frame, estimators.get());
              return null;
            });
      }
      report(frames.size(), done, out);
    } finally {
      pool.shutdownNow();
    }
  }

  private static void report(
      int total, ExecutorCompletionService<Void> completions, PrintWriter out)
      throws InterruptedException {
    Progress progress = new Progress(out, "normals", "frames", total);
    Throwable first = null;
    int failed = 0;
    for (int i = 1; i <= total; i++) {
      Future<Void> frame = completions.take();
      try {
        frame.get();
      } catch (java.util.concurrent.ExecutionException e) {
        failed++;
        first = first == null ? e.getCause() : first;
      }
      progress.at(i);
    }
    if (failed > 0) {
      throw new InputException(
          total == 1
              ? first.getMessage()
              : "Cannot compute normals of %d of %d frames; the first: %s"
                  .formatted(failed, total, first.getMessage()),
          first);
    }
    out.printf("normals: %,d frame%s%n", total, total == 1 ? "" : "s");
  }

  private void compute(FrameFiles frame, NormalEstimator estimator) throws IOException {
    NormalMap normals = estimate(read(frame.depth(), frame.labels()), estimator, frame.depth());
    boolean picture = frame.output().toString().toLowerCase(Locale.ROOT).endsWith(".png");
    WholeFile.write(
        frame.output(),
        picture ? NormalPicture.png(NormalPicture.of(normals)) : NumpyFile.of(normals));
  }

  /** Reads a frame and checks its labels. */
  public RawFrame read(Path depth, Path labels) throws IOException {
    RawFrame raw = RawFrame.read(depth, labels, unitsPerMetre, kind, intrinsics);
    if (classes != null) {
      try {
        classes.apply(raw.labels());
      } catch (FrameException e) {
        throw new InputException(e.getMessage() + " (" + labels + ")", e);
      }
    }
    return raw;
  }

  private static NormalMap estimate(RawFrame raw, NormalEstimator estimator, Path depth) {
    try {
      return estimator.estimate(raw.depth(), raw.labels(), raw.intrinsics());
    } catch (IllegalArgumentException e) {
      throw new InputException(e.getMessage() + " (" + depth + ")", e);
    }
  }
}
