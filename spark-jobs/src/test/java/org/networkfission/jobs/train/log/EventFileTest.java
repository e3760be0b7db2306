package org.networkfission.jobs.train.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventFileTest {
  @Test
  void writesTheBytesThatTensorBoardReads() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (EventFile file = new EventFile(bytes, 1.0)) {
      file.write(300, 2.0, Map.of("loss", 0.5));
    }

    // Written down from the published format: the CRCs were computed bit by bit, see crc().
    String first = "09000000000000f03f" + "1a0d" + hex("brain.Event:2");
    String second =
        "090000000000000040" + "10ac02" + "2a0d" + "0a0b" + "0a04" + hex("loss") + "150000003f";
    assertThat(HexFormat.of().formatHex(bytes.toByteArray()))
        .isEqualTo(record(first) + record(second));
  }

  @Test
  void saysFromWhichStepOnWhatWasBeforeDoesNotCount() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (EventFile file = new EventFile(bytes, 1.0)) {
      file.start(51, 2.0);
    }

    String version = "09000000000000f03f" + "1a0d" + hex("brain.Event:2");
    String start = "090000000000000040" + "1033" + "3a02" + "0801";
    assertThat(HexFormat.of().formatHex(bytes.toByteArray()))
        .isEqualTo(record(version) + record(start));
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private static String record(String message) {
    byte[] data = HexFormat.of().parseHex(message);
    String length = "%02x00000000000000".formatted(data.length);
    return length + crc(HexFormat.of().parseHex(length)) + message + crc(data);
  }

  /** The masked CRC-32C (Castagnoli), bit by bit. */
  private static String crc(byte[] data) {
    int crc = ~0;
    for (byte b : data) {
      crc ^= b & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) != 0 ? crc >>> 1 ^ 0x82f63b78 : crc >>> 1;
      }
    }
    int masked = Integer.rotateRight(~crc, 15) + 0xa282ead8;
    return "%08x".formatted(Integer.reverseBytes(masked));
  }
}
