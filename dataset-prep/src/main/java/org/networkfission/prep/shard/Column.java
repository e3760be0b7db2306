package org.networkfission.prep.shard;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.apache.parquet.schema.Types.PrimitiveBuilder;

/**
 * A column of a shard. All are required, but where a data set's truth is optional: there depth,
 * labels and normals may be null.
 */
public enum Column {
  FRAME_KEY(PrimitiveTypeName.BINARY, true),
  DATASET(PrimitiveTypeName.BINARY, true),
  SPLIT(PrimitiveTypeName.BINARY, true),
  UNIT(PrimitiveTypeName.BINARY, true),
  WIDTH(PrimitiveTypeName.INT32, false),
  HEIGHT(PrimitiveTypeName.INT32, false),
  FX(PrimitiveTypeName.FLOAT, false),
  FY(PrimitiveTypeName.FLOAT, false),
  CX(PrimitiveTypeName.FLOAT, false),
  CY(PrimitiveTypeName.FLOAT, false),
  COLOR(PrimitiveTypeName.BINARY, false),
  DEPTH(PrimitiveTypeName.BINARY, false),
  LABELS(PrimitiveTypeName.BINARY, false),
  NORMALS(PrimitiveTypeName.BINARY, false),
  HOLE_FRACTION(PrimitiveTypeName.FLOAT, false),
  SOURCE(PrimitiveTypeName.BINARY, true);

  private final PrimitiveTypeName type;
  private final boolean text;

  Column(PrimitiveTypeName type, boolean text) {
    this.type = type;
    this.text = text;
  }

  /** The column's name in the file, e.g. {@code frame_key}. */
  public String columnName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Every column: a whole {@link Example}. */
  public static Set<Column> all() {
    return EnumSet.allOf(Column.class);
  }

  private boolean isTruth() {
    return this == DEPTH || this == LABELS || this == NORMALS;
  }

  private Type parquetType(boolean optionalTruth) {
    PrimitiveBuilder<PrimitiveType> builder =
        optionalTruth && isTruth() ? Types.optional(type) : Types.required(type);
    return text
        ? builder.as(LogicalTypeAnnotation.stringType()).named(columnName())
        : builder.named(columnName());
  }

  static MessageType schema(Set<Column> columns, boolean optionalTruth) {
    return new MessageType(
        "example",
        EnumSet.copyOf(columns).stream().map(column -> column.parquetType(optionalTruth)).toList());
  }
}
