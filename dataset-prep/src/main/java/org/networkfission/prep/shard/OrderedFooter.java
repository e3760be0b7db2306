package org.networkfission.prep.shard;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.KeyValue;
import org.apache.parquet.format.PageEncodingStats;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.util.HadoopStreams;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.networkfission.prep.commit.WholeFile;
import org.networkfission.prep.storage.OneFailure;

/**
 * A Parquet file whose footer lists encodings, their counts and key-values in a fixed order.
 * Parquet keeps encodings in sets of enumeration constants, whose order is another in each JVM; so
 * equal rows would give files that are not equal.
 */
record OrderedFooter(FileSystem files, Path path) implements OutputFile {
  private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

  /** Behind the footer: its length and {@link #MAGIC}. */
  private static final int TRAILER_BYTES = 8;

  private static final int BUFFER_BYTES = 4096;

  /** What is held back of a file until it ends; a footer of a hundred row groups is far smaller. */
  private static final int HELD_BYTES = 1 << 20;

  /** The file at a path, without a checksum file beside it on a local disk. */
  static OrderedFooter at(Path path, Configuration hadoop) throws IOException {
    FileSystem files = WholeFile.direct(path, hadoop);
    return new OrderedFooter(files, files.makeQualified(path));
  }

  @Override
  public PositionOutputStream create(long blockSizeHint) throws IOException {
    return create(blockSizeHint, false);
  }

  @Override
  public PositionOutputStream createOrOverwrite(long blockSizeHint) throws IOException {
    return create(blockSizeHint, true);
  }

  private PositionOutputStream create(long blockSizeHint, boolean overwrite) throws IOException {
    return new Holding(
        HadoopStreams.wrap(
            files.create(
                path,
                overwrite,
                BUFFER_BYTES,
                files.getDefaultReplication(path),
                Math.max(files.getDefaultBlockSize(path), blockSizeHint))));
  }

  /** Whether row groups are best as large as blocks: not where they say nothing of places. */
  @Override
  public boolean supportsBlockSize() {
    return !"file".equals(files.getUri().getScheme());
  }

  @Override
  public long defaultBlockSize() {
    return files.getDefaultBlockSize(path);
  }

  @Override
  public String getPath() {
    return path.toString();
  }

  /** Puts a file's last bytes in order, if they are a footer that lies in them whole. */
  private static byte[] ordered(byte[] end) throws IOException {
    int length = footerLength(end);
    if (length < 0) {
      return end;
    }
    int start = end.length - TRAILER_BYTES - length;
    FileMetaData footer = Util.readFileMetaData(new ByteArrayInputStream(end, start, length));
    order(footer);
    ByteArrayOutputStream out = new ByteArrayOutputStream(end.length);
    out.write(end, 0, start);
    Util.writeFileMetaData(footer, out);
    ByteBuffer trailer = ByteBuffer.allocate(TRAILER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    trailer.putInt(out.size() - start).put(MAGIC);
    out.write(trailer.array(), 0, TRAILER_BYTES);
    return out.toByteArray();
  }

  /** -1 where the bytes are the end of no file, or not enough of it. */
  private static int footerLength(byte[] end) {
    int at = end.length - TRAILER_BYTES;
    if (at < 0
        || !Arrays.equals(MAGIC, 0, MAGIC.length, end, end.length - MAGIC.length, end.length)) {
      return -1;
    }
    int length = ByteBuffer.wrap(end).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
    return length > 0 && length <= at ? length : -1;
  }

  private static void order(FileMetaData footer) {
    if (footer.getKey_value_metadata() != null) {
      footer.getKey_value_metadata().sort(Comparator.comparing(KeyValue::getKey));
    }
    for (RowGroup group : footer.getRow_groups()) {
      for (ColumnChunk column : group.getColumns()) {
        ColumnMetaData data = column.getMeta_data();
        data.getEncodings().sort(Comparator.comparingInt(Encoding::getValue));
        if (data.getEncoding_stats() != null) {
          data.getEncoding_stats()
              .sort(
                  Comparator.comparing((PageEncodingStats s) -> s.getPage_type().getValue())
                      .thenComparing(s -> s.getEncoding().getValue()));
        }
      }
    }
  }

  /** Holds the last bytes of a file back until it is closed. */
  private static final class Holding extends PositionOutputStream {
    private final PositionOutputStream out;
    private final OneFailure written;
    private final byte[] held = new byte[2 * HELD_BYTES];
    private int count;
    private boolean givenUp;

    Holding(PositionOutputStream out) {
      this.out = out;
      this.written = new OneFailure(out);
    }

    @Override
    public long getPos() throws IOException {
      return out.getPos() + count;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      int done = 0;
      while (done < length) {
        if (count == held.length) {
          pass(held, HELD_BYTES);
          System.arraycopy(held, HELD_BYTES, held, 0, HELD_BYTES);
          count = HELD_BYTES;
        }
        int step = Math.min(length - done, held.length - count);
        System.arraycopy(bytes, offset + done, held, count, step);
        count += step;
        done += step;
      }
    }

    @Override
    public void close() throws IOException {
      if (count > 0) {
        byte[] end = ordered(Arrays.copyOf(held, count));
        pass(end, end.length);
        count = 0;
      }
      out.close();
    }

    /** Parquet does not close a file that failed, which HDFS would then keep open. */
    private void pass(byte[] bytes, int length) throws IOException {
      try {
        written.write(bytes, 0, length);
      } catch (IOException e) {
        if (!givenUp) {
          givenUp = true;
          letGo();
        }
        throw e;
      }
    }

    @SuppressWarnings("EmptyCatch") // It says again why the file failed.
    private void letGo() {
      try {
        out.close();
      } catch (IOException e) {
        // The file is given up.
      }
    }
  }
}
