package org.networkfission.jobs.train.collective;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.apache.spark.network.server.RpcHandler;
import org.apache.spark.network.server.TransportServerBootstrap;

/**
 * What a connection may do before a replica of the run has shown itself on it: send frames of a few
 * kilobytes, be one of a few, and not for long. Spark's library would keep two gigabytes of the
 * first frame of whoever connects, before it asks for the secret.
 */
final class ConnectionGuard implements TransportServerBootstrap {
  /** The handshake's frames have less than one kilobyte. */
  static final int MAX_FRAME = 16 << 10;

  private static final int LENGTH_BYTES = Long.BYTES;

  private final int most;
  private final Duration deadline;
  private final Deque<Gate> strangers = new ArrayDeque<>();

  /**
   * Describes the guard.
   *
   * @param most connections of strangers that are kept; a further one takes the oldest one's place
   * @param deadline after which a stranger's connection is closed
   */
  ConnectionGuard(int most, Duration deadline) {
    this.most = most;
    this.deadline = deadline;
  }

  @Override
  public RpcHandler doBootstrap(Channel channel, RpcHandler handler) {
    Gate gate = new Gate(channel);
    channel.pipeline().addFirst(Gate.class.getName(), gate);
    var unusedClose = channel.closeFuture().addListener(closed -> leave(gate));
    var unusedDeadline =
        channel
            .eventLoop()
            .schedule(gate::closeUnlessOpen, deadline.toMillis(), TimeUnit.MILLISECONDS);
    admit(gate);
    return handler;
  }

  private synchronized void admit(Gate gate) {
    strangers.add(gate);
    if (strangers.size() > most) {
      strangers.remove().closeUnlessOpen();
    }
  }

  private synchronized void leave(Gate gate) {
    strangers.remove(gate);
  }

  /** A replica of the run has shown itself on a connection; on the connection's own thread. */
  void open(Channel channel) {
    if (channel.pipeline().get(Gate.class.getName()) instanceof Gate gate) {
      gate.open = true;
      leave(gate);
    }
  }

  /** Sees a connection's bytes before all else, and lets no large frame pass. */
  private static final class Gate extends ChannelInboundHandlerAdapter {
    private final Channel channel;
    private volatile boolean open;
    private long length;
    private int lengthRead;
    private long frameLeft;

    Gate(Channel channel) {
      this.channel = channel;
    }

    void closeUnlessOpen() {
      if (!open) {
        var unused = channel.close();
      }
    }

    /** Passes on frame by frame: the rest is looked at when the frame before has been handled. */
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf in = (ByteBuf) message;
      try {
        while (in.isReadable() && channel.isOpen()) {
          int pass = open ? in.readableBytes() : next(in);
          if (pass < 0) {
            var unused = context.close();
            return;
          }
          context.fireChannelRead(in.readRetainedSlice(pass));
        }
      } finally {
        in.release();
      }
    }

    /** How many bytes belong to the frame, or to its length; below 0 if the frame is too large. */
    private int next(ByteBuf in) {
      if (frameLeft > 0) {
        int part = (int) Math.min(frameLeft, in.readableBytes());
        frameLeft -= part;
        return part;
      }
      int part = Math.min(LENGTH_BYTES - lengthRead, in.readableBytes());
      for (int i = 0; i < part; i++) {
        length = length << Byte.SIZE | in.getUnsignedByte(in.readerIndex() + i);
      }
      lengthRead += part;
      if (lengthRead == LENGTH_BYTES) {
        if (length < LENGTH_BYTES || length > MAX_FRAME) {
          return -1;
        }
        frameLeft = length - LENGTH_BYTES;
        length = 0;
        lengthRead = 0;
      }
      return part;
    }
  }
}
