package org.networkfission.jobs.train.collective;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How a vector travels: each slice in pieces of a bounded size, each a message of its own, so that
 * a piece is sent as soon as it is final and read while the next one travels.
 */
final class Pieces {
  /** Floats of a piece: 4 MiB. Whole blocks of 16-bit floats: the cut does not change a bit. */
  private static final int FLOATS = 256 * HalfFloats.BLOCK;

  private final ByteBuffer vector;
  private final Wire wire;
  private final Slices slices;
  private final List<Piece> all;
  private final List<List<ByteBuffer>> sent = new ArrayList<>();
  private final List<List<ByteBuffer>> received = new ArrayList<>();

  /**
   * A part of a slice.
   *
   * @param number within the slice, from 0
   * @param from its first element in the vector
   * @param to one past its last element in the vector
   */
  record Piece(int slice, int number, int from, int to) {
    int length() {
      return to - from;
    }
  }

  private Pieces(ByteBuffer vector, Wire wire, int replicas) {
    this.vector = vector;
    this.wire = wire;
    this.slices = new Slices(vector.remaining() / Float.BYTES, replicas);
    this.all = IntStream.range(0, replicas).boxed().flatMap(i -> cut(i).stream()).toList();
  }

  private List<Piece> cut(int slice) {
    List<Piece> pieces = new ArrayList<>();
    for (int from = slices.from(slice); from < slices.to(slice); from += FLOATS) {
      int to = Math.min(from + FLOATS, slices.to(slice));
      pieces.add(new Piece(slice, pieces.size(), from, to));
    }
    return pieces;
  }

  /** Of a vector that is summed: others' slices are sent, and pieces of the own one received. */
  static Pieces toReduce(ByteBuffer vector, Wire wire, int rank, int replicas) {
    Pieces pieces = new Pieces(vector, wire, replicas);
    for (int i = 0; i < replicas; i++) {
      pieces.sent.add(i == rank ? List.of() : pieces.places(i));
      pieces.received.add(i == rank ? List.of() : pieces.rooms(rank));
    }
    return pieces;
  }

  /**
   * Of a vector that is gathered: the own slice is sent, others' are received.
   *
   * @param summed whose memory is free while the vector is gathered, if any
   */
  static Pieces toGather(
      ByteBuffer vector, Wire wire, int rank, int replicas, Optional<Pieces> summed) {
    Pieces pieces = new Pieces(vector, wire, replicas);
    Optional<Pieces> free =
        summed.filter(
            one -> wire == Wire.FLOAT16 && one.wire == wire && one.slices.equals(pieces.slices));
    for (int i = 0; i < replicas; i++) {
      int slice = i;
      pieces.sent.add(i == rank ? pieces.places(i) : List.of());
      pieces.received.add(
          i == rank
              ? List.of()
              : free.map(one -> one.sent.get(slice)).orElseGet(() -> pieces.places(slice)));
    }
    return pieces;
  }

  /** Where pieces of a slice travel from, or to: live floats are there already. */
  private List<ByteBuffer> places(int slice) {
    return wire == Wire.FLOAT32 ? of(slice).stream().map(this::floats).toList() : rooms(slice);
  }

  private List<ByteBuffer> rooms(int slice) {
    return of(slice).stream().map(piece -> room(piece.length())).toList();
  }

  private ByteBuffer room(int floats) {
    int bytes = wire == Wire.FLOAT32 ? floats * Float.BYTES : HalfFloats.bytes(floats);
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  @SuppressWarnings("ReferenceEquality") // The same memory; not memory that holds the same.
  boolean of(ByteBuffer other, Wire otherWire) {
    return vector == other && wire == otherWire;
  }

  /** All pieces, in the order of the vector. */
  List<Piece> all() {
    return all;
  }

  /** The pieces of a slice, in order. */
  List<Piece> of(int slice) {
    return all.stream().filter(piece -> piece.slice() == slice).toList();
  }

  /** How many elements the vector has. */
  int elements() {
    return slices.elements();
  }

  Wire wire() {
    return wire;
  }

  /** The floats of a piece in the vector, live. */
  ByteBuffer floats(Piece piece) {
    return vector
        .slice(piece.from() * Float.BYTES, piece.length() * Float.BYTES)
        .order(ByteOrder.nativeOrder());
  }

  /** What is sent of a piece. */
  ByteBuffer sent(Piece piece) {
    return sent.get(piece.slice()).get(piece.number());
  }

  /** Where a sender's pieces are received into, by their numbers. */
  List<ByteBuffer> received(int sender) {
    return received.get(sender);
  }
}
