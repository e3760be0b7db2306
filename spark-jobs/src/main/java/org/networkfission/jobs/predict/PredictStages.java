package org.networkfission.jobs.predict;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.Partitioner;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.networkfission.jobs.cluster.Device;
import org.networkfission.jobs.cluster.LiveCount;
import org.networkfission.jobs.cluster.StageResult;
import org.networkfission.jobs.cluster.TaskAttempt;
import org.networkfission.jobs.inference.ModelFile;
import org.networkfission.jobs.predict.PredictSettings.Format;
import org.networkfission.jobs.progress.Progress;
import org.networkfission.prep.commit.Lease;
import org.networkfission.prep.storage.Storage;
import scala.Tuple2;

/**
 * The Spark stages of {@link PredictJob}. The photos of a folder, list or table are listed by
 * executors, put in order, numbered, and written into chunks by executors; the driver only sees how
 * many each chunk has.
 */
final class PredictStages {
  /** Folders are looked into one level after the other until there are so many to share out. */
  private static final int FOLDERS = 64;

  private final JavaSparkContext context;
  private final Configuration hadoop;
  private final Broadcast<SerializableConfiguration> shared;
  private final WorkFolder folder;
  private final Lease.Proof lease;
  private final PrintWriter out;

  /**
   * @param lease proves to executors that the output is this job's
   */
  PredictStages(
      SparkSession spark,
      Configuration hadoop,
      WorkFolder folder,
      Lease.Proof lease,
      PrintWriter out) {
    this.context = new JavaSparkContext(spark.sparkContext());
    this.hadoop = hadoop;
    this.shared = context.broadcast(new SerializableConfiguration(hadoop));
    this.folder = folder;
    this.lease = lease;
    this.out = out;
  }

  /** Lists all photos into chunks. */
  List<Chunk> list(Path input, PredictSettings settings) throws IOException {
    JavaRDD<Item> items = ordered(input, settings).persist(StorageLevel.DISK_ONLY());
    long count = StageResult.await(items.countAsync(), () -> {});
    int chunks = (int) ((count + Chunk.ITEMS - 1) / Chunk.ITEMS);
    out.printf(
        "predict: %,d %s listed%n",
        count, settings.imageColumn().isPresent() ? "ranges of rows" : "photos");
    if (chunks == 0) {
      return List.of();
    }
    Broadcast<SerializableConfiguration> conf = shared;
    WorkFolder work = folder;
    Lease.Proof proof = lease;
    int photosPerPart = settings.photosPerTask();
    JavaFutureAction<List<Chunk>> written =
        items
            .zipWithIndex()
            .mapToPair(item -> new Tuple2<>(item._2(), item._1()))
            .repartitionAndSortWithinPartitions(new ByChunk(chunks))
            .mapPartitionsWithIndex(
                (chunk, numbered) -> {
                  proof.check(conf.value().value());
                  List<Item> all = new ArrayList<>();
                  numbered.forEachRemaining(item -> all.add(item._2()));
                  Chunk file =
                      Chunk.write(
                          work.root(),
                          chunk,
                          work.run() + TaskAttempt.suffix(),
                          all,
                          photosPerPart,
                          conf.value().value());
                  return List.of(file).iterator();
                },
                false)
            .collectAsync();
    List<Chunk> listing = StageResult.await(written, () -> {});
    items.unpersist(false);
    return listing;
  }

  private JavaRDD<Item> ordered(Path input, PredictSettings settings) throws IOException {
    Broadcast<SerializableConfiguration> conf = shared;
    if (settings.imageColumn().isPresent()) {
      String key = settings.keyColumn();
      String image = settings.imageColumn().get();
      int most = settings.photosPerTask();
      List<String> files = TableRows.files(input, hadoop).stream().map(Path::toString).toList();
      return context
          .parallelize(files, files.size())
          .flatMap(
              file -> {
                try (TableRows rows =
                    new TableRows(new Path(file), key, image, conf.value().value())) {
                  return rows.items(most).iterator();
                }
              });
    }
    Storage storage = Storage.of(input, hadoop);
    Path whole = storage.makeQualified(input);
    if (!storage.status(whole).isDirectory()) {
      if (!InputKind.isList(whole)) {
        return context.parallelize(PhotoList.of(input, false, hadoop), 1);
      }
      List<ListSlice> slices = ListSlice.of(whole, hadoop);
      return context
          .parallelize(slices, Math.max(1, slices.size()))
          .flatMap(slice -> slice.items(conf.value().value()));
    }
    List<FolderListing> folders = folders(whole.toString());
    JavaRDD<Item> found =
        context
            .parallelize(folders, folders.size())
            .flatMap(listing -> items(listing, conf))
            .persist(StorageLevel.DISK_ONLY());
    return found.sortBy(
        // As paths are compared.
        item -> new Path(item.source()).toUri().getRawPath(),
        true,
        folders.size());
  }

  private static Iterator<Item> items(
      FolderListing listing, Broadcast<SerializableConfiguration> conf) throws IOException {
    return listing.items(conf.value().value());
  }

  /** Cuts a folder into what executors list, the upper levels by themselves. */
  private List<FolderListing> folders(String root) throws IOException {
    Broadcast<SerializableConfiguration> conf = shared;
    List<FolderListing> listings = new ArrayList<>();
    List<String> level = List.of(root);
    while (!level.isEmpty() && level.size() < FOLDERS) {
      level.forEach(folder -> listings.add(new FolderListing(root, folder, false)));
      level =
          StageResult.await(
              context
                  .parallelize(level, level.size())
                  .flatMap(folder -> FolderListing.folders(folder, conf.value().value()).iterator())
                  .collectAsync(),
              () -> {});
    }
    level.forEach(folder -> listings.add(new FolderListing(root, folder, true)));
    return listings;
  }

  /** Predicts parts, a task each. */
  List<PartTask.Done> predict(PartTask task, List<PartRef> parts, ModelFile file)
      throws IOException {
    LiveCount counted = LiveCount.register(context.sc(), "photos");
    LongAccumulator count = counted.accumulator();
    Broadcast<SerializableConfiguration> conf = shared;
    Broadcast<ModelFile> model = context.broadcast(file);
    Lease.Proof proof = lease;
    boolean named = task.form().format() == Format.PNG;
    JavaFutureAction<List<PartTask.Done>> job =
        context
            .parallelize(parts, parts.size())
            .map(
                part -> {
                  proof.check(conf.value().value());
                  if (named) {
                    TaskAttempt.requireSoleWriter();
                  }
                  Device.take(TaskContext.get());
                  return task.run(
                      part,
                      model.value(),
                      TaskAttempt.suffix(),
                      conf.value().value(),
                      rejected -> count.add(1));
                })
            .collectAsync();
    long photos = parts.stream().mapToLong(PartRef::photos).sum();
    Progress progress = new Progress(out, "predict", "photos", photos);
    return StageResult.await(job, () -> progress.at(counted.value()));
  }

  private static final class ByChunk extends Partitioner {
    private final int chunks;

    ByChunk(int chunks) {
      this.chunks = chunks;
    }

    @Override
    public int numPartitions() {
      return chunks;
    }

    @Override
    public int getPartition(Object index) {
      return (int) ((Long) index / Chunk.ITEMS);
    }
  }
}
