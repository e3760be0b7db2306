package org.networkfission.prep.shard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.Serializable;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.networkfission.prep.labels.ClassMap;
import org.networkfission.prep.settings.Json;

/**
 * What a shard says about itself, in its Parquet key-value metadata.
 *
 * @param dataset the data set's name
 * @param classMap the class map's name
 * @param classNames index 0 is void
 * @param palette a colour per class, 0xRRGGBB
 * @param normals mode and parameters of the normals
 * @param productVersion the version that wrote it
 * @param truthIsOptional whether rows may lack depth, labels or normals
 */
public record ShardMetadata(
    String dataset,
    String classMap,
    List<String> classNames,
    List<Integer> palette,
    SortedMap<String, String> normals,
    String productVersion,
    boolean truthIsOptional)
    implements Serializable {
  /** The version of the columns and their coding where every row has all of them. */
  private static final int COMPLETE = 1;

  /** The version where rows may lack truth; all else is as before. */
  private static final int OPTIONAL_TRUTH = 2;

  private static final String PREFIX = "network-fission.";
  private static final String VERSION_KEY = PREFIX + "schema-version";
  private static final String UNITS =
      "depth: uint16 little-endian, z in mm, 0 = none;"
          + " labels: uint8, 0 = void;"
          + " normals: octahedral, two planes of uint16 little-endian, 65535 = none;"
          + " intrinsics: pixels, centres at integer coordinates";
  private static final ObjectMapper JSON = Json.MAPPER;

  public ShardMetadata {
    classNames = List.copyOf(classNames);
    palette = List.copyOf(palette);
    normals = Collections.unmodifiableSortedMap(new TreeMap<>(normals));
  }

  /** The metadata of shards whose labels follow a class map. */
  public static ShardMetadata of(
      String dataset, ClassMap classes, Map<String, String> normals, String productVersion) {
    return new ShardMetadata(
        dataset,
        classes.name(),
        classes.classNames(),
        classes.palette(),
        new TreeMap<>(normals),
        productVersion,
        false);
  }

  /** The same of shards whose rows may lack depth, labels or normals. */
  public ShardMetadata withOptionalTruth() {
    return new ShardMetadata(dataset, classMap, classNames, palette, normals, productVersion, true);
  }

  /** The version of the columns and their coding. */
  int schemaVersion() {
    return truthIsOptional ? OPTIONAL_TRUTH : COMPLETE;
  }

  /** What is wrong with a schema version; null where this program reads it. */
  static String unknown(String schemaVersion) {
    return schemaVersion.equals(Integer.toString(COMPLETE))
            || schemaVersion.equals(Integer.toString(OPTIONAL_TRUTH))
        ? null
        : "its schema version is %s, this program reads %d and %d"
            .formatted(schemaVersion, COMPLETE, OPTIONAL_TRUTH);
  }

  Map<String, String> toKeyValues() {
    try {
      SortedMap<String, String> values = new TreeMap<>();
      values.put(VERSION_KEY, Integer.toString(schemaVersion()));
      values.put(PREFIX + "dataset", dataset);
      values.put(PREFIX + "class-map", classMap);
      values.put(PREFIX + "class-names", JSON.writeValueAsString(classNames));
      values.put(PREFIX + "palette", JSON.writeValueAsString(palette));
      values.put(PREFIX + "normals", JSON.writeValueAsString(normals));
      values.put(PREFIX + "product-version", productVersion);
      values.put(PREFIX + "units", UNITS);
      return values;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write shard metadata", e);
    }
  }

  /**
   * Reads the metadata.
   *
   * @throws IllegalArgumentException if it is not that of a shard of this version
   */
  static ShardMetadata fromKeyValues(Map<String, String> values) {
    String version = value(values, VERSION_KEY);
    String unknown = unknown(version);
    if (unknown != null) {
      throw new IllegalArgumentException(unknown);
    }
    try {
      return new ShardMetadata(
          value(values, PREFIX + "dataset"),
          value(values, PREFIX + "class-map"),
          JSON.readValue(value(values, PREFIX + "class-names"), new TypeReference<>() {}),
          JSON.readValue(value(values, PREFIX + "palette"), new TypeReference<>() {}),
          JSON.readValue(
              value(values, PREFIX + "normals"), new TypeReference<TreeMap<String, String>>() {}),
          value(values, PREFIX + "product-version"),
          version.equals(Integer.toString(OPTIONAL_TRUTH)));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("its metadata cannot be read: " + e.getMessage(), e);
    }
  }

  private static String value(Map<String, String> values, String key) {
    String value = values.get(key);
    if (value == null) {
      throw new IllegalArgumentException("its metadata has no key " + key);
    }
    return value;
  }
}
