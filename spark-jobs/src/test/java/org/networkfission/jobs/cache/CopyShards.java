package org.networkfission.jobs.cache;

import com.typesafe.config.ConfigMemorySize;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.networkfission.prep.shard.Manifest;
import org.networkfission.prep.shard.ShardFile;

/** A process that copies the shards of a data set, and may be killed while it does. */
public final class CopyShards {
  private CopyShards() {}

  /**
   * Begins one.
   *
   * @param wrapper what the shell does before, such as {@code ulimit}
   * @param halt in the middle of the first copy
   */
  static Process begin(String wrapper, Path dataset, Path cache, long size, boolean halt, Path told)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "bash",
                "-c",
                wrapper + " exec \"$@\"",
                "bash",
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:-UsePerfData",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath(),
                CopyShards.class.getName(),
                dataset.toString(),
                cache.toString(),
                Long.toString(size),
                Boolean.toString(halt)));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(told.toFile())
        .start();
  }

  /** That of the test, however it was started. */
  private static String classPath() {
    if (CopyShards.class.getClassLoader() instanceof URLClassLoader loader) {
      return Stream.of(loader.getURLs()).map(URL::getPath).collect(Collectors.joining(":"));
    }
    String usual = System.getProperty("java.class.path");
    return System.getProperty("surefire.test.class.path", usual);
  }

  /** Tells of each shard where it is read, and how many were opened. */
  public static void main(String[] args) throws Exception {
    Configuration hadoop = new Configuration();
    hadoop.set("fs.slow.impl", Slow.class.getName());
    Slow.halt = Boolean.parseBoolean(args[3]);
    var dataset = new org.apache.hadoop.fs.Path("slow:" + args[0]);
    ShardCache cache =
        new ShardCache(
            new CacheSettings(
                Optional.of(args[1]), ConfigMemorySize.ofBytes(Long.parseLong(args[2]))),
            hadoop,
            line -> System.out.println("warning: " + line));
    for (ShardFile shard : Manifest.open(dataset, hadoop).files("train")) {
      System.out.println("place: " + cache.place(dataset, shard));
    }
    System.out.println("opened: " + Slow.opened);
  }

  /** Files that are given in small pieces, which take a while. */
  public static final class Slow extends RawLocalFileSystem {
    private static boolean halt;
    private static int opened;

    @Override
    public java.net.URI getUri() {
      return java.net.URI.create("slow:///");
    }

    @Override
    public FSDataInputStream open(org.apache.hadoop.fs.Path file, int buffer) throws IOException {
      FSDataInputStream in = super.open(file, buffer);
      if (!file.getName().endsWith(".parquet")) {
        return in;
      }
      opened++;
      return new FSDataInputStream(new Pieces(in));
    }

    /** At most 4 KiB at a time. */
    private static final class Pieces extends org.apache.hadoop.fs.FSInputStream {
      private final FSDataInputStream in;

      Pieces(InputStream in) {
        this.in = (FSDataInputStream) in;
      }

      @Override
      public int read() throws IOException {
        return in.read();
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        try {
          Thread.sleep(5);
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
        if (halt && in.getPos() > 20_000) {
          Runtime.getRuntime().halt(137);
        }
        return in.read(bytes, offset, Math.min(4096, length));
      }

      @Override
      public void seek(long position) throws IOException {
        in.seek(position);
      }

      @Override
      public long getPos() throws IOException {
        return in.getPos();
      }

      @Override
      public boolean seekToNewSource(long target) {
        return false;
      }
    }
  }
}
