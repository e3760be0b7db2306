package org.networkfission.jobs.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.cluster.ToldByTasks;
import org.networkfission.prep.codec.Jpeg;
import org.networkfission.prep.codec.Png16;
import org.networkfission.prep.codec.PngImage;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.Frame;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.FrameReader;
import org.networkfission.prep.frame.FrameSource;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.PixelLimit;
import org.networkfission.prep.frame.TruthKind;
import org.networkfission.prep.labels.ClassMap;
import org.networkfission.prep.labels.ClassMaps;
import org.networkfission.prep.normals.NormalPresets;
import org.networkfission.prep.shard.ShardMetadata;

/** Whatever is wrong with a frame costs that frame, and no other. */
class UnitTaskTest {
  private static final int WIDTH = 32;
  private static final int HEIGHT = 24;
  private static final FrameUnit UNIT = new FrameUnit("train/0/1", "train", 10, 1000, "here");

  @TempDir Path folder;

  /** A frame, or why there is none. */
  private interface Content {
    Frame frame(String key, Configuration hadoop) throws FrameException;
  }

  @Test
  void aFrameThatCannotBeUsedIsQuarantinedAlone() throws Exception {
    ToldByTasks tasks = new ToldByTasks();
    UnitSummary summary =
        prepare(
            UnitTaskTest::good,
            (key, hadoop) -> {
              throw new ArrayIndexOutOfBoundsException("Index 7 out of bounds for length 5");
            },
            (key, hadoop) -> frame(key, photo(), depth(WIDTH, HEIGHT, Float.NaN), WIDTH),
            (key, hadoop) -> frame(key, photo(), depth(WIDTH, HEIGHT, 1e39), WIDTH),
            (key, hadoop) -> frame(key, photo(), depth(8, 8, 2000), 8),
            (key, hadoop) -> frame(key, photo(), depth(WIDTH, HEIGHT, 2000), 31),
            (key, hadoop) -> frame(key, bomb(0x7fffffff, 0x7fffffff), plane(), WIDTH),
            (key, hadoop) -> frame(key, bomb(32_000, 33_000), plane(), WIDTH),
            (key, hadoop) -> frame(key, new byte[0], plane(), WIDTH),
            UnitTaskTest::good);

    tasks.close();
    assertThat(tasks.lines())
        .singleElement()
        .asString()
        .matches("prepared unit \\S+/\\S+: 2 frames and 8 in quarantine in .+ a second");
    assertThat(summary.rows()).isEqualTo(2);
    assertThat(summary.rejected())
        .extracting(UnitSummary.Rejected::key)
        .containsExactly("f/1", "f/2", "f/3", "f/4", "f/5", "f/6", "f/7", "f/8");
    List<String> why = summary.rejected().stream().map(UnitSummary.Rejected::message).toList();
    assertThat(why.get(0)).isEqualTo("Cannot use frame f/1: Index 7 out of bounds for length 5");
    assertThat(why.get(1)).contains("depth at column 0, row 0 is NaN mm");
    assertThat(why.get(2)).contains("depth at column 0, row 0 is Infinity mm");
    assertThat(why.get(3)).contains("the image of 8 x 8 pixels is smaller than the smoothing");
    assertThat(why.get(4)).contains("depth is 32 x 24, labels are 31 x 24");
    assertThat(why.get(5)).contains("2147483647 x 2147483647 pixels cannot be in a file of");
    assertThat(why.get(6)).contains("32000 x 33000 pixels are more than the 1,000,000 allowed");
    assertThat(why.get(7)).contains("photo of frame f/8");
  }

  @Test
  void readersKnowTheLimit() throws Exception {
    UnitSummary summary =
        prepare(
            (key, hadoop) -> {
              PixelLimit.of(hadoop).check(1001, 1000, "depth of frame " + key);
              return good(key, hadoop);
            });

    assertThat(summary.rejected())
        .extracting(UnitSummary.Rejected::message)
        .containsExactly(
            "Cannot decode depth of frame f/0: 1001 x 1000 pixels are more than the 1,000,000"
                + " allowed");
  }

  @Test
  void aFrameWithoutDepthIsKeptWhereDepthIsNotAskedFor() throws Exception {
    Content empty =
        (key, hadoop) ->
            frame(key, photo(), new DepthMap(WIDTH, HEIGHT, new float[WIDTH * HEIGHT]), WIDTH);

    assertThat(prepare(empty).rejected())
        .extracting(UnitSummary.Rejected::reason)
        .containsExactly("all_zero_depth");
    assertThat(prepare(EnumSet.of(TruthKind.LABELS, TruthKind.NORMALS), empty).rows()).isEqualTo(1);
    UnitSummary nothing = prepare(EnumSet.of(TruthKind.NORMALS), empty);
    assertThat(nothing.rows()).isZero();
    assertThat(nothing.rejected())
        .extracting(UnitSummary.Rejected::message)
        .containsExactly("Cannot use frame f/0: it has none of what prepare.truth asks for");
  }

  private UnitSummary prepare(Content... contents) throws Exception {
    return prepare(TruthKind.all(), contents);
  }

  private UnitSummary prepare(Set<TruthKind> truth, Content... contents) throws Exception {
    ClassMap classes = ClassMaps.named("nyu13");
    UnitTask task =
        new UnitTask(
            new Source(contents),
            classes,
            NormalPresets.named("scenenet"),
            truth,
            null,
            new PixelLimit(1_000_000),
            truth.equals(TruthKind.all())
                ? ShardMetadata.of("scenenet", classes, Map.of(), "test")
                : ShardMetadata.of("scenenet", classes, Map.of(), "test").withOptionalTruth(),
            WorkFolder.first(folder.toUri().toString()));
    return task.prepare(UNIT, new Configuration(), frame -> {});
  }

  private static Frame good(String key, Configuration hadoop) {
    return frame(key, photo(), plane(), WIDTH);
  }

  private static Frame frame(String key, byte[] photo, DepthMap depth, int labelWidth) {
    short[] ids = new short[labelWidth * depth.height()];
    Arrays.fill(ids, (short) 5);
    int width = depth.width();
    return new Frame(
        key,
        "scenenet",
        UNIT.split(),
        UNIT.name(),
        "here",
        new Intrinsics(width, width, (width - 1) / 2.0, (depth.height() - 1) / 2.0),
        photo,
        depth,
        new LabelMap(labelWidth, depth.height(), ids));
  }

  private static DepthMap plane() {
    return depth(WIDTH, HEIGHT, 2000);
  }

  private static DepthMap depth(int width, int height, double first) {
    float[] millimetres = new float[width * height];
    Arrays.fill(millimetres, 2000);
    millimetres[0] = (float) first;
    return new DepthMap(width, height, millimetres);
  }

  private static byte[] photo() {
    return Jpeg.encode(new ColorImage(WIDTH, HEIGHT, new byte[3 * WIDTH * HEIGHT]), 90);
  }

  /** A PNG whose header claims more than it holds; 200 kB could hold a gigapixel of one bit. */
  private static byte[] bomb(int width, int height) {
    byte[] small = Png16.write(new PngImage(1, 1, 1, 8, new short[1]));
    boolean believable = width < 1 << 16;
    byte[] data = new byte[believable ? 200_000 : 12];
    ByteBuffer file = ByteBuffer.allocate(33 + 12 + data.length + 12);
    file.put(small, 0, 33).putInt(16, width).putInt(20, height).put(24, (byte) 1);
    file.putInt(29, crc(file.array(), 12, 17));
    file.putInt(data.length).put("IDAT".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    file.put(data).putInt(crc(file.array(), 37, 4 + data.length));
    return file.put(small, small.length - 12, 12).array();
  }

  private static int crc(byte[] bytes, int from, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }

  /** Frames that the test makes. */
  private static final class Source implements FrameSource {
    private static final long serialVersionUID = 1;

    private final transient Content[] contents;

    Source(Content... contents) {
      this.contents = contents;
    }

    @Override
    public List<FrameUnit> units(Configuration hadoop) {
      return List.of(UNIT);
    }

    @Override
    public FrameReader open(FrameUnit unit, Configuration hadoop) {
      return new FrameReader() {
        private int index = -1;

        @Override
        public boolean next() {
          return ++index < contents.length;
        }

        @Override
        public String key() {
          return "f/" + index;
        }

        @Override
        public String source() {
          return "here";
        }

        @Override
        public Frame read() throws FrameException {
          return contents[index].frame(key(), hadoop);
        }

        @Override
        public void close() {}
      };
    }
  }
}
