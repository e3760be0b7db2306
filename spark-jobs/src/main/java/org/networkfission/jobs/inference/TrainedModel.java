package org.networkfission.jobs.inference;

import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.jobs.report.DataFacts;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.jobs.train.checkpoint.LearnedData;
import org.networkfission.model.export.ExportedModel;
import org.networkfission.model.export.ModelCard;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.labels.ClassMap;
import org.networkfission.prep.labels.ClassMaps;
import org.networkfission.prep.storage.Storage;

/**
 * A model that is to predict, read by the driver and known to load.
 *
 * @param path where it is: a checkpoint's folder, or an exported file
 * @param file what executors load
 * @param spec the network that it is
 * @param classMap the name of the class map that it learned
 * @param classNames by number, void first; none where the model does not tell them
 * @param palette a colour per class, 0xRRGGBB; none as above
 * @param step steps of training behind it
 * @param parameters how many it has
 * @param learned the data sets that it learned from; none where they are not known
 */
public record TrainedModel(
    Path path,
    ModelFile file,
    NetworkSpec spec,
    String classMap,
    List<String> classNames,
    List<Integer> palette,
    long step,
    long parameters,
    List<DataFacts> learned)
    implements Serializable {
  public TrainedModel {
    classNames = List.copyOf(classNames);
    palette = List.copyOf(palette);
  }

  /**
   * Opens a model and checks that it can be read.
   *
   * @param path an exported file, known by its name's end; or see {@link Checkpoint#at}
   * @throws InputException if there is none, it is damaged, or has not got such weights
   */
  public static TrainedModel open(Path path, Weights weights, Configuration hadoop)
      throws IOException {
    Optional<ExportedFormat> exported = ExportedFormat.of(path.getName());
    if (exported.isPresent()) {
      return exported(path, exported.get(), hadoop);
    }
    Checkpoint checkpoint = Checkpoint.at(path, hadoop);
    Checkpoint.State state = checkpoint.state();
    byte[] bytes =
        weights == Weights.AVERAGE ? averaged(checkpoint, hadoop) : checkpoint.model(hadoop);
    ModelFile file = ModelFile.network(bytes, state.seed());
    try {
      if (!file.check().sameNetworkAs(state.network())) {
        throw new InputException(
            "Cannot use checkpoint %s: its %s holds another network than its state tells"
                .formatted(checkpoint.folder(), Checkpoint.MODEL));
      }
    } catch (IOException e) {
      throw new InputException(
          "Cannot read %s of checkpoint %s: %s"
              .formatted(Checkpoint.MODEL, checkpoint.folder(), e.getMessage()),
          e);
    }
    // All data sets of a run name its classes alike; that whose map the network has tells all.
    Optional<LearnedData> data =
        state.data().stream().filter(set -> set.classMap().equals(state.classMap())).findFirst();
    return new TrainedModel(
        checkpoint.folder(),
        file,
        state.network(),
        state.classMap(),
        data.map(LearnedData::classNames).orElse(List.of()),
        data.map(LearnedData::palette).orElse(List.of()),
        state.step(),
        state.parameters(),
        state.data().stream().map(LearnedData::facts).toList());
  }

  /**
   * The classes of its labels. Of a map that is not shipped a model of an earlier version only
   * knows how many there are; the manifest of the data that it learned from names them.
   */
  public ClassMap classes() {
    return ClassMaps.learned(classMap, spec.classes(), classNames, palette);
  }

  private static byte[] averaged(Checkpoint checkpoint, Configuration hadoop) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (FissionNetwork network = checkpoint.averagedNetwork(hadoop)) {
      network.save(bytes);
    }
    return bytes.toByteArray();
  }

  private static TrainedModel exported(Path path, ExportedFormat format, Configuration hadoop)
      throws IOException {
    byte[] bytes;
    try {
      bytes = Storage.of(path, hadoop).read(path);
    } catch (FileNotFoundException e) {
      throw new InputException("Cannot open model %s: no such file".formatted(path), e);
    } catch (IOException e) {
      throw new InputException("Cannot read %s: %s".formatted(path, e.getMessage()), e);
    }
    try (ExportedModel model = format.open(bytes, 1)) {
      ModelCard card = model.card();
      return new TrainedModel(
          path,
          ModelFile.exported(format, bytes),
          card.network(),
          card.classMap(),
          card.classes(),
          card.palette(),
          card.provenance().step(),
          card.provenance().parameters(),
          List.of());
    } catch (IOException e) {
      throw new InputException("Cannot use %s: %s".formatted(path, e.getMessage()), e);
    }
  }
}
