package org.networkfission.jobs.cluster;

import com.typesafe.config.ConfigMemorySize;
import java.util.Map;
import java.util.Optional;

/** Executor processes on this machine that also know the tests' classes. */
public final class TestCluster {
  private TestCluster() {}

  /** One core and half a gigabyte of heap each. */
  public static ClusterSettings of(int executors) {
    String classes =
        TestCluster.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    return new ClusterSettings(
        Optional.empty(),
        executors,
        1,
        ConfigMemorySize.ofBytes(512L << 20),
        ConfigMemorySize.ofBytes(1L << 30),
        ConfigMemorySize.ofBytes(1L << 30),
        0,
        Optional.empty(),
        Map.of(
            "ui.enabled",
            "false",
            "executor.extraClassPath",
            System.getProperty("fission.runtime") + "/lib/*:" + classes));
  }
}
