package org.networkfission.jobs.train.collective;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A collective within one process: replicas are threads that show each other what they have. */
public final class LocalCollective implements Collective {
  private final Group group;
  private final int rank;

  /** The replicas that belong together. */
  private static final class Group {
    private final Object[] shown;
    private int arrived;
    private long round;
    private IOException end;

    Group(int size) {
      shown = new Object[size];
    }

    /** Shows what a replica has; what is read from everybody's is read before anybody goes on. */
    synchronized <T, R> R exchange(int rank, T mine, Function<List<T>, R> read)
        throws IOException, InterruptedException {
      shown[rank] = mine;
      await();
      List<T> all = new ArrayList<>();
      for (Object one : shown) {
        @SuppressWarnings("unchecked")
        T value = (T) one;
        all.add(value);
      }
      R result = read.apply(all);
      await();
      return result;
    }

    private void await() throws IOException, InterruptedException {
      long mine = round;
      arrived++;
      if (arrived == shown.length) {
        arrived = 0;
        round++;
        notifyAll();
      }
      while (round == mine && end == null) {
        wait();
      }
      if (round == mine) {
        throw end;
      }
    }

    synchronized void requireAll() throws IOException {
      if (end != null) {
        throw end;
      }
    }

    synchronized void end(IOException reason) {
      end = reason;
      notifyAll();
    }
  }

  private LocalCollective(Group group, int rank) {
    this.group = group;
    this.rank = rank;
  }

  /** One for each replica, by rank. */
  public static List<LocalCollective> of(int size) {
    Group group = new Group(size);
    List<LocalCollective> all = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      all.add(new LocalCollective(group, i));
    }
    return all;
  }

  @Override
  public int rank() {
    return rank;
  }

  @Override
  public int size() {
    return group.shown.length;
  }

  @Override
  public long bytesSent() {
    return 0;
  }

  @Override
  public Reduced reduceScatter(Summed summed, long step, ByteBuffer vector, Wire wire, float factor)
      throws IOException, InterruptedException {
    Slices slices = new Slices(vector.remaining() / Float.BYTES, size());
    float[] sum =
        group.exchange(
            rank,
            vector,
            all -> {
              float[] total = slice(all.get(0), slices, rank, wire, rank != 0);
              for (int i = 1; i < size(); i++) {
                float[] addend = slice(all.get(i), slices, rank, wire, rank != i);
                for (int k = 0; k < total.length; k++) {
                  total[k] += addend[k];
                }
              }
              for (int k = 0; k < total.length; k++) {
                total[k] *= factor;
              }
              return total;
            });
    for (float one : sum) {
      if (!Float.isFinite(one)) {
        return new Reduced(false, 0);
      }
    }
    slices.of(vector, rank).asFloatBuffer().put(sum);
    return new Reduced(true, 0);
  }

  @Override
  public long allGather(long step, ByteBuffer vector, Wire wire)
      throws IOException, InterruptedException {
    Slices slices = new Slices(vector.remaining() / Float.BYTES, size());
    List<float[]> gathered =
        group.exchange(
            rank,
            vector,
            all -> {
              List<float[]> values = new ArrayList<>();
              for (int i = 0; i < size(); i++) {
                values.add(slice(all.get(i), slices, i, wire, true));
              }
              return values;
            });
    for (int i = 0; i < size(); i++) {
      slices.of(vector, i).asFloatBuffer().put(gathered.get(i));
    }
    return 0;
  }

  private static float[] slice(
      ByteBuffer vector, Slices slices, int which, Wire wire, boolean travels) {
    FloatBuffer in = slices.of(vector, which).asFloatBuffer();
    float[] values = new float[in.remaining()];
    in.get(values);
    return travels && wire == Wire.FLOAT16 ? rounded(values) : values;
  }

  private static float[] rounded(float[] values) {
    HalfFloats codec = new HalfFloats();
    ByteBuffer halves =
        ByteBuffer.allocate(HalfFloats.bytes(values.length)).order(ByteOrder.nativeOrder());
    float[] block = new float[HalfFloats.BLOCK];
    for (int from = 0; from < values.length; from += block.length) {
      int length = Math.min(block.length, values.length - from);
      System.arraycopy(values, from, block, 0, length);
      codec.encode(block, length, halves);
    }
    halves.flip();
    for (int from = 0; from < values.length; from += block.length) {
      int length = Math.min(block.length, values.length - from);
      codec.decode(halves, block, length);
      System.arraycopy(block, 0, values, from, length);
    }
    return values;
  }

  @Override
  public List<ByteBuffer> allGather(ByteBuffer mine) throws IOException, InterruptedException {
    byte[] copy = new byte[mine.remaining()];
    mine.duplicate().get(copy);
    List<byte[]> all = group.exchange(rank, copy, List::copyOf);
    return all.stream().map(ByteBuffer::wrap).toList();
  }

  @Override
  public void requireAll() throws IOException {
    group.requireAll();
  }

  @Override
  public void abort(IOException reason) {
    group.end(reason);
  }
}
