package org.networkfission.jobs.train.checkpoint;

import java.io.Serializable;
import java.util.List;
import org.networkfission.jobs.report.DataFacts;

/**
 * A data set that a run learned from, as it was then.
 *
 * @param dataset folder
 * @param manifest SHA-256 of its manifest, which lists the SHA-256 of every shard
 * @param classMap the name of its class map
 * @param normals how its normals were computed
 * @param images the size of its images
 * @param classNames by number, void first; none in the records of earlier versions
 * @param palette a colour per class, 0xRRGGBB; none as above
 */
public record LearnedData(
    String dataset,
    String manifest,
    String classMap,
    String normals,
    String images,
    List<String> classNames,
    List<Integer> palette)
    implements Serializable {
  public LearnedData {
    classNames = classNames == null ? List.of() : List.copyOf(classNames);
    palette = palette == null ? List.of() : List.copyOf(palette);
  }

  /** A data set with the classes that its manifest names. */
  public static LearnedData of(DataFacts facts, List<String> classNames, List<Integer> palette) {
    return new LearnedData(
        facts.dataset(),
        facts.manifest(),
        facts.classMap(),
        facts.normals(),
        facts.images(),
        classNames,
        palette);
  }

  /** What tells it from others. */
  public DataFacts facts() {
    return new DataFacts(dataset, manifest, classMap, normals, images);
  }
}
