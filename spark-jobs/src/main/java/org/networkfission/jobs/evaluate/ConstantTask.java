package org.networkfission.jobs.evaluate;

import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.networkfission.model.evaluation.ConstantFit;

/** Fits the best constant prediction to training frames on an executor. */
final class ConstantTask implements FlatMapFunction<Iterator<RowRange>, ConstantFit> {
  private static final long serialVersionUID = 1;

  private final String dataset;
  private final int classes;
  private final Broadcast<SerializableConfiguration> hadoop;

  ConstantTask(String dataset, int classes, Broadcast<SerializableConfiguration> hadoop) {
    this.dataset = dataset;
    this.classes = classes;
    this.hadoop = hadoop;
  }

  @Override
  public Iterator<ConstantFit> call(Iterator<RowRange> ranges) throws Exception {
    ConstantFit fit = new ConstantFit(classes);
    // What cannot be read is left out: a baseline may miss a frame.
    try (RangeReader reader =
        new RangeReader(new Path(dataset), hadoop.value().value(), classes, new CorruptRows())) {
      while (ranges.hasNext()) {
        reader.read(ranges.next(), (image, row) -> fit.add(image));
      }
    }
    return List.of(fit).iterator();
  }
}
