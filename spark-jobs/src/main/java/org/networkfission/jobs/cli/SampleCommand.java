package org.networkfission.jobs.cli;

import java.time.Duration;
import org.apache.hadoop.fs.Path;
import org.networkfission.jobs.cluster.Cluster;
import org.networkfission.jobs.config.Configuration;
import org.networkfission.jobs.progress.Progress;
import org.networkfission.jobs.sample.SampleJobSettings;
import org.networkfission.prep.sample.SampleProgress;
import org.networkfission.prep.sample.ScanNetSample;
import org.networkfission.prep.sample.SceneNetSample;
import org.networkfission.prep.settings.ConfigException;
import picocli.CommandLine.Command;

/** Draws procedural rooms. */
@Command(
    name = "sample",
    description =
        "Draw rooms with exact depth and labels, in the layout of SceneNet RGB-D or ScanNet.")
final class SampleCommand extends ConfiguredCommand {
  @Override
  int run(Configuration configuration) throws Exception {
    SampleJobSettings settings = configuration.settings().sample();
    Path output = new Path(ConfigException.required("sample.output", settings.output()));
    int threads =
        settings.threads() == 0 ? Runtime.getRuntime().availableProcessors() : settings.threads();
    Progress progress = new Progress(out(), "sample", "frames", settings.rooms().frames());
    long start = System.nanoTime();
    org.apache.hadoop.conf.Configuration hadoop =
        Cluster.hadoop(configuration.settings().cluster());
    SampleProgress listener = (done, total) -> progress.at(done);
    switch (settings.format()) {
      case SCENENET ->
          new SceneNetSample(settings.rooms()).write(output, hadoop, threads, listener);
      case SCANNET -> new ScanNetSample(settings.rooms()).write(output, hadoop, threads, listener);
    }
    out()
        .printf(
            "sample: %,d frames in %s, %s%n",
            settings.rooms().frames(),
            output,
            Progress.clock(Duration.ofNanos(System.nanoTime() - start)));
    return Fission.DONE;
  }
}
