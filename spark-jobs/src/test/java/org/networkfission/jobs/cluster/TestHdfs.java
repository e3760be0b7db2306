package org.networkfission.jobs.cluster;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.HdfsConfiguration;
import org.apache.hadoop.hdfs.MiniDFSCluster;

/**
 * A real HDFS of one data node in this JVM, which executor processes reach too. Start it once per
 * test class (about two seconds):
 *
 * <pre>{@code
 * @TempDir static Path disk;
 * static TestHdfs hdfs;
 *
 * @BeforeAll
 * static void start() throws IOException {
 *   hdfs = TestHdfs.start(disk);
 * }
 *
 * @AfterAll
 * static void stop() {
 *   hdfs.close();
 * }
 * }</pre>
 */
public final class TestHdfs implements AutoCloseable {
  private final MiniDFSCluster cluster;

  private TestHdfs(MiniDFSCluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Starts it.
   *
   * @param disk a folder for its blocks, such as a {@code @TempDir}
   */
  public static TestHdfs start(Path disk) throws IOException {
    Configuration conf = new HdfsConfiguration();
    conf.setInt("dfs.replication", 1);
    // So that tests with quotas and with files of many blocks stay small.
    conf.setLong("dfs.blocksize", 1 << 20);
    conf.setLong("dfs.namenode.fs-limits.min-block-size", 1 << 16);
    MiniDFSCluster cluster =
        new MiniDFSCluster.Builder(conf, disk.toFile()).numDataNodes(1).build();
    cluster.waitActive();
    return new TestHdfs(cluster);
  }

  /** The address of a path: {@code hdfs://127.0.0.1:<port><path>}. */
  public org.apache.hadoop.fs.Path path(String absolute) {
    return new org.apache.hadoop.fs.Path(cluster.getURI().toString() + absolute);
  }

  /** The file system: quotas ({@code setQuota}), permissions, corrupt blocks. */
  public DistributedFileSystem files() throws IOException {
    return cluster.getFileSystem();
  }

  /**
   * What a client needs to know: blocks of 1 MiB, one replica; paths without a scheme lie in this
   * file system.
   */
  public Configuration configuration() {
    return new Configuration(cluster.getConfiguration(0));
  }

  /** The cluster itself, for tests that stop and start its nodes. */
  public MiniDFSCluster nodes() {
    return cluster;
  }

  @Override
  public void close() {
    cluster.shutdown(true);
  }
}
