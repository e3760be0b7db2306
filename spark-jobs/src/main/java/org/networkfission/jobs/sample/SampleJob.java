package org.networkfission.jobs.sample;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.jobs.cluster.Cluster;
import org.networkfission.jobs.cluster.ClusterSettings;
import org.networkfission.jobs.progress.Progress;
import org.networkfission.prep.sample.NyuDv2Sample;
import org.networkfission.prep.sample.SampleProgress;
import org.networkfission.prep.sample.ScanNetSample;
import org.networkfission.prep.sample.SceneNetSample;
import org.networkfission.prep.settings.ConfigException;

/** Draws procedural rooms, in the driver, and writes them in a data set's published layout. */
public final class SampleJob {
  private final SampleJobSettings settings;
  private final ClusterSettings cluster;
  private final PrintWriter out;
  private final Path output;

  /**
   * @param cluster whose file system is written to
   * @param out where progress is told
   * @throws ConfigException if the output is not named
   */
  public SampleJob(SampleJobSettings settings, ClusterSettings cluster, PrintWriter out) {
    this.settings = settings;
    this.cluster = cluster;
    this.out = out;
    this.output = new Path(ConfigException.required("sample.output", settings.output()));
  }

  /**
   * Draws all rooms.
   *
   * @return the archive's folder
   */
  public Path execute() throws IOException, InterruptedException {
    int threads =
        settings.threads() == 0 ? Runtime.getRuntime().availableProcessors() : settings.threads();
    Progress progress = new Progress(out, "sample", "frames", settings.rooms().frames());
    long start = System.nanoTime();
    Configuration hadoop = Cluster.hadoop(cluster);
    SampleProgress listener = (done, total) -> progress.at(done);
    switch (settings.format()) {
      case SCENENET ->
          new SceneNetSample(settings.rooms()).write(output, hadoop, threads, listener);
      case SCANNET -> new ScanNetSample(settings.rooms()).write(output, hadoop, threads, listener);
      case NYUDV2 -> new NyuDv2Sample(settings.rooms()).write(output, hadoop, threads, listener);
    }
    out.printf(
        "sample: %,d frames in %s, %s%n",
        settings.rooms().frames(),
        output,
        Progress.clock(Duration.ofNanos(System.nanoTime() - start)));
    return output;
  }
}
