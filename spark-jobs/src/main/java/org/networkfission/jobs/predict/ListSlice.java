package org.networkfission.jobs.predict;

import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.util.LineReader;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.storage.SteadyInput;
import org.networkfission.prep.storage.Storage;

/**
 * A part of a text file that names photos: the lines that begin in it.
 *
 * @param list the file
 * @param from first byte
 * @param to one past the last byte
 */
record ListSlice(String list, long from, long to) implements Serializable {
  private static final long BYTES = 8L << 20;
  private static final byte[] MARK = "\ufeff".getBytes(StandardCharsets.UTF_8);

  /**
   * Cuts a list.
   *
   * @throws InputException if it is in UTF-16, whose lines cannot be found from the middle
   */
  static List<ListSlice> of(Path list, Configuration hadoop) throws IOException {
    long length;
    byte[] begin;
    try (SteadyInput in = Storage.of(list, hadoop).open(list)) {
      length = in.length();
      begin = new byte[(int) Math.min(2, length)];
      in.readFully(begin);
    }
    if (begin.length == 2 && (ByteBuffer.wrap(begin).getShort() & 0xfefe) == 0xfefe) {
      throw new InputException(
          "Cannot read list %s on a cluster: it is in UTF-16; write it in UTF-8".formatted(list));
    }
    List<ListSlice> slices = new ArrayList<>();
    for (long from = 0; from < length; from += BYTES) {
      slices.add(new ListSlice(list.toString(), from, Math.min(length, from + BYTES)));
    }
    return slices;
  }

  /** The photos of the lines, in order; the file is closed at their end. */
  Iterator<Item> items(Configuration hadoop) throws IOException {
    Path file = new Path(list);
    SteadyInput in = Storage.of(file, hadoop).open(file);
    // The line that begins before the slice is the slice's before it.
    long start = from == 0 ? 0 : from - 1;
    in.seek(start);
    LineReader lines = new LineReader(in);
    long at = start;
    if (from > 0) {
      at += lines.readLine(new Text());
    }
    return new Items(file, lines, at);
  }

  private final class Items implements Iterator<Item> {
    private final Path file;
    private final LineReader lines;
    private long at;
    private Item item;

    Items(Path file, LineReader lines, long at) throws IOException {
      this.file = file;
      this.lines = lines;
      this.at = at;
      advance();
    }

    private void advance() throws IOException {
      item = null;
      Text text = new Text();
      while (item == null && at < to) {
        long begin = at;
        int read = lines.readLine(text);
        if (read == 0) {
          break;
        }
        at += read;
        String line = text.toString();
        if (begin == 0 && text.getLength() >= MARK.length && line.charAt(0) == '\ufeff') {
          line = line.substring(1);
        }
        if (InputKind.namesPhoto(line)) {
          item = Item.photo(line.strip(), InputKind.listed(file, line).toString(), null, 0);
        }
      }
      if (item == null) {
        lines.close();
      }
    }

    @Override
    public boolean hasNext() {
      return item != null;
    }

    @Override
    public Item next() {
      if (item == null) {
        throw new NoSuchElementException();
      }
      Item now = item;
      try {
        advance();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
      return now;
    }
  }
}
