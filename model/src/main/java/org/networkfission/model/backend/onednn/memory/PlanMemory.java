package org.networkfission.model.backend.onednn.memory;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.model.op.FeatureMap;

/**
 * The memory of a plan. What the backward pass needs of the forward pass is the plan's own; all
 * else lies in {@link Scratch} that the plans of a network share.
 */
public abstract class PlanMemory implements AutoCloseable {
  private final int batch;
  private final Scratch scratch;
  private final List<NativeBuffer> buffers = new ArrayList<>();
  private final Lifetimes lifetimes = new Lifetimes();
  private Lifetimes.Packing shared;
  private long kept;
  private long across;

  public PlanMemory(int batch, Scratch scratch) {
    this.batch = batch;
    this.scratch = scratch;
  }

  public int batch() {
    return batch;
  }

  public long[] dims(FeatureMap map) {
    return OneDnn.dims(batch, map);
  }

  /** A feature map in any layout: the primitive chooses. */
  public memory.desc any(FeatureMap map) {
    return OneDnn.any(map.type(), dims(map));
  }

  public memory.desc plain(FeatureMap map) {
    return OneDnn.plain(batch, map);
  }

  public memory.desc blocked(FeatureMap map) {
    return OneDnn.blocked(batch, map);
  }

  public memory.desc interleaved(FeatureMap map) {
    return OneDnn.interleaved(batch, map);
  }

  /**
   * Memory from the first step that uses it to the last; it holds anything at first. Its place is
   * known when the plan runs.
   */
  public memory allocate(memory.desc description) {
    return lifetimes.add(description);
  }

  /** Memory for the plan's lifetime, zero at first. */
  public memory keep(memory.desc description) {
    kept += description.get_size();
    return new memory(description, OneDnn.engine(), buffer(description.get_size()));
  }

  /** Memory over an array that outlives the plan. */
  public memory wrap(memory.desc description, INDArray array) {
    return new memory(description, OneDnn.engine(), OneDnn.pointer(array));
  }

  /** Memory whose place is told later. */
  public static memory placeholder(memory.desc description) {
    return new memory(description, OneDnn.engine(), new Pointer());
  }

  private Pointer buffer(long bytes) {
    NativeBuffer buffer = new NativeBuffer(bytes);
    buffers.add(buffer);
    return buffer.start();
  }

  /** Some channels of memory from {@link #allocate}, in place. */
  public memory channels(memory whole, FeatureMap part, long from) {
    memory.desc description =
        whole.get_desc().submemory_desc(dims(part), new long[] {0, from, 0, 0});
    return lifetimes.part(whole, description, 0);
  }

  /**
   * One image of memory from {@link #allocate}, in place.
   *
   * @param description of one image in the memory's layout
   */
  public memory image(memory whole, memory.desc description, int index) {
    long bytes = description.get_size();
    return lifetimes.part(whole, description, index * bytes);
  }

  /** The same memory from {@link #allocate}, described otherwise. */
  public memory seenAs(memory whole, memory.desc description) {
    return lifetimes.part(whole, description, 0);
  }

  /** Whether memory is from {@link #allocate}. */
  public boolean isOwn(memory place) {
    return lifetimes.contains(place);
  }

  /** Notes that a step uses memory. */
  public void use(memory place, int step) {
    lifetimes.use(place, step);
  }

  /**
   * Finds a place for all memory.
   *
   * @param firstBackward the number of the backward pass's first step
   */
  public final void finish(int firstBackward) {
    Lifetimes.Packing own = lifetimes.across(firstBackward);
    own.place(buffer(own.bytes()));
    across = own.bytes();
    shared = lifetimes.within(firstBackward);
    scratch.lend(this, shared.bytes());
  }

  /** Bytes of its own for its lifetime. */
  public long keptBytes() {
    return kept;
  }

  /** Bytes of what the backward pass needs of the forward pass. */
  public long acrossBytes() {
    return across;
  }

  /** Tells what lies in shared memory where that begins. */
  void place(Pointer start) {
    shared.place(start);
  }

  @Override
  public void close() {
    buffers.forEach(NativeBuffer::close);
    scratch.takeBack(this);
  }
}
