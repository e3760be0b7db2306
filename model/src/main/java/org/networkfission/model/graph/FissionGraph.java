package org.networkfission.model.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.networkfission.model.input.Batch;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.network.ParameterRange.Kind;
import org.networkfission.model.network.StepLosses;
import org.networkfission.model.optimizer.Adam.Moments;
import org.networkfission.model.task.GroundTruth;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.NormalMap;
import org.networkfission.prep.frame.TruthKind;

/**
 * A network as the DL4J graph that DL4J's own trainers fit: {@code fit} with the data sets of
 * {@link #dataSet} takes DL4J's path through solver, updater and gradient accumulator, but
 * gradients are {@link FissionNetwork#computeGradient}'s. {@link FissionNetwork#trainedByDl4j}
 * prepares it.
 */
@SuppressWarnings("overrides") // of equals, within DL4J
public final class FissionGraph extends ComputationGraph {
  /** Of the packed truth: classes, normals, depth. */
  private static final int CHANNELS = 6;

  private final transient FissionNetwork network;
  private transient INDArray truth;
  private final transient GraphTraining training;
  private transient StepLosses lastLosses;
  private transient double lastNorm;
  private transient int lastBatch;
  private transient int startAt = -1;

  FissionGraph(
      ComputationGraphConfiguration configuration, FissionNetwork network, GraphTraining training) {
    super(configuration);
    this.network = network;
    this.training = training;
    INDArray parameters = network.parameters();
    init(parameters.reshape(1, parameters.length()), false);
    initGradientsView();
    for (GraphVertex vertex : getVertices()) {
      if (vertex instanceof Stage stage) {
        stage.trainingConfig(new StageTraining(stage.getVertexName(), network.ranges(), training));
      }
    }
    getConfiguration().getDefaultConfiguration().setMiniBatch(false); // The gradient is a mean.
    getUpdater();
  }

  /** The gradient is the network's own. */
  @Override
  public void initGradientsView() {
    flattenedGradients = network.gradient();
    long from = 0;
    for (int index : topologicalSortOrder()) {
      GraphVertex vertex = getVertices()[index];
      if (vertex.numParams() > 0) {
        long to = from + vertex.numParams();
        vertex.setBackpropGradientsViewArray(
            flattenedGradients.get(NDArrayIndex.interval(from, to)));
        from = to;
      }
    }
  }

  /** The network whose parameters these are. */
  public FissionNetwork network() {
    return network;
  }

  /**
   * A minibatch as DL4J's trainers take it: the images, and as "labels" the truth of all tasks,
   * [batch, 6, height, width]: classes, normals, depth, and what is known, as a bit per kind.
   */
  public static DataSet dataSet(Batch batch) {
    int pixels = batch.truths().get(0).pixels();
    float[] packed = new float[batch.size() * CHANNELS * pixels];
    for (int image = 0; image < batch.size(); image++) {
      GroundTruth truth = batch.truths().get(image);
      int first = image * CHANNELS * pixels;
      for (int i = 0; i < pixels; i++) {
        packed[first + i] = Short.toUnsignedInt(truth.labels().ids()[i]);
        for (int c = 0; c < 3; c++) {
          packed[first + (1 + c) * pixels + i] = truth.normals().xyz()[3 * i + c];
        }
        packed[first + 4 * pixels + i] = truth.metres()[i];
      }
      int known = truth.known().stream().mapToInt(FissionGraph::bit).sum();
      Arrays.fill(packed, first + 5 * pixels, first + CHANNELS * pixels, known);
    }
    long[] shape = batch.images().shape();
    return new DataSet(
        batch.images(),
        Nd4j.createFromArray(packed).reshape('c', shape[0], CHANNELS, shape[2], shape[3]));
  }

  private static int bit(TruthKind kind) {
    return switch (kind) {
      case LABELS -> 1;
      case NORMALS -> 2;
      case DEPTH -> 4;
    };
  }

  private static Batch batch(INDArray images, INDArray packed) {
    int height = Math.toIntExact(packed.size(2));
    int width = Math.toIntExact(packed.size(3));
    int pixels = height * width;
    float[] values = packed.dup('c').data().asFloat();
    List<String> keys = new ArrayList<>();
    List<GroundTruth> truths = new ArrayList<>();
    for (int image = 0; image < images.size(0); image++) {
      int first = image * CHANNELS * pixels;
      short[] ids = new short[pixels];
      float[] xyz = new float[3 * pixels];
      for (int i = 0; i < pixels; i++) {
        ids[i] = (short) (int) values[first + i];
        for (int c = 0; c < 3; c++) {
          xyz[3 * i + c] = values[first + (1 + c) * pixels + i];
        }
      }
      float[] metres = Arrays.copyOfRange(values, first + 4 * pixels, first + 5 * pixels);
      int bits = (int) values[first + 5 * pixels];
      Set<TruthKind> known = EnumSet.allOf(TruthKind.class);
      known.removeIf(kind -> (bits & bit(kind)) == 0);
      keys.add(Integer.toString(image));
      truths.add(
          GroundTruth.of(
              new LabelMap(width, height, ids), new NormalMap(width, height, xyz), metres, known));
    }
    return new Batch(keys, images, truths);
  }

  /** The next {@code fit} begins at this step, whatever DL4J, which begins at 0, has set. */
  public void startAt(int step) {
    startAt = step;
  }

  /** Takes the truth of all tasks as {@link #dataSet} packs it, whatever the number of outputs. */
  @Override
  public void setLabels(INDArray... labels) {
    truth = labels[0];
  }

  @Override
  public void computeGradientAndScore(LayerWorkspaceMgr workspaces) {
    computeGradientAndScore();
  }

  /**
   * Computes the gradient of the minibatch that {@code fit} set.
   *
   * @throws ArithmeticException if it is not finite; no parameter has changed
   */
  @Override
  public void computeGradientAndScore() {
    if (startAt >= 0) {
      getConfiguration().setIterationCount(startAt);
      startAt = -1;
    }
    INDArray images = getInput(0);
    lastBatch = Math.toIntExact(images.size(0));
    Batch batch = batch(images, truth);
    score = Double.NaN;
    lastLosses =
        network.computeGradient(
            batch, (long) getIterationCount() * training.replicas() + training.rank());
    INDArray flat = network.gradient();
    lastNorm = prepareGradient(flat);
    if (!Double.isFinite(lastLosses.total()) || !Double.isFinite(lastNorm)) {
      throw new ArithmeticException(
          "the loss of step %d is %s, the norm of its gradient %s"
              .formatted(getIterationCount(), lastLosses.total(), lastNorm));
    }
    score = lastLosses.total();
    gradient = new DefaultGradient(flattenedGradients);
    for (INDArray used : List.of(images, truth)) {
      if (used.closeable()) {
        used.close(); // Outside the Java heap, where garbage collection comes late.
      }
    }
  }

  /**
   * Clips the trained tensors' gradients and takes this replica's share of the running statistics'.
   *
   * @return the norm of the trained tensors' gradients before
   */
  private double prepareGradient(INDArray flat) {
    double squares = 0;
    for (ParameterRange range : network.ranges()) {
      INDArray part = part(flat, range);
      if (range.kind() == Kind.RUNNING_STATISTIC) {
        part.divi(training.replicas());
        squares += 0 * part.sumNumber().doubleValue();
      } else {
        double norm = part.norm2Number().doubleValue();
        squares += norm * norm;
      }
    }
    double norm = Math.sqrt(squares);
    double factor = training.adam().clipFactor(norm);
    if (factor != 1) {
      for (ParameterRange range : network.ranges()) {
        if (range.kind() != Kind.RUNNING_STATISTIC) {
          part(flat, range).muli(factor);
        }
      }
    }
    return norm;
  }

  private static INDArray part(INDArray flat, ParameterRange range) {
    return flat.get(NDArrayIndex.interval(range.offset(), range.offset() + range.length()));
  }

  /** The losses of the last step. */
  public StepLosses lastLosses() {
    return lastLosses;
  }

  /** Norm of the last step's gradient of the trained tensors, before clipping. */
  public double lastGradientNorm() {
    return lastNorm;
  }

  @Override
  public long numParams() {
    return numParams(true);
  }

  /** DL4J itself counts layers only, not vertices. */
  @Override
  public long numParams(boolean backwards) {
    return flattenedParams == null ? 0 : flattenedParams.length();
  }

  @Override
  public int batchSize() {
    return lastBatch;
  }

  /** What the optimizer remembers, element by element of the flat vector. */
  public Moments moments() {
    Moments moments = Moments.zeros(0, Math.toIntExact(numParams()));
    for (UpdaterBlock block : getUpdater().getUpdaterBlocks()) {
      INDArray state = block.getUpdaterView();
      if (state != null) {
        float[] values = state.dup().data().asFloat();
        int length = values.length / 2;
        System.arraycopy(values, 0, moments.first(), block.getParamOffsetStart(), length);
        System.arraycopy(values, length, moments.second(), block.getParamOffsetStart(), length);
      }
    }
    return moments;
  }

  /** Goes on with what an optimizer remembered. */
  public void moments(Moments moments) {
    for (UpdaterBlock block : getUpdater().getUpdaterBlocks()) {
      INDArray state = block.getUpdaterView();
      if (state != null) {
        float[] values = new float[Math.toIntExact(state.length())];
        int length = values.length / 2;
        System.arraycopy(moments.first(), block.getParamOffsetStart(), values, 0, length);
        System.arraycopy(moments.second(), block.getParamOffsetStart(), values, length, length);
        state.assign(Nd4j.createFromArray(values).reshape(state.shape()));
      }
    }
  }
}
