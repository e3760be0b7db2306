package org.networkfission.model.statistics;

import java.io.Serializable;
import java.math.BigDecimal;

/** A sum of doubles without rounding, so that the order of its terms does not matter. */
public final class ExactSum implements Serializable {
  private static final long serialVersionUID = 1;

  private BigDecimal sum = BigDecimal.ZERO;

  /** Adds a finite term. */
  public void add(double term) {
    sum = sum.add(new BigDecimal(term));
  }

  /** Adds another sum, {@code times} times. */
  public void add(ExactSum other, int times) {
    sum = sum.add(times == 1 ? other.sum : other.sum.multiply(BigDecimal.valueOf(times)));
  }

  /** The double nearest to the sum. */
  public double value() {
    return sum.doubleValue();
  }
}
