package dev.drover.opensearch.move;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.core.Undo;
import dev.drover.core.mover.MoverException;
import dev.drover.core.mover.MoverSession;
import dev.drover.core.mover.MoverTask;
import dev.drover.opensearch.server.NodeProgram;
import dev.drover.opensearch.server.TestCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Homes that are away for a while, as a whole or with a shard. A cluster whose nodes have just
/// come back knows its indices before it has their shards.
@SuppressWarnings("NullAway.Init")
class LostShardsTest {
  private static final String OWN = "index:acme-*";

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
            a,
            b,
            OpenSearchMoverOptions.DEFAULT
                .withPages(50)
                .withAnswers(Duration.ofSeconds(5))
                .withLost(Duration.ofSeconds(60)));
  }

  @AfterAll
  static void stop() {
    a.close();
    b.close();
  }

  @BeforeEach
  void fill() throws Exception {
    find(a);
    for (TestCluster each : new TestCluster[] {a, b}) {
      each.call("DELETE", "/*,-drover-*", "");
    }
    a.call(
        "PUT", "/acme-orders", "{\"settings\":{\"number_of_shards\":2,\"number_of_replicas\":0}}");
    gateway = new TinyGateway("acme", a, OWN);
    for (int i = 0; i < 120; i++) {
      long _ = gateway.put("orders", "d" + i, null, "{\"n\":" + i + "}");
    }
  }

  private static void openings(TestCluster cluster, String most) throws Exception {
    cluster.call(
        "PUT",
        "/_cluster/settings",
        "{\"transient\":{\"cluster.routing.allocation.node_initial_primaries_recoveries\":%s}}"
            .formatted(most));
  }

  /// Takes a shard from its node: the cluster is red.
  private static void lose(TestCluster cluster, String index, int shard) throws Exception {
    openings(cluster, "0");
    String node =
        cluster.call("GET", "/_nodes", "").path("nodes").propertyNames().iterator().next();
    cluster.call(
        "POST",
        "/_cluster/reroute",
        "{\"commands\":[{\"cancel\":{\"index\":\"%s\",\"shard\":%d,\"node\":\"%s\",\"allow_primary\":true}}]}"
            .formatted(index, shard, node));
  }

  private static void find(TestCluster cluster) throws Exception {
    openings(cluster, "null");
    cluster.call("POST", "/_cluster/reroute", "");
    cluster.call("GET", "/_cluster/health?wait_for_status=yellow&timeout=30s", "");
  }

  @Test
  void aMoveGoesOnWhenHomesAndShardsAreBackAgain() throws Exception {
    MoverTask task = rig.task("acme", Rig.A, OWN, Rig.B, OWN + "#1");
    try (MoverSession session = rig.open(task, new Rig.Kept16())) {
      session.raiseFence();
      lose(a, "acme-orders", 1);
      CompletableFuture<Void> brought =
          Begun.begun(
              () -> {
                session.prepare();
                gateway.note();
                session.copy();
              });
      assertThat(brought)
          .failsWithin(1, TimeUnit.SECONDS)
          .withThrowableOfType(TimeoutException.class);
      find(a);
      brought.get(60, TimeUnit.SECONDS);
      b.kill();
      CompletableFuture<Void> verified = Begun.begun(() -> rig.verification = session.verify());
      Thread.sleep(500);
      b.restart();
      verified.get(60, TimeUnit.SECONDS);
      assertThat(rig.verification.items()).isEqualTo(120);
      a.kill();
      CompletableFuture<Void> followed = Begun.begun(() -> session.follow());
      Thread.sleep(500);
      a.restart();
      followed.get(60, TimeUnit.SECONDS);
      assertThat(rig.flipped(session, task, gateway)).isTrue();
    }
    for (Undo undo : rig.mover.owedOnComplete(task)) {
      rig.undo(task, task.to(), undo);
    }
    assertThat(gateway.count("orders")).isEqualTo(120);
    assertThat(rig.kept).isEmpty();
  }

  /// Were the index taken for one that is gone, the copy would be set aside as the last one.
  @Test
  void anAbortDoesNotTakeAnIndexWithoutShardsForOneThatWasDeleted() throws Exception {
    MoverTask task = rig.task("acme", Rig.A, OWN, Rig.B, OWN + "#1");
    Rig.Kept16 checkpoints = new Rig.Kept16();
    try (MoverSession session = rig.open(task, checkpoints)) {
      rig.bring(session);
    }
    lose(a, "acme-orders", 0);
    lose(a, "acme-orders", 1);
    System.out.println(
        "DEBUG "
            + a.ask("GET", "/acme-orders/_stats/docs?level=shards&ignore_unavailable=true", "")
                .body()
            + a.ask("GET", "/_cat/shards", "").body());
    assertThatThrownBy(() -> rig.abort(task, checkpoints))
        .isInstanceOf(MoverException.Unreachable.class)
        .hasMessageContaining("has no primary right now");
    assertThat(b.call("GET", "/acme-orders/_count", "").path("count").asInt()).isEqualTo(120);
    find(a);
    rig.abort(task, checkpoints);
    assertThat(rig.kept).isEmpty();
    assertThat(b.ask("HEAD", "/acme-orders", "").status()).isEqualTo(404);
  }

  /// What went around the gateways would be deleted with it.
  @Test
  void anOldCopyIsNotPurgedWhileAShardOfItIsAway() throws Exception {
    MoverTask task = rig.task("acme", Rig.A, OWN, Rig.B, OWN + "#1");
    try (MoverSession session = rig.open(task, new Rig.Kept16())) {
      rig.bring(session);
      assertThat(rig.flipped(session, task, gateway)).isTrue();
    }
    a.call("PUT", "/acme-orders/_settings", "{\"index.blocks.write\":null}");
    for (int i = 0; i < 20; i++) {
      a.call("PUT", "/acme-orders/_doc/around" + i, "{\"n\":1}");
    }
    lose(a, "acme-orders", 1);
    for (Undo undo : rig.mover.owedOnComplete(task)) {
      if (undo.action().equals(Debts.PURGE_SOURCE)) {
        assertThatThrownBy(() -> rig.undo(task, task.to(), undo))
            .isInstanceOf(MoverException.Unreachable.class);
      }
    }
    find(a);
    for (Undo undo : rig.mover.owedOnComplete(task)) {
      rig.undo(task, task.to(), undo);
    }
    assertThat(rig.kept).anySatisfy(kept -> assertThat(kept.items()).isEqualTo(20));
    rig.kept.clear();
  }
}
