package org.networkfission.model.backend.cuda.memory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.networkfission.model.backend.cuda.driver.Device;

/** Memory of a plan with its lifetime; what never lives at the same time may lie in one place. */
public final class Slot {
  private long bytes;
  private int first = Integer.MAX_VALUE;
  private int last = -1;
  private long offset;

  public Slot(long bytes) {
    extend(bytes);
  }

  /** Adds room; returns where it begins. */
  public long extend(long more) {
    long before = bytes;
    bytes += Device.aligned(more);
    return before;
  }

  /** How much room it is. */
  public long bytes() {
    return bytes;
  }

  /** Notes that a step uses it. */
  public void use(int step) {
    first = Math.min(first, step);
    last = Math.max(last, step);
  }

  /** Its first byte in the plan's memory. */
  public long offset() {
    return offset;
  }

  private boolean meets(Slot other) {
    return first <= other.last && other.first <= last;
  }

  /** Finds the lowest free place of each, the largest first; returns how many bytes that takes. */
  public static long pack(List<Slot> slots) {
    List<Slot> placed = new ArrayList<>();
    long end = 0;
    List<Slot> largestFirst =
        slots.stream()
            .filter(slot -> slot.last >= 0)
            .sorted(Comparator.comparingLong((Slot s) -> -s.bytes))
            .toList();
    for (Slot slot : largestFirst) {
      slot.offset = 0;
      for (Slot other : placed) { // In the order of their offsets.
        if (slot.meets(other)
            && slot.offset < other.offset + other.bytes
            && other.offset < slot.offset + slot.bytes) {
          slot.offset = other.offset + other.bytes;
        }
      }
      int at = 0;
      while (at < placed.size() && placed.get(at).offset <= slot.offset) {
        at++;
      }
      placed.add(at, slot);
      end = Math.max(end, slot.offset + slot.bytes);
    }
    return end;
  }
}
