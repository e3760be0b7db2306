package org.networkfission.jobs.train.checkpoint;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.networkfission.model.backend.Arithmetic;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.prep.commit.Listing;
import org.networkfission.prep.commit.StoredFile;
import org.networkfission.prep.commit.WholeFile;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.settings.Json;
import org.networkfission.prep.storage.Storage;

/**
 * A training run at the end of a step: the folder {@code <output>/checkpoints/<step>} with {@code
 * model.zip}, one {@code optimizer-KK-of-NN.bin} per replica, {@code card.md} and the record {@code
 * state.json}, which lists them. Where an attempt at the run was before, names have an addition, as
 * in {@code model-1a2b3c4d.zip}. What has no record is no checkpoint.
 *
 * @param folder where it is
 * @param state where the run stood
 * @param files the parts; none in the records of earlier versions
 */
public record Checkpoint(Path folder, State state, List<StoredFile> files) {
  /** The folder of all checkpoints within the output folder of a run. */
  public static final String FOLDER = "checkpoints";

  /** The file that names the latest. */
  static final String LATEST = "latest";

  /** The file that names the best on the validation sample. */
  static final String BEST = "best";

  /** The file of the network, where no attempt was before. */
  public static final String MODEL = "model.zip";

  /** The field of a record that lists the parts. */
  static final String FILES = "files";

  static final String STATE = "state.json";

  private static final Pattern NAME = Pattern.compile("[0-9]{8,}");

  /**
   * Where a run stood.
   *
   * @param step steps done
   * @param epoch passes over the data begun, counted from 0
   * @param examples examples seen by all replicas together
   * @param replicas how many there were
   * @param virtualReplicas among how many the data are shared; null where among the replicas, whose
   *     number never changes
   * @param batchSize images of a step of each of them
   * @param seed of the run
   * @param parameters how many the network has
   * @param checksum CRC-32 of the parameters; the same on every replica
   * @param network what was trained
   * @param classMap the name of the class map of the data that it learned from
   * @param configuration the resolved configuration
   * @param best the best step so far on the validation sample; null before the first
   * @param balance what the balance of the tasks remembers; null where their weights are fixed
   * @param arithmetic what the bits of each replica's gradients depended on, by rank; none in the
   *     records of earlier versions
   * @param data what it learned from; none in the records of earlier versions
   */
  public record State(
      long step,
      long epoch,
      long examples,
      int replicas,
      @JsonInclude(JsonInclude.Include.NON_NULL) Integer virtualReplicas,
      int batchSize,
      long seed,
      int parameters,
      long checksum,
      NetworkSpec network,
      String classMap,
      JsonNode configuration,
      Best best,
      Map<String, List<Double>> balance,
      List<Arithmetic> arithmetic,
      List<LearnedData> data) {
    public State {
      arithmetic = arithmetic == null ? List.of() : List.copyOf(arithmetic);
      data = data == null ? List.of() : List.copyOf(data);
    }

    /** Among how many replicas or virtual replicas the data are shared. */
    public int shares() {
      return virtualReplicas == null ? replicas : virtualReplicas;
    }
  }

  /**
   * The best step of a run so far.
   *
   * @param score on the validation sample, see {@code Validation.score}
   */
  public record Best(long step, double score) {}

  /**
   * The latest checkpoint of a run.
   *
   * @param output the run's output folder
   * @return nothing if there is none yet
   */
  public static Optional<Checkpoint> latest(Path output, Configuration hadoop) throws IOException {
    Path folder = new Path(output, FOLDER);
    Storage storage = Storage.of(folder, hadoop);
    if (!storage.exists(folder)) {
      return Optional.empty();
    }
    List<Path> newestFirst =
        storage.list(folder).stream()
            .map(FileStatus::getPath)
            .filter(Checkpoint::isCheckpoint)
            .sorted(Comparator.comparingLong(Checkpoint::stepOf).reversed())
            .toList();
    for (Path checkpoint : newestFirst) {
      if (storage.exists(new Path(checkpoint, STATE))) {
        return Optional.of(open(checkpoint, hadoop));
      }
    }
    return Optional.empty();
  }

  /**
   * The checkpoint that a path means.
   *
   * @param path a run's output folder, whose latest checkpoint counts; one checkpoint; or the file
   *     {@code checkpoints/best} or {@code checkpoints/latest} of a run
   * @throws InputException if there is none
   */
  public static Checkpoint at(Path path, Configuration hadoop) throws IOException {
    if (names(path)) {
      return named(path, hadoop);
    }
    if (!Storage.of(path, hadoop).exists(path)) {
      throw new InputException("Cannot open checkpoint %s: no such folder".formatted(path));
    }
    Optional<Checkpoint> latest = latest(path, hadoop);
    return latest.isPresent() ? latest.get() : open(path, hadoop);
  }

  /** Whether a path is that of a file that names a checkpoint. */
  public static boolean names(Path file) {
    return file.getName().equals(BEST) || file.getName().equals(LATEST);
  }

  private static Checkpoint named(Path file, Configuration hadoop) throws IOException {
    Optional<Checkpoint> latest = latest(file.getParent().getParent(), hadoop);
    if (latest.isPresent() && file.getName().equals(LATEST)) {
      return latest.get();
    }
    Optional<Best> best = latest.flatMap(c -> Optional.ofNullable(c.state().best()));
    if (best.isPresent() && file.getName().equals(BEST)) {
      return open(new Path(file.getParent(), name(best.get().step())), hadoop);
    }
    throw new InputException(
        "Cannot open checkpoint %s: no such file%s"
            .formatted(
                file,
                file.getName().equals(BEST)
                    ? "; a run has a best checkpoint if it validates (train.validation.every)"
                    : ""));
  }

  /** How the name of a replica's part begins. */
  static String optimizerName(int replica, int replicas) {
    return String.format(Locale.ROOT, "optimizer-%02d-of-%02d", replica, replicas);
  }

  /** Whether a path has the name of a checkpoint, and not of one that is being written. */
  static boolean isCheckpoint(Path path) {
    return NAME.matcher(path.getName()).matches();
  }

  static long stepOf(Path folder) {
    return Long.parseLong(folder.getName());
  }

  public static String name(long step) {
    // Programs that use the API have locales of their own, of which some have other digits.
    return String.format(Locale.ROOT, "%08d", step);
  }

  /** The card that stands beside the network; nothing in those of earlier versions. */
  public Optional<String> card(Configuration hadoop) throws IOException {
    return WholeFile.read(part("card", ".md"), hadoop)
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  /** The file of a part, by how its name begins and ends. */
  Path part(String begin, String end) {
    return files.stream()
        .map(StoredFile::path)
        .filter(name -> name.startsWith(begin) && name.endsWith(end))
        .findFirst()
        .map(name -> new Path(folder, name))
        .orElse(new Path(folder, begin + end));
  }

  /**
   * Opens a checkpoint.
   *
   * @param folder e.g. {@code <output>/checkpoints/00001000}
   * @throws InputException if it is missing or cannot be read
   */
  public static Checkpoint open(Path folder, Configuration hadoop) throws IOException {
    Path file = new Path(folder, STATE);
    byte[] record =
        WholeFile.read(file, hadoop)
            .orElseThrow(
                () ->
                    new InputException(
                        "Cannot open checkpoint %s: it has no %s".formatted(folder, STATE)));
    Checkpoint checkpoint;
    try {
      JsonNode json = Json.MAPPER.readTree(record);
      List<StoredFile> parts = List.of();
      if (json instanceof ObjectNode fields && fields.has(FILES)) {
        parts = List.of(Json.MAPPER.treeToValue(fields.remove(FILES), StoredFile[].class));
      }
      checkpoint = new Checkpoint(folder, Json.MAPPER.treeToValue(json, State.class), parts);
    } catch (JacksonException e) {
      throw new InputException("Cannot read %s: %s".formatted(file, e.getOriginalMessage()), e);
    }
    Listing listing = Listing.of(folder, hadoop);
    try {
      listing.require(checkpoint.files());
      return checkpoint;
    } catch (IOException e) {
      throw new InputException(
          "Cannot open checkpoint %s: %s; delete it to go on from one before it"
              .formatted(folder, e.getMessage()),
          e);
    }
  }

  /** Whether it is the best of its run on the validation sample, as far as it knew. */
  public boolean isBest() {
    return state.best() != null && state.best().step() == state.step();
  }

  /** Reads the network. */
  public FissionNetwork network(Configuration hadoop) throws IOException {
    return FissionNetwork.load(new ByteArrayInputStream(model(hadoop)));
  }

  /**
   * Reads the file of the network.
   *
   * @throws InputException if it is missing or not what the record says
   */
  public byte[] model(Configuration hadoop) throws IOException {
    Path file = part("model", ".zip");
    byte[] content =
        WholeFile.read(file, hadoop)
            .orElseThrow(
                () ->
                    new InputException(
                        "Cannot open checkpoint %s: it has no %s"
                            .formatted(folder, file.getName())));
    for (StoredFile part : files) {
      if (part.path().equals(file.getName()) && !part.holds(content)) {
        throw new InputException(
            "Cannot read %s of checkpoint %s: it is damaged".formatted(file.getName(), folder));
      }
    }
    return content;
  }

  /**
   * Reads the network with the moving average of its parameters, which {@code train.average-decay}
   * asks for.
   *
   * @throws InputException if the checkpoint has none
   */
  public FissionNetwork averagedNetwork(Configuration hadoop) throws IOException {
    float[] average =
        slice(0, state.parameters(), hadoop)
            .average()
            .orElseThrow(
                () ->
                    new InputException(
                        "Cannot use the moving average of %s: it has none (train.average-decay)"
                            .formatted(folder)));
    FissionNetwork network = network(hadoop);
    network.engine().parameters().write(0, average);
    return network;
  }

  /**
   * Reads what was held of a slice, which may be cut differently from those that were written.
   *
   * @param from first element of the slice in the flat vector
   * @param to one past its last
   */
  public OptimizerFile.Contents slice(int from, int to, Configuration hadoop) throws IOException {
    return new OptimizerParts(this, hadoop).slice(from, to);
  }
}
