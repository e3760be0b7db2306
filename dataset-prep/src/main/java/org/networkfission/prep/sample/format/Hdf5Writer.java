package org.networkfission.prep.sample.format;

import static org.networkfission.prep.sample.format.Hdf5Messages.ATTRIBUTE;
import static org.networkfission.prep.sample.format.Hdf5Messages.DATASPACE;
import static org.networkfission.prep.sample.format.Hdf5Messages.DATATYPE;
import static org.networkfission.prep.sample.format.Hdf5Messages.FILL_VALUE;
import static org.networkfission.prep.sample.format.Hdf5Messages.FILTERS;
import static org.networkfission.prep.sample.format.Hdf5Messages.LAYOUT;
import static org.networkfission.prep.sample.format.Hdf5Messages.SYMBOL_TABLE;
import static org.networkfission.prep.sample.format.Hdf5Messages.aligned;
import static org.networkfission.prep.sample.format.Hdf5Messages.ascii;
import static org.networkfission.prep.sample.format.Hdf5Messages.buffer;
import static org.networkfission.prep.sample.format.Hdf5Messages.filled;
import static org.networkfission.prep.sample.format.Hdf5Messages.matlabClass;
import static org.networkfission.prep.sample.format.Hdf5Messages.matlabDecode;
import static org.networkfission.prep.sample.format.Hdf5Messages.message;
import static org.networkfission.prep.sample.format.Hdf5Messages.whole;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * Writes HDF5 files of the kind that MATLAB 7.3 writes: a user block, a superblock of version 0,
 * groups with symbol tables, arrays that are contiguous or in deflated chunks with a B-tree of
 * version 1, object references. (HDF5 File Format Specification 3.0; the libraries at hand write no
 * references.)
 *
 * <p>Only the superblock refers to what comes after it, so that everything else is appended to a
 * local file, which is copied behind the superblock at the end: the target need not be seekable.
 * Addresses count from the superblock.
 */
public final class Hdf5Writer implements Closeable {
  /** What MATLAB leaves at the beginning of a file for itself. */
  public static final int USER_BLOCK = 512;

  private static final int SUPERBLOCK = 96;
  private static final long UNDEFINED = -1;

  /** Half of what a leaf of a group, a node of a group's tree and of a chunks' tree hold. */
  private static final int GROUP_LEAF = 32;

  private static final int GROUP_NODE = 16;
  private static final int CHUNK_NODE = 32;

  private static final int GROUP_TREE = 0;
  private static final int CHUNK_TREE = 1;

  private static final int DEFLATE_FILTER = 1;
  private static final int DEFLATE_LEVEL = 3;

  private final Path spool;
  private final OutputStream body;
  private long position = SUPERBLOCK;

  /** An array that grows by chunks, which must come in the order of their offsets. */
  public final class Chunked {
    private final Hdf5Type type;
    private final int[] dimensions;
    private final int[] chunk;
    private final List<Node> chunks = new ArrayList<>();

    private Chunked(Hdf5Type type, int[] dimensions, int[] chunk) {
      this.type = type;
      this.dimensions = dimensions.clone();
      this.chunk = chunk.clone();
    }

    /** Compresses and writes a whole chunk. */
    public void write(int[] offset, byte[] elements) {
      byte[] packed = deflate(elements);
      chunks.add(new Node(chunkKey(packed.length, offset), append(packed)));
    }

    /** Ends the array; returns its address. */
    public long end() {
      int[] behind = new int[dimensions.length];
      behind[0] = (dimensions[0] + chunk[0] - 1) / chunk[0] * chunk[0];
      long tree = tree(CHUNK_TREE, CHUNK_NODE, chunks, chunkKey(0, behind));
      ByteBuffer layout = buffer(11 + 4 * dimensions.length + 4);
      layout.put((byte) 3).put((byte) 2).put((byte) (dimensions.length + 1)).putLong(tree);
      for (int length : chunk) {
        layout.putInt(length);
      }
      layout.putInt(type.bytes());
      ByteBuffer filters = buffer(24);
      filters.put((byte) 1).put((byte) 1).put(new byte[6]);
      filters.putShort((short) DEFLATE_FILTER).putShort((short) 0);
      filters.putShort((short) 0).putShort((short) 1).putInt(DEFLATE_LEVEL);
      return array(type, dimensions, whole(layout), whole(filters));
    }
  }

  /** A node of a tree, and the key that comes before it. */
  private record Node(byte[] key, long address) {}

  /**
   * Begins a file.
   *
   * @param spool a local file for what is written until the end; deleted then
   */
  public Hdf5Writer(Path spool) throws IOException {
    this.spool = spool;
    this.body = new BufferedOutputStream(Files.newOutputStream(spool), 1 << 16);
  }

  /** Begins an array of deflated chunks. */
  public Chunked chunked(Hdf5Type type, int[] dimensions, int[] chunk) {
    return new Chunked(type, dimensions, chunk);
  }

  /** Writes an array in one piece; returns its address. */
  long contiguous(Hdf5Type type, int[] dimensions, byte[] elements) {
    ByteBuffer layout = buffer(18);
    layout.put((byte) 3).put((byte) 1).putLong(append(elements)).putLong(elements.length);
    return array(type, dimensions, whole(layout), null);
  }

  /** Writes text as MATLAB does: a column of UTF-16 characters. */
  public long text(String text) {
    byte[] characters = text.getBytes(StandardCharsets.UTF_16LE);
    return contiguous(Hdf5Type.CHAR, new int[] {text.length(), 1}, characters);
  }

  /** Writes a row of references to objects; returns its address. */
  public long references(List<Long> addresses) {
    ByteBuffer elements = buffer(8 * addresses.size());
    addresses.forEach(elements::putLong);
    return contiguous(Hdf5Type.REFERENCE, new int[] {1, addresses.size()}, whole(elements));
  }

  /** Writes a group of named objects; returns its address. */
  public long group(SortedMap<String, Long> members) {
    ByteBuffer table = buffer(16);
    symbolTable(members, table);
    return header(List.of(message(SYMBOL_TABLE, whole(table))));
  }

  /** Writes the addresses of a group's tree and names. */
  private void symbolTable(SortedMap<String, Long> members, ByteBuffer to) {
    ByteArrayOutputStream names = new ByteArrayOutputStream();
    names.writeBytes(new byte[8]);
    List<Node> leaves = new ArrayList<>();
    ByteBuffer leaf = null;
    byte[] before = new byte[8];
    byte[] last = before;
    int inLeaf = 0;
    for (Map.Entry<String, Long> member : members.entrySet()) {
      if (leaf == null) {
        leaf = buffer(8 + 40 * 2 * GROUP_LEAF);
        leaf.position(8);
      }
      last = whole(buffer(8).putLong(names.size()));
      leaf.put(last).putLong(member.getValue()).put(new byte[24]);
      byte[] name = member.getKey().getBytes(StandardCharsets.UTF_8);
      names.writeBytes(name);
      names.writeBytes(new byte[8 - name.length % 8]);
      if (++inLeaf == 2 * GROUP_LEAF) {
        leaves.add(new Node(before, append(leaf(leaf, inLeaf))));
        before = last;
        leaf = null;
        inLeaf = 0;
      }
    }
    if (leaf != null) {
      leaves.add(new Node(before, append(leaf(leaf, inLeaf))));
    }
    to.putLong(tree(GROUP_TREE, GROUP_NODE, leaves, last));
    ByteBuffer heap = buffer(32);
    // No free space.
    heap.put(ascii("HEAP")).putInt(0).putLong(names.size()).putLong(1);
    heap.putLong(append(names.toByteArray()));
    to.putLong(append(whole(heap)));
  }

  private static byte[] leaf(ByteBuffer leaf, int members) {
    leaf.put(0, ascii("SNOD")).put(4, (byte) 1).putShort(6, (short) members);
    return whole(leaf);
  }

  /** Writes the levels of a tree over its lowest nodes; returns the address of the root. */
  private long tree(int type, int half, List<Node> lowest, byte[] end) {
    List<Node> level = lowest;
    int depth = 0;
    do {
      level = levelAbove(type, depth, half, level, end);
      depth++;
    } while (level.size() > 1);
    return level.get(0).address();
  }

  private List<Node> levelAbove(int type, int depth, int half, List<Node> children, byte[] end) {
    int size = 24 + 2 * half * 8 + (2 * half + 1) * end.length;
    int count = Math.max(1, (children.size() + 2 * half - 1) / (2 * half));
    // Siblings know each other, so that their places must be known before.
    long first = aligned(position);
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int from = 2 * half * i;
      int to = Math.min(children.size(), from + 2 * half);
      ByteBuffer node = buffer(size);
      node.put(ascii("TREE")).put((byte) type).put((byte) depth).putShort((short) (to - from));
      node.putLong(i == 0 ? UNDEFINED : first + (long) (i - 1) * aligned(size));
      node.putLong(i == count - 1 ? UNDEFINED : first + (long) (i + 1) * aligned(size));
      for (Node child : children.subList(from, to)) {
        node.put(child.key()).putLong(child.address());
      }
      node.put(to < children.size() ? children.get(to).key() : end);
      byte[] key = from < to ? children.get(from).key() : end;
      nodes.add(new Node(key, append(whole(node))));
    }
    return nodes;
  }

  private static byte[] chunkKey(int bytes, int[] offset) {
    ByteBuffer key = buffer(8 + 8 * (offset.length + 1));
    key.putInt(bytes).putInt(0);
    for (int o : offset) {
      key.putLong(o);
    }
    return whole(key);
  }

  private long array(Hdf5Type type, int[] dimensions, byte[] layout, byte[] filters) {
    ByteBuffer space = buffer(8 + 8 * dimensions.length);
    space.put((byte) 1).put((byte) dimensions.length).put(new byte[6]);
    for (int length : dimensions) {
      space.putLong(length);
    }
    ByteBuffer datatype = buffer(20);
    type.describe(datatype);
    List<byte[]> messages = new ArrayList<>();
    messages.add(message(DATASPACE, whole(space)));
    messages.add(message(DATATYPE, filled(datatype)));
    // Space allocated late, written where set; no value.
    messages.add(message(FILL_VALUE, new byte[] {2, 2, 2, 0}));
    messages.add(message(LAYOUT, layout));
    if (filters != null) {
      messages.add(message(FILTERS, filters));
    }
    messages.add(message(ATTRIBUTE, matlabClass(type.matlabClass())));
    if (type == Hdf5Type.CHAR) {
      messages.add(message(ATTRIBUTE, matlabDecode()));
    }
    return header(messages);
  }

  private long header(List<byte[]> messages) {
    int size = messages.stream().mapToInt(m -> m.length).sum();
    ByteBuffer b = buffer(16 + size);
    b.put((byte) 1).put((byte) 0).putShort((short) messages.size()).putInt(1).putInt(size);
    b.position(16);
    messages.forEach(b::put);
    return append(whole(b));
  }

  /**
   * Ends the file and writes it.
   *
   * @param userBlock its first {@value #USER_BLOCK} bytes
   * @param members of the root group
   */
  public void finish(byte[] userBlock, SortedMap<String, Long> members, OutputStream out)
      throws IOException {
    ByteBuffer table = buffer(16);
    symbolTable(members, table);
    long root = header(List.of(message(SYMBOL_TABLE, whole(table))));
    body.close();
    ByteBuffer b = buffer(SUPERBLOCK);
    b.put(new byte[] {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'});
    b.put(new byte[] {0, 0, 0, 0, 0, 8, 8, 0});
    b.putShort((short) GROUP_LEAF).putShort((short) GROUP_NODE).putInt(0);
    b.putLong(USER_BLOCK).putLong(UNDEFINED).putLong(USER_BLOCK + position).putLong(UNDEFINED);
    b.putLong(0).putLong(root).putInt(1).putInt(0).put(whole(table));
    out.write(userBlock, 0, USER_BLOCK);
    out.write(whole(b));
    Files.copy(spool, out);
  }

  /** Writes what stands by itself; returns its address. */
  private long append(byte[] bytes) {
    try {
      long address = aligned(position);
      body.write(new byte[(int) (address - position)]);
      body.write(bytes);
      position = address + bytes.length;
      return address;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + spool, e);
    }
  }

  private static byte[] deflate(byte[] data) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(data.length / 4);
    Deflater deflater = new Deflater(DEFLATE_LEVEL);
    try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, deflater)) {
      out.write(data);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot compress in memory", e);
    } finally {
      deflater.end();
    }
    return bytes.toByteArray();
  }

  @Override
  public void close() throws IOException {
    try {
      body.close();
    } finally {
      Files.deleteIfExists(spool);
    }
  }
}
