package org.networkfission.prep.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.networkfission.prep.codec.Jpeg;
import org.networkfission.prep.codec.Png16;
import org.networkfission.prep.codec.PngImage;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.Frame;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.LabeledImage;
import org.networkfission.prep.frame.NormalMap;
import org.networkfission.prep.frame.Reason;
import org.networkfission.prep.frame.TruthKind;
import org.networkfission.prep.labels.ClassMap;
import org.networkfission.prep.labels.ClassMaps;

class ExampleCodecTest {
  private static final ClassMap NYU13 = ClassMaps.named("nyu13");
  private static final int WIDTH = 16;
  private static final int HEIGHT = 8;

  @Test
  void givesBackTheFrame() throws FrameException {
    byte[] jpeg = Jpeg.encode(grey(WIDTH, HEIGHT), 90);
    float[] depth = new float[WIDTH * HEIGHT];
    short[] labels = new short[WIDTH * HEIGHT];
    float[] normals = new float[3 * WIDTH * HEIGHT];
    for (int i = 0; i < depth.length; i++) {
      depth[i] = i == 0 ? 0 : i == 1 ? 70_000 : i == 2 ? Float.NaN : 500.4f + 100 * i;
      labels[i] = (short) (i % 14);
      normals[3 * i + 2] = i == 3 ? 0 : -1;
    }
    Example example =
        ExampleCodec.encode(
            frame(jpeg, depth, labels), NYU13, new NormalMap(WIDTH, HEIGHT, normals));
    assertThat(example.color()).as("the published bytes").isSameAs(jpeg);
    assertThat(example.holeFraction()).isEqualTo(3f / 128);

    LabeledImage image = ExampleCodec.decode(example);
    assertThat(image.key()).isEqualTo("test/0");
    assertThat(image.intrinsics()).isEqualTo(new Intrinsics(20, 20, 7.5, 3.5));
    assertThat(image.labels().ids()).isEqualTo(labels);
    assertThat(image.normals().xyz()).isEqualTo(normals);
    assertThat(Arrays.copyOf(image.depth().millimetres(), 5)).containsExactly(0, 0, 0, 800, 900);
  }

  @Test
  void resizesAPhotoOfAnotherSize() throws FrameException {
    byte[] jpeg = Jpeg.encode(grey(2 * WIDTH, 2 * HEIGHT), 90);
    Example example = ExampleCodec.encode(valid(jpeg), NYU13, noNormals());
    ColorImage photo = Jpeg.decode(example.color(), "photo");
    assertThat(photo.width()).isEqualTo(WIDTH);
    assertThat(photo.height()).isEqualTo(HEIGHT);
    assertThat(photo.rgb()[100] & 0xff).isBetween(95, 105);
  }

  @Test
  void keepsAPngPhoto() throws FrameException {
    short[] samples = new short[3 * WIDTH * HEIGHT];
    Arrays.fill(samples, (short) 200);
    byte[] png = Png16.write(new PngImage(WIDTH, HEIGHT, 3, 8, samples));
    Example example = ExampleCodec.encode(valid(png), NYU13, noNormals());
    assertThat(example.color()).isSameAs(png);
    assertThat(ExampleCodec.decode(example).color().rgb()[17] & 0xff).isEqualTo(200);
  }

  @Test
  void refusesAFrameWithoutDepth() {
    byte[] jpeg = Jpeg.encode(grey(WIDTH, HEIGHT), 90);
    Frame frame = frame(jpeg, new float[WIDTH * HEIGHT], new short[WIDTH * HEIGHT]);
    assertThatThrownBy(() -> ExampleCodec.encode(frame, NYU13, noNormals()))
        .isInstanceOf(FrameException.class)
        .hasMessage("Cannot use frame test/0: none of its 128 pixels has a depth")
        .extracting(e -> ((FrameException) e).reason())
        .isEqualTo(Reason.ALL_ZERO_DEPTH);
  }

  @Test
  void whatAFrameLacksIsNull() throws FrameException {
    byte[] jpeg = Jpeg.encode(grey(WIDTH, HEIGHT), 90);
    short[] labels = new short[WIDTH * HEIGHT];
    Arrays.fill(labels, (short) 3);
    Frame frame =
        new Frame(
            "test/0",
            "test",
            "train",
            "0",
            "memory",
            new Intrinsics(20, 20, 7.5, 3.5),
            jpeg,
            null,
            new LabelMap(WIDTH, HEIGHT, labels),
            null);
    Example example = ExampleCodec.encode(frame, NYU13, null);
    assertThat(example.depth()).isNull();
    assertThat(example.normals()).isNull();
    assertThat(example.holeFraction()).isEqualTo(1);
    LabeledImage image = ExampleCodec.decode(example);
    assertThat(image.truth()).containsExactly(TruthKind.LABELS);
    assertThat(image.depth()).isNull();
    assertThat(image.normals()).isNull();
    assertThat(image.labels().ids()).isEqualTo(labels);
  }

  @Test
  void refusesColumnsOfTheWrongSize() throws FrameException {
    Example e =
        ExampleCodec.encode(valid(Jpeg.encode(grey(WIDTH, HEIGHT), 90)), NYU13, noNormals());
    assertThatThrownBy(() -> ExampleCodec.decode(resized(e, WIDTH, HEIGHT + 1)))
        .isInstanceOf(FrameException.class)
        .hasMessage("Cannot decode frame test/0: column depth has 256 bytes, must have 288");
    assertThatThrownBy(() -> ExampleCodec.decode(resized(e, HEIGHT, WIDTH)))
        .hasMessage("Cannot use photo of frame test/0: it has 16 x 8 pixels, the frame has 8 x 16");
    assertThatThrownBy(() -> ExampleCodec.decode(resized(e, 0, 5)))
        .hasMessage("Cannot decode frame test/0: it claims 0 x 5 pixels");
  }

  private static Example resized(Example e, int width, int height) {
    return new Example(
        e.frameKey(),
        e.dataset(),
        e.split(),
        e.unit(),
        width,
        height,
        e.fx(),
        e.fy(),
        e.cx(),
        e.cy(),
        e.color(),
        e.depth(),
        e.labels(),
        e.normals(),
        e.holeFraction(),
        e.source());
  }

  private static Frame valid(byte[] color) {
    float[] depth = new float[WIDTH * HEIGHT];
    Arrays.fill(depth, 1000);
    return frame(color, depth, new short[WIDTH * HEIGHT]);
  }

  private static Frame frame(byte[] color, float[] depth, short[] labels) {
    return new Frame(
        "test/0",
        "test",
        "train",
        "0",
        "memory",
        new Intrinsics(20, 20, 7.5, 3.5),
        color,
        new DepthMap(WIDTH, HEIGHT, depth),
        new LabelMap(WIDTH, HEIGHT, labels));
  }

  private static NormalMap noNormals() {
    return new NormalMap(WIDTH, HEIGHT, new float[3 * WIDTH * HEIGHT]);
  }

  private static ColorImage grey(int width, int height) {
    byte[] rgb = new byte[width * height * 3];
    Arrays.fill(rgb, (byte) 100);
    return new ColorImage(width, height, rgb);
  }
}
