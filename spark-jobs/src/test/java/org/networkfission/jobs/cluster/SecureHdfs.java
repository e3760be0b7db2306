package org.networkfission.jobs.cluster;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivilegedExceptionAction;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.hdfs.HdfsConfiguration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.minikdc.MiniKdc;
import org.apache.hadoop.security.UserGroupInformation;
import org.apache.kerby.kerberos.kerb.client.KrbClient;

/**
 * A real HDFS of one data node that asks who one is, and the Kerberos server that both sides
 * believe. Its delegation tokens end soon. This JVM is the servers' afterwards: only a test that
 * has a JVM of its own, as integration tests have, uses it, and its clients are processes of their
 * own.
 */
public final class SecureHdfs implements AutoCloseable {
  private static final String USER = "trainer";

  private final Path folder;
  private final MiniKdc kdc;
  private final MiniDFSCluster cluster;

  private SecureHdfs(Path folder, MiniKdc kdc, MiniDFSCluster cluster) {
    this.folder = folder;
    this.kdc = kdc;
    this.cluster = cluster;
  }

  /**
   * Starts both.
   *
   * @param folder for keytabs, blocks and the clients' configuration
   * @param tokens how long a delegation token is good
   */
  public static SecureHdfs start(Path folder, Duration tokens) throws Exception {
    File work = Files.createDirectories(folder.resolve("kdc")).toFile();
    MiniKdc kdc = new MiniKdc(MiniKdc.createConf(), work);
    kdc.start();
    File servers = folder.resolve("servers.keytab").toFile();
    kdc.createPrincipal(servers, "hdfs/localhost", "HTTP/localhost");
    kdc.createPrincipal(folder.resolve("user.keytab").toFile(), USER);

    Configuration conf = new HdfsConfiguration();
    String server = "hdfs/localhost@" + kdc.getRealm();
    conf.set("hadoop.security.authentication", "kerberos");
    conf.setBoolean("hadoop.security.authorization", true);
    for (String node : new String[] {"namenode", "datanode"}) {
      conf.set("dfs.%s.kerberos.principal".formatted(node), server);
      conf.set("dfs.%s.keytab.file".formatted(node), servers.getPath());
    }
    conf.set("dfs.web.authentication.kerberos.principal", "HTTP/localhost@" + kdc.getRealm());
    conf.set("dfs.web.authentication.kerberos.keytab", servers.getPath());
    conf.setBoolean("dfs.block.access.token.enable", true);
    conf.setBoolean("ignore.secure.ports.for.testing", true);
    conf.set("dfs.namenode.http-address", "localhost:0");
    for (String port : new String[] {"address", "http.address", "ipc.address"}) {
      conf.set("dfs.datanode." + port, "localhost:0");
    }
    conf.setLong("dfs.namenode.delegation.token.renew-interval", tokens.toMillis());
    conf.setLong("dfs.namenode.delegation.token.max-lifetime", tokens.toMillis());
    conf.setInt("dfs.replication", 1);
    // Nobody of the operating system has this name.
    conf.set("hadoop.user.group.static.mapping.overrides", USER + "=" + USER);
    UserGroupInformation.setConfiguration(conf);
    UserGroupInformation.loginUserFromKeytab(server, servers.getPath());
    MiniDFSCluster cluster =
        new MiniDFSCluster.Builder(conf, folder.resolve("disk").toFile()).numDataNodes(1).build();
    cluster.waitActive();
    SecureHdfs started = new SecureHdfs(folder, kdc, cluster);
    started.makeHome();
    started.writeClientConfiguration(server);
    return started;
  }

  private void makeHome() throws IOException {
    FileSystem files = cluster.getFileSystem();
    org.apache.hadoop.fs.Path home = new org.apache.hadoop.fs.Path("/user/" + USER);
    files.mkdirs(home);
    files.setOwner(home, USER, USER);
    files.setPermission(home, new FsPermission((short) 0700));
  }

  private void writeClientConfiguration(String server) throws IOException {
    Configuration client = new Configuration(false);
    client.set("fs.defaultFS", cluster.getURI().toString());
    client.set("hadoop.security.authentication", "kerberos");
    client.setBoolean("hadoop.security.authorization", true);
    client.set("dfs.namenode.kerberos.principal", server);
    client.setInt("dfs.replication", 1);
    // Who comes back has to say again who they are.
    client.setInt("ipc.client.connection.maxidletime", 500);
    try (OutputStream out =
        Files.newOutputStream(Files.createDirectories(configuration()).resolve("core-site.xml"))) {
      client.writeXml(out);
    }
  }

  /** The address of a path in the user's own folder, which is nobody else's to see. */
  public String path(String name) {
    return cluster.getURI() + "/user/" + USER + "/" + name;
  }

  /** What its servers are configured with. */
  public Configuration serverConfiguration() {
    return cluster.getConfiguration(0);
  }

  /** What clients have as HADOOP_CONF_DIR. */
  public Path configuration() {
    return folder.resolve("hadoop");
  }

  /** What clients have as krb5.conf. */
  public Path kerberos() {
    return kdc.getKrb5conf().toPath();
  }

  /** The user's whole name. */
  public String principal() {
    return USER + "@" + kdc.getRealm();
  }

  public Path keytab() {
    return folder.resolve("user.keytab");
  }

  /** A ticket of the user's, as {@code kinit} leaves one. */
  public Path ticket() throws Exception {
    Path ticket = folder.resolve("ticket-" + System.nanoTime());
    KrbClient client = new KrbClient(kerberos().toFile().getParentFile());
    client.init();
    client.storeTicket(client.requestTgt(principal(), keytab().toFile()), ticket.toFile());
    return ticket;
  }

  /** What lies in a folder, as the user sees it; nothing where there is none. */
  public List<String> names(String path) throws Exception {
    return asUser(
        files -> {
          try {
            return Arrays.stream(files.listStatus(new org.apache.hadoop.fs.Path(path)))
                .map(file -> file.getPath().getName())
                .toList();
          } catch (FileNotFoundException e) {
            return List.of();
          }
        });
  }

  /** Puts files of this machine into a folder of the user's. */
  public void put(List<Path> local, String path) throws Exception {
    asUser(
        files -> {
          org.apache.hadoop.fs.Path target = new org.apache.hadoop.fs.Path(path);
          files.mkdirs(target);
          for (Path file : local) {
            files.copyFromLocalFile(new org.apache.hadoop.fs.Path(file.toUri()), target);
          }
          return null;
        });
  }

  private interface Use<T> {
    T of(FileSystem files) throws IOException;
  }

  private <T> T asUser(Use<T> use) throws Exception {
    UserGroupInformation user =
        UserGroupInformation.loginUserFromKeytabAndReturnUGI(principal(), keytab().toString());
    return user.doAs(
        (PrivilegedExceptionAction<T>)
            () -> {
              try (FileSystem files =
                  FileSystem.newInstance(cluster.getURI(), cluster.getConfiguration(0))) {
                return use.of(files);
              }
            });
  }

  @Override
  public void close() {
    cluster.shutdown(true);
    kdc.stop();
    UserGroupInformation.setConfiguration(new Configuration(false));
    UserGroupInformation.reset();
  }
}
