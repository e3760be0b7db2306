package org.networkfission.jobs.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.networkfission.prep.settings.ConfigException;

/**
 * Turns what Spark, YARN and Kubernetes say about a cluster that cannot do what was asked into one
 * sentence with the product's key.
 */
public final class ClusterFailure {
  private static final Pattern ABOVE_LARGEST =
      Pattern.compile("Required executor memory.* is above the max threshold \\((\\d+) MB\\)");
  private static final Pattern MASTER_TOO_LARGE =
      Pattern.compile("Required AM memory.* is above the max threshold \\((\\d+) MB\\)");
  private static final Pattern NATIVE_MEMORY =
      Pattern.compile(
          "Physical memory usage is too high|Cannot allocate new \\w+Pointer|maxPhysicalBytes");
  private static final Pattern KILLED =
      Pattern.compile(
          "(killed by YARN for exceeding|beyond.*physical memory limits|Consider boosting"
              + " spark.executor.memoryOverhead|OOMKilled|[Ee]xit (code|status):? 137\\b)");
  private static final Pattern VIRTUAL_MEMORY = Pattern.compile("virtual memory (limits|used)");
  private static final Pattern HEAP =
      Pattern.compile("Java heap space|GC overhead limit exceeded|[Ee]xit (code|status):? 52\\b");
  private static final Pattern DISCOVERY = Pattern.compile("discovery script");
  private static final Pattern STOPPED =
      Pattern.compile(
          "stopped SparkContext|SparkContext was shut down|SparkContext has been shutdown");
  private static final Pattern TOKEN_ENDED =
      Pattern.compile("(?s)token \\(.*\\) (is expired|can't be found in cache)");
  private static final Pattern NO_TICKET =
      Pattern.compile("Client cannot authenticate via:|Failed to find any Kerberos tgt");
  private static final Pattern NO_YARN = Pattern.compile("Could not parse Master URL: '?(\\w+)");
  private static final Pattern LIMIT_OF_POD = Pattern.compile("must be less than or equal to cpu");

  private ClusterFailure() {}

  /**
   * Explains a failure.
   *
   * @param failure what a job ended with
   * @param settings what was asked of the cluster
   * @return the problem, where it is one of the cluster's
   */
  public static Optional<ConfigException> explain(Throwable failure, ClusterSettings settings) {
    List<String> texts = new ArrayList<>();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      texts.add(String.valueOf(cause.getMessage()));
    }
    texts.addAll(Cluster.losses());
    return explain(texts, settings);
  }

  /** Explains the first of some messages that can be explained. */
  static Optional<ConfigException> explain(List<String> texts, ClusterSettings settings) {
    // What is said of memory tells more than what followed from it.
    for (Rule rule : RULES) {
      for (String text : texts) {
        Matcher found = rule.pattern().matcher(text);
        if (found.find()) {
          return Optional.of(new ConfigException(List.of(rule.sentence().apply(found, settings))));
        }
      }
    }
    return Optional.empty();
  }

  private interface Sentence {
    String apply(Matcher found, ClusterSettings settings);
  }

  private record Rule(Pattern pattern, Sentence sentence) {}

  private static final List<Rule> RULES =
      List.of(
          new Rule(
              ABOVE_LARGEST,
              (found, s) ->
                  "cluster.executor-memory + cluster.native-memory = %d MiB: must be at most %s MiB, the largest container that this YARN cluster gives"
                      .formatted(
                          Cluster.mebibytes(s.executorMemory())
                              + Cluster.mebibytes(s.nativeMemory()),
                          found.group(1))),
          new Rule(
              MASTER_TOO_LARGE,
              (found, s) ->
                  "FISSION_DRIVER_MEMORY + cluster.driver-native-memory (%d MiB): must be at most %s MiB, the largest container that this YARN cluster gives"
                      .formatted(Cluster.mebibytes(s.driverNativeMemory()), found.group(1))),
          new Rule(
              NATIVE_MEMORY,
              (found, s) ->
                  "cluster.native-memory = %s: tensors need more; give more, or a smaller train.batch-size or network"
                      .formatted(Cluster.text(s.nativeMemory()))),
          new Rule(
              VIRTUAL_MEMORY,
              (found, s) ->
                  "YARN killed a container for its virtual memory, which the JVM only reserves: the"
                      + " nodes need yarn.nodemanager.vmem-check-enabled = false"),
          new Rule(
              KILLED,
              (found, s) ->
                  "cluster.native-memory = %s: an executor took more memory than cluster.executor-memory (%s) and it together, and was killed; give more"
                      .formatted(Cluster.text(s.nativeMemory()), Cluster.text(s.executorMemory()))),
          new Rule(
              HEAP,
              (found, s) ->
                  "cluster.executor-memory = %s: an executor's Java heap was full; give more"
                      .formatted(Cluster.text(s.executorMemory()))),
          new Rule(
              DISCOVERY,
              (found, s) ->
                  "cluster.gpu-discovery is missing: with cluster.gpus-per-executor = %d Spark asks a program for the host's GPUs; give the path of submit/discover-gpus on the nodes"
                      .formatted(s.gpusPerExecutor())),
          new Rule(
              LIMIT_OF_POD,
              (found, s) ->
                  "cluster.cores-per-executor = %d: must be at most cluster.spark.kubernetes.executor.limit.cores"
                      .formatted(s.coresPerExecutor())),
          new Rule(TOKEN_ENDED, (found, s) -> Kerberos.tokensEnded(s)),
          new Rule(NO_TICKET, (found, s) -> Kerberos.NO_TICKET),
          new Rule(
              NO_YARN,
              (found, s) ->
                  "cluster.master = %s: Spark's part for it comes with a Spark distribution; set SPARK_HOME"
                      .formatted(s.master().orElse(found.group(1)))),
          new Rule(
              STOPPED,
              (found, s) ->
                  "the cluster ended the application (its master is gone, or somebody stopped it);"
                      + " what was finished is kept, and the same command goes on"));
}
