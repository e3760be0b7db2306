package org.networkfission.jobs.cluster;

import org.apache.hadoop.fs.LocalFileSystem;

/** Hadoop's file system of this machine, without a hidden {@code .crc} file beside each file. */
public final class PlainLocalFileSystem extends LocalFileSystem {
  /** Called by Hadoop. */
  public PlainLocalFileSystem() {
    setWriteChecksum(false);
  }
}
