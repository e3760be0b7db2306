package org.networkfission.jobs.cluster;

import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/**
 * A job's hold on the cluster. Whoever started the cluster stops it by closing; who joined it
 * leaves it running.
 *
 * @param spark the session
 * @param started the same, where this job started it
 */
public record ClusterSession(SparkSession spark, Optional<SparkSession> started)
    implements AutoCloseable {
  @Override
  public void close() {
    started.ifPresent(SparkSession::stop);
  }
}
