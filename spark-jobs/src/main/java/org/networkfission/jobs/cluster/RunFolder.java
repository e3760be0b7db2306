package org.networkfission.jobs.cluster;

import java.io.File;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.commons.io.FileUtils;
import org.apache.hadoop.util.ShutdownHookManager;

/**
 * The folder of one run that {@code submit/fission} makes: executors of this machine work in it. It
 * is removed at the run's end; where the process is killed, the launcher's next run removes it.
 */
public final class RunFolder {
  /** Names the folder in the environment. */
  static final String VARIABLE = "FISSION_WORK";

  /** Below those of Spark and of Hadoop's file systems, which run first. */
  private static final int HOOK_PRIORITY = 5;

  private static final AtomicBoolean CLUSTER_STARTED = new AtomicBoolean();

  private RunFolder() {}

  /** The folder, where the launcher made one. */
  private static Optional<Path> get() {
    return Optional.ofNullable(System.getenv(VARIABLE))
        .filter(folder -> !folder.isEmpty())
        .map(Path::of);
  }

  /** Removes it after Spark's own shutdown. */
  static void removeAfterSpark() {
    if (get().isPresent() && !CLUSTER_STARTED.getAndSet(true)) {
      ShutdownHookManager.get().addShutdownHook(RunFolder::delete, HOOK_PRIORITY);
    }
  }

  /** Removes it at the end of a command that started no cluster. */
  public static void removeAtEnd() {
    if (!CLUSTER_STARTED.get()) {
      delete();
    }
  }

  /** Links are removed, not what they lead to. */
  private static void delete() {
    get().map(Path::toFile).filter(File::isDirectory).ifPresent(FileUtils::deleteQuietly);
  }
}
