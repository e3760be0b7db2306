package org.networkfission.model.backend.cuda.memory;

/**
 * A place in a GPU's memory, whose address is known when the plan is put in place.
 *
 * @param area what it is a part of
 * @param slot what of the plan's own memory it lies in; null in other areas
 * @param from its first byte in the slot or area
 * @param bytes its length
 */
public record Place(Area area, Slot slot, long from, long bytes) {
  /** What a GPU's memory holds. */
  public enum Area {
    /** The plan's own memory: features, their gradients, and what lies between. */
    PLAN,
    /** The flat vector of parameters. */
    PARAMETERS,
    /** The flat vector of their gradient. */
    GRADIENT,
    /** Kernels of convolutions in cuDNN's order. */
    KERNELS,
    /** Gradients of kernels in cuDNN's order. */
    KERNEL_GRADIENTS
  }

  /** A part of it. */
  public Place part(long first, long length) {
    return new Place(area, slot, from + first, length);
  }

  /** How many floats it holds. */
  public int floats() {
    return Math.toIntExact(bytes / Float.BYTES);
  }
}
