package org.networkfission.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.network.FissionScheme;
import org.networkfission.model.network.Task;

class SafetensorsTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("weights.safetensors");
  }

  @Test
  void readsEveryTypeOfFloats() throws IOException {
    String header =
        "{\"__metadata__\":{\"format\":\"pt\"},"
            + "\"enc.bn0.weight\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]},"
            + "\"enc.bn0.bias\":{\"dtype\":\"F16\",\"shape\":[3],\"data_offsets\":[12,18]},"
            + "\"enc.bn0.mean\":{\"dtype\":\"BF16\",\"shape\":[3],\"data_offsets\":[18,24]},"
            + "\"other\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[24,32]}}";
    ByteBuffer data = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
    data.putFloat(1).putFloat(2).putFloat(-3.5f);
    data.putShort((short) 0x3c00).putShort((short) 0xc000).putShort((short) 1);
    data.putShort((short) 0x3fc0).putShort((short) 0xc040).putShort((short) 0x7f7f).putDouble(0.1);
    write(header, data.array());
    try (NamedTensors tensors = WeightFile.open(file);
        FissionNetwork network = TransferTest.network(FissionScheme.SINGLE, 1, Task.LABELS)) {
      Transfer transfer = Transfer.apply(tensors, network, List.of());
      assertThat(transfer.taken())
          .containsExactly("enc.bn0.weight", "enc.bn0.bias", "enc.bn0.mean");
      assertThat(transfer.dropped()).containsExactly("other");
      assertThat(TransferTest.values(network, "enc.bn0.weight")).containsExactly(1, 2, -3.5f);
      assertThat(TransferTest.values(network, "enc.bn0.bias")).containsExactly(1, -2, 0x1p-24f);
      assertThat(TransferTest.values(network, "enc.bn0.mean"))
          .containsExactly(1.5f, -3, Float.intBitsToFloat(0x7f7f0000));
      assertThat(tensors.get("other").orElseThrow().values().orElseThrow().read())
          .containsExactly(0.1f);
    }
  }

  @Test
  void tensorsOfOtherTypesAreListedAndNotTaken() throws IOException {
    write(
        "{\"enc.bn0.weight\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]},"
            + "\"enc.bn0.bias\":{\"dtype\":\"I32\",\"shape\":[3],\"data_offsets\":[0,12]},"
            + "\"bn1.num_batches_tracked\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]},"
            + "\"new\":{\"dtype\":\"F8_E4M3\",\"shape\":[2],\"data_offsets\":[12,14]},"
            + "\"flags\":{\"dtype\":\"BOOL\",\"shape\":[2,1],\"data_offsets\":[14,16]}}",
        new byte[16]);
    try (NamedTensors tensors = WeightFile.open(file);
        FissionNetwork network = TransferTest.network(FissionScheme.SINGLE, 1, Task.LABELS)) {
      Transfer transfer = Transfer.apply(tensors, network, List.of());
      assertThat(transfer.taken()).containsExactly("enc.bn0.weight");
      assertThat(transfer.misfits()).containsExactly("enc.bn0.bias of type I32");
      assertThat(transfer.dropped())
          .containsExactly("enc.bn0.bias", "bn1.num_batches_tracked", "new", "flags");
    }
  }

  @Test
  void filesOfMoreThanTwoGigabytesAreRead() throws IOException {
    long large = 3L << 30;
    String header =
        "{\"embedding\":{\"dtype\":\"F32\",\"shape\":[%d],\"data_offsets\":[0,%d]},\"enc.bn0.weight\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[%d,%d]}}"
            .formatted(large / 4, large, large, large + 12);
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    // Sparse: it takes a few blocks on the disk.
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).array());
      out.write(json);
      out.seek(8 + json.length + large);
      out.write(
          ByteBuffer.allocate(12)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putFloat(1)
              .putFloat(2)
              .putFloat(3)
              .array());
    }
    try (NamedTensors tensors = WeightFile.open(file);
        FissionNetwork network = TransferTest.network(FissionScheme.SINGLE, 1, Task.LABELS)) {
      assertThat(Transfer.apply(tensors, network, List.of()).dropped())
          .containsExactly("embedding");
      assertThat(TransferTest.values(network, "enc.bn0.weight")).containsExactly(1, 2, 3);
    }
  }

  @Test
  void badFilesAreRefused() throws IOException {
    write("{\"a\":{\"dtype\":\"F32\",\"shape\":[30],\"data_offsets\":[0,120]}}", new byte[26]);
    refused("tensor a of 30 values lies at bytes 0 to 120 of 26");
    write("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,16]}}", new byte[26]);
    refused("tensor a of 3 values lies at bytes 0 to 16 of 26");
    write("{\"a\":{\"dtype\":\"I64\",\"shape\":[3],\"data_offsets\":[0,32]}}", new byte[26]);
    refused("tensor a of 3 values lies at bytes 0 to 32 of 26");
    write(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}",
        new byte[26]);
    refused("tensor a has the shape [4294967296,4294967296]");
    write("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,0]}}", new byte[26]);
    refused("tensor a has the shape [-1]");
    write("[1]", new byte[0]);
    refused("its header is no JSON object");
    Files.write(file, new byte[] {1, 2, 3});
    refused("its header would be -1 of 3 bytes");
    write("{nothing", new byte[0]);
    refused("its header is no JSON");
  }

  private void refused(String why) {
    assertThatThrownBy(() -> WeightFile.open(file))
        .isInstanceOf(IOException.class)
        .hasMessage("Cannot read %s as safetensors: %s", file, why);
  }

  private void write(String header, byte[] data) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer out =
        ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(file, out.putLong(json.length).put(json).put(data).array());
  }
}
