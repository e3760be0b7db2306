package org.networkfission.jobs.cluster;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.util.LongAccumulator;
import scala.Tuple4;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * A count that tasks add to, seen while they run: an accumulator tells the driver only what ended
 * tasks counted, executors' heartbeats tell what running ones have so far. A unit may take hours.
 */
public final class LiveCount extends SparkListener {
  private final LongAccumulator accumulator;
  private final Map<Long, Long> running = new ConcurrentHashMap<>();

  private LiveCount(LongAccumulator accumulator) {
    this.accumulator = accumulator;
  }

  /** Makes a count that the tasks of an application may add to. */
  public static LiveCount register(SparkContext context, String name) {
    LiveCount count = new LiveCount(context.longAccumulator(name));
    context.addSparkListener(count);
    return count;
  }

  /** What tasks add to. */
  public LongAccumulator accumulator() {
    return accumulator;
  }

  /** What ended and running tasks counted; executors report every ten seconds. */
  public long value() {
    return accumulator.value() + running.values().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
    for (Tuple4<Object, Object, Object, Seq<AccumulableInfo>> task :
        JavaConverters.asJavaIterable(update.accumUpdates())) {
      for (AccumulableInfo info : JavaConverters.asJavaIterable(task._4())) {
        if (info.id() == accumulator.id() && info.update().isDefined()) {
          running.put((Long) task._1(), ((Number) info.update().get()).longValue());
        }
      }
    }
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    running.remove(end.taskInfo().taskId());
  }
}
