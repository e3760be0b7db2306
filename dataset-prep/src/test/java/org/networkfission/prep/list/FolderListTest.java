package org.networkfission.prep.list;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.prep.frame.InputException;

class FolderListTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir Path folder;

  @Test
  void listsFramesWithWhatBelongsToThem() throws IOException {
    files("a/rgb/1.png", "a/rgb/2.png", "a/d/1.png", "b, \"c\"/rgb/1.png", "b, \"c\"/d/1.png");
    FolderList.Result result = write("frames.csv", request("{s}/rgb/{n}.png", "{s}/d/{n}.png"));
    assertThat(result.rows()).containsOnly(Map.entry("train", 1L), Map.entry("test", 1L));
    assertThat(result.skipped()).isEqualTo(1);
    assertThat(Files.readAllLines(folder.resolve("frames.csv")))
        .containsExactly(
            "key,split,unit,color,depth,fx,fy,cx,cy",
            "a/1,train,a,a/rgb/1.png,a/d/1.png,10,10,3,2",
            "\"b, \"\"c\"\"/1\",test,\"b, \"\"c\"\"\",\"b, \"\"c\"\"/rgb/1.png\",\"b, \"\"c\"\"/d/1.png\",10,10,3,2");
    // Elsewhere, paths are whole; the list can be read.
    Path other = Files.createDirectory(folder.resolve("lists"));
    new FolderList(path(folder), request("{s}/rgb/{n}.png", "{s}/d/{n}.png"), HADOOP)
        .write(path(other.resolve("frames.jsonl")));
    List<ListRow> rows = new ListFile(path(other.resolve("frames.jsonl")), HADOOP).rows();
    assertThat(rows.get(0).cell("depth")).isEqualTo(path(folder.resolve("a/d/1.png")).toString());
    assertThat(new ListFile(path(folder.resolve("frames.csv")), HADOOP).rows()).hasSize(2);
  }

  @Test
  void theSameUnitsAreHeldBackEachTime() throws IOException {
    for (int i = 0; i < 40; i++) {
      files("s%d/c.png".formatted(i), "s%d/d.png".formatted(i));
    }
    ListRequest request = request("{s}/c.png", "{s}/d.png");
    ListRequest share =
        new ListRequest(
            request.color(),
            request.images(),
            request.intrinsics(),
            request.key(),
            request.unit(),
            request.split(),
            Map.of(),
            0.25,
            request.nearest(),
            request.columns());
    FolderList.Result result = write("a.csv", share);
    assertThat(result.rows().get("val")).isBetween(4L, 16L);
    write("b.csv", share);
    assertThat(folder.resolve("a.csv")).hasSameTextualContentAs(folder.resolve("b.csv"));
  }

  @Test
  void namesWhatCannotBe() throws IOException {
    files("a/c.png", "a/d1.png", "a/d2.png", "a/t.png");
    assertRefused("{s}/x.png", "{s}/d1.png", InputException.class, "0 photos match \"{s}/x.png\"");
    assertRefused("{s}/c.png", "{s}/e.png", InputException.class, "1 photos match");
    assertRefused(
        "{s}/c.png", "{s}/d*.png", InputException.class, "a/d1.png and a/d2.png both match");
    assertRefused(
        "{s}/c.png",
        "{t}/d1.png",
        IllegalArgumentException.class,
        "that of photos has no {t}; write * for what may be anything");
    assertRefused("{S}/c.png", "*", IllegalArgumentException.class, "Cannot use the pattern");
    assertThatThrownBy(
            () ->
                new FolderList(path(folder.resolve("none")), request("*", "*"), HADOOP)
                    .write(path(folder.resolve("x.csv"))))
        .isInstanceOf(InputException.class)
        .hasMessageEndingWith("there is no such folder");
  }

  @Test
  void readsCamerasAsTheyArePublished() throws IOException {
    assertThat(camera("518.8 0 284.5\n0 519.4 208.7\n0 0 1\n"))
        .isEqualTo(Map.of("fx", "518.8", "fy", "519.4", "cx", "284.5", "cy", "208.7"));
    assertThat(camera("1 0 2 0 0 3 4 0 0 0 1 0 0 0 0 1"))
        .isEqualTo(Map.of("fx", "1", "fy", "3", "cx", "2", "cy", "4"));
    assertThat(camera("{\"fx\": 1.5, \"fy\": 2, \"cx\": 3, \"cy\": 4}"))
        .isEqualTo(Map.of("fx", "1.5", "fy", "2", "cx", "3", "cy", "4"));
    assertThatThrownBy(() -> camera("1 2 3")).hasMessageContaining("it has 3 numbers");
    assertThatThrownBy(() -> camera("{\"fx\": 1}")).hasMessageContaining("it has no number fy");
  }

  private Map<String, String> camera(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("camera.txt"), text);
    return CameraFile.read(path(file), HADOOP);
  }

  private void assertRefused(
      String color, String depth, Class<? extends Exception> type, String why) {
    assertThatThrownBy(() -> write("x.csv", request(color, depth)))
        .isInstanceOf(type)
        .hasMessageContaining(why);
    assertThat(folder.resolve("x.csv")).doesNotExist();
  }

  private static ListRequest request(String color, String depth) {
    return new ListRequest(
        color,
        Map.of("depth", depth),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "train",
        Map.of("test", Map.of("s", List.of("b, \"c\""))),
        0,
        Map.of(),
        Map.of("fx", "10", "fy", "10", "cx", "3", "cy", "2"));
  }

  private FolderList.Result write(String name, ListRequest request) throws IOException {
    return new FolderList(path(folder), request, HADOOP).write(path(folder.resolve(name)));
  }

  private void files(String... names) throws IOException {
    for (String name : names) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.createFile(file);
    }
  }

  private static org.apache.hadoop.fs.Path path(Path file) {
    return new org.apache.hadoop.fs.Path("file://" + file.toAbsolutePath());
  }
}
