package org.networkfission.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.cli.KerberosRuns.Ended;

/** Jobs on an HDFS with Kerberos, whose delegation tokens end while they run. */
@Tag("slow")
class KerberosIT {
  @TempDir static Path folder;
  private static KerberosRuns runs;

  @BeforeAll
  static void startHdfsAndMakeData() throws Exception {
    runs = new KerberosRuns(folder, Duration.ofSeconds(40));
    runs.makeData();
  }

  @AfterAll
  static void stopHdfs() {
    if (runs != null) {
      runs.close();
    }
  }

  @Test
  void withAKeytabExecutorsWriteAfterTheirTokensEnded() throws Exception {
    Ended ended =
        runs.trainOverTheEndOfTokens("run", runs.nobody(), runs.withKeytab(runs.training("run")));
    runs.requireWhole(ended, "run");

    runs.run(
            runs.nobody(),
            runs.withKeytab(
                "fission",
                "evaluate",
                "evaluate.checkpoint=" + runs.hdfs().path("run"),
                "evaluate.data=" + runs.hdfs().path("rooms"),
                "evaluate.output=" + runs.hdfs().path("report")))
        .succeeded();
    assertThat(runs.hdfs().names(runs.hdfs().path("report"))).contains("report.html");
  }

  @Test
  void aTicketRenewsTokensAsLongAsItLasts() throws Exception {
    runs.requireWhole(
        runs.trainOverTheEndOfTokens("ticket", runs.withTicket(), runs.training("ticket")),
        "ticket");
  }

  @Test
  void withoutARenewalTheJobNamesTheKeytab() throws Exception {
    List<String> arguments = new ArrayList<>(Arrays.asList(runs.training("ended")));
    // Spark's own default: nothing but a keytab renews.
    arguments.add("cluster.spark.kerberos.renewal.credentials=keytab");
    Ended ended =
        runs.trainOverTheEndOfTokens("ended", runs.withTicket(), arguments.toArray(String[]::new));

    assertThat(ended.code()).as(ended.out()).isEqualTo(2);
    assertThat(ended.lastLine())
        .startsWith("fission: ")
        .contains("cluster.spark.kerberos.keytab is missing: the job outlived Hadoop's delegation");
  }

  @Test
  void whoHasNoTicketIsToldBeforeSparkStarts() throws Exception {
    Ended nobody = runs.run(runs.nobody(), runs.training("nobody"));
    assertThat(nobody.code()).as(nobody.out()).isEqualTo(2);
    assertThat(nobody.out()).contains("there is none: call kinit, or give");

    List<String> arguments = new ArrayList<>(Arrays.asList(runs.training("nobody")));
    arguments.add("cluster.spark.kerberos.principal=" + runs.hdfs().principal());
    Ended half = runs.run(runs.nobody(), arguments.toArray(String[]::new));
    assertThat(half.code()).as(half.out()).isEqualTo(2);
    assertThat(half.lastLine()).contains("cluster.spark.kerberos.keytab is missing");

    arguments.add("cluster.spark.kerberos.keytab=" + folder.resolve("nowhere.keytab"));
    Ended without = runs.run(runs.nobody(), arguments.toArray(String[]::new));
    assertThat(without.code()).as(without.out()).isEqualTo(2);
    assertThat(without.lastLine()).contains("nowhere.keytab: must be a file that can be read");
  }
}
