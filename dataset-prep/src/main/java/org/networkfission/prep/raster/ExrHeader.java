package org.networkfission.prep.raster;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.networkfission.prep.codec.Half;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.Reason;

/**
 * What an EXR file says about its image.
 *
 * @param top the number of the first row
 * @param end where the header ends
 */
record ExrHeader(
    int width, int height, int top, ExrCompression compression, List<Channel> channels, int end) {
  private static final int MAX_SIDE = 1 << 20;
  private static final int TILES = 0x200;
  private static final int DEEP = 0x800;
  private static final int PARTS = 0x1000;
  private static final int MAX_DEFLATE_RATIO = 1032;

  /** The type of a channel's numbers, in the order of the format's numbers. */
  enum Type {
    UINT(4),
    HALF(2),
    FLOAT(4);

    /** In the order of the format's numbers. */
    static final List<Type> NUMBERED = List.of(UINT, HALF, FLOAT);

    private final int bytes;

    Type(int bytes) {
      this.bytes = bytes;
    }

    int bytes() {
      return bytes;
    }

    double value(ByteBuffer buffer, int at) {
      return switch (this) {
        case UINT -> Integer.toUnsignedLong(buffer.getInt(at));
        case HALF -> Half.value(buffer.getShort(at));
        case FLOAT -> buffer.getFloat(at);
      };
    }
  }

  /**
   * A channel.
   *
   * @param offset of its numbers in a row, in bytes for each column of the image
   */
  record Channel(String name, Type type, int offset) {
    boolean isCalled(String last) {
      return name.equals(last) || name.endsWith("." + last);
    }
  }

  /** Of all channels. */
  long rowBytes() {
    Channel last = channels.get(channels.size() - 1);
    return (long) width * (last.offset() + last.type().bytes());
  }

  /** A larger image cannot be in the file. */
  void requirePlausible(int fileLength, String what) throws FrameException {
    long most = (long) fileLength * (compression == ExrCompression.NONE ? 1 : MAX_DEFLATE_RATIO);
    if (rowBytes() * height > most) {
      throw RasterFormat.bad(
          compression == ExrCompression.NONE ? Reason.TRUNCATED : Reason.DECODE_ERROR,
          what,
          "%d x %d pixels cannot be in an EXR of %,d bytes".formatted(width, height, fileLength));
    }
  }

  /** The channels of these names, in their order. */
  List<Channel> channels(List<String> wanted, String what) throws FrameException {
    if (wanted.size() == 1 && channels.size() == 1) {
      return channels;
    }
    List<Channel> found = new ArrayList<>();
    for (String names : wanted) {
      List<Channel> named = List.of();
      for (String name : names.split("/", -1)) {
        if (named.isEmpty()) {
          named = channels.stream().filter(c -> c.isCalled(name)).toList();
        }
      }
      if (named.size() != 1) {
        throw RasterFormat.bad(
            Reason.DECODE_ERROR,
            what,
            "the EXR has %d channels called %s; it has %s"
                .formatted(named.size(), names, channels.stream().map(Channel::name).toList()));
      }
      found.add(named.get(0));
    }
    return found;
  }

  static ExrHeader read(byte[] file, String what) throws FrameException {
    return new Reading(file, what).header();
  }

  private static final class Reading {
    private final byte[] file;
    private final ByteBuffer buffer;
    private final String what;
    private int at = 8;

    Reading(byte[] file, String what) {
      this.file = file;
      this.buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
      this.what = what;
    }

    ExrHeader header() throws FrameException {
      require(0, 8);
      int version = buffer.getInt(4);
      if ((version & 0xff) != 2) {
        throw refused("version %d".formatted(version & 0xff));
      } else if ((version & TILES) != 0) {
        throw refused("tiles");
      } else if ((version & DEEP) != 0) {
        throw refused("deep data");
      } else if ((version & PARTS) != 0) {
        throw refused("several parts");
      }
      List<Channel> channels = null;
      ExrCompression compression = null;
      int[] window = null;
      for (String name = text(); !name.isEmpty(); name = text()) {
        text(); // The attribute's type, which its name implies.
        require(at, 4);
        int size = buffer.getInt(at);
        at += 4;
        require(at, size);
        int next = at + size;
        switch (name) {
          case "channels" -> channels = channels(next);
          case "compression" -> compression = compression(size);
          case "dataWindow" -> window = window(size);
          default -> {}
        }
        at = next;
      }
      if (channels == null || channels.isEmpty() || compression == null || window == null) {
        throw RasterFormat.bad(
            Reason.DECODE_ERROR,
            what,
            "the EXR does not tell its channels, its compression or its window");
      }
      long width = (long) window[2] - window[0] + 1;
      long height = (long) window[3] - window[1] + 1;
      if (width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE) {
        throw RasterFormat.bad(
            Reason.DECODE_ERROR, what, "the EXR claims %d x %d pixels".formatted(width, height));
      }
      return new ExrHeader(
          (int) width, (int) height, window[1], compression, List.copyOf(channels), at);
    }

    private List<Channel> channels(int end) throws FrameException {
      List<Channel> channels = new ArrayList<>();
      int offset = 0;
      for (String name = text(); !name.isEmpty(); name = text()) {
        require(at, 16);
        int type = buffer.getInt(at);
        int stepX = buffer.getInt(at + 8);
        int stepY = buffer.getInt(at + 12);
        at += 16;
        if (type < 0 || type >= Type.NUMBERED.size() || at > end) {
          throw RasterFormat.bad(
              Reason.DECODE_ERROR, what, "the EXR's channel %s has no known type".formatted(name));
        } else if (stepX != 1 || stepY != 1) {
          throw refused("the subsampled channel " + name);
        }
        channels.add(new Channel(name, Type.NUMBERED.get(type), offset));
        offset += Type.NUMBERED.get(type).bytes();
      }
      return channels;
    }

    private ExrCompression compression(int size) throws FrameException {
      int number = size == 1 ? file[at] : -1;
      if (number < 0 || number >= ExrCompression.NUMBERED.size()) {
        throw RasterFormat.bad(
            Reason.DECODE_ERROR, what, "the EXR's compression %d is not known".formatted(number));
      }
      ExrCompression compression = ExrCompression.NUMBERED.get(number);
      if (compression.rows() == 0) {
        throw refused("%s compression".formatted(compression));
      }
      return compression;
    }

    private int[] window(int size) throws FrameException {
      if (size != 16) {
        throw RasterFormat.bad(Reason.DECODE_ERROR, what, "the EXR's window has no 16 bytes");
      }
      return new int[] {
        buffer.getInt(at), buffer.getInt(at + 4), buffer.getInt(at + 8), buffer.getInt(at + 12)
      };
    }

    private String text() throws FrameException {
      int start = at;
      while (at < file.length && file[at] != 0) {
        at++;
      }
      require(at, 1);
      at++;
      return new String(file, start, at - 1 - start, StandardCharsets.ISO_8859_1);
    }

    private void require(int from, int count) throws FrameException {
      if (count < 0 || count > file.length - from) {
        throw RasterFormat.bad(Reason.TRUNCATED, what, "the EXR ends within its header");
      }
    }

    private FrameException refused(String feature) {
      return RasterFormat.bad(
          Reason.DECODE_ERROR,
          what,
          "EXR with %s is not read; write it again as rows, uncompressed or with RLE, ZIPS or ZIP"
              .formatted(feature));
    }
  }
}
