package org.networkfission.prep.nyudv2;

import io.jhdf.AbstractNode;
import io.jhdf.api.Dataset;
import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.object.datatype.OrderedDataType;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.networkfission.prep.frame.InputException;

/**
 * One of the arrays of the file, whose first axis counts frames. Where it is stored in chunks that
 * hold parts of several frames, these frames are read together, so that each chunk is inflated
 * once.
 */
final class FrameArray {
  /** The most that the frames of one reading may take. */
  private static final long MAX_BLOCK_BYTES = 128L << 20;

  private final Dataset dataset;
  private final int[] frameDimensions;
  private final int elementBytes;
  private final int frameBytes;
  private final ByteOrder order;
  private final int[] chunk;
  private final ArrayChunks chunks;
  private final int framesPerBlock;
  private final int frames;
  private long blockStart = -1;
  private byte[] block = new byte[0];

  /**
   * Wraps a data set.
   *
   * @param elementBytes the size of an element, 1, 2 or 4
   * @throws InputException if it has another shape or type
   */
  FrameArray(Dataset dataset, String what, int elementBytes, int... frameDimensions) {
    this.dataset = dataset;
    this.frameDimensions = frameDimensions.clone();
    this.elementBytes = elementBytes;
    int[] all = dataset.getDimensions();
    long bytes = elementBytes;
    for (int length : frameDimensions) {
      bytes *= length;
    }
    if (all.length != frameDimensions.length + 1
        || !Arrays.equals(Arrays.copyOfRange(all, 1, all.length), frameDimensions)
        || bytes > MAX_BLOCK_BYTES) {
      throw new InputException(
          "Cannot read %s: its shape is %s, must be frames x %s"
              .formatted(what, Arrays.toString(all), Arrays.toString(frameDimensions)));
    }
    if (dataset.getDataType().getSize() != elementBytes) {
      throw new InputException(
          "Cannot read %s: its elements have %d bytes, must have %d"
              .formatted(what, dataset.getDataType().getSize(), elementBytes));
    }
    this.frames = all[0];
    this.frameBytes = (int) bytes;
    this.order =
        dataset.getDataType() instanceof OrderedDataType ordered
            ? ordered.getByteOrder()
            : ByteOrder.LITTLE_ENDIAN;
    this.chunk = dataset instanceof ChunkedDataset chunked ? chunked.getChunkDimensions() : null;
    this.chunks =
        chunk == null ? null : new ArrayChunks((ChunkedDataset) dataset, chunkBytes(what));
    long fit = Math.max(1, MAX_BLOCK_BYTES / frameBytes);
    this.framesPerBlock = chunk == null ? 1 : (int) Math.min(chunk[0], fit);
  }

  private int chunkBytes(String what) {
    long bytes = elementBytes;
    for (int length : chunk) {
      bytes *= Math.max(0, length);
      if (bytes <= 0 || bytes > MAX_BLOCK_BYTES) {
        throw new InputException(
            "Cannot read %s: it has chunks of %s".formatted(what, Arrays.toString(chunk)));
      }
    }
    if (chunk.length != frameDimensions.length + 1) {
      throw new InputException(
          "Cannot read %s: it has chunks of %s".formatted(what, Arrays.toString(chunk)));
    }
    return (int) bytes;
  }

  int frames() {
    return frames;
  }

  /** The elements of a frame, in the order of the file. */
  ByteBuffer read(int frame) {
    if (chunk == null) {
      return contiguous(frame);
    }
    if (blockStart < 0 || frame < blockStart || frame >= blockStart + framesPerBlock) {
      // Aligned to the chunks, as far as they fit.
      int inChunk = frame % chunk[0];
      readBlock(frame - inChunk % framesPerBlock);
    }
    int at = (int) (frame - blockStart) * frameBytes;
    return ByteBuffer.wrap(block, at, frameBytes).slice().order(order);
  }

  private void readBlock(int start) {
    int count = Math.min(framesPerBlock, frames - start);
    if (block.length < framesPerBlock * frameBytes) {
      block = new byte[framesPerBlock * frameBytes];
    }
    int[] offset = new int[chunk.length];
    offset[0] = start - start % chunk[0];
    do {
      copyChunk(offset, start, count);
    } while (advance(offset));
    blockStart = start;
  }

  /** Moves to the next chunk of the same frames; false after the last one. */
  private boolean advance(int[] offset) {
    for (int axis = offset.length - 1; axis > 0; axis--) {
      offset[axis] += chunk[axis];
      if (offset[axis] < frameDimensions[axis - 1]) {
        return true;
      }
      offset[axis] = 0;
    }
    return false;
  }

  /** Copies what a chunk has of the frames of the block, row by row of the last axis. */
  private void copyChunk(int[] offset, int start, int count) {
    byte[] data = chunks.read(offset);
    int last = frameDimensions.length;
    int width = Math.min(chunk[last], frameDimensions[last - 1] - offset[last]) * elementBytes;
    int rows = 1;
    for (int axis = 1; axis < last; axis++) {
      rows *= chunk[axis];
    }
    int chunkRow = chunk[last] * elementBytes;
    for (int f = 0; f < count; f++) {
      int frameInChunk = start - offset[0] + f;
      for (int row = 0; row < rows; row++) {
        int to = target(offset, row);
        if (to >= 0) {
          int from = (frameInChunk * rows + row) * chunkRow;
          System.arraycopy(data, from, block, f * frameBytes + to, width);
        }
      }
    }
  }

  /** Where a row of a chunk belongs within a frame, in bytes; -1 where it lies outside. */
  private int target(int[] offset, int row) {
    int rest = row;
    int place = 0;
    int stride = 1;
    int last = frameDimensions.length;
    stride *= frameDimensions[last - 1];
    for (int axis = last - 1; axis >= 1; axis--) {
      int index = offset[axis] + rest % chunk[axis];
      rest /= chunk[axis];
      if (index >= frameDimensions[axis - 1]) {
        return -1;
      }
      place += index * stride;
      stride *= frameDimensions[axis - 1];
    }
    return (place + offset[last]) * elementBytes;
  }

  private ByteBuffer contiguous(int frame) {
    if (dataset.isEmpty()) {
      // Space for it was never taken: nothing was written.
      byte[] filled = ArrayChunks.filled(((AbstractNode) dataset).getHeader(), frameBytes);
      return ByteBuffer.wrap(filled).order(order);
    }
    long[] offset = new long[frameDimensions.length + 1];
    int[] size = new int[offset.length];
    offset[0] = frame;
    size[0] = 1;
    System.arraycopy(frameDimensions, 0, size, 1, frameDimensions.length);
    ByteBuffer bytes = ByteBuffer.allocate(frameBytes).order(order);
    flatten(dataset.getData(offset, size), bytes);
    return bytes.flip();
  }

  private void flatten(Object array, ByteBuffer to) {
    for (int i = 0; i < Array.getLength(array); i++) {
      Object element = Array.get(array, i);
      if (element instanceof Float real) {
        to.putFloat(real);
      } else if (element instanceof Number number && elementBytes == 1) {
        to.put(number.byteValue());
      } else if (element instanceof Number number) {
        to.putShort(number.shortValue());
      } else {
        flatten(element, to);
      }
    }
  }
}
