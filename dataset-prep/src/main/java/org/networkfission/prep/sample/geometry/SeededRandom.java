package org.networkfission.prep.sample.geometry;

import java.util.List;
import java.util.SplittableRandom;

/** Random choices that follow from a seed. */
public final class SeededRandom {
  private final SplittableRandom random;

  public SeededRandom(long seed) {
    random = new SplittableRandom(seed);
  }

  private SeededRandom(SplittableRandom random) {
    this.random = random;
  }

  /** Other choices, so that what one part of a scene draws does not shift what another draws. */
  public SeededRandom split() {
    return new SeededRandom(random.split());
  }

  public double between(double from, double to) {
    return from + (to - from) * random.nextDouble();
  }

  /** A whole number, both ends included. */
  public int count(int from, int to) {
    return from + random.nextInt(to - from + 1);
  }

  public boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  <T> T pick(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  /** One of these colours (0xRRGGBB), a little lighter or darker. */
  public Rgb color(int... colors) {
    return Rgb.of(colors[random.nextInt(colors.length)]).times(between(0.85, 1.15));
  }

  public int seed() {
    return random.nextInt();
  }
}
