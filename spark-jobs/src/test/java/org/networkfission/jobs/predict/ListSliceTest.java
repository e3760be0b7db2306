package org.networkfission.jobs.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.prep.frame.InputException;

/** Wherever a list is cut, each of its lines is read once. */
class ListSliceTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir Path folder;

  private List<String> keys(Path list, long... cuts) throws Exception {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i + 1 < cuts.length; i++) {
      new ListSlice(list.toUri().toString(), cuts[i], cuts[i + 1])
          .items(HADOOP)
          .forEachRemaining(item -> keys.add(item.key()));
    }
    return keys;
  }

  @Test
  void everyLineBelongsToOneSlice() throws Exception {
    Path list = folder.resolve("list.txt");
    String text = "\ufeffa.jpg\r\n# no\r\n\r\nb c.jpg\n\u6d74.jpg\rd:e.jpg\n  f.jpg  \nlast.jpg";
    Files.writeString(list, text);
    long length = text.getBytes(StandardCharsets.UTF_8).length;
    List<String> all = List.of("a.jpg", "b c.jpg", "\u6d74.jpg", "d:e.jpg", "f.jpg", "last.jpg");

    for (long cut = 1; cut < length; cut++) {
      assertThat(keys(list, 0, cut, length)).as("cut at %d", cut).isEqualTo(all);
      assertThat(keys(list, 0, cut, Math.min(cut + 3, length), length)).isEqualTo(all);
    }
    assertThat(
            PhotoList.of(new org.apache.hadoop.fs.Path(list.toUri()), false, HADOOP).stream()
                .map(Item::key))
        .isEqualTo(all);
  }

  @Test
  void utf16IsRefused() throws Exception {
    Path list = folder.resolve("list.txt");
    Files.write(list, "\ufeffa.jpg\n".getBytes(StandardCharsets.UTF_16LE));

    assertThatThrownBy(() -> ListSlice.of(new org.apache.hadoop.fs.Path(list.toUri()), HADOOP))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("it is in UTF-16; write it in UTF-8");
  }
}
