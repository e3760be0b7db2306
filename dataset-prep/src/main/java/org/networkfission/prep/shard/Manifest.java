package org.networkfission.prep.shard;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.commit.Listing;
import org.networkfission.prep.commit.StoredFile;
import org.networkfission.prep.commit.WholeFile;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.frame.TruthKind;
import org.networkfission.prep.settings.Json;
import org.networkfission.prep.storage.Storage;

/**
 * What a prepared data set holds: {@code manifest.json} in its folder.
 *
 * @param schemaVersion that of the shards
 * @param dataset the data set's name
 * @param classMap the class map's name
 * @param classNames index 0 is void
 * @param palette a colour per class, 0xRRGGBB
 * @param normals mode and parameters of the normals
 * @param productVersion the version that wrote it
 * @param files the shards, by path
 * @param splits the statistics of each split
 * @param quarantined how many frames were left out, by reason code
 * @param configuration the resolved configuration of the job
 * @param inputs a fingerprint of each unit of input
 */
@JsonIgnoreProperties(
    value = {"truth"},
    allowGetters = true)
public record Manifest(
    int schemaVersion,
    String dataset,
    String classMap,
    List<String> classNames,
    List<Integer> palette,
    SortedMap<String, String> normals,
    String productVersion,
    List<ShardFile> files,
    SortedMap<String, SplitStatistics> splits,
    SortedMap<String, Long> quarantined,
    JsonNode configuration,
    SortedMap<String, String> inputs) {
  /** The manifest's file name. */
  public static final String FILE_NAME = "manifest.json";

  /** The marker that is written last. */
  public static final String SUCCESS = "_SUCCESS";

  /** The folder of what was left out. */
  public static final String QUARANTINE = "quarantine";

  private static final ObjectMapper JSON = Json.INDENTED;

  public Manifest {
    classNames = List.copyOf(classNames);
    palette = List.copyOf(palette);
    files = List.copyOf(files);
  }

  /** A manifest of shards that carry this metadata. */
  public static Manifest of(
      ShardMetadata metadata,
      List<ShardFile> files,
      Map<String, SplitStatistics> splits,
      Map<String, Long> quarantined,
      JsonNode configuration,
      Map<String, String> inputs) {
    return new Manifest(
        metadata.schemaVersion(),
        metadata.dataset(),
        metadata.classMap(),
        metadata.classNames(),
        metadata.palette(),
        metadata.normals(),
        metadata.productVersion(),
        files,
        new TreeMap<>(splits),
        new TreeMap<>(quarantined),
        configuration,
        new TreeMap<>(inputs));
  }

  /**
   * Reads the manifest of a finished data set.
   *
   * @throws InputException if the folder is missing, unfinished or cannot be read, or a shard that
   *     it lists is missing or of another size
   */
  public static Manifest open(Path dataset, Configuration hadoop) throws IOException {
    Storage storage = Storage.of(dataset, hadoop);
    if (!storage.exists(dataset)) {
      throw new InputException(
          "Cannot open data set %s: no such folder; prepare it first".formatted(dataset));
    }
    if (!storage.exists(new Path(dataset, SUCCESS))) {
      throw new InputException(
          "Cannot open data set %s: it has no %s, so it was not finished; run prepare again"
              .formatted(dataset, SUCCESS));
    }
    Path file = new Path(dataset, FILE_NAME);
    if (!storage.exists(file)) {
      throw new InputException(
          "Cannot open data set %s: it has no %s; run prepare again".formatted(dataset, FILE_NAME));
    }
    Manifest manifest;
    try (InputStream in = storage.open(file)) {
      manifest = JSON.readValue(in, Manifest.class);
    } catch (JacksonException | ChecksumException e) {
      throw new InputException("Cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
    String unknown = ShardMetadata.unknown(Integer.toString(manifest.schemaVersion()));
    if (unknown != null) {
      throw new InputException(
          "Cannot open data set %s: %s; run prepare again".formatted(dataset, unknown));
    }
    for (ShardFile shard : manifest.files()) {
      if (!shard.liesInside()) {
        throw new InputException(
            "Cannot open data set %s: its manifest names the shard %s, which lies outside of it"
                .formatted(dataset, shard.path()));
      }
    }
    manifest.requireFiles(dataset, hadoop);
    return manifest;
  }

  /**
   * The SHA-256 of a data set's manifest, which tells it from one that was prepared anew.
   *
   * @throws InputException if there is none
   */
  public static String sha256(Path dataset, Configuration hadoop) throws IOException {
    byte[] manifest =
        WholeFile.read(new Path(dataset, FILE_NAME), hadoop)
            .orElseThrow(
                () ->
                    new InputException(
                        "Cannot open data set %s: it has no %s; run prepare again"
                            .formatted(dataset, FILE_NAME)));
    return StoredFile.of(FILE_NAME, manifest).sha256();
  }

  private void requireFiles(Path dataset, Configuration hadoop) throws IOException {
    Listing listing = Listing.of(dataset, hadoop);
    for (ShardFile file : files) {
      Long length = listing.bytes().get(file.path());
      if (length == null || length != file.bytes()) {
        throw new InputException(
            "Cannot open data set %s: %s %s, though %s lists it with %,d; prepare it again in another folder"
                .formatted(
                    dataset,
                    file.path(),
                    length == null ? "is missing" : "has %,d bytes".formatted(length),
                    FILE_NAME,
                    file.bytes()));
      }
    }
  }

  /**
   * Writes the manifest into a data set's folder; {@code _SUCCESS} is the caller's to write.
   *
   * @return what was written
   */
  public StoredFile write(Path dataset, Configuration hadoop) throws IOException {
    byte[] json = JSON.writeValueAsBytes(this);
    WholeFile.write(new Path(dataset, FILE_NAME), json, hadoop);
    return StoredFile.of(FILE_NAME, json);
  }

  /** What at least one frame of the data set has. */
  @JsonProperty
  public Set<TruthKind> truth() {
    Set<TruthKind> there = EnumSet.noneOf(TruthKind.class);
    splits.keySet().forEach(split -> there.addAll(truth(split)));
    return there;
  }

  /** What at least one frame of a split has. */
  public Set<TruthKind> truth(String split) {
    Set<TruthKind> there = EnumSet.noneOf(TruthKind.class);
    SplitStatistics statistics = splits.get(split);
    for (TruthKind truth : TruthKind.all()) {
      if (statistics != null && statistics.framesWith(truth) > 0) {
        there.add(truth);
      }
    }
    return there;
  }

  /** The shards of a split, by path. */
  public List<ShardFile> files(String split) {
    return files.stream().filter(f -> f.split().equals(split)).toList();
  }
}
