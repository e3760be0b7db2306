package org.networkfission.jobs.storage;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/** Whoever finds a process's ports and sends them what they do not expect. */
final class Strangers {
  private static final String LISTENING = "0A";
  private static final int LOCAL_ADDRESS = 1;
  private static final int STATE = 3;
  private static final int INODE = 9;

  private Strangers() {}

  /**
   * Sends noise, and a frame that claims two gigabytes, to every port that a process listens at.
   */
  static void visit(ProcessHandle process, Random random) {
    for (int port : ports(process)) {
      byte[] noise = new byte[1 + random.nextInt(4096)];
      random.nextBytes(noise);
      send(port, noise);
      send(port, new byte[] {0, 0, 0, 0, 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xfe, 1, 2, 3});
    }
  }

  private static void send(int port, byte[] bytes) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
    } catch (IOException e) {
      // It was thrown out, or the process has ended.
    }
  }

  /** As Linux tells them. */
  private static List<Integer> ports(ProcessHandle process) {
    Set<String> inodes = new HashSet<>();
    List<Integer> ports = new ArrayList<>();
    Path proc = Path.of("/proc", Long.toString(process.pid()));
    try (Stream<Path> open = Files.list(proc.resolve("fd"))) {
      for (Path file : open.toList()) {
        String target = Files.readSymbolicLink(file).toString();
        if (target.startsWith("socket:[")) {
          inodes.add(target.substring("socket:[".length(), target.length() - 1));
        }
      }
      for (String table : List.of("net/tcp", "net/tcp6")) {
        for (String line : Files.readAllLines(proc.resolve(table))) {
          String[] fields = line.strip().split("\\s+", -1);
          if (fields[STATE].equals(LISTENING) && inodes.contains(fields[INODE])) {
            String address = fields[LOCAL_ADDRESS];
            ports.add(Integer.parseInt(address.substring(address.indexOf(':') + 1), 16));
          }
        }
      }
    } catch (IOException e) {
      return ports; // It has ended.
    }
    return ports;
  }
}
