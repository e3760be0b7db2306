package org.networkfission.prep.shard;

import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;

/** Hands the fields of an example to Parquet. */
final class ExampleWriteSupport extends WriteSupport<Example> {
  private final ShardMetadata metadata;
  private RecordConsumer out;
  private int field;

  ExampleWriteSupport(ShardMetadata metadata) {
    this.metadata = metadata;
  }

  @Override
  public WriteContext init(Configuration hadoop) {
    return new WriteContext(
        Column.schema(Column.all(), metadata.truthIsOptional()), metadata.toKeyValues());
  }

  @Override
  public void prepareForWrite(RecordConsumer recordConsumer) {
    out = recordConsumer;
  }

  @Override
  public void write(Example e) {
    out.startMessage();
    field = 0;
    text(Column.FRAME_KEY, e.frameKey());
    text(Column.DATASET, e.dataset());
    text(Column.SPLIT, e.split());
    text(Column.UNIT, e.unit());
    integer(Column.WIDTH, e.width());
    integer(Column.HEIGHT, e.height());
    real(Column.FX, e.fx());
    real(Column.FY, e.fy());
    real(Column.CX, e.cx());
    real(Column.CY, e.cy());
    bytes(Column.COLOR, e.color());
    truth(Column.DEPTH, e.depth(), e);
    truth(Column.LABELS, e.labels(), e);
    truth(Column.NORMALS, e.normals(), e);
    real(Column.HOLE_FRACTION, e.holeFraction());
    text(Column.SOURCE, e.source());
    out.endMessage();
  }

  private void text(Column column, String value) {
    binary(column, Binary.fromString(value));
  }

  private void bytes(Column column, byte[] value) {
    binary(column, Binary.fromConstantByteArray(value));
  }

  private void truth(Column column, byte[] value, Example e) {
    if (value != null) {
      bytes(column, value);
    } else if (metadata.truthIsOptional()) {
      field++;
    } else {
      throw new IllegalArgumentException(
          "Cannot write frame %s: it has no %s, which every row of %s must have"
              .formatted(e.frameKey(), column.columnName(), metadata.dataset()));
    }
  }

  private void binary(Column column, Binary value) {
    out.startField(column.columnName(), field);
    out.addBinary(value);
    out.endField(column.columnName(), field);
    field++;
  }

  private void integer(Column column, int value) {
    out.startField(column.columnName(), field);
    out.addInteger(value);
    out.endField(column.columnName(), field);
    field++;
  }

  private void real(Column column, float value) {
    out.startField(column.columnName(), field);
    out.addFloat(value);
    out.endField(column.columnName(), field);
    field++;
  }
}
