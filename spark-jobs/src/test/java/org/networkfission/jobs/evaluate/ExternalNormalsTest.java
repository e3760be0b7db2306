package org.networkfission.jobs.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.prepare.PrepareJob;
import org.networkfission.jobs.report.Report;
import org.networkfission.jobs.settings.ResolvedConfig;
import org.networkfission.jobs.settings.Settings;
import org.networkfission.prep.codec.Jpeg;
import org.networkfission.prep.codec.Png16;
import org.networkfission.prep.codec.PngImage;
import org.networkfission.prep.frame.ColorImage;

/** Predictions beside normals that were not computed here: a list of frames brings them. */
class ExternalNormalsTest {
  private static final int WIDTH = 64;
  private static final int HEIGHT = 48;
  private static final int FRAMES = 3;

  @TempDir Path folder;

  @Test
  void normalsOfAListAreTheTruthAsTheyAre() throws Exception {
    Random random = new Random(4);
    StringBuilder csv = new StringBuilder("key,split,color,normals,fx,fy,cx,cy\n");
    List<short[]> truth = new ArrayList<>();
    for (int frame = 0; frame < FRAMES; frame++) {
      byte[] rgb = new byte[3 * WIDTH * HEIGHT];
      random.nextBytes(rgb);
      Files.write(
          folder.resolve(frame + ".jpg"), Jpeg.encode(new ColorImage(WIDTH, HEIGHT, rgb), 95));
      truth.add(normals(random));
      Files.write(
          folder.resolve(frame + ".png"),
          Png16.write(new PngImage(WIDTH, HEIGHT, 3, 8, truth.get(frame))));
      csv.append("f%d,val,%d.jpg,%d.png,55,55,31.5,23.5%n".formatted(frame, frame, frame));
    }
    Files.writeString(folder.resolve("frames.csv"), csv);
    Path run = EvaluationInput.checkpoint(folder.resolve("run"), "nyu13");

    Report report = report(run);

    assertThat(report.tasks()).containsOnlyKeys("normals");
    assertThat(report.absent()).containsExactlyInAnyOrder("labels", "depth");
    List<Double> angles = angles(truth);
    Report.TaskReport normals = report.tasks().get("normals");
    assertThat(normals.pixels()).isEqualTo(angles.size());
    assertThat(normals.metrics().get("mean-angle").pooled())
        .isCloseTo(mean(angles), within(0.2)); // The predictions' files have 8 bits.
    assertThat(normals.metrics().get("below-30").pooled())
        .isCloseTo(
            (double) angles.stream().filter(a -> a < 30).count() / angles.size(), within(0.01));
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  /** Most pixels have one, of any direction towards the camera; void is 128, 128, 128. */
  private static short[] normals(Random random) {
    short[] samples = new short[3 * WIDTH * HEIGHT];
    for (int i = 0; i < samples.length; i += 3) {
      boolean none = random.nextInt(5) == 0;
      double x = random.nextGaussian();
      double y = random.nextGaussian();
      double z = -Math.abs(random.nextGaussian()) - 0.1;
      double length = Math.sqrt(x * x + y * y + z * z);
      samples[i] = none ? 128 : sample(x / length);
      samples[i + 1] = none ? 128 : sample(y / length);
      samples[i + 2] = none ? 128 : sample(z / length);
    }
    return samples;
  }

  private static short sample(double value) {
    return (short) Math.round((value + 1) * 127.5);
  }

  private Report report(Path run) throws IOException {
    Settings settings =
        ResolvedConfig.load(
                List.of(),
                List.of(
                    "prepare.dataset=list",
                    "prepare.input=" + folder.resolve("frames.csv").toUri(),
                    "prepare.output=" + folder.resolve("data").toUri(),
                    "prepare.splits=[val]",
                    "prepare.truth=[normals]",
                    "evaluate.checkpoint=" + run.toUri(),
                    "evaluate.data=" + folder.resolve("data").toUri(),
                    "evaluate.output=" + folder.resolve("report").toUri(),
                    "evaluate.predictions=png",
                    "evaluate.size=truth",
                    "cluster.master=local[2]"))
            .settings();
    PrintWriter out = new PrintWriter(new StringWriter());
    new PrepareJob(
            settings.prepare(), settings.cluster(), JsonNodeFactory.instance.objectNode(), out)
        .execute();
    return new EvaluateJob(
            settings.evaluate(), settings.cluster(), JsonNodeFactory.instance.objectNode(), out)
        .execute()
        .report();
  }

  /** From the files of the truth and of the predictions. */
  private List<Double> angles(List<short[]> truth) throws IOException {
    List<Double> angles = new ArrayList<>();
    for (int frame = 0; frame < FRAMES; frame++) {
      java.awt.image.BufferedImage predicted = ImageIO.read(prediction(frame).toFile());
      short[] is = truth.get(frame);
      for (int i = 0; i < WIDTH * HEIGHT; i++) {
        int rgb = predicted.getRGB(i % WIDTH, i / WIDTH);
        double dot = 0;
        double truthSquare = 0;
        double square = 0;
        boolean none = true;
        for (int c = 0; c < 3; c++) {
          double a = is[3 * i + c] / 127.5 - 1;
          // Blue is towards the camera in files of predictions, away from it in those of the truth.
          double b = (c == 2 ? -1 : 1) * ((rgb >> (16 - 8 * c) & 0xff) / 127.5 - 1);
          none &= is[3 * i + c] == 128;
          dot += a * b;
          truthSquare += a * a;
          square += b * b;
        }
        if (!none) {
          double cosine = dot / Math.sqrt(truthSquare * square);
          angles.add(Math.toDegrees(Math.acos(Math.max(-1, Math.min(1, cosine)))));
        }
      }
    }
    return angles;
  }

  private Path prediction(int frame) throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("report/predictions/normals"))) {
      return files
          .filter(f -> f.toString().endsWith("f" + frame + ".png"))
          .findFirst()
          .orElseThrow();
    }
  }
}
