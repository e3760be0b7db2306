package org.networkfission.prep.shard;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.io.api.RecordMaterializer;

/**
 * Makes examples of the values that Parquet reads; columns not asked for stay null or 0, and so do
 * optional ones that a row lacks.
 */
final class ExampleMaterializer extends RecordMaterializer<Example> {
  private final Map<Column, Object> values = new EnumMap<>(Column.class);
  private final List<Value> converters;
  private final GroupConverter root =
      new GroupConverter() {
        @Override
        public Converter getConverter(int fieldIndex) {
          return converters.get(fieldIndex);
        }

        @Override
        public void start() {
          values.clear();
        }

        @Override
        public void end() {}
      };

  ExampleMaterializer(Set<Column> columns) {
    converters = EnumSet.copyOf(columns).stream().map(Value::new).toList();
  }

  @Override
  public GroupConverter getRootConverter() {
    return root;
  }

  @Override
  public Example getCurrentRecord() {
    return new Example(
        text(Column.FRAME_KEY),
        text(Column.DATASET),
        text(Column.SPLIT),
        text(Column.UNIT),
        integer(Column.WIDTH),
        integer(Column.HEIGHT),
        real(Column.FX),
        real(Column.FY),
        real(Column.CX),
        real(Column.CY),
        bytes(Column.COLOR),
        bytes(Column.DEPTH),
        bytes(Column.LABELS),
        bytes(Column.NORMALS),
        real(Column.HOLE_FRACTION),
        text(Column.SOURCE));
  }

  private String text(Column column) {
    Binary value = (Binary) values.get(column);
    return value == null ? null : value.toStringUsingUTF8();
  }

  private byte[] bytes(Column column) {
    Binary value = (Binary) values.get(column);
    return value == null ? null : value.getBytes();
  }

  private int integer(Column column) {
    Integer value = (Integer) values.get(column);
    return value == null ? 0 : value;
  }

  private float real(Column column) {
    Float value = (Float) values.get(column);
    return value == null ? 0 : value;
  }

  private final class Value extends PrimitiveConverter {
    private final Column column;

    Value(Column column) {
      this.column = column;
    }

    @Override
    public void addBinary(Binary value) {
      values.put(column, value);
    }

    @Override
    public void addInt(int value) {
      values.put(column, value);
    }

    @Override
    public void addFloat(float value) {
      values.put(column, value);
    }
  }
}
