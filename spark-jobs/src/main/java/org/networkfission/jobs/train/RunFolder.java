package org.networkfission.jobs.train;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.jobs.train.log.RunLog;
import org.networkfission.jobs.train.log.TrainingPage;
import org.networkfission.prep.commit.Lease;
import org.networkfission.prep.settings.ConfigException;
import org.networkfission.prep.storage.Storage;

/** The output folder of a run. */
final class RunFolder {
  private static final Set<String> OWN =
      Set.of(Checkpoint.FOLDER, RunLog.FOLDER, TrainingPage.FILE_NAME, Lease.FOLDER);

  private RunFolder() {}

  /**
   * Checks that a folder is absent, empty, or a run's.
   *
   * @throws ConfigException if it holds anything else
   */
  static void requireOwn(String key, Path folder, Configuration hadoop) throws IOException {
    List<FileStatus> files;
    try {
      files = Storage.of(folder, hadoop).list(folder);
    } catch (FileNotFoundException e) {
      return;
    }
    for (FileStatus file : files) {
      String name = file.getPath().getName();
      if (name.equals(Checkpoint.FOLDER)) {
        return;
      }
    }
    for (FileStatus file : files) {
      String name = file.getPath().getName();
      if (!OWN.contains(name)) {
        throw new ConfigException(
            List.of(
                "%s = %s: it holds files of another kind, such as %s; empty it or choose another"
                    .formatted(key, folder, name)));
      }
    }
  }
}
