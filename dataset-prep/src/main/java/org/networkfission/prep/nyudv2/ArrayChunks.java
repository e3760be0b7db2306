package org.networkfission.prep.nyudv2;

import io.jhdf.ObjectHeader;
import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.dataset.chunked.Chunk;
import io.jhdf.dataset.chunked.ChunkOffset;
import io.jhdf.dataset.chunked.ChunkedDatasetBase;
import io.jhdf.exceptions.HdfException;
import io.jhdf.filter.FilterManager;
import io.jhdf.object.message.FillValueMessage;
import io.jhdf.object.message.FilterPipelineMessage;
import io.jhdf.object.message.FilterPipelineMessage.FilterInfo;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.networkfission.prep.codec.Zlib;

/**
 * The chunks of an array, with what the library leaves out: a chunk that was never written holds
 * the fill value, and a chunk may skip some of the filters, as deflate does where it would not make
 * it smaller.
 */
final class ArrayChunks {
  /** The number of the filter, by HDF5's specification. */
  private static final int DEFLATE = 1;

  /** Deflate makes no more of a byte than this. */
  private static final int MAX_DEFLATE_RATIO = 1032;

  private final ChunkedDataset dataset;
  private final int chunkBytes;
  private final Map<ChunkOffset, Chunk> written;
  private final List<FilterInfo> filters;
  private byte[] unwritten = new byte[0];

  /**
   * @param chunkBytes of a whole chunk, unpacked
   */
  ArrayChunks(ChunkedDataset dataset, int chunkBytes) {
    this.dataset = dataset;
    this.chunkBytes = chunkBytes;
    this.written = written(dataset);
    ObjectHeader header = ((ChunkedDatasetBase) dataset).getHeader();
    this.filters =
        header.hasMessageOfType(FilterPipelineMessage.class)
            ? header.getMessageOfType(FilterPipelineMessage.class).getFilters()
            : List.of();
  }

  /** Which chunks there are: the library knows, and tells only by failing. */
  @SuppressWarnings("unchecked")
  private static Map<ChunkOffset, Chunk> written(ChunkedDataset dataset) {
    try {
      Method lookup = ChunkedDatasetBase.class.getDeclaredMethod("getChunkLookup");
      lookup.setAccessible(true);
      return (Map<ChunkOffset, Chunk>) lookup.invoke(dataset);
    } catch (ReflectiveOperationException e) {
      throw new HdfException("the index of its chunks cannot be read", e);
    }
  }

  /** The bytes of the chunk that begins at an offset. */
  byte[] read(int[] offset) {
    Chunk chunk = written.get(new ChunkOffset(Arrays.stream(offset).asLongStream().toArray()));
    if (chunk == null) {
      return unwritten();
    }
    ByteBuffer raw = dataset.getRawChunkBuffer(offset);
    byte[] bytes = new byte[raw.remaining()];
    raw.get(bytes);
    byte[] unpacked = unpacked(bytes, applied(chunk.getFilterMask()));
    if (unpacked.length < chunkBytes) {
      throw new HdfException(
          "the chunk at %s has %,d bytes, must have %,d"
              .formatted(Arrays.toString(offset), unpacked.length, chunkBytes));
    }
    return unpacked;
  }

  /** The library inflates by 4 KB; what is a whole chunk and no more is inflated at once. */
  private byte[] unpacked(byte[] bytes, List<FilterInfo> filters) {
    if (filters.size() == 1
        && filters.get(0).getId() == DEFLATE
        && chunkBytes <= (long) bytes.length * MAX_DEFLATE_RATIO) {
      byte[] chunk = new byte[chunkBytes];
      if (Zlib.inflate(bytes, chunk)) {
        return chunk;
      }
      Inflater inflater = new Inflater();
      try {
        inflater.setInput(bytes);
        int filled = inflater.inflate(chunk);
        if (filled == chunkBytes && inflater.inflate(new byte[1]) == 0 && inflater.finished()) {
          return chunk;
        }
      } catch (DataFormatException e) {
        // The library says what is wrong with it.
      } finally {
        inflater.end();
      }
    }
    return FilterManager.getPipeline(filters).decode(bytes);
  }

  private List<FilterInfo> applied(BitSet skipped) {
    if (skipped == null || skipped.isEmpty()) {
      return filters;
    }
    List<FilterInfo> applied = new ArrayList<>();
    for (int i = 0; i < filters.size(); i++) {
      if (!skipped.get(i)) {
        applied.add(filters.get(i));
      }
    }
    return applied;
  }

  private byte[] unwritten() {
    if (unwritten.length == 0) {
      unwritten = filled(((ChunkedDatasetBase) dataset).getHeader(), chunkBytes);
    }
    return unwritten;
  }

  /** Bytes that hold an array's fill value again and again; zeros where it has none. */
  static byte[] filled(ObjectHeader header, int length) {
    byte[] bytes = new byte[length];
    if (header.hasMessageOfType(FillValueMessage.class)) {
      FillValueMessage message = header.getMessageOfType(FillValueMessage.class);
      if (message.isFillValueDefined() && message.getFillValue() != null) {
        ByteBuffer value = message.getFillValue();
        int size = value.remaining();
        for (int i = 0; size > 0 && i < length; i++) {
          bytes[i] = value.get(value.position() + i % size);
        }
      }
    }
    return bytes;
  }
}
