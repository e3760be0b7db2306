package org.networkfission.prep.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.networkfission.prep.codec.Photos.Upright;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.PixelLimit;
import org.networkfission.prep.frame.Reason;

/** Photos as they are found. Those of {@code photos/formats} were written by another program. */
class PhotosTest {
  private static final String END = "\u00ff\u00d9";

  @ParameterizedTest
  @CsvSource({
    "01-grey-photos/grey8.png, 01-grey-photos/grey8_rgb.png, 0",
    "01-grey-photos/greyjpeg.jpg, 01-grey-photos/greyjpeg_rgb.jpg, 2",
    "02-jpeg-trailers/newline.jpg, 02-jpeg-trailers/good.jpg, 0",
    "02-jpeg-trailers/motion.jpg, 02-jpeg-trailers/good.jpg, 0",
    "03-jpeg-junk-between-segments/junk.jpg, 03-jpeg-junk-between-segments/good.jpg, 0",
    "04-odd-icc/empty_icc.jpg, 04-odd-icc/good.jpg, 0",
    "04-odd-icc/twice.jpg, 04-odd-icc/good.jpg, 3",
    "05-orientation/mm_long.jpg, 05-orientation/truth.jpg, 6",
    "05-orientation/fill_bytes.jpg, 05-orientation/truth.jpg, 6",
    "05-orientation/exif.png, 05-orientation/truth.jpg, 6"
  })
  void seesTheSameAs(String photo, String truth, int tolerance) throws Exception {
    assertAlike(upright(photo).image(), upright(truth).image(), tolerance);
  }

  static Stream<String> formats() throws Exception {
    return names("formats").filter(n -> !n.endsWith(".expected.png") && !n.startsWith("is."));
  }

  /** Programs differ in how they round and enlarge the colours of JPEG and WebP. */
  @ParameterizedTest
  @MethodSource("formats")
  void readsEachFormatAsOtherProgramsDo(String name) throws Exception {
    boolean lossy = name.endsWith(".jpg") || name.equals("jpeg.tif");
    assertAlike(
        upright("formats/" + name).image(),
        upright("formats/" + name + ".expected.png").image(),
        name.equals("lossy.webp") ? 16 : lossy ? 3 : 0);
  }

  @ParameterizedTest
  @CsvSource({
    "02-jpeg-trailers/cut.jpg, TRUNCATED, the JPEG of 722 bytes has no end-of-image marker",
    "02-jpeg-trailers/cut_with_marker.jpg, DECODE_ERROR, Corrupt JPEG data: premature end",
    "03-jpeg-junk-between-segments/damaged_scan.jpg, DECODE_ERROR, Corrupt JPEG data: premature",
    "06a-png-crc/bad_idat_crc.png, DECODE_ERROR, the checksum of the PNG chunk at offset 33 is",
    "21-other-formats/empty.jpg, TRUNCATED, the file is empty",
    "21-other-formats/scan.tif, DECODE_ERROR, ''",
    "21-other-formats/shot.webp, DECODE_ERROR, it is in no known format of photos (JPEG,",
    "formats/is.avif, DECODE_ERROR, photos in AVIF are not read; convert it (JPEG,",
    "formats/is.float.tif, DECODE_ERROR, its samples are floating point numbers",
    "formats/is.jp2, DECODE_ERROR, photos in JPEG 2000 are not read; convert it (JPEG,"
  })
  void namesWhatItCannotRead(String photo, Reason reason, String why) throws Exception {
    byte[] file = bytes(photo);
    assertThatThrownBy(() -> Photos.decodeUpright(file, "it"))
        .isInstanceOf(FrameException.class)
        .hasMessageStartingWith("Cannot decode it: " + why)
        .extracting(e -> ((FrameException) e).reason())
        .isEqualTo(reason);
  }

  @Test
  void readsALargePhotoAtAReducedSize() throws Exception {
    Upright photo = upright("22-large-photo/big.png");

    assertThat(photo.width()).isEqualTo(9000);
    assertThat(photo.height()).isEqualTo(8000);
    assertThat(photo.image().width()).isEqualTo(4500);
    assertThat(photo.image().height()).isEqualTo(4000);
    byte[] file = bytes("22-large-photo/big.png");
    assertThatThrownBy(() -> Photos.decode(file, PixelLimit.LARGEST, "photo of frame x"))
        .hasMessage(
            "Cannot decode photo of frame x: 9000 x 8000 pixels are more than the 67,108,864"
                + " allowed");
  }

  @Test
  void reducedPhotosTakeEachNthPixel() throws Exception {
    byte[] file = bytes("01-grey-photos/greyjpeg_rgb.jpg");
    ColorImage whole = Jpeg.decode(file, "it");

    ColorImage reduced = Jpeg.decode(JpegFile.of(file, "it"), 3, "it");

    assertThat(reduced.width()).isEqualTo(22);
    assertThat(reduced.height()).isEqualTo(16);
    for (int y = 0; y < 16; y++) {
      for (int x = 0; x < 22; x++) {
        assertThat(reduced.rgb()[3 * (22 * y + x)]).isEqualTo(whole.rgb()[9 * (64 * y + x)]);
      }
    }
  }

  /** What cameras and transfers leave behind a photo. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\n",
        "\0\0\0\0",
        "\u00ff",
        "\u00ff\u00ff\u00ff",
        "SEFT....SEFH",
        "\u00ff\u00d8\u00ff"
      })
  void whatStandsBehindAPhotoDoesNotCount(String trailer) throws Exception {
    byte[] good = bytes("02-jpeg-trailers/good.jpg");
    byte[] file = concat(good, trailer.getBytes(StandardCharsets.ISO_8859_1));

    assertAlike(decode(file), decode(good), 0);
    // A second picture, as of several in one file.
    assertAlike(decode(concat(file, good)), decode(good), 0);
    byte[] cut = concat(Arrays.copyOf(good, 700), trailer.getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> decode(cut)).isInstanceOf(FrameException.class);
  }

  @Test
  void zerosBehindTheScanArePadding() throws Exception {
    byte[] good = bytes("02-jpeg-trailers/good.jpg");
    byte[] scan = Arrays.copyOf(good, good.length - 2);
    byte[] end = END.getBytes(StandardCharsets.ISO_8859_1);

    assertAlike(decode(concat(scan, new byte[7], end)), decode(good), 0);
    assertAlike(decode(concat(scan, new byte[] {-1, -1, -1}, end)), decode(good), 0);
    byte[] noise = concat(scan, new byte[] {1, 2, 3, 4, 5}, end);
    assertThatThrownBy(() -> decode(noise))
        .hasMessageContaining("extraneous bytes before marker 0xd9");
  }

  @Test
  void aProfileOfOtherColoursIsApplied() throws Exception {
    byte[] good = bytes("04-odd-icc/good.jpg");
    byte[] linear = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
    ColorImage plain = decode(good);

    ColorImage brighter = decode(withProfile(good, linear));

    for (int i = 0; i < plain.rgb().length; i++) {
      double value = (plain.rgb()[i] & 0xff) / 255.0;
      double right = value <= 0.0031308 ? 12.92 * value : 1.055 * Math.pow(value, 1 / 2.4) - 0.055;
      assertThat((brighter.rgb()[i] & 0xff) / 255.0).isBetween(right - 0.02, right + 0.02);
    }
  }

  /** A profile that cannot be used, or that says nothing about red, green and blue. */
  @Test
  void otherProfilesChangeNothing() throws Exception {
    byte[] grey = bytes("01-grey-photos/greyjpeg.jpg");
    byte[] good = bytes("04-odd-icc/good.jpg");
    byte[] gamma = ICC_Profile.getInstance(ColorSpace.CS_GRAY).getData();
    byte[] srgb = ICC_Profile.getInstance(ColorSpace.CS_sRGB).getData();
    byte[] linear = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();

    assertAlike(decode(withProfile(grey, gamma)), decode(grey), 0);
    assertAlike(decode(withProfile(grey, srgb)), decode(grey), 0);
    for (byte[] profile :
        List.of(gamma, srgb, new byte[0], new byte[200], Arrays.copyOf(linear, 300))) {
      assertAlike(decode(withProfile(good, profile)), decode(good), 0);
    }
  }

  private static byte[] withProfile(byte[] jpeg, byte[] profile) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(jpeg, 0, 2);
    out.writeBytes(new byte[] {-1, (byte) 0xe2});
    out.write((16 + profile.length) >> 8);
    out.write(16 + profile.length);
    out.writeBytes("ICC_PROFILE\0\1\1".getBytes(StandardCharsets.ISO_8859_1));
    out.writeBytes(profile);
    out.write(jpeg, 2, jpeg.length - 2);
    return out.toByteArray();
  }

  @Test
  void theIndexOfAPaletteIsTheId() throws Exception {
    byte[] palette = bytes("20-normals-palette-labels/labels.png");
    byte[] grey = bytes("20-normals-palette-labels/grey.png");

    assertThat(Png16.readIds(palette, PixelLimit.LARGEST, "labels").ids())
        .isEqualTo(Png16.readIds(grey, PixelLimit.LARGEST, "labels").ids());
    assertThatThrownBy(() -> Png16.readDepth(palette, PixelLimit.LARGEST, "depth"))
        .hasMessage(
            "Cannot decode depth: the PNG has bit depth 8 and colour type 3, must be grey of 16"
                + " bits");
    // Of four bits, and of another program.
    byte[] four = bytes("formats/palette4.png");
    short[] ids = Png16.readIds(four, PixelLimit.LARGEST, "labels").ids();
    byte[] colors = PngChunks.of(four, "labels").content("PLTE");
    byte[] seen = upright("formats/palette4.png").image().rgb();
    for (int i = 0; i < ids.length; i++) {
      assertThat(ids[i]).isBetween((short) 0, (short) 12);
      for (int c = 0; c < 3; c++) {
        assertThat(seen[3 * i + c]).isEqualTo(colors[3 * ids[i] + c]);
      }
    }
  }

  /** Its pixels are whole and its chunks are, but it was cut. */
  @Test
  void aPngWithoutItsEndIsCut() throws Exception {
    byte[] whole = bytes("06a-png-crc/good.png");
    byte[] cut = Arrays.copyOf(whole, whole.length - 12);

    assertThatThrownBy(() -> decode(cut)).hasMessage("Cannot decode it: the PNG has no end");
    byte[] grey = bytes("01-grey-photos/grey8.png");
    byte[] cutGrey = Arrays.copyOf(grey, grey.length - 12);
    assertThatThrownBy(() -> decode(cutGrey)).hasMessage("Cannot decode it: the PNG has no end");
    assertAlike(decode(concat(grey, new byte[] {1, 2})), decode(grey), 0);
  }

  /** A PNG of a few bytes whose header claims gigapixels, and one that could be. */
  @Test
  void aClaimIsNotBelieved() throws Exception {
    byte[] file = bytes("06a-png-crc/good.png");
    byte[] bomb = Arrays.copyOf(file, file.length);
    Arrays.fill(bomb, 16, 24, (byte) 0x7f);
    Png16Test.repairChecksums(bomb);

    assertThatThrownBy(() -> Photos.decodeUpright(bomb, "it"))
        .hasMessageStartingWith("Cannot decode it: 2139062143 x 2139062143 pixels cannot be in");
    byte[] jpeg = bytes("02-jpeg-trailers/good.jpg");
    int size = indexOf(jpeg, new byte[] {-1, (byte) 0xc0}) + 5;
    Arrays.fill(jpeg, size, size + 4, (byte) 0x7f);
    assertThatThrownBy(() -> Photos.decodeUpright(jpeg, "it"))
        .hasMessageStartingWith("Cannot decode it: 32639 x 32639 pixels cannot be in a file of");
  }

  /** Whatever is done to a file, reading it ends, and with nothing else than a FrameException. */
  @ParameterizedTest
  @MethodSource("formats")
  void survivesMutations(String name) throws Exception {
    byte[] valid = bytes("formats/" + name);
    for (int seed = 0; seed < 100; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      byte[] file = valid.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        file[random.nextInt(file.length)] = (byte) random.nextInt(256);
      }
      int at = random.nextInt(file.length);
      byte[] mutant =
          switch (random.nextInt(4)) {
            // Cut, a trailer, a piece twice, a byte order mark.
            case 0 -> Arrays.copyOf(file, at);
            case 1 -> concat(file, Arrays.copyOfRange(valid, at, valid.length));
            case 2 ->
                concat(Arrays.copyOf(file, at), Arrays.copyOfRange(file, at / 2, file.length));
            default ->
                random.nextInt(4) == 0
                    ? concat(new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf}, file)
                    : file;
          };
      if (name.endsWith(".png") && random.nextBoolean() && mutant.length > 40) {
        Png16Test.repairChecksums(mutant);
      }
      try {
        assertThat(Photos.decodeUpright(mutant, "mutant").image().rgb()).isNotEmpty();
      } catch (FrameException e) {
        assertThat(e).hasMessageStartingWith("Cannot decode mutant: ");
      }
    }
  }

  private static ColorImage decode(byte[] file) throws FrameException {
    return Photos.decode(file, PixelLimit.LARGEST, "it");
  }

  private static Upright upright(String name) throws Exception {
    return Photos.decodeUpright(bytes(name), name);
  }

  private static void assertAlike(ColorImage seen, ColorImage right, int tolerance) {
    assertThat(seen.width()).isEqualTo(right.width());
    assertThat(seen.height()).isEqualTo(right.height());
    for (int i = 0; i < right.rgb().length; i++) {
      assertThat(Math.abs((seen.rgb()[i] & 0xff) - (right.rgb()[i] & 0xff)))
          .as("sample %d", i)
          .isLessThanOrEqualTo(tolerance);
    }
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Arrays.stream(parts).forEach(out::writeBytes);
    return out.toByteArray();
  }

  private static int indexOf(byte[] file, byte[] piece) {
    int at = 0;
    while (!Arrays.equals(file, at, at + piece.length, piece, 0, piece.length)) {
      at++;
    }
    return at;
  }

  private static byte[] bytes(String name) throws IOException, URISyntaxException {
    return Files.readAllBytes(folder().resolve(name));
  }

  private static Stream<String> names(String name) throws IOException, URISyntaxException {
    try (Stream<Path> files = Files.list(folder().resolve(name))) {
      return files.map(f -> f.getFileName().toString()).sorted().toList().stream();
    }
  }

  private static Path folder() throws URISyntaxException {
    return Path.of(PhotosTest.class.getResource("/photos").toURI());
  }
}
