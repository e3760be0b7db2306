package org.networkfission.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.evaluate.EvaluationInput;
import org.networkfission.prep.codec.Jpeg;
import org.networkfission.prep.frame.ColorImage;

/** The programs that stand in the README compile, run, and say what they say there that they do. */
class ReadmeExampleTest {
  private static final Path README = Path.of("../README.md");
  private static final Pattern PROGRAM =
      Pattern.compile("```java\n(.*?class (\\w+) .*?)```", Pattern.DOTALL);

  @TempDir Path folder;

  @Test
  void theProgramsRun() throws Exception {
    String run = EvaluationInput.checkpoint(folder.resolve("run"), "nyu13").toString();
    Path photos = Files.createDirectories(folder.resolve("photos"));
    byte[] rgb = new byte[3 * 100 * 80];
    new Random(1).nextBytes(rgb);
    Files.write(photos.resolve("a.jpg"), Jpeg.encode(new ColorImage(100, 80, rgb), 90));
    Matcher programs = PROGRAM.matcher(Files.readString(README));

    assertThat(programs.find()).as("a program without Spark").isTrue();
    assertThat(run(programs, run, photos.resolve("a.jpg").toString()))
        .matches("(?s)100 x 80: \\w[\\w ]* \\(\\d+ %\\), \\d+\\.\\d m\\R");
    assertThat(programs.find()).as("a program of Spark").isTrue();
    assertThat(run(programs, run, photos.toString(), folder.resolve("saved").toString()))
        .contains("a.jpg", "64", "48");
    assertThat(folder.resolve("saved/metadata")).exists();
  }

  private String run(Matcher program, String... arguments) throws Exception {
    String name = program.group(2);
    Path source = folder.resolve(name + ".java");
    Files.writeString(source, program.group(1));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    int failed =
        compiler.run(
            null,
            null,
            errors,
            "-proc:none",
            "-classpath",
            classPath(),
            "-d",
            folder.toString(),
            source.toString());
    assertThat(failed).as(errors.toString(StandardCharsets.UTF_8)).isZero();
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (URLClassLoader loader =
        new URLClassLoader(
            new URL[] {folder.toUri().toURL()}, Thread.currentThread().getContextClassLoader())) {
      System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
      loader.loadClass(name).getMethod("main", String[].class).invoke(null, (Object) arguments);
    } finally {
      System.setOut(before);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  /** What this test itself sees. */
  private static String classPath() {
    if (ReadmeExampleTest.class.getClassLoader() instanceof URLClassLoader loader) {
      return Stream.of(loader.getURLs())
          .map(URL::getPath)
          .collect(Collectors.joining(File.pathSeparator));
    }
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }
}
