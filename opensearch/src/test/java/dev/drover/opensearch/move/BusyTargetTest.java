package dev.drover.opensearch.move;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.drover.core.Undo;
import dev.drover.core.mover.MoverSession;
import dev.drover.core.mover.MoverTask;
import dev.drover.opensearch.server.NodeProgram;
import dev.drover.opensearch.server.TestCluster;
import dev.drover.opensearch.server.TestCluster.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Targets that take nothing for a while: one whose disk is full, and one that is given more than
/// it can do.
@Tag("alone")
@SuppressWarnings("NullAway.Init")
class BusyTargetTest {
  private static final String OWN = "index:acme-*";
  private static final int TOO_MANY = 429;
  private static final int DOCUMENTS = 2_000;
  private static final int KILOBYTE = 1_024;
  private static final long SEEN_SECONDS_MAX = 60;

  @TempDir Path directory;
  private TestCluster a;
  private TinyGateway gateway;

  @BeforeEach
  void fill() throws Exception {
    a = TestCluster.start(NodeProgram.Release.THREE, directory.resolve("a"));
    a.call("PUT", "/acme-orders", "{\"settings\":{\"number_of_replicas\":0}}");
    gateway = new TinyGateway("acme", a, OWN);
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < DOCUMENTS; i++) {
      lines.append(
          "{\"index\":{\"_id\":\"d%d\"}}\n{\"n\":%d,\"t\":\"%s\"}\n"
              .formatted(i, i, Integer.toHexString(i).repeat(KILOBYTE / 4)));
    }
    a.call("POST", "/acme-orders/_bulk", lines.toString());
  }

  @AfterEach
  void stop() {
    a.close();
  }

  private static boolean ran(String... command) throws Exception {
    return new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
  }

  private Rig rig(TestCluster b) {
    return new Rig(a, b, OpenSearchMoverOptions.DEFAULT.withPages(100));
  }

  private void finish(Rig rig, MoverSession session, MoverTask task) throws Exception {
    assertThat(session.verify().items()).isEqualTo(DOCUMENTS);
    assertThat(rig.flipped(session, task, gateway)).isTrue();
    for (Undo undo : rig.mover.owedOnComplete(task)) {
      rig.undo(task, task.to(), undo);
    }
    assertThat(gateway.count("orders")).isEqualTo(DOCUMENTS);
    assertThat(rig.kept).isEmpty();
  }

  /// OpenSearch makes every index read-only when its disk is nearly full, and takes that back when
  /// there is space again.
  @Test
  void aTargetWhoseDiskIsFullIsWaitedFor() throws Exception {
    Path disk = Files.createDirectory(directory.resolve("disk"));
    assumeTrue(
        ran("mount", "-t", "tmpfs", "-o", "size=160m", "tmpfs", disk.toString()),
        "a small file system takes root");
    try (TestCluster b =
        TestCluster.start(
            NodeProgram.Release.THREE,
            disk.resolve("b"),
            "cluster.routing.allocation.disk.threshold_enabled=true",
            "cluster.routing.allocation.disk.watermark.low=50mb",
            "cluster.routing.allocation.disk.watermark.high=45mb",
            "cluster.routing.allocation.disk.watermark.flood_stage=40mb",
            "cluster.info.update.interval=10s")) {
      Rig rig = rig(b);
      MoverTask task = rig.task("acme", Rig.A, OWN, Rig.B, OWN + "#1");
      try (MoverSession session = rig.open(task, new Rig.Kept16())) {
        session.raiseFence();
        session.prepare();
        gateway.note();
        Path filler = disk.resolve("filler");
        Files.write(
            filler, new byte[(int) (Files.getFileStore(disk).getUsableSpace() - (20 << 20))]);
        awaitStatus(b, TOO_MANY);
        CompletableFuture<Void> copied = Begun.begun(session::copy);
        TimeUnit.SECONDS.sleep(3);
        assertThat(copied).isNotDone();
        Files.delete(filler);
        copied.get(90, TimeUnit.SECONDS);
        finish(rig, session, task);
      }
    } finally {
      assertThat(ran("umount", "-l", disk.toString())).isTrue();
    }
  }

  private static void awaitStatus(TestCluster b, int status) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SEEN_SECONDS_MAX);
    Answer answer;
    do {
      assertThat(System.nanoTime()).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(200);
      answer = b.ask("PUT", "/acme-orders/_doc/probe", "{\"n\":1}");
    } while (answer.status() != status);
  }

  /// Its queue for writes has room for one, and others write there all the time.
  @Test
  void aTargetThatRejectsBulksGetsThemAgain() throws Exception {
    try (TestCluster b =
        TestCluster.start(
            NodeProgram.Release.THREE,
            directory.resolve("b"),
            "thread_pool.write.size=1",
            "thread_pool.write.queue_size=1")) {
      b.call("PUT", "/others", "{\"settings\":{\"number_of_replicas\":0}}");
      Rig rig = rig(b);
      AtomicBoolean ended = new AtomicBoolean();
      AtomicBoolean rejected = new AtomicBoolean();
      List<CompletableFuture<Void>> others = new ArrayList<>();
      String lines =
          ("{\"index\":{}}\n{\"t\":\"" + "lorem ipsum ".repeat(50) + "\"}\n").repeat(500);
      for (int i = 0; i < 4; i++) {
        others.add(
            Begun.begun(
                () -> {
                  while (!ended.get()) {
                    Answer answer = b.ask("POST", "/others/_bulk", lines);
                    if (answer.status() == TOO_MANY
                        || answer.body().contains("rejected_execution")) {
                      rejected.set(true);
                    }
                  }
                }));
      }
      MoverTask task = rig.task("acme", Rig.A, OWN, Rig.B, OWN + "#1");
      try (MoverSession session = rig.open(task, new Rig.Kept16())) {
        session.raiseFence();
        session.prepare();
        gateway.note();
        CompletableFuture<Void> copied = Begun.begun(session::copy);
        TimeUnit.SECONDS.sleep(5);
        ended.set(true);
        copied.get(60, TimeUnit.SECONDS);
        for (CompletableFuture<Void> each : others) {
          each.get(60, TimeUnit.SECONDS);
        }
        assertThat(rejected).isTrue();
        finish(rig, session, task);
      }
    }
  }
}
