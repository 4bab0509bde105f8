package dev.drover.opensearch.move;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.core.Undo;
import dev.drover.core.mover.MoverException;
import dev.drover.core.mover.MoverOptions;
import dev.drover.core.mover.MoverSession;
import dev.drover.core.mover.MoverTask;
import dev.drover.core.mover.Tail;
import dev.drover.opensearch.server.NodeProgram;
import dev.drover.opensearch.server.TestCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What users of other tools have reported, each by the input that led to it.
@SuppressWarnings("NullAway.Init")
class ReportedTroublesTest {
  private static final String OWN = "index:acme-*";
  private static final int DOCUMENTS = 200;

  @TempDir static Path directory;
  private static TestCluster a;
  private static TestCluster b;
  private static Rig rig;
  private TinyGateway gateway;

  @BeforeAll
  static void start() throws Exception {
    a = TestCluster.start(NodeProgram.Release.THREE, directory.resolve("a"));
    b = TestCluster.start(NodeProgram.Release.THREE, directory.resolve("b"));
    rig =
        new Rig(
            a, b, OpenSearchMoverOptions.DEFAULT.withPages(20).withAnswers(Duration.ofSeconds(5)));
  }

  @AfterAll
  static void stop() {
    a.close();
    b.close();
  }

  @BeforeEach
  void fill() throws Exception {
    for (TestCluster each : new TestCluster[] {a, b}) {
      each.call("DELETE", "/*,-drover-*", "");
    }
    make("{\"number_of_shards\":2,\"number_of_replicas\":0}");
  }

  private void make(String settings) throws Exception {
    a.call("PUT", "/acme-orders", "{\"settings\":" + settings + "}");
    gateway = new TinyGateway("acme", a, OWN);
    for (int i = 0; i < DOCUMENTS; i++) {
      long _ = gateway.put("orders", "d" + i, null, "{\"n\":" + i + "}");
    }
  }

  private static MoverTask task(MoverOptions options) {
    return rig.task("acme", Rig.A, OWN, Rig.B, OWN + "#1", options);
  }

  private void finish(MoverSession session, MoverTask task, int documents) throws Exception {
    assertThat(rig.flipped(session, task, gateway)).isTrue();
    for (Undo undo : rig.mover.owedOnComplete(task)) {
      rig.undo(task, task.to(), undo);
    }
    assertThat(gateway.count("orders")).isEqualTo(documents);
  }

  /// opensearch-project/opensearch-migrations 1087, 1089, 1095: a worker that died in the middle of
  /// a shard began it anew, and documents came twice or not at all.
  @Test
  void aMoverThatDiesInTheMiddleOfAShardIsTakenOverThere() throws Exception {
    MoverTask first = task(new MoverOptions(100, 0, false, false));
    Rig.Kept16 checkpoints = new Rig.Kept16();
    AtomicReference<MoverSession> session = new AtomicReference<>();
    Thread died =
        Thread.ofPlatform()
            .start(
                () -> {
                  try (MoverSession opened = rig.open(first, checkpoints)) {
                    session.set(opened);
                    opened.raiseFence();
                    opened.prepare();
                    opened.copy();
                  } catch (Exception e) {
                    assertThat(e).isInstanceOf(InterruptedException.class);
                  }
                });
    while (copied() < DOCUMENTS / 4) {
      Thread.sleep(20);
    }
    died.interrupt();
    died.join();
    assertThat(copied()).isLessThan(DOCUMENTS);
    MoverTask second = rig.next(first);
    try (MoverSession next = rig.open(second, checkpoints)) {
      next.raiseFence();
      next.prepare();
      gateway.note();
      next.copy();
      assertThat(next.verify().mended()).isZero();
      finish(next, second, DOCUMENTS);
    }
  }

  private static long copied() throws Exception {
    if (b.ask("HEAD", "/acme-orders", "").status() == 404) {
      return 0;
    }
    b.call("POST", "/acme-orders/_refresh", "");
    return b.call("GET", "/acme-orders/_count", "").path("count").asLong();
  }

  /// elastic/elasticsearch 101178: a node forgets which documents were deleted when it is started
  /// again, and takes an old version of one that comes late.
  @Test
  void aDeletedDocumentDoesNotComeBackAfterARestart() throws Exception {
    MoverTask first = task(MoverOptions.DEFAULT);
    Rig.Kept16 checkpoints = new Rig.Kept16();
    try (MoverSession old = rig.open(first, checkpoints)) {
      old.raiseFence();
      old.prepare();
      gateway.note();
      old.copy();
      MoverTask second = rig.next(first);
      try (MoverSession next = rig.open(second, checkpoints)) {
        next.raiseFence();
        next.prepare();
        next.copy();
        assertThat(next.verify().items()).isEqualTo(DOCUMENTS);
        gateway.delete("orders", "d1", null);
        Tail _ = next.follow();
        b.stop();
        b.restart();
        // The old driver has the document in hand still; its write is its last.
        long _ = gateway.put("orders", "d2", null, "{\"n\":22}");
        assertThatThrownBy(old::follow).isInstanceOf(MoverException.Fenced.class);
        Tail _ = next.follow();
        assertThat(b.ask("GET", "/acme-orders/_doc/d1", "").status()).isEqualTo(404);
        finish(next, second, DOCUMENTS - 1);
      }
    }
  }

  /// opensearch-project/OpenSearch 12384: after a plain delete, a document that is written again
  /// with an external version is refused.
  @Test
  void aDocumentThatIsDeletedAndWrittenAgainComesOver() throws Exception {
    MoverTask task = task(MoverOptions.DEFAULT);
    try (MoverSession session = rig.open(task, new Rig.Kept16())) {
      session.raiseFence();
      session.prepare();
      gateway.note();
      session.copy();
      assertThat(session.verify().items()).isEqualTo(DOCUMENTS);
      for (int i = 0; i < 20; i++) {
        gateway.delete("orders", "d" + i, null);
      }
      Tail _ = session.follow();
      for (int i = 0; i < 20; i++) {
        long _ = gateway.put("orders", "d" + i, null, "{\"n\":" + (100 + i) + "}");
      }
      Tail _ = session.follow();
      finish(session, task, DOCUMENTS);
    }
    for (int i = 0; i < 20; i++) {
      assertThat(gateway.get("orders", "d" + i, null)).endsWith(" {\"n\":" + (100 + i) + "}");
    }
  }

  /// opensearch-project/cross-cluster-replication 221: a slow copy lost its retention lease, and
  /// what had changed meanwhile could not be read any more.
  @Test
  void changesThatTheSourceKeepsNoHistoryOfComeOver() throws Exception {
    a.call("DELETE", "/acme-orders", "");
    make(
        "{\"number_of_shards\":1,\"number_of_replicas\":0,\"soft_deletes.retention.operations\":0,\"soft_deletes.retention_lease.period\":\"1s\"}");
    MoverTask task = task(MoverOptions.DEFAULT);
    try (MoverSession session = rig.open(task, new Rig.Kept16())) {
      session.raiseFence();
      session.prepare();
      gateway.note();
      session.copy();
      assertThat(session.verify().items()).isEqualTo(DOCUMENTS);
      for (int i = 0; i < 50; i++) {
        long _ = gateway.put("orders", "d" + i, null, "{\"n\":1}");
        long _ = gateway.put("orders", "d" + i, null, "{\"n\":2}");
        gateway.delete("orders", "d" + (100 + i), null);
      }
      Thread.sleep(1_500);
      a.call("POST", "/acme-orders/_flush?force=true", "");
      a.call("POST", "/acme-orders/_forcemerge?max_num_segments=1", "");
      Tail _ = session.follow();
      finish(session, task, DOCUMENTS - 50);
    }
    for (int i = 0; i < 50; i++) {
      assertThat(gateway.get("orders", "d" + i, null)).endsWith(" {\"n\":2}");
    }
  }

  /// elastic/elasticsearch 8788 and 31976: one id under two routings is two documents, and a copy
  /// that goes by ids has one.
  @Test
  void oneIdUnderTwoRoutingsIsFoundBeforeAMove() throws Exception {
    // In different shards; in one shard a document replaces the other.
    for (int i = 0; i < 20; i++) {
      long _ = gateway.put("orders", "twice", "routing" + i, "{\"n\":1}");
    }
    assertThat(gateway.count("orders")).isGreaterThan(DOCUMENTS + 1);
    assertThat(rig.mover.preflight(task(MoverOptions.DEFAULT)).findings())
        .anySatisfy(finding -> assertThat(finding.toString()).contains("'twice' more than once"));
  }
}
