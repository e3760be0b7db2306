package org.networkfission.model.backend.onednn.memory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.Pointer;

/**
 * Where the features and gradients of a plan lie. Each has a lifetime, from the first step that
 * uses it to the last; what is never alive at the same time may lie in the same place.
 */
final class Lifetimes {
  private final IdentityHashMap<memory, Slot> slots = new IdentityHashMap<>();
  private final List<Slot> inOrder = new ArrayList<>();

  /** All or a part of a place, from a byte of it on. */
  private record View(memory place, long from) {}

  /** A place to be found. */
  private static final class Slot {
    final long bytes;
    final List<View> views = new ArrayList<>();
    int first = Integer.MAX_VALUE;
    int last = -1;
    long offset;

    Slot(long bytes) {
      this.bytes =
          (bytes + NativeBuffer.ALIGNMENT - 1) / NativeBuffer.ALIGNMENT * NativeBuffer.ALIGNMENT;
    }

    boolean spans(int step) {
      return first < step && last >= step;
    }

    boolean meets(Slot other) {
      return first <= other.last && other.first <= last;
    }
  }

  /** Memory whose place is found later. */
  memory add(memory.desc description) {
    Slot slot = new Slot(description.get_size());
    inOrder.add(slot);
    return view(slot, description, 0);
  }

  /** A part of such memory, from a byte of it on. */
  memory part(memory whole, memory.desc description, long from) {
    return view(slots.get(whole), description, from);
  }

  private memory view(Slot slot, memory.desc description, long from) {
    memory place = PlanMemory.placeholder(description);
    slot.views.add(new View(place, from));
    slots.put(place, slot);
    return place;
  }

  boolean contains(memory place) {
    return slots.containsKey(place);
  }

  /** Notes that a step uses memory; other memory than that added here does not matter. */
  void use(memory place, int step) {
    Slot slot = slots.get(place);
    if (slot != null) {
      slot.first = Math.min(slot.first, step);
      slot.last = Math.max(slot.last, step);
    }
  }

  /**
   * Memory that is alive both before a step and from it on, packed.
   *
   * @param step the first of the backward pass
   */
  Packing across(int step) {
    return pack(inOrder.stream().filter(slot -> slot.spans(step)).toList());
  }

  /** The rest, packed. */
  Packing within(int step) {
    return pack(inOrder.stream().filter(slot -> slot.last >= 0 && !slot.spans(step)).toList());
  }

  /** Finds the lowest free place of each, the largest first. */
  private static Packing pack(List<Slot> chosen) {
    List<Slot> placed = new ArrayList<>();
    long bytes = 0;
    for (Slot slot :
        chosen.stream().sorted(Comparator.comparingLong((Slot s) -> -s.bytes)).toList()) {
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
      bytes = Math.max(bytes, slot.offset + slot.bytes);
    }
    return new Packing(bytes, placed);
  }

  /** Memory with its places relative to one start. */
  static final class Packing {
    private final long bytes;
    private final List<Slot> placed;

    private Packing(long bytes, List<Slot> placed) {
      this.bytes = bytes;
      this.placed = placed;
    }

    long bytes() {
      return bytes;
    }

    /** Tells the memory where it lies. */
    void place(Pointer start) {
      for (Slot slot : placed) {
        for (View view : slot.views) {
          view.place().set_data_handle(OneDnn.at(start.address() + slot.offset + view.from()));
        }
      }
    }
  }
}
