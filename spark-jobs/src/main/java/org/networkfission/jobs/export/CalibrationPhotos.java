package org.networkfission.jobs.export;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.jobs.inspect.PreparedDataset;
import org.networkfission.model.input.Augmentation;
import org.networkfission.model.input.BatchAssembler;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.shard.Example;
import org.networkfission.prep.shard.ExampleCodec;

/** Some frames of a prepared data set as a network sees them, evenly spread over a split. */
final class CalibrationPhotos implements Iterable<INDArray> {
  private final String dataset;
  private final List<Example> rows;
  private final BatchAssembler assembler;

  private CalibrationPhotos(String dataset, List<Example> rows, NetworkSpec spec) {
    this.dataset = dataset;
    this.rows = rows;
    this.assembler = new BatchAssembler(spec, Augmentation.NONE, 0);
  }

  /**
   * Reads them.
   *
   * @throws InputException if the data set cannot be read, or has no such split
   */
  static CalibrationPhotos read(
      String dataset, String split, int frames, NetworkSpec spec, Configuration hadoop)
      throws IOException {
    return new CalibrationPhotos(
        dataset, new PreparedDataset(dataset, hadoop).spread(split, frames), spec);
  }

  /** How many there are. */
  int frames() {
    return rows.size();
  }

  /** Images of [1, channels, height, width], decoded as they are asked for. */
  @Override
  public Iterator<INDArray> iterator() {
    return rows.stream().map(this::image).iterator();
  }

  private INDArray image(Example row) {
    try {
      return assembler.assemble(List.of(ExampleCodec.decode(row)), 0).images();
    } catch (FrameException e) {
      throw new InputException(
          "Cannot calibrate with frame %s of %s: %s"
              .formatted(row.frameKey(), dataset, e.getMessage()),
          e);
    }
  }
}
