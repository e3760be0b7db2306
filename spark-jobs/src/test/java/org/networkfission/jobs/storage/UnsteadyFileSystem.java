package org.networkfission.jobs.storage;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PositionedReadable;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.Seekable;

/**
 * This machine's files under {@code unsteady:}, with calls that fail, stall or end too early where
 * a test says so.
 */
public final class UnsteadyFileSystem extends RawLocalFileSystem {
  private static final URI NAME = URI.create("unsteady:///");
  private static final long STALL_MILLIS = 150;
  private static final List<Rule> RULES = new ArrayList<>();

  /** What is called. */
  public enum Call {
    OPEN,
    READ,
    STATUS,
    LIST
  }

  /** What happens. */
  public enum Fault {
    /** A time-out, as of a network. */
    FAIL,
    /** The answer comes late. */
    STALL,
    /** The stream ends before the file does. */
    CUT,
    /** The process has no memory left. */
    EXHAUST
  }

  private static final class Rule {
    private final Call call;
    private final String name;
    private final Fault fault;
    private final Set<Integer> at;
    private int calls;
    private int made;

    Rule(Call call, String name, Fault fault, Set<Integer> at) {
      this.call = call;
      this.name = name;
      this.fault = fault;
      this.at = at;
    }

    boolean applies() {
      calls++;
      boolean applies = at.isEmpty() || at.contains(calls);
      made += applies ? 1 : 0;
      return applies;
    }
  }

  /** A configuration that knows this file system, asks it as often as by default, and soon. */
  public static Configuration configuration() {
    Configuration hadoop = new Configuration();
    hadoop.setClass(
        "fs.unsteady.impl", UnsteadyFileSystem.class, org.apache.hadoop.fs.FileSystem.class);
    hadoop.setInt("network-fission.read.wait", 1);
    return hadoop;
  }

  /** The name of a file of this machine. */
  public static String uri(java.nio.file.Path file) {
    return "unsteady:" + file;
  }

  /** No faults any more. */
  public static synchronized void mend() {
    RULES.clear();
  }

  /**
   * Makes calls fail.
   *
   * @param name what a path must contain
   * @param at which calls, counted from 1; none: all of them
   */
  public static synchronized void fault(Call call, String name, Fault fault, int... at) {
    RULES.add(new Rule(call, name, fault, Set.copyOf(IntStream.of(at).boxed().toList())));
  }

  /** How many faults there were. */
  public static synchronized int faults() {
    return RULES.stream().mapToInt(rule -> rule.made).sum();
  }

  private static synchronized Fault next(Call call, Path path) {
    for (Rule rule : RULES) {
      if (rule.call == call && path.toString().contains(rule.name) && rule.applies()) {
        return rule.fault;
      }
    }
    return null;
  }

  /** Whether the call is to end too early. */
  private static boolean meet(Call call, Path path) throws IOException {
    Fault fault = next(call, path);
    if (fault == Fault.FAIL) {
      throw new SocketTimeoutException("injected: no answer about " + path.getName());
    }
    if (fault == Fault.EXHAUST) {
      throw new OutOfMemoryError("injected: no memory for " + path.getName());
    }
    if (fault == Fault.STALL) {
      try {
        Thread.sleep(STALL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return fault == Fault.CUT;
  }

  @Override
  public URI getUri() {
    return NAME;
  }

  @Override
  public String getScheme() {
    return NAME.getScheme();
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    meet(Call.STATUS, path);
    return plain(super.getFileStatus(path));
  }

  /** A status whose permissions are not asked of a file whose scheme is {@code file}. */
  private static FileStatus plain(FileStatus status) {
    return new FileStatus(
        status.getLen(),
        status.isDirectory(),
        status.getReplication(),
        status.getBlockSize(),
        status.getModificationTime(),
        status.getPath());
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    meet(Call.LIST, path);
    FileStatus[] listed = super.listStatus(path);
    Arrays.setAll(listed, i -> plain(listed[i]));
    return listed;
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    meet(Call.OPEN, path);
    return new FSDataInputStream(new FaultyStream(path, super.open(path, bufferSize)));
  }

  private static final class FaultyStream extends InputStream
      implements Seekable, PositionedReadable {
    private final Path path;
    private final FSDataInputStream in;

    FaultyStream(Path path, FSDataInputStream in) {
      this.path = path;
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      return meet(Call.READ, path) ? -1 : in.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return meet(Call.READ, path) ? -1 : in.read(bytes, offset, length);
    }

    @Override
    public int read(long position, byte[] bytes, int offset, int length) throws IOException {
      return meet(Call.READ, path) ? -1 : in.read(position, bytes, offset, length);
    }

    @Override
    public void readFully(long position, byte[] bytes, int offset, int length) throws IOException {
      if (meet(Call.READ, path)) {
        throw new EOFException("injected: the stream ends");
      }
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
