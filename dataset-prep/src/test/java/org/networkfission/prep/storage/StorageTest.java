package org.networkfission.prep.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.RemoteIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageTest {
  @TempDir Path folder;

  private void write(String... names) throws IOException {
    for (String name : names) {
      Files.createDirectories(folder.resolve(name).getParent());
      Files.writeString(folder.resolve(name), name);
    }
  }

  private org.apache.hadoop.fs.Path path(String scheme) {
    return new org.apache.hadoop.fs.Path(scheme + ":" + folder);
  }

  private List<String> below(List<FileStatus> files) {
    return files.stream()
        .map(file -> file.getPath().toUri().getPath().substring(folder.toString().length() + 1))
        .sorted()
        .toList();
  }

  private static List<FileStatus> all(RemoteIterator<FileStatus> walk) throws IOException {
    List<FileStatus> all = new ArrayList<>();
    while (walk.hasNext()) {
      assertThat(walk.hasNext()).isTrue();
      all.add(walk.next());
    }
    assertThatThrownBy(walk::next).isInstanceOf(NoSuchElementException.class);
    return all;
  }

  @Test
  void aWalkFindsTheFilesOfAFolderOrOfThoseBelowItToo() throws IOException {
    write("a", "b/c", "b/d/e", "b/d/f", ".g.crc", "h i/j+.jpg");
    Files.createDirectories(folder.resolve("empty/too"));
    Storage storage = Storage.of(path("file"), new Configuration());
    List<String> deep = List.of("a", "b/c", "b/d/e", "b/d/f", "h i/j+.jpg");
    assertThat(below(storage.listFiles(path("file")))).isEqualTo(deep);
    assertThat(below(all(storage.walk(path("file"), true)))).isEqualTo(deep);
    assertThat(below(all(storage.walk(path("file"), false)))).containsExactly("a");
    assertThat(below(all(storage.entries(path("file"))))).containsExactly("a", "b", "empty", "h i");
    assertThat(storage.listFiles(path("file")))
        .allSatisfy(file -> assertThat(file.getLen()).isEqualTo(Files.size(local(file))));
    assertThatThrownBy(
            () -> storage.listFiles(new org.apache.hadoop.fs.Path(path("file"), "missing")))
        .isInstanceOf(FileNotFoundException.class);
  }

  private static Path local(FileStatus file) {
    return Path.of(file.getPath().toUri().getPath());
  }

  /** Hadoop's own listing starts {@code ls} for each file. */
  @Test
  void aWalkStartsNoProcess() throws IOException {
    write("a", "b/c", "b/d/e");
    Path events = folder.resolveSibling(folder.getFileName() + ".jfr");
    try (Recording recording = new Recording()) {
      recording.enable("jdk.ProcessStart");
      recording.start();
      assertThat(Storage.of(path("file"), new Configuration()).listFiles(path("file"))).hasSize(3);
      recording.stop();
      recording.dump(events);
      assertThat(RecordingFile.readAllEvents(events))
          .extracting(RecordedEvent::getEventType)
          .isEmpty();
    } finally {
      Files.deleteIfExists(events);
    }
  }

  /** A local disk of which every second listing of a folder fails. */
  public static final class Moody extends RawLocalFileSystem {
    private int calls;

    @Override
    public URI getUri() {
      return URI.create("moody:///");
    }

    @Override
    public FileStatus[] listStatus(org.apache.hadoop.fs.Path path) throws IOException {
      if (calls++ % 2 == 0) {
        throw new IOException("Injected: call " + calls);
      }
      // As if somebody deleted it after its parent was listed.
      if (path.getName().equals("gone")) {
        throw new FileNotFoundException(path.toString());
      }
      return super.listStatus(path);
    }
  }

  private static Configuration moody(int tries) {
    Configuration hadoop = new Configuration();
    hadoop.set("fs.moody.impl", Moody.class.getName());
    hadoop.setBoolean("fs.moody.impl.disable.cache", true);
    hadoop.setInt(Attempts.TRIES, tries);
    hadoop.setInt(Attempts.WAIT, 1);
    return hadoop;
  }

  @Test
  void aWalkIsPatient() throws IOException {
    write("a", "b/c", "b/d/e", "gone/f");
    org.apache.hadoop.fs.Path root = path("moody");
    assertThat(below(Storage.of(root, moody(2)).listFiles(root)))
        .containsExactly("a", "b/c", "b/d/e");
    assertThatThrownBy(() -> Storage.of(root, moody(1)).listFiles(root))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("1 times, at last with: java.io.IOException: Injected: call 1");
  }
}
