package org.networkfission.jobs.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.networkfission.jobs.normals.NormalsJob;
import org.networkfission.jobs.normals.NormalsJob.FrameFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Computes the surface normals of single frames. */
@Command(
    name = "normals",
    description = "Compute surface normals of a depth and a label image, or of a list of them.")
final class NormalsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private NormalOptions options;

  @Option(names = "--depth", description = "16-bit grey PNG; 0 is not measured.")
  private Path depth;

  @Option(names = "--labels", description = "Grey PNG of 8 or 16 bits, of the same size.")
  private Path labels;

  @Option(
      names = "--out",
      description =
          "FILE.npy for float32 [height, width, 3] (x right, y up, z forward, facing the camera;"
              + " 0, 0, 0 where there is none), or FILE.png for a picture.")
  private Path output;

  @Option(
      names = "--list",
      paramLabel = "FILE",
      description = "A line depth,labels,output per frame; computed on all cores.")
  private Path list;

  @Override
  public Integer call() throws Exception {
    NormalsJob job = options.job();
    boolean single = depth != null || labels != null || output != null;
    if (single == (list != null)) {
      throw options.usage("give either --depth, --labels and --out, or --list");
    }
    if (single && (depth == null || labels == null || output == null)) {
      throw options.usage("--depth, --labels and --out must be given together");
    }
    List<FrameFiles> frames =
        single ? List.of(new FrameFiles(depth, labels, output)) : NormalsJob.list(list);
    for (FrameFiles frame : frames) {
      String name = frame.output().toString().toLowerCase(Locale.ROOT);
      if (!name.endsWith(".npy") && !name.endsWith(".png")) {
        throw options.usage("output %s must end in .npy or .png".formatted(frame.output()));
      }
      if (Files.exists(frame.output())) {
        throw options.usage(
            "output %s: it exists; delete it or choose another".formatted(frame.output()));
      }
      Path folder = frame.output().toAbsolutePath().getParent();
      if (!Files.isDirectory(folder)) {
        throw options.usage(
            "cannot write %s: there is no folder %s".formatted(frame.output(), folder));
      }
    }
    job.execute(frames, spec.commandLine().getOut());
    return Fission.DONE;
  }
}
