package org.networkfission.jobs.cache;

import com.typesafe.config.ConfigMemorySize;
import java.io.Serializable;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.networkfission.prep.settings.Check;

/**
 * Where executors keep copies of shards.
 *
 * @param path a folder of their own disks; empty for no copies
 * @param size what all copies of a host may take
 */
public record CacheSettings(Optional<String> path, ConfigMemorySize size) implements Serializable {
  private static final ConfigMemorySize ANY = ConfigMemorySize.ofBytes(1L << 30);

  /** No copies. */
  public static final CacheSettings NONE = new CacheSettings(Optional.empty(), ANY);

  public CacheSettings {
    new Check()
        .that(
            "path",
            path.orElse(null),
            path.isEmpty() || isLocal(path.get()),
            "an absolute path of the executors' own disks, such as /mnt/nvme/fission, or null")
        .that("size", size, size.toBytes() >= 1, "above 0")
        .done();
  }

  private static boolean isLocal(String path) {
    try {
      return Path.of(path).isAbsolute();
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /** Travels to executors as text and a number: what it is made of cannot. */
  private Object writeReplace() {
    return new Travelling(path.orElse(null), size.toBytes());
  }

  private record Travelling(String path, long size) implements Serializable {
    private Object readResolve() {
      return new CacheSettings(Optional.ofNullable(path), ConfigMemorySize.ofBytes(size));
    }
  }
}
