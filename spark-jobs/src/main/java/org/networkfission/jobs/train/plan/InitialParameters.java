package org.networkfission.jobs.train.plan;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Serializable;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.networkfission.jobs.report.DataFacts;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.network.LossSpec;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.weights.Transfer;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.settings.ConfigException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parameters that a new run begins with where {@code train.initialise.from} names some. The
 * driver alone reads them and tells what became of them; every replica gets the same bits.
 *
 * @param source what to say of them
 * @param values the flat vector; empty where each replica makes new ones from the seed
 */
public record InitialParameters(String source, Broadcast<float[]> values) implements Serializable {
  /** Shown with {@code --verbose}. */
  private static final Logger LOG = LoggerFactory.getLogger(InitialParameters.class);

  static final String KEY = "train.initialise.from";

  /** Those that replicas make themselves. */
  public static InitialParameters fromSeed(JavaSparkContext spark) {
    return new InitialParameters("new parameters", spark.broadcast(new float[0]));
  }

  /** Hands parameters, which {@link #read} read, to the replicas. */
  public static InitialParameters of(String from, float[] values, JavaSparkContext spark) {
    return new InitialParameters("the parameters of " + from, spark.broadcast(values));
  }

  /** Puts them in place. */
  public void assignTo(FissionNetwork network) {
    float[] all = values.value();
    if (all.length > 0) {
      network.engine().parameters().write(0, all);
    }
  }

  /**
   * Reads the parameters of a new network: those of the seed, and in their place those of the
   * source that fit.
   *
   * @param initialise the source, which is given: a run's output folder, whose latest checkpoint
   *     counts, a checkpoint, or a file; and what is not taken from it
   * @param data what the new run learns from; where the source learned from other data, that is
   *     told
   * @throws InputException if there is no such thing, or it is damaged
   * @throws ConfigException if nothing in it fits the network
   */
  public static float[] read(
      InitialiseSettings initialise,
      NetworkSpec spec,
      LossSpec losses,
      long seed,
      List<DataFacts> data,
      Configuration hadoop,
      PrintWriter out)
      throws IOException {
    String from = initialise.from().orElseThrow();
    try (FissionNetwork network = FissionNetwork.create(spec, losses, seed);
        WeightSource source = WeightSource.open(new Path(from), hadoop)) {
      Transfer transfer = source.transferTo(network, initialise.skip());
      out.println("initialising from " + from);
      List<String> differences = DataFacts.differences(source.learned(), data);
      if (!differences.isEmpty()) {
        out.printf("%s learned from other data: %s%n", from, String.join(", ", differences));
      }
      out.println(transfer.sentence());
      transfer.table().forEach(LOG::info);
      return network.engine().parameters().read();
    } catch (IllegalArgumentException e) {
      throw new ConfigException(
          List.of(
              "%s = %s: must hold weights of this network: %s"
                  .formatted(KEY, from, e.getMessage())));
    }
  }
}
