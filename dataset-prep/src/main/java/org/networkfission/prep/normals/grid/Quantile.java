package org.networkfission.prep.normals.grid;

/** Order statistics without sorting or allocating. */
public final class Quantile {
  private Quantile() {}

  /**
   * The value at a rank of the first {@code count} values, which are reordered.
   *
   * @param rank 0 for the smallest, up to count - 1
   */
  public static float select(float[] values, int count, int rank) {
    int low = 0;
    int high = count - 1;
    while (low < high) {
      float pivot = values[(low + high) >>> 1];
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
          float swapped = values[i];
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
