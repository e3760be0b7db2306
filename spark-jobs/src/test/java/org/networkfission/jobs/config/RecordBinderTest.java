package org.networkfission.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigMemorySize;
import com.typesafe.config.ConfigParseOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.networkfission.prep.settings.Check;

class RecordBinderTest {
  enum Mode {
    FAST,
    VERY_SLOW
  }

  record Inner(int maxSteps, double rate) {
    Inner {
      new Check()
          .that("maxSteps", maxSteps, maxSteps > 0, "positive")
          .that("rate", rate, rate <= 1, "at most 1")
          .done();
    }
  }

  record Outer(
      Inner inner,
      String name,
      Mode mode,
      Optional<String> master,
      List<Integer> sizes,
      Map<Mode, Double> weights,
      Map<String, String> spark,
      Duration timeout,
      ConfigMemorySize memory,
      boolean on) {}

  private static final String GOOD =
      """
      inner { max-steps = 10, rate = 0.5 }
      name = "a"
      mode = very-slow
      master = null
      sizes = [1, 2]
      weights { fast = 1, very-slow = 2.5 }
      spark { ui.enabled = false, "x" = 1 }
      timeout = 2m
      memory = 32MiB
      on = true
      """;

  private static Config parse(String text) {
    return ConfigFactory.parseString(
        text, ConfigParseOptions.defaults().setOriginDescription("test.conf"));
  }

  private static List<String> problems(String text) {
    RecordBinder binder = new RecordBinder();
    assertThat(binder.bind(parse(text).withFallback(parse(GOOD)), Outer.class)).isEmpty();
    return binder.problems();
  }

  @Test
  void bindsEveryType() {
    Outer outer = new RecordBinder().bind(parse(GOOD), Outer.class).orElseThrow();

    assertThat(outer)
        .isEqualTo(
            new Outer(
                new Inner(10, 0.5),
                "a",
                Mode.VERY_SLOW,
                Optional.empty(),
                List.of(1, 2),
                Map.of(Mode.FAST, 1.0, Mode.VERY_SLOW, 2.5),
                Map.of("ui.enabled", "false", "x", "1"),
                Duration.ofMinutes(2),
                ConfigMemorySize.ofBytes(32 << 20),
                true));
  }

  @Test
  void takesListsAsTextWithCommas() {
    Outer outer =
        new RecordBinder()
            .bind(parse("sizes = \"3, 4,5\"").withFallback(parse(GOOD)), Outer.class)
            .orElseThrow();

    assertThat(outer.sizes()).containsExactly(3, 4, 5);
  }

  @Test
  void namesEveryProblemAtOnceWithKeyValueAllowedAndPlace() {
    assertThat(problems("inner { max-steps = 0, rate = 7 }, mode = fats, on = perhaps"))
        .containsExactly(
            "inner.max-steps = 0: must be positive (test.conf)",
            "inner.rate = 7: must be at most 1 (test.conf)",
            "mode = \"fats\": must be one of fast, very-slow (test.conf)",
            "on = \"perhaps\": must be true or false (test.conf)");
  }

  @Test
  void namesTheNearestKeyOfAnUnknownOne() {
    assertThat(problems("inner { max-step = 3 }"))
        .containsExactly(
            "unknown key inner.max-step (test.conf); the nearest known key is inner.max-steps");
  }

  @Test
  void namesTheKeyOfAWrongElement() {
    assertThat(problems("sizes = [1, x]"))
        .containsExactly("sizes[1] = \"x\": must be a whole number (test.conf)");
  }

  @Test
  void namesAMissingKey() {
    assertThat(problems("name = null")).containsExactly("name is missing: give it as name=...");
  }
}
