package org.networkfission.model.balance;

import org.networkfission.model.optimizer.AdamSettings;

/** Adam on the few numbers that a balance learns, in double; without weight decay or clipping. */
final class VectorAdam {
  private final AdamSettings settings;
  private final double[] first;
  private final double[] second;
  private long steps;

  VectorAdam(AdamSettings settings, Vectors before) {
    this.settings = settings;
    this.first = before.get("first-moment", 0);
    this.second = before.get("second-moment", 0);
    this.steps = before.count("steps");
  }

  /** Takes one step. */
  void update(double[] values, double[] gradient, double rate) {
    steps++;
    double t = (double) steps;
    double stepSize =
        rate * Math.sqrt(1 - Math.pow(settings.beta2(), t)) / (1 - Math.pow(settings.beta1(), t));
    for (int i = 0; i < values.length; i++) {
      first[i] = settings.beta1() * first[i] + (1 - settings.beta1()) * gradient[i];
      second[i] = settings.beta2() * second[i] + (1 - settings.beta2()) * gradient[i] * gradient[i];
      values[i] -= stepSize * first[i] / (Math.sqrt(second[i]) + settings.epsilon());
    }
  }

  Vectors remember(Vectors into) {
    return into.with("first-moment", first)
        .with("second-moment", second)
        .with("steps", (double) steps);
  }
}
