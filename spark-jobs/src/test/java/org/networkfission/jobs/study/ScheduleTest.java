package org.networkfission.jobs.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;

/** Rows run after those that they begin from, side by side where they may, and past a failure. */
class ScheduleTest {
  private static RowRun row(String id) {
    return new RowRun(new StudyRow("s", id, Start.scratch(), null, null), 1, new Path("/" + id));
  }

  private final RowRun a = row("a");
  private final RowRun b = row("b");
  private final RowRun c = row("c");
  private final RowRun d = row("d");

  private Schedule schedule() {
    Schedule schedule = new Schedule();
    schedule.add(c, Set.of(b));
    schedule.add(b, Set.of(a));
    schedule.add(a, Set.of());
    schedule.add(d, Set.of());
    return schedule;
  }

  @Test
  void whatARowBeginsFromComesFirst() throws Exception {
    List<RowRun> ran = new ArrayList<>();

    assertThat(schedule().run(1, ran::add)).isEmpty();

    assertThat(ran).containsExactlyInAnyOrder(a, b, c, d).containsSubsequence(a, b, c);
  }

  @Test
  void twoRowsRunSideBySide() throws Exception {
    CyclicBarrier both = new CyclicBarrier(2);
    Schedule schedule = new Schedule();
    schedule.add(a, Set.of());
    schedule.add(d, Set.of());

    // Each waits until the other has begun.
    assertThat(schedule.run(2, row -> both.await(30, TimeUnit.SECONDS))).isEmpty();
  }

  @Test
  void aFailureStopsOnlyWhatBuildsOnIt() throws Exception {
    List<RowRun> ran = Collections.synchronizedList(new ArrayList<>());

    Map<RowRun, Exception> failures =
        schedule()
            .run(
                2,
                row -> {
                  ran.add(row);
                  if (row.equals(b)) {
                    throw new IllegalStateException("diverged");
                  }
                });

    assertThat(failures).containsOnlyKeys(b);
    assertThat(ran).containsExactlyInAnyOrder(a, b, d);
  }
}
