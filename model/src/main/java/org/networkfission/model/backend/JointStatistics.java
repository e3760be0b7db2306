package org.networkfission.model.backend;

import java.util.List;

/**
 * Statistics of a batch norm over the minibatches of all replicas, from those of each. Summed in
 * the order of ranks, so that every replica has the same bits.
 */
public final class JointStatistics {
  private JointStatistics() {}

  /**
   * Mean and variance per channel.
   *
   * @param mean of this replica's minibatch; becomes that of all
   * @param variance likewise
   */
  public static void join(Replicas replicas, double[] mean, double[] variance) {
    int channels = mean.length;
    double[] own = new double[2 * channels];
    System.arraycopy(mean, 0, own, 0, channels);
    System.arraycopy(variance, 0, own, channels, channels);
    List<double[]> all = replicas.gather(own);
    for (int c = 0; c < channels; c++) {
      double sum = 0;
      for (double[] one : all) {
        sum += one[c];
      }
      mean[c] = sum / all.size();
      double spread = 0;
      for (double[] one : all) {
        double shift = one[c] - mean[c];
        spread += one[channels + c] + shift * shift;
      }
      variance[c] = spread / all.size();
    }
  }

  /**
   * The sum of vectors, divided by how many there are.
   *
   * @param own this replica's; becomes the mean
   */
  public static void mean(Replicas replicas, double[] own) {
    List<double[]> all = replicas.gather(own.clone());
    for (int i = 0; i < own.length; i++) {
      double sum = 0;
      for (double[] one : all) {
        sum += one[i];
      }
      own[i] = sum / all.size();
    }
  }
}
