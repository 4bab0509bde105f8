package dev.drover.opensearch.move;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.Undo;
import dev.drover.core.mover.MoverSession;
import dev.drover.core.mover.MoverTask;
import dev.drover.core.mover.Tail;
import dev.drover.engine.Ports;
import dev.drover.opensearch.server.NodeProgram.Release;
import dev.drover.opensearch.server.TestCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Moves to and from a cluster of three nodes that keeps each document twice, and loses nodes.
@Tag("alone")
@SuppressWarnings("NullAway.Init")
class SeveralNodesTest {
  private static final int NODES = 3;
  private static final String OWN = "index:acme-*";
  private static final String SHAPE =
      "{\"settings\":{\"number_of_shards\":3,\"number_of_replicas\":1},\"mappings\":{\"properties\":{\"n\":{\"type\":\"long\"}}}}";

  @TempDir Path directory;
  private final List<TestCluster> nodes = new ArrayList<>();
  private TestCluster single;
  private Rig rig;
  private TinyGateway gateway;
  private final Map<String, String> there = new HashMap<>();

  @BeforeEach
  void start() throws Exception {
    single = TestCluster.start(Release.THREE, directory.resolve("single"));
    List<Integer> transports = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      transports.add(Ports.free());
    }
    for (int i = 0; i < NODES; i++) {
      nodes.add(node(i, transports));
    }
    rig =
        new Rig(
            single,
            nodes.getFirst(),
            OpenSearchMoverOptions.DEFAULT
                .withPages(50)
                .withAnswers(Duration.ofSeconds(10))
                .withLost(Duration.ofSeconds(120)));
  }

  private TestCluster node(int number, List<Integer> transports) throws Exception {
    return TestCluster.start(
        Release.THREE,
        directory.resolve("node" + number),
        "cluster.name=several",
        "node.name=n" + number,
        "discovery.type=zen",
        "discovery.seed_hosts="
            + String.join(",", transports.stream().map(each -> "127.0.0.1:" + each).toList()),
        "cluster.initial_cluster_manager_nodes=n0",
        "transport.port=" + transports.get(number),
        "cluster.fault_detection.follower_check.timeout=2s",
        "cluster.routing.allocation.node_concurrent_recoveries=8");
  }

  @AfterEach
  void stop() {
    nodes.forEach(TestCluster::close);
    single.close();
  }

  private void fill(TestCluster at) throws Exception {
    at.call("PUT", "/acme-orders", SHAPE);
    gateway = new TinyGateway("acme", at, OWN);
    for (int i = 0; i < 600; i++) {
      String body = "{\"n\":" + i + "}";
      there.put("old" + i, gateway.put("orders", "old" + i, null, body) + " " + body);
    }
  }

  private static void awaitGreen(TestCluster at) throws Exception {
    JsonNode health =
        at.call("GET", "/_cluster/health/acme-*?wait_for_status=green&timeout=60s", "");
    assertThat(health.path("timed_out").asBoolean()).as(health.toString()).isFalse();
  }

  /// A node that has a primary, and is not the one that Drover talks to.
  private TestCluster withAPrimary() throws Exception {
    TestCluster first = nodes.getFirst();
    for (JsonNode shard : first.call("GET", "/_cat/shards/acme-orders?format=json", "")) {
      String node = shard.path("node").asString();
      if (shard.path("prirep").asString().equals("p") && !node.equals("n0")) {
        return nodes.get(Integer.parseInt(node.substring(1)));
      }
    }
    throw new AssertionError("n0 has every primary");
  }

  private void moved(MoverTask task) throws Exception {
    for (Undo undo : rig.mover.owedOnComplete(task)) {
      rig.undo(task, task.to(), undo);
    }
    assertThat(rig.kept).isEmpty();
  }

  @Test
  void aTargetThatLosesANodeHasAllInTheEnd() throws Exception {
    fill(single);
    try (Traffic traffic = new Traffic(gateway, there)) {
      MoverTask task = rig.task("acme", Rig.A, OWN, Rig.B, OWN + "#1");
      try (MoverSession session = rig.open(task, new Rig.Kept16())) {
        session.raiseFence();
        session.prepare();
        awaitGreen(nodes.getFirst());
        gateway.note();
        CompletableFuture<Void> copied = Begun.begun(session::copy);
        TestCluster killed = withAPrimary();
        killed.kill();
        copied.get(120, TimeUnit.SECONDS);
        rig.verification = session.verify();
        killed.restart();
        awaitGreen(nodes.getFirst());
        CompletableFuture<Tail> followed = new CompletableFuture<>();
        CompletableFuture<Void> followedTo = Begun.begun(() -> followed.complete(session.follow()));
        TestCluster another = withAPrimary();
        another.kill();
        followedTo.get(120, TimeUnit.SECONDS);
        another.restart();
        awaitGreen(nodes.getFirst());
        for (int i = 0; !rig.flipped(session, task, gateway); i++) {
          assertThat(i).isLessThan(5);
          Tail _ = session.follow();
        }
        assertThat(session.strays()).isEmpty();
      }
      moved(task);
      traffic.check(true);
    }
    assertThat(Rig.all(single)).noneMatch(each -> each.startsWith("acme"));
  }

  @Test
  void aSourceThatLosesANodeLosesNothing() throws Exception {
    fill(nodes.getFirst());
    awaitGreen(nodes.getFirst());
    try (Traffic traffic = new Traffic(gateway, there)) {
      MoverTask task = rig.task("acme", Rig.B, OWN, Rig.A, OWN + "#1");
      try (MoverSession session = rig.open(task, new Rig.Kept16())) {
        session.raiseFence();
        session.prepare();
        gateway.note();
        CompletableFuture<Void> copied = Begun.begun(session::copy);
        TestCluster killed = withAPrimary();
        killed.kill();
        copied.get(120, TimeUnit.SECONDS);
        rig.verification = session.verify();
        killed.restart();
        awaitGreen(nodes.getFirst());
        Tail _ = session.follow();
        TestCluster another = withAPrimary();
        another.kill();
        Tail _ = session.follow();
        another.restart();
        awaitGreen(nodes.getFirst());
        for (int i = 0; !rig.flipped(session, task, gateway); i++) {
          assertThat(i).isLessThan(5);
          Tail _ = session.follow();
        }
        assertThat(session.strays()).isEmpty();
      }
      moved(task);
      traffic.check(true);
    }
  }
}
