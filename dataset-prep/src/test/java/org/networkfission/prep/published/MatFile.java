package org.networkfission.prep.published;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.InflaterInputStream;

/** The numeric arrays of a MAT file of version 5, by name, those in structures by their field. */
final class MatFile {
  private static final int COMPRESSED = 15;
  private static final int MATRIX = 14;
  private static final int CELL_CLASS = 1;
  private static final int STRUCT_CLASS = 2;
  private static final int LAST_CLASS_WITHOUT_NUMBERS = 5;

  private final Map<String, int[]> arrays = new HashMap<>();

  private MatFile() {}

  static Map<String, int[]> read(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    MatFile mat = new MatFile();
    mat.elements(little(bytes, 128, bytes.length - 128));
    return mat.arrays;
  }

  private static ByteBuffer little(byte[] bytes, int from, int length) {
    return ByteBuffer.wrap(bytes, from, length).slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  private record Element(int type, ByteBuffer data) {}

  private static Element next(ByteBuffer in) {
    int type = in.getInt();
    int length = type >>> 16;
    if (length != 0) {
      // A small element: type, length and data in eight bytes.
      ByteBuffer data = in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN);
      in.position(in.position() + 4);
      return new Element(type & 0xffff, data);
    }
    length = in.getInt();
    ByteBuffer data = in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN);
    int padded = type == COMPRESSED ? length : (length + 7) / 8 * 8;
    in.position(Math.min(in.limit(), in.position() + padded));
    return new Element(type, data);
  }

  private void elements(ByteBuffer in) {
    while (in.remaining() >= 8) {
      Element element = next(in);
      if (element.type() == COMPRESSED) {
        elements(inflated(element.data()));
      } else if (element.type() == MATRIX) {
        matrix(element.data(), null);
      }
    }
  }

  private static ByteBuffer inflated(ByteBuffer packed) {
    byte[] bytes = new byte[packed.remaining()];
    packed.get(bytes);
    try {
      byte[] plain = new InflaterInputStream(new ByteArrayInputStream(bytes)).readAllBytes();
      return little(plain, 0, plain.length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void matrix(ByteBuffer in, String field) {
    int kind = next(in).data().get(0);
    ByteBuffer dimensions = next(in).data();
    int count = 1;
    while (dimensions.hasRemaining()) {
      count *= dimensions.getInt();
    }
    String own = text(next(in).data());
    String name = field == null ? own : field;
    if (kind == CELL_CLASS) {
      return;
    }
    if (kind == STRUCT_CLASS) {
      int length = next(in).data().getInt();
      ByteBuffer names = next(in).data();
      while (names.remaining() >= length) {
        String fieldName = text(names.slice(names.position(), length));
        names.position(names.position() + length);
        matrix(next(in).data(), fieldName);
      }
    } else if (kind > LAST_CLASS_WITHOUT_NUMBERS) {
      arrays.put(name, numbers(next(in), count));
    }
  }

  private static int[] numbers(Element element, int count) {
    int[] numbers = new int[count];
    for (int i = 0; i < count; i++) {
      numbers[i] =
          switch (element.type()) {
            case 1, 2 -> element.data().get() & 0xff;
            case 3, 4 -> element.data().getShort() & 0xffff;
            case 5, 6 -> element.data().getInt();
            default -> (int) element.data().getDouble();
          };
    }
    return numbers;
  }

  private static String text(ByteBuffer bytes) {
    return StandardCharsets.US_ASCII.decode(bytes).toString().replace("\0", "");
  }
}
