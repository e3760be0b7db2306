package org.networkfission.model.backend.cuda.driver;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;

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
  public record Grid(int x, int y, int blockX, int blockY) {}

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
