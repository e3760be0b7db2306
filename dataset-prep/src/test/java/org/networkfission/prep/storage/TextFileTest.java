package org.networkfission.prep.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextFileTest {
  @TempDir Path folder;

  private void reads(String text, Charset charset) throws IOException {
    Path file = folder.resolve("list.txt");
    Files.write(file, text.getBytes(charset));
    assertThat(TextFile.lines(new org.apache.hadoop.fs.Path("file:" + file), new Configuration()))
        .containsExactly("scene0000_00", "", "caf\u00e9.jpg");
  }

  /** As Notepad, PowerShell's redirection and other editors leave lists behind. */
  @Test
  void aByteOrderMarkTellsTheEncoding() throws IOException {
    reads("scene0000_00\n\ncaf\u00e9.jpg\n", StandardCharsets.UTF_8);
    reads("\ufeffscene0000_00\r\n\r\ncaf\u00e9.jpg", StandardCharsets.UTF_8);
    reads("\ufeffscene0000_00\r\n\r\ncaf\u00e9.jpg\r\n", StandardCharsets.UTF_16LE);
    reads("\ufeffscene0000_00\r\rcaf\u00e9.jpg\r", StandardCharsets.UTF_16BE);
  }

  @Test
  void nothingIsNoLine() {
    assertThat(TextFile.decode(new byte[0])).isEmpty();
    assertThat(TextFile.decode(new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf})).isEmpty();
    assertThat(TextFile.decode(new byte[] {(byte) 0xff})).hasSize(1);
  }
}
