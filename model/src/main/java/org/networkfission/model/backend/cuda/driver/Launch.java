package org.networkfission.model.backend.cuda.driver;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import org.networkfission.model.op.DataType;

/** A kernel with its arguments and its cut into blocks, made once and run many times. */
public final class Launch {
  private static final long SLOT = 8;

  private final String name;
  private final long function;
  private final Grid grid;
  private final long stream;
  private final Memory values;
  private final Memory pointers;

  /**
   * How a kernel is cut.
   *
   * @param x blocks
   * @param y blocks
   * @param blockX threads of a block
   * @param blockY threads of a block
   */
  public record Grid(int x, int y, int blockX, int blockY) {
    /** Threads of a block. */
    public static final int THREADS = 256;

    private static final int MOST_BLOCKS = 4096;
    private static final int MOST_WIDE_BLOCKS = 1024;
    private static final int MOST_ROWS = 65_535;
    private static final int MOST_COLUMNS = 32;
    private static final int FEW_COLUMNS = 8;

    /** For a kernel whose threads take elements one by one. */
    public static Grid each(int count) {
      return new Grid(blocks(count, THREADS, MOST_BLOCKS), 1, THREADS, 1);
    }

    /** For a kernel whose threads take several at once. */
    public static Grid wide(int count, int atOnce) {
      return new Grid(blocks(count, THREADS * atOnce, MOST_WIDE_BLOCKS), 1, THREADS, 1);
    }

    /** For a kernel whose blocks have a row each, as far as there are as many. */
    public static Grid rows(int rows, int length) {
      return new Grid(blocks(length, THREADS, MOST_BLOCKS), Math.min(MOST_ROWS, rows), THREADS, 1);
    }

    /** For a kernel whose blocks each sum over columns (x) and, in lines (y), something else. */
    public static Grid columns(int columns, int blocks) {
      return columns(columns, MOST_COLUMNS, blocks);
    }

    /** For a kernel that adds up what blocks have summed, a block for a few of the sums each. */
    public static Grid sums(int sums) {
      return columns(sums, FEW_COLUMNS, 1);
    }

    private static Grid columns(int columns, int most, int blocks) {
      int across = Math.min(most, Integer.highestOneBit(Math.max(1, 2 * columns - 1)));
      return new Grid((columns + across - 1) / across, blocks, across, THREADS / across);
    }

    private static int blocks(int count, int share, int most) {
      return Math.max(1, (int) Math.min(most, ((long) count + share - 1) / share));
    }
  }

  /**
   * Prepares a launch.
   *
   * @param arguments as the kernel takes them: addresses and 64-bit numbers are longs
   */
  public Launch(Device device, String name, Grid grid, Object... arguments) {
    this.name = name;
    this.function = device.function(name);
    this.grid = grid;
    this.stream = device.stream();
    this.values = new Memory(SLOT * arguments.length);
    this.pointers = new Memory(SLOT * arguments.length);
    for (int i = 0; i < arguments.length; i++) {
      set(i, arguments[i]);
      pointers.setPointer(SLOT * i, values.share(SLOT * i));
    }
  }

  /** The name of a kernel over features of a type. */
  public static String over(String kernel, DataType type) {
    return type == DataType.BFLOAT16 ? kernel + "Bf16" : kernel;
  }

  /** Changes an argument for the launches from here on. */
  public void set(int argument, Object value) {
    long at = SLOT * argument;
    if (value instanceof Long number) {
      values.setLong(at, number);
    } else if (value instanceof Integer number) {
      values.setInt(at, number);
    } else if (value instanceof Float number) {
      values.setFloat(at, number);
    } else if (value instanceof Double number) {
      values.setDouble(at, number);
    } else {
      throw new IllegalArgumentException("No argument of a kernel: " + value);
    }
  }

  /** Puts the kernel behind the work before. */
  public void run() {
    int result =
        Driver.cuLaunchKernel(
            function,
            grid.x(),
            grid.y(),
            1,
            grid.blockX(),
            grid.blockY(),
            1,
            0,
            stream,
            pointers,
            Pointer.NULL);
    if (result != 0) {
      Driver.check(result, "run the kernel " + name);
    }
  }
}
