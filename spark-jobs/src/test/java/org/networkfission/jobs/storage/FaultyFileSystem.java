package org.networkfission.jobs.storage;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Abortable;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.DelegateToFileSystem;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;
import org.networkfission.jobs.storage.CallFaults.Call;

/**
 * The local disk as {@code faulty:///}, which fails at a chosen operation and, as an object store
 * does, renames and deletes folders file by file, and ignores {@code hflush}. Of kind {@link
 * Kind#STORE} a file appears when its stream is closed, with whatever was written until then; of
 * kind {@link Kind#DISK} it is there from the beginning, and the rename of one file is atomic.
 * Calls fail too where {@link CallFaults} says so.
 */
public final class FaultyFileSystem extends RawLocalFileSystem {
  /** Which kind of file system this is like. */
  public enum Kind {
    DISK,
    STORE
  }

  /** What happens at the chosen operation. */
  public enum Fault {
    /** It fails; those after it do not. */
    FAILS,
    /**
     * It fails, and so do all after it, as for a process that is killed between it and the last.
     */
    DIES
  }

  private static final int BLOCK = 4096;
  private static final URI ROOT = URI.create("faulty:///");
  private static Kind kind = Kind.DISK;
  private static Fault fault = Fault.FAILS;
  private static long at = Long.MAX_VALUE;
  private static long done;

  /** What a client of this file system sets. */
  public static Map<String, String> settings() {
    return Map.of(
        "fs.faulty.impl",
        FaultyFileSystem.class.getName(),
        "fs.AbstractFileSystem.faulty.impl",
        Client.class.getName(),
        "network-fission.read.wait", // Readers ask a failing file system again after seconds.
        "1");
  }

  /** A client whose readers ask as often as by default, and soon. */
  public static Configuration patient() {
    Configuration hadoop = new Configuration();
    settings().forEach(hadoop::set);
    return hadoop;
  }

  /** A client whose readers ask once. */
  public static Configuration impatient() {
    Configuration hadoop = patient();
    hadoop.setInt("network-fission.read.tries", 1);
    return hadoop;
  }

  /** The name of a file of this machine. */
  public static String uri(java.nio.file.Path file) {
    return "faulty:" + file;
  }

  /** From now on operations are counted, and one fails. */
  public static synchronized void begin(Kind newKind, Fault newFault, long number) {
    kind = newKind;
    fault = newFault;
    at = number;
    done = 0;
  }

  /** From now on nothing fails. Returns how many operations there were. */
  public static synchronized long end() {
    at = Long.MAX_VALUE;
    return done;
  }

  private static synchronized void operation() throws IOException {
    done++;
    if (done == at || (done > at && fault == Fault.DIES)) {
      throw new IOException("Injected: operation %d".formatted(done));
    }
  }

  /** Writing is an operation where it begins a file or a block, as in a buffered stream. */
  private static void block(long before, int length) throws IOException {
    if (before == 0 || before / BLOCK != (before + length) / BLOCK) {
      operation();
    }
  }

  private static synchronized boolean isStore() {
    return kind == Kind.STORE;
  }

  /**
   * In processes of their own, {@code faulty.share} of the reading calls may fail, and {@code
   * faulty.write-share} of the writing ones; {@code faulty.counts} is a folder that counts them.
   */
  @Override
  public void initialize(URI uri, Configuration hadoop) throws IOException {
    super.initialize(uri, hadoop);
    double share = hadoop.getDouble("faulty.share", 0);
    if (share > 0) {
      CallFaults.atRandom(
          share,
          hadoop.getDouble("faulty.write-share", 0),
          java.nio.file.Path.of(hadoop.get("faulty.counts")));
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
  public boolean hasPathCapability(Path path, String capability) throws IOException {
    return capability.equals(CommonPathCapabilities.ABORTABLE_STREAM)
        ? isStore()
        : super.hasPathCapability(path, capability);
  }

  @Override
  public FSDataInputStream open(Path file, int bufferSize) throws IOException {
    operation();
    CallFaults.meet(Call.OPEN, file);
    return new FSDataInputStream(new FaultyInput(file, super.open(file, bufferSize)));
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    operation();
    CallFaults.meet(Call.STATUS, path);
    return plain(super.getFileStatus(path));
  }

  /** Without what the local disk knows of owners and permissions. */
  private static FileStatus plain(FileStatus file) {
    return new FileStatus(
        file.getLen(),
        file.isDirectory(),
        1,
        file.getBlockSize(),
        file.getModificationTime(),
        file.getPath());
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    operation();
    CallFaults.meet(Call.LIST, path);
    FileStatus[] files = super.listStatus(path);
    for (int i = 0; i < files.length; i++) {
      files[i] = plain(files[i]);
    }
    return files;
  }

  @Override
  public FSDataOutputStream create(
      Path file,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    return create(file, overwrite, bufferSize, replication, blockSize, progress);
  }

  @Override
  public FSDataOutputStream create(
      Path file,
      FsPermission permission,
      EnumSet<CreateFlag> flags,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress,
      Options.ChecksumOpt checksum)
      throws IOException {
    return create(
        file, flags.contains(CreateFlag.OVERWRITE), bufferSize, replication, blockSize, progress);
  }

  @Override
  public FSDataOutputStream create(
      Path file,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    operation();
    CallFaults.meet(Call.WRITE, file);
    java.nio.file.Path local = local(file);
    if (!overwrite && Files.exists(local)) {
      throw new FileAlreadyExistsException(file + " exists");
    }
    Files.createDirectories(local.getParent());
    OutputStream out = isStore() ? new Upload(local) : new Growing(local);
    return new FSDataOutputStream(out, null);
  }

  /** What a folder holds, in order; asked of the disk, as whoever writes makes no reading calls. */
  private List<String> names(Path folder) throws IOException {
    try (Stream<java.nio.file.Path> all = Files.list(local(folder))) {
      return all.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private java.nio.file.Path local(Path path) {
    return pathToFile(path).toPath();
  }

  @Override
  public boolean mkdirs(Path folder) throws IOException {
    operation();
    CallFaults.meet(Call.WRITE, folder);
    return super.mkdirs(folder);
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    if (Files.isDirectory(local(from))) {
      for (String name : names(from)) {
        rename(new Path(from, name), new Path(to, name));
      }
      return delete(from, true);
    }
    operation();
    CallFaults.meet(Call.WRITE, to);
    Files.createDirectories(local(to).getParent());
    return super.rename(from, to);
  }

  /** As HDFS renames one file over another. */
  @Override
  @SuppressWarnings("deprecation") // Deprecated for callers, not for file systems.
  protected void rename(Path from, Path to, Options.Rename... options) throws IOException {
    operation();
    CallFaults.meet(Call.WRITE, to);
    boolean overwrite = List.of(options).contains(Options.Rename.OVERWRITE);
    if (!overwrite && Files.exists(local(to))) {
      throw new FileAlreadyExistsException(to + " exists");
    }
    Files.move(local(from), local(to), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    if (recursive && Files.isDirectory(local(path))) {
      for (String name : names(path)) {
        delete(new Path(path, name), true);
      }
    }
    operation();
    CallFaults.meet(Call.WRITE, path);
    return super.delete(path, false);
  }

  /** A file of a disk: what is written is there. */
  private static final class Growing extends OutputStream {
    private final OutputStream file;
    private long total;

    Growing(java.nio.file.Path path) throws IOException {
      file = Files.newOutputStream(path);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      try {
        block(total, length);
      } catch (IOException e) {
        file.write(bytes, from, length / 2);
        throw e;
      }
      file.write(bytes, from, length);
      total += length;
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  /** A file of a store: it is there once it is closed, also if not all was written. */
  private static final class Upload extends OutputStream implements Abortable, StreamCapabilities {
    private final java.nio.file.Path path;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private boolean ended;

    Upload(java.nio.file.Path path) {
      this.path = path;
    }

    @Override
    public boolean hasCapability(String capability) {
      return capability.equals(CommonPathCapabilities.ABORTABLE_STREAM);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      try {
        block(written.size(), length);
      } catch (IOException e) {
        written.write(bytes, from, length / 2);
        throw e;
      }
      written.write(bytes, from, length);
    }

    @Override
    public AbortableResult abort() {
      boolean already = ended;
      ended = true;
      return new AbortableResult() {
        @Override
        public boolean alreadyClosed() {
          return already;
        }

        @Override
        public IOException anyCleanupException() {
          return null;
        }
      };
    }

    @Override
    public void close() throws IOException {
      if (!ended) {
        ended = true;
        operation();
        Files.write(path, written.toByteArray());
      }
    }
  }

  /** The same by Hadoop's other interface. */
  public static final class Client extends DelegateToFileSystem {
    private final FaultyFileSystem files;

    public Client(URI uri, Configuration hadoop) throws IOException, URISyntaxException {
      this(new FaultyFileSystem(), hadoop);
    }

    private Client(FaultyFileSystem files, Configuration hadoop)
        throws IOException, URISyntaxException {
      super(ROOT, files, hadoop, ROOT.getScheme(), false);
      this.files = files;
    }

    @Override
    public void renameInternal(Path from, Path to, boolean overwrite) throws IOException {
      files.rename(from, to, overwrite ? Options.Rename.OVERWRITE : Options.Rename.NONE);
    }
  }
}
