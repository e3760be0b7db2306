package org.networkfission.model.loss;

/** Order statistics without sorting (Hoare's selection). */
final class Ranks {
  private Ranks() {}

  /**
   * The value at a rank of the first {@code count} values, which are reordered.
   *
   * @param values numbers, infinite ones among them, or NaN all of them
   * @param rank 0 for the smallest, up to count - 1
   */
  static double select(double[] values, int count, int rank) {
    int low = 0;
    int high = count - 1;
    while (low < high) {
      double pivot = values[(low + high) >>> 1];
      int i = low;
      int j = high;
      while (i <= j) {
        while (values[i] < pivot) {
          i++;
        }
        while (values[j] > pivot) {
          j--;
        }
        if (i <= j) {
          double swapped = values[i];
          values[i++] = values[j];
          values[j--] = swapped;
        }
      }
      if (rank <= j) {
        high = j;
      } else if (rank >= i) {
        low = i;
      } else {
        break;
      }
    }
    return values[rank];
  }
}
