package org.networkfission.prep.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.prep.settings.ConfigException;

class LeaseTest {
  private static final Configuration HADOOP = new Configuration();
  private static final Lease.Rhythm QUICK =
      new Lease.Rhythm(Duration.ofMillis(40), Duration.ofMillis(400));

  @TempDir Path folder;

  private Lease take() throws IOException {
    return Lease.take(
        "train.output", new org.apache.hadoop.fs.Path(folder.toUri()), "train", QUICK, HADOOP);
  }

  private Path claim() throws IOException {
    try (var claims = Files.list(folder.resolve(Lease.FOLDER))) {
      return claims.findFirst().orElseThrow();
    }
  }

  /** A claim as another machine would have written it. */
  private Path foreignClaim(String name) throws IOException {
    String text;
    try (Lease own = take()) {
      text = Files.readString(claim()).replaceAll("\"machine\":\"[^\"]*\"", "\"machine\":\"far\"");
      own.requireHeld();
    }
    Files.createDirectories(folder.resolve(Lease.FOLDER));
    return Files.writeString(folder.resolve(Lease.FOLDER).resolve(name), text);
  }

  @Test
  void leavesNoTrace() throws IOException {
    try (Lease lease = take()) {
      lease.requireHeld();
      lease.proof().check(HADOOP);
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void theSecondIsToldWhoHasItSinceWhen() throws IOException {
    try (Lease lease = take()) {
      assertThatThrownBy(this::take)
          .isInstanceOf(ConfigException.class)
          .hasMessageMatching(
              "Cannot use the configuration: train.output = \\S+: job train of \\S+ on \\S+"
                  + " \\(process %d\\) has it since \\S+Z; wait for its end, or choose another"
                      .formatted(ProcessHandle.current().pid()));
      lease.requireHeld();
    }
  }

  @Test
  void aKilledProcessOfThisMachineHoldsNothing() throws IOException {
    String text;
    try (Lease lease = take()) {
      text = Files.readString(claim());
      lease.requireHeld();
    }
    Files.createDirectories(folder.resolve(Lease.FOLDER));
    // No process has this number: Linux counts up to 4194304.
    Files.writeString(
        folder.resolve(Lease.FOLDER).resolve("killed.json"),
        text.replaceAll("\"process\":\\d+", "\"process\":99999999"));

    long start = System.nanoTime();
    take().close();

    assertThat(System.nanoTime() - start).isLessThan(QUICK.end().toNanos());
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void theLeaseOfAnotherMachineEndsByItselfWhenItIsNotRenewed() throws IOException {
    foreignClaim("killed.json");
    List<String> told = new ArrayList<>();
    Lease.tell(told::add);

    long start = System.nanoTime();
    try (Lease lease = take()) {
      assertThat(System.nanoTime() - start).isGreaterThan(QUICK.end().toNanos());
      lease.requireHeld();
    } finally {
      Lease.tell(line -> {});
    }
    assertThat(told)
        .singleElement()
        .asString()
        .startsWith("waiting up to 0 s for a sign of job train of ")
        .contains(", which has file:" + folder);
  }

  @Test
  void theLeaseOfAnotherMachineHoldsWhileItIsRenewed() throws Exception {
    Path claim = foreignClaim("alive.json");
    String text = Files.readString(claim);
    ScheduledExecutorService owner = Executors.newSingleThreadScheduledExecutor();
    try {
      Future<?> renewals =
          owner.scheduleWithFixedDelay(
              () -> {
                try {
                  WholeFile.write(claim, text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              },
              50,
              50,
              TimeUnit.MILLISECONDS);
      assertThatThrownBy(this::take)
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("has it since");
      assertThat(renewals).isNotDone();
    } finally {
      owner.shutdownNow();
    }
  }

  @Test
  void aClaimThatCannotBeReadEndsByItselfToo() throws IOException {
    Files.createDirectories(folder.resolve(Lease.FOLDER));
    Files.writeString(folder.resolve(Lease.FOLDER).resolve("torn.json"), "{\"job\":\"tr");

    take().close();

    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void whoWasSilentForTooLongSeesThatTheFolderIsAnothers() throws IOException {
    Lease first = take();
    Files.delete(claim()); // As the second did after the first was silent.
    try (Lease second = take()) {
      assertThatThrownBy(first::requireHeld)
          .isInstanceOf(IOException.class)
          .hasMessageMatching(
              "Cannot go on writing train.output = \\S+: this job was silent for so long that it"
                  + " lost the folder to job train of .*");
      assertThatThrownBy(() -> first.proof().check(HADOOP))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("does not see what the driver wrote there");
      first.close();
      second.requireHeld();
    }
  }

  @Test
  void ofManyThatBeginAtOnceAtMostOneHasIt() throws Exception {
    int jobs = 8;
    CyclicBarrier start = new CyclicBarrier(jobs);
    AtomicInteger holding = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    ExecutorService pool = Executors.newFixedThreadPool(jobs);
    try {
      List<Future<Boolean>> all = new ArrayList<>();
      for (int i = 0; i < jobs; i++) {
        Callable<Boolean> job =
            () -> {
              start.await();
              try (Lease lease = take()) {
                most.accumulateAndGet(holding.incrementAndGet(), Math::max);
                Thread.sleep(20);
                lease.requireHeld();
                holding.decrementAndGet();
                return true;
              } catch (ConfigException e) {
                return false;
              }
            };
        all.add(pool.submit(job));
      }
      for (Future<Boolean> one : all) {
        one.get();
      }
    } finally {
      pool.shutdownNow();
    }
    assertThat(most.get()).isLessThanOrEqualTo(1);
  }
}
