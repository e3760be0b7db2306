package org.networkfission.prep.sample;

import java.util.List;
import java.util.SplittableRandom;

/** Random choices that follow from a seed. */
final class Dice {
  private final SplittableRandom random;

  Dice(long seed) {
    random = new SplittableRandom(seed);
  }

  private Dice(SplittableRandom random) {
    this.random = random;
  }

  /** Other dice, so that what one part of a scene rolls does not shift what another rolls. */
  Dice split() {
    return new Dice(random.split());
  }

  double between(double from, double to) {
    return from + (to - from) * random.nextDouble();
  }

  /** A whole number, both ends included. */
  int count(int from, int to) {
    return from + random.nextInt(to - from + 1);
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  <T> T pick(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  /** One of these colours (0xRRGGBB), a little lighter or darker. */
  Rgb color(int... colors) {
    return Rgb.of(colors[random.nextInt(colors.length)]).times(between(0.85, 1.15));
  }

  int seed() {
    return random.nextInt();
  }
}
