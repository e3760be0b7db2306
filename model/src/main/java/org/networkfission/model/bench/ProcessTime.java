package org.networkfission.model.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** What this process has had of processors. */
final class ProcessTime {
  private static final OperatingSystemMXBean PROCESS =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private ProcessTime() {}

  /** Seconds of all threads together so far, the JVM's own included. */
  static double seconds() {
    return PROCESS.getProcessCpuTime() / 1e9;
  }
}
