package org.networkfission.jobs.train.synchronous;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.jobs.report.Painter;
import org.networkfission.jobs.report.Panel;
import org.networkfission.jobs.train.collective.Collective;
import org.networkfission.jobs.train.input.ExampleReader;
import org.networkfission.jobs.train.input.RowGroup;
import org.networkfission.jobs.train.input.Source;
import org.networkfission.jobs.train.plan.RunPlan;
import org.networkfission.model.evaluation.Evaluation;
import org.networkfission.model.evaluation.FrameRef;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.input.Augmentation;
import org.networkfission.model.input.Batch;
import org.networkfission.model.input.BatchAssembler;
import org.networkfission.model.network.Prediction;
import org.networkfission.model.network.Task;
import org.networkfission.model.task.GroundTruth;
import org.networkfission.prep.frame.LabeledImage;
import org.networkfission.prep.shard.Example;

/**
 * Evaluates the network on the validation sample, each replica on its share, and merges exactly:
 * the result does not depend on the number of replicas, and every replica has it. The encoded
 * frames stay in memory.
 */
final class Validator {
  /** What an evaluation is made of. */
  private static final ObjectInputFilter FILTER =
      ObjectInputFilter.Config.createFilter(
          "org.networkfission.model.metric.*;org.networkfission.model.statistics.*;"
              + "org.networkfission.model.evaluation.*;java.util.*;java.lang.*;java.math.*;!*");

  private final RunPlan plan;
  private final Collective collective;
  private final FissionNetwork network;
  private final BatchAssembler assembler;

  /** By data set. */
  private final List<List<Example>> examples = new ArrayList<>();

  /** The first data set that has a sample. */
  private final int first;

  private List<Panel> panels = List.of();

  /** Reads this replica's share of the sample: every n-th row of the first rows of each split. */
  Validator(RunPlan plan, Configuration hadoop, Collective collective, FissionNetwork network)
      throws IOException {
    this.plan = plan;
    this.collective = collective;
    this.network = network;
    this.assembler = new BatchAssembler(plan.model().network(), Augmentation.NONE, 0);
    for (Source source : plan.data().sources()) {
      examples.add(read(source, hadoop));
    }
    this.first =
        IntStream.range(0, examples.size())
            .filter(i -> !plan.data().sources().get(i).validationGroups().isEmpty())
            .findFirst()
            .orElse(0);
  }

  private List<Example> read(Source source, Configuration hadoop) throws IOException {
    List<Example> own = new ArrayList<>();
    int frames = plan.upkeep().validation().frames();
    int before = 0;
    try (ExampleReader reader = new ExampleReader(source, hadoop)) {
      for (RowGroup group : source.validationGroups()) {
        if (before >= frames) {
          break;
        }
        int first = before;
        int end = Math.min(group.rows(), frames - first);
        own.addAll(
            reader.read(group, end, row -> (first + row) % collective.size() == collective.rank()));
        before += end;
      }
    }
    return own;
  }

  /**
   * Evaluates together with the other replicas.
   *
   * @return of each data set; nothing if a prediction is not finite
   */
  Optional<List<Evaluation>> evaluate() throws IOException, InterruptedException {
    boolean finite = true;
    List<Evaluation> all = new ArrayList<>();
    for (int source = 0; source < examples.size(); source++) {
      Evaluation merged = new Evaluation(plan.model().network().classes(), 0);
      for (ByteBuffer part : collective.allGather(encode(own(source)))) {
        Optional<Evaluation> other = decode(part);
        other.ifPresent(merged::add);
        finite &= other.isPresent();
      }
      all.add(merged);
    }
    return finite ? Optional.of(all) : Optional.empty();
  }

  /** Pictures of the sample's first frame, of each task, as last evaluated; on rank 0 only. */
  List<Panel> panels() {
    return panels;
  }

  private Optional<Evaluation> own(int number) {
    Evaluation evaluation = new Evaluation(plan.model().network().classes(), 0);
    Source source = plan.data().sources().get(number);
    for (int i = 0; i < examples.get(number).size(); i++) {
      LabeledImage image = source.decode(examples.get(number).get(i));
      Batch batch = assembler.assemble(List.of(image), 0);
      GroundTruth truth = batch.truths().get(0);
      Map<Task, INDArray> outputs = network.predict(batch.images());
      batch.close();
      Prediction prediction;
      try {
        prediction = Prediction.of(outputs).get(0);
        long row = (long) i * collective.size() + collective.rank();
        evaluation.add(new FrameRef(image.key(), row, 0), truth, prediction);
      } catch (IllegalArgumentException e) {
        return Optional.empty(); // Not finite: the next gradient will tell.
      } finally {
        outputs.values().forEach(INDArray::close);
      }
      if (i == 0 && number == first && collective.rank() == 0) {
        Painter painter = new Painter(plan.data().palette(), image.color(), truth, prediction);
        panels =
            plan.model().network().tasks().stream()
                .map(task -> painter.paint(image.key(), task))
                .toList();
      }
    }
    return Optional.of(evaluation);
  }

  private static ByteBuffer encode(Optional<Evaluation> evaluation) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    if (evaluation.isPresent()) {
      try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
        out.writeObject(evaluation.get());
      }
    }
    return ByteBuffer.wrap(bytes.toByteArray());
  }

  private static Optional<Evaluation> decode(ByteBuffer part) throws IOException {
    if (!part.hasRemaining()) {
      return Optional.empty();
    }
    byte[] bytes = new byte[part.remaining()];
    part.get(bytes);
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      in.setObjectInputFilter(FILTER);
      return Optional.of((Evaluation) in.readObject());
    } catch (ClassNotFoundException | ClassCastException e) {
      throw new IOException("Cannot use a replica's evaluation: " + e.getMessage(), e);
    }
  }
}
