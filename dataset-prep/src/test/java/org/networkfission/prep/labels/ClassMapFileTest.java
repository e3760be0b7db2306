package org.networkfission.prep.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.raster.Damage;

class ClassMapFileTest {
  private static final Configuration HADOOP = new Configuration();
  private static final String HEADING = "id,name,color,train_id\n";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "nyu13, nyu13, NYU13",
    "nyu13-from-nyu40, nyu13, NYU40",
    "nyu40, nyu40, NYU40",
    "scannet20-official, scannet20-official, NYU40",
    "scannet20-paper, scannet20-paper, NYU40"
  })
  void theShippedExamplesAreTheShippedMaps(String file, String map, LabelSpace ids)
      throws IOException {
    ClassMap read = read(Path.of("..", "conf", "classes", file + ".csv"));
    assertThat(read.name()).isEqualTo(file);
    assertThat(read.contents()).isEqualTo(ClassMaps.named(map, ids).contents());
  }

  @ParameterizedTest
  @ValueSource(strings = {"cityscapes.csv", "rooms.json"})
  void theOtherExamplesCanBeRead(String file) throws IOException {
    assertThat(read(Path.of("..", "conf", "classes", file)).size()).isGreaterThan(3);
  }

  @Test
  @SuppressWarnings("StringConcatToTextBlock") // its lines end as on Windows
  void readsCsvAsPeopleWriteIt() throws IOException {
    ClassMap map =
        read(
            write(
                "mine.csv",
                "\ufeffname, Colour ,id,train_id\r\n"
                    + "\"chair, or stool\",#FF0000,7,2\r\n"
                    + "floor,#00ff00,3,1\r\n"
                    + "rug,#0000ff,4,1\r\n"
                    + "me,#123456,9,\r\n"));
    assertThat(map.name()).isEqualTo("mine");
    assertThat(map.classNames()).containsExactly("me", "floor", "chair, or stool");
    assertThat(map.palette()).containsExactly(0x123456, 0x00ff00, 0xff0000);
    assertThat(map.classOf(4)).isEqualTo(1);
    assertThat(map.classOf(7)).isEqualTo(2);
    assertThat(map.classOf(9)).isZero();
    assertThat(map.classOf(0)).as("0 is void where nobody says otherwise").isZero();
    assertThat(map.classOf(5)).isEqualTo(-1);
  }

  @Test
  void readsJson() throws IOException {
    ClassMap map =
        read(
            write(
                "mine.json",
                "[{\"id\": 5, \"name\": \"wall\", \"color\": \"#aabbcc\", \"train_id\": 1},"
                    + "{\"id\": 6, \"name\": \"dust\", \"color\": \"#000000\"}]"));
    assertThat(map.classNames()).containsExactly("dust", "wall");
    assertThat(map.classOf(5)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'1,wall,#aabbcc,1\n1,floor,#aabbcc,2'|line 3: the id 1 stands in an earlier one",
        "'1,wall,#aabbcc,2'|no id has the train_id 1, though one has 2",
        "'1,wall,red,1'|line 2: color is \"red\", must be #rrggbb",
        "'-1,wall,#aabbcc,1'|line 2: id is \"-1\", must be a whole number from 0 to 65,535",
        "'1,wall,#aabbcc,256'|line 2: train_id is \"256\", must be a whole number from 0 to 255",
        "'1,,#aabbcc,1'|line 2: it has no name",
        "'1,wall,#aabbcc'|line 2: it has 3 cells, must have 4",
        "'1,wall,#aabbcc,0'|there is nothing to learn"
      })
  void namesTheLineThatIsWrong(String lines, String why) throws IOException {
    Path file = write("a.csv", HEADING + lines + "\n");
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("Cannot read class map ")
        .hasMessageContaining(why);
  }

  @Test
  void namesAFileThatIsNoMap() throws IOException {
    Path other = write("a.csv", "key,split\n1,train\n");
    assertThatThrownBy(() -> read(other))
        .hasMessageContaining("must name the columns id, name, color, train_id, it has key, split");
    assertThatThrownBy(() -> read(folder.resolve("none.csv")))
        .isInstanceOf(InputException.class)
        .hasMessageEndingWith("there is no such file");
  }

  @Test
  void survivesDamage() throws IOException {
    byte[] csv = Files.readAllBytes(Path.of("..", "conf", "classes", "nyu40.csv"));
    byte[] json = Files.readAllBytes(Path.of("..", "conf", "classes", "rooms.json"));
    for (int seed = 0; seed < 400; seed++) {
      boolean text = seed % 2 == 0;
      Path file = folder.resolve(text ? "a.csv" : "a.json");
      Files.write(file, Damage.of(text ? csv : json, new SplittableRandom(seed)));
      try {
        assertThat(read(file).size()).isBetween(2, 256);
      } catch (InputException e) {
        assertThat(e).hasMessageStartingWith("Cannot read ");
      }
    }
  }

  private Path write(String name, String text) throws IOException {
    return Files.write(folder.resolve(name), text.getBytes(StandardCharsets.UTF_8));
  }

  private static ClassMap read(Path file) throws IOException {
    return ClassMapFile.read(
        new org.apache.hadoop.fs.Path(file.toAbsolutePath().normalize().toUri()), HADOOP);
  }
}
