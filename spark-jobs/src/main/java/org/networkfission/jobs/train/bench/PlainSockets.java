package org.networkfission.jobs.train.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.networkfission.jobs.train.collective.Address;
import org.networkfission.jobs.train.collective.Slices;

/** The bytes of a step over plain sockets: the yardstick of {@link ExchangeBenchmark}. */
final class PlainSockets implements AutoCloseable {
  private final int rank;
  private final ServerSocketChannel server;
  private final SocketChannel[] out;
  private final SocketChannel[] in;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private ByteBuffer[] places;

  PlainSockets(int rank, int replicas, String host) throws IOException {
    this.rank = rank;
    this.server = ServerSocketChannel.open().bind(new InetSocketAddress(host, 0));
    this.out = new SocketChannel[replicas];
    this.in = new SocketChannel[replicas];
  }

  int port() throws IOException {
    return ((InetSocketAddress) server.getLocalAddress()).getPort();
  }

  void connect(List<Address> addresses) throws IOException {
    for (int i = 0; i < out.length; i++) {
      if (i != rank) {
        out[i] =
            SocketChannel.open(
                new InetSocketAddress(addresses.get(i).host(), addresses.get(i).port()));
        ByteBuffer name = ByteBuffer.allocate(Integer.BYTES).putInt(rank).flip();
        out[i].write(name);
      }
    }
    for (int i = 1; i < in.length; i++) {
      SocketChannel from = server.accept();
      ByteBuffer name = ByteBuffer.allocate(Integer.BYTES);
      while (name.hasRemaining()) {
        from.read(name);
      }
      in[name.flip().getInt()] = from;
    }
  }

  /** Sends each slice of the gradient to its replica, then the own slice to all. */
  void exchange(Slices slices, ByteBuffer parameters, ByteBuffer gradient)
      throws IOException, InterruptedException {
    if (places == null) {
      places = new ByteBuffer[in.length];
      for (int i = 0; i < places.length; i++) {
        places[i] = ByteBuffer.allocateDirect(slices.length(rank) * Float.BYTES);
      }
    }
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < in.length; i++) {
      if (i != rank) {
        running.add(send(out[i], slices.of(gradient, i)));
        running.add(receive(in[i], places[i].clear()));
      }
    }
    await(running);
    for (int i = 0; i < in.length; i++) {
      if (i != rank) {
        running.add(send(out[i], slices.of(parameters, rank)));
        running.add(receive(in[i], slices.of(parameters, i)));
      }
    }
    await(running);
  }

  private Future<?> send(SocketChannel to, ByteBuffer bytes) {
    return threads.submit(
        () -> {
          while (bytes.hasRemaining()) {
            to.write(bytes);
          }
          return null;
        });
  }

  private Future<?> receive(SocketChannel from, ByteBuffer place) {
    return threads.submit(
        () -> {
          while (place.hasRemaining()) {
            if (from.read(place) < 0) {
              throw new IOException("the connection ended");
            }
          }
          return null;
        });
  }

  private static void await(List<Future<?>> running) throws IOException, InterruptedException {
    for (Future<?> one : running) {
      try {
        one.get();
      } catch (ExecutionException e) {
        throw new IOException("Cannot exchange over plain sockets", e.getCause());
      }
    }
    running.clear();
  }

  @Override
  public void close() throws IOException {
    threads.shutdownNow();
    server.close();
    for (int i = 0; i < out.length; i++) {
      if (out[i] != null) {
        out[i].close();
      }
      if (in[i] != null) {
        in[i].close();
      }
    }
  }
}
