package org.networkfission.jobs.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PositionedReadable;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.Seekable;
import org.apache.hadoop.fs.impl.OpenFileParameters;
import org.apache.hadoop.util.LambdaUtils;

/**
 * The local disk as {@code counted:///}, which counts the requests that an object store is asked
 * for: a status, a page of a listing, and a GET where reading begins or goes on elsewhere than
 * where it was. Opening a file is one too, unless what is known of it is given. Each can take a
 * while.
 */
public final class CountedFileSystem extends RawLocalFileSystem {
  private static final URI ROOT = URI.create("counted:///");

  /** What S3A rather reads over than asks anew. */
  private static final long READ_OVER = 64 << 10;

  private static final List<String> REQUESTS = new ArrayList<>();
  private static final AtomicInteger AT_ONCE = new AtomicInteger();
  private static volatile int mostAtOnce;
  private static volatile long millis;

  /** A client of this file system. */
  public static Configuration client() {
    Configuration hadoop = new Configuration();
    hadoop.set("fs.counted.impl", CountedFileSystem.class.getName());
    return hadoop;
  }

  /** The name of a file of this machine. */
  public static String uri(java.nio.file.Path file) {
    return "counted:" + file;
  }

  /** Begins to count; from now on each request takes so long. */
  public static void begin(long newMillis) {
    synchronized (REQUESTS) {
      REQUESTS.clear();
    }
    millis = newMillis;
    mostAtOnce = 0;
  }

  /** The requests since then, each with its kind and file. */
  public static List<String> requests() {
    synchronized (REQUESTS) {
      return List.copyOf(REQUESTS);
    }
  }

  /** How many of them there were at most at the same time. */
  public static int mostAtOnce() {
    return mostAtOnce;
  }

  /** Within a request the local disk calls what would be requests of their own. */
  private static final ThreadLocal<Boolean> WITHIN = ThreadLocal.withInitial(() -> false);

  private interface Call<T> {
    T run() throws IOException;
  }

  private static <T> T within(Call<T> call) throws IOException {
    boolean before = WITHIN.get();
    WITHIN.set(true);
    try {
      return call.run();
    } finally {
      WITHIN.set(before);
    }
  }

  private static void request(String kind, Path path) throws IOException {
    if (WITHIN.get()) {
      return;
    }
    synchronized (REQUESTS) {
      REQUESTS.add(kind + " " + path.toUri().getPath());
      mostAtOnce = Math.max(mostAtOnce, AT_ONCE.incrementAndGet());
    }
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    } finally {
      AT_ONCE.decrementAndGet();
    }
  }

  @Override
  public URI getUri() {
    return ROOT;
  }

  @Override
  public String getScheme() {
    return ROOT.getScheme();
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    request("HEAD", path);
    return within(() -> super.getFileStatus(path));
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    request("LIST", path);
    return within(() -> super.listStatus(path));
  }

  @Override
  public FSDataInputStream open(Path file, int bufferSize) throws IOException {
    request("HEAD", file);
    return opened(file);
  }

  private FSDataInputStream opened(Path file) throws IOException {
    return new FSDataInputStream(new Counted(file, within(() -> super.open(file, 4096))));
  }

  @Override
  protected CompletableFuture<FSDataInputStream> openFileWithOptions(
      Path file, OpenFileParameters parameters) throws IOException {
    return parameters.getStatus() == null
        ? super.openFileWithOptions(file, parameters)
        : LambdaUtils.eval(new CompletableFuture<>(), () -> opened(file));
  }

  /** A file that is asked for in pieces. */
  private static final class Counted extends InputStream implements Seekable, PositionedReadable {
    private final Path file;
    private final FSDataInputStream in;
    private long asked = -1;

    Counted(Path file, FSDataInputStream in) {
      this.file = file;
      this.in = in;
    }

    private void ask() throws IOException {
      long position = in.getPos();
      if (asked < 0 || position < asked || position > asked + READ_OVER) {
        request("GET", file);
      }
    }

    @Override
    public int read() throws IOException {
      ask();
      int read = in.read();
      asked = in.getPos();
      return read;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      ask();
      int read = in.read(bytes, offset, length);
      asked = in.getPos();
      return read;
    }

    @Override
    public int read(long position, byte[] bytes, int offset, int length) throws IOException {
      request("GET", file);
      return in.read(position, bytes, offset, length);
    }

    @Override
    public void readFully(long position, byte[] bytes, int offset, int length) throws IOException {
      request("GET", file);
      in.readFully(position, bytes, offset, length);
    }

    @Override
    public void readFully(long position, byte[] bytes) throws IOException {
      readFully(position, bytes, 0, bytes.length);
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

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
