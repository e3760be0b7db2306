package org.networkfission.prep.frame;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Reads and decodes the next frame of a stream in a thread of its own while the current one is
 * computed. Gives the same frames and the same failures in the same order.
 */
public final class AheadReader implements FrameReader {
  private final FrameReader reader;
  private final BlockingQueue<Step> ahead = new ArrayBlockingQueue<>(1);
  private final Thread thread = new Thread(this::readAll, "fission-read-ahead");
  private Step current;

  /**
   * What there is to tell of a frame, or, where it has no key, of the stream's end.
   *
   * @param failure why there is no frame; null where there is, or where all were read
   */
  private record Step(String key, String source, Frame frame, Throwable failure) {}

  /** Begins to read. Whoever closes this closes the reader too. */
  public AheadReader(FrameReader reader) {
    this.reader = reader;
    thread.setDaemon(true);
    thread.start();
  }

  private void readAll() {
    try {
      boolean more = true;
      while (more) {
        Step step = step();
        ahead.put(step);
        more = step.key() != null && !(step.failure() instanceof Error);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  private Step step() {
    String key = null;
    String source = null;
    try {
      if (!reader.next()) {
        return new Step(null, null, null, null);
      }
      key = reader.key();
      source = reader.source();
      return new Step(key, source, reader.read(), null);
    } catch (IOException | FrameException | RuntimeException | Error e) {
      return new Step(key, source, null, e); // Whatever it is, it belongs to whoever waits.
    }
  }

  @Override
  public boolean next() throws IOException, FrameException {
    if (current == null || current.key() != null) {
      try {
        current = ahead.take();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("Interrupted while a frame was read");
      }
    }
    if (current.key() == null) {
      fail(current.failure());
    }
    return current.key() != null;
  }

  @Override
  public String key() {
    return current.key();
  }

  @Override
  public String source() {
    return current.source();
  }

  @Override
  public Frame read() throws IOException, FrameException {
    fail(current.failure());
    return current.frame();
  }

  private static void fail(Throwable failure) throws IOException, FrameException {
    if (failure instanceof IOException e) {
      throw e;
    } else if (failure instanceof FrameException e) {
      throw e;
    } else if (failure instanceof RuntimeException e) {
      throw e;
    } else if (failure instanceof Error e) {
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    reader.close();
  }
}
