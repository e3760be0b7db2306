package org.networkfission.model.task;

/**
 * How close two predictions of one image are, so that images add up: the squares of differences in
 * relation to those of the values; for classes, the pixels of the same class in relation to all.
 *
 * @param part squares of differences, or pixels that agree
 * @param whole squares of values, or all pixels
 */
public record Closeness(double part, double whole) {
  /** Of values: the squares of their differences. */
  static Closeness ofValues(float[] values, float[] others) {
    double differences = 0;
    double squares = 0;
    for (int i = 0; i < values.length; i++) {
      double value = values[i];
      double difference = others[i] - value;
      differences += difference * difference;
      squares += value * value;
    }
    return new Closeness(differences, squares);
  }
}
