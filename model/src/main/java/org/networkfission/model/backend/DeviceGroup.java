package org.networkfission.model.backend;

/** The replicas that train a network together, as their devices meet and wait for each other. */
public interface DeviceGroup {
  /** This replica's number, from 0. */
  int rank();

  /** How many replicas there are. */
  int size();

  /**
   * The first element of the slice of the flat vectors that a replica serves.
   *
   * @param rank the replica's; the number of replicas gives the vectors' length
   */
  int from(int rank);

  /**
   * Gives every replica what the first says. All call it.
   *
   * @param mine what this replica would say
   * @throws java.io.UncheckedIOException if a replica is lost or silent
   */
  byte[] fromFirst(byte[] mine);

  /**
   * Is told again and again while this replica waits for others' devices.
   *
   * @param nanos how long this wait has taken so far
   * @throws java.io.UncheckedIOException if it shall wait no longer
   */
  void waiting(long nanos);
}
