package dev.drover.opensearch.move;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.core.Undo;
import dev.drover.core.mover.Kept;
import dev.drover.core.mover.MoverException;
import dev.drover.core.mover.MoverOptions;
import dev.drover.core.mover.MoverSession;
import dev.drover.core.mover.MoverTask;
import dev.drover.core.mover.Preflight;
import dev.drover.core.mover.Settlement;
import dev.drover.core.mover.Tail;
import dev.drover.core.mover.Verification;
import dev.drover.opensearch.server.NodeProgram.Release;
import dev.drover.opensearch.server.TestCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What becomes of a move that is given up, taken over or disturbed at any of its steps.
class StepsTest {
  private static final String OWN = "index:acme-*";
  private static final String SHARED = "shared:all-*";

  @TempDir static Path directory;
  private static Rig rig;
  private TinyGateway gateway;

  @BeforeAll
  static void start() throws Exception {
    TestCluster a = TestCluster.start(Release.THREE, directory.resolve("a"));
    TestCluster b = TestCluster.start(Release.THREE, directory.resolve("b"));
    rig =
        new Rig(
            a,
            b,
            OpenSearchMoverOptions.DEFAULT
                .withPages(50)
                .withAnswers(Duration.ofSeconds(5))
                .withLost(Duration.ofSeconds(1)));
  }

  @AfterAll
  static void end() {
    rig.clusters.values().forEach(TestCluster::close);
  }

  @BeforeEach
  void clear() throws Exception {
    rig.kept.clear();
    for (TestCluster cluster : rig.clusters.values()) {
      cluster.call("DELETE", "/*?expand_wildcards=all", "");
      make(cluster, "all-orders");
    }
    make(rig.a(), "acme-orders");
    gateway = new TinyGateway("acme", rig.a(), OWN);
    for (int i = 0; i < 120; i++) {
      long _ = gateway.put("orders", "d" + i, null, "{\"n\":" + i + "}");
    }
  }

  private static void make(TestCluster cluster, String index) throws Exception {
    cluster.call(
        "PUT",
        "/" + index,
        """
        {"settings":{"number_of_shards":2,"number_of_replicas":0},
         "mappings":{"properties":{"n":{"type":"long"},"text":{"type":"text"}}}}
        """);
  }

  private MoverTask task(String to) {
    return rig.task("acme", Rig.A, OWN, Rig.B, to + "#1");
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "3", "4", "5", "6"})
  void anAbortAfterAnyStepLeavesBothHomesAsTheyWere(int steps) throws Exception {
    for (String to : List.of(OWN, SHARED, "index:acme-new=orders")) {
      List<String> atA = Rig.all(rig.a());
      List<String> atB = Rig.all(rig.b());
      MoverTask task = task(to);
      Rig.Kept16 checkpoints = new Rig.Kept16();
      try (MoverSession session = rig.open(task, checkpoints)) {
        walk(session, steps);
      }
      rig.abort(task, checkpoints);
      assertThat(Rig.all(rig.a())).isEqualTo(atA);
      assertThat(Rig.all(rig.b())).isEqualTo(atB);
      long _ = gateway.put("orders", "d0", null, "{\"n\":1}");
    }
    assertThat(rig.kept).isEmpty();
  }

  private static void walk(MoverSession session, int steps) throws Exception {
    session.raiseFence();
    if (steps > 1) {
      session.prepare();
    }
    if (steps > 2) {
      session.copy();
    }
    if (steps > 3) {
      assertThat(session.verify().items()).isEqualTo(120);
    }
    if (steps > 4) {
      Tail _ = session.follow();
      assertThat(session.fenceSource()).isTrue();
    }
    if (steps > 5) {
      assertThat(session.settle()).isInstanceOf(Settlement.Settled.class);
    }
  }

  @Test
  void aDriverWithAHigherTermGoesOnAndTheOldOneIsRefused() throws Exception {
    MoverTask first = task(SHARED);
    Rig.Kept16 checkpoints = new Rig.Kept16();
    try (MoverSession old = rig.open(first, checkpoints)) {
      old.raiseFence();
      old.prepare();
      old.copy();
      MoverTask second = rig.next(first);
      try (MoverSession next = rig.open(second, checkpoints)) {
        next.raiseFence();
        long _ = gateway.put("orders", "late", null, "{\"n\":1}");
        assertThatThrownBy(old::follow).isInstanceOf(MoverException.Fenced.class);
        assertThatThrownBy(old::raiseFence).isInstanceOf(MoverException.Fenced.class);
        next.prepare();
        gateway.note();
        next.copy();
        assertThat(next.verify().items()).isEqualTo(121);
        assertThat(rig.flipped(next, second, gateway)).isTrue();
      }
      for (Undo undo : rig.mover.owedOnComplete(second)) {
        rig.undo(second, second.to(), undo);
      }
    }
    assertThat(gateway.count("orders")).isEqualTo(121);
    assertThat(Rig.all(rig.a())).noneMatch(each -> each.contains("acme"));
  }

  @Test
  void whatIsDeletedRecreatedOrDeletedAroundTheGatewaysComesOut() throws Exception {
    MoverTask task = task(OWN);
    try (MoverSession session = rig.open(task, new Rig.Kept16())) {
      session.raiseFence();
      session.prepare();
      gateway.note();
      session.copy();
      rig.a().call("DELETE", "/acme-orders/_doc/d1", "");
      gateway.delete("orders", "d2", null);
      gateway.delete("orders", "d3", null);
      long again = gateway.put("orders", "d3", null, "{\"n\":33}");
      assertThat(session.verify().mended()).isEqualTo(1);
      gateway.delete("orders", "d4", null);
      gateway.delete("orders", "d5", null);
      Tail _ = session.follow();
      long fifth = gateway.put("orders", "d5", null, "{\"n\":55}");
      Tail _ = session.follow();
      gateway.delete("orders", "d6", null);
      assertThat(rig.flipped(session, task, gateway)).isTrue();
      assertThat(gateway.get("orders", "d3", null)).isEqualTo(again + " {\"n\":33}");
      assertThat(gateway.get("orders", "d5", null)).isEqualTo(fifth + " {\"n\":55}");
      assertThat(gateway.count("orders")).isEqualTo(116);
    }
  }

  /// Two deletes of one document are noted. The second one is done late, when the document has gone
  /// and has come again.
  @Test
  void aDeleteThatIsDoneLongAfterItWasNotedComesOut() throws Exception {
    MoverTask task = task(OWN);
    try (MoverSession session = rig.open(task, new Rig.Kept16())) {
      session.raiseFence();
      session.prepare();
      gateway.note();
      session.copy();
      var _ = session.verify();
      gateway.delete("orders", "d7", null);
      Tail _ = session.follow();
      long _ = gateway.put("orders", "d7", null, "{\"n\":77}");
      Tail _ = session.follow();
      rig.a().call("DELETE", "/acme-orders/_doc/d7", "");
      assertThat(rig.flipped(session, task, gateway)).isTrue();
      assertThat(gateway.count("orders")).isEqualTo(119);
    }
  }

  @Test
  void aViewThatIsGoneIsOpenedAnew() throws Exception {
    Rig small = new Rig(rig.a(), rig.b(), OpenSearchMoverOptions.DEFAULT.withPages(5));
    MoverTask task =
        rig.task("acme", Rig.A, OWN, Rig.B, OWN + "#1", new MoverOptions(60, 0, false, false));
    AtomicInteger gone = new AtomicInteger();
    AtomicBoolean ended = new AtomicBoolean();
    Thread remover =
        Thread.ofVirtual()
            .start(
                () -> {
                  while (!ended.get()) {
                    try {
                      gone.addAndGet(
                          rig.a()
                              .ask("DELETE", "/_search/point_in_time/_all", "")
                              .json()
                              .path("pits")
                              .size());
                      Thread.sleep(100);
                    } catch (Exception e) {
                      throw new IllegalStateException(e);
                    }
                  }
                });
    try (MoverSession session = small.open(task, new Rig.Kept16())) {
      session.raiseFence();
      session.prepare();
      session.copy();
      ended.set(true);
      remover.join();
      assertThat(gone.get()).isGreaterThan(3);
      Verification verification = session.verify();
      assertThat(verification.items()).isEqualTo(120);
      assertThat(verification.mended()).isZero();
    }
  }

  @Test
  void aTargetThatIsKilledAndStartedAgainIsComparedAnew() throws Exception {
    MoverTask task = task(OWN);
    try (MoverSession session = rig.open(task, new Rig.Kept16())) {
      session.raiseFence();
      session.prepare();
      gateway.note();
      session.copy();
      assertThat(session.verify().items()).isEqualTo(120);
      rig.b().kill();
      gateway.delete("orders", "d1", null);
      assertThatThrownBy(session::follow).isInstanceOf(MoverException.Unreachable.class);
      rig.b().restart();
      assertThat(session.fenceSource()).isTrue();
      assertThat(session.settle()).isInstanceOf(Settlement.Unsettled.class);
      session.unfenceSource();
      Tail _ = session.follow();
      assertThat(rig.flipped(session, task, gateway)).isTrue();
    }
    assertThat(gateway.count("orders")).isEqualTo(119);
  }

  @Test
  void routingsThatClientsGaveAreKept() throws Exception {
    for (int i = 0; i < 40; i++) {
      long _ = gateway.put("orders", "routed" + i, "r" + i % 7, "{\n \"n\": " + i + " }");
    }
    assertThat(refused(task(SHARED))).contains("routing");
    MoverTask task = task("index:acme-x-*");
    rig.move(task, gateway);
    for (int i = 0; i < 40; i++) {
      assertThat(gateway.get("orders", "routed" + i, "r" + i % 7)).startsWith("1 {");
    }
    assertThat(gateway.count("orders")).isEqualTo(160);
  }

  @Test
  void largeDocumentsPass() throws Exception {
    String large = "x".repeat(1 << 20);
    for (int i = 0; i < 40; i++) {
      long _ = gateway.put("orders", "large" + i, null, "{\"n\":1,\"text\":\"" + large + "\"}");
    }
    rig.move(task(OWN), gateway);
    assertThat(gateway.count("orders")).isEqualTo(160);
    assertThat(gateway.get("orders", "large7", null)).hasSizeGreaterThan(1 << 20);
  }

  @Test
  void whatComesToASharedSourceAfterTheLastTailIsSetAsideAndBrought() throws Exception {
    rig.move(task(SHARED), gateway);
    MoverTask task = rig.task("acme", Rig.B, SHARED + "#1", Rig.A, OWN + "#2");
    try (MoverSession session = rig.open(task, new Rig.Kept16())) {
      rig.bring(session);
      assertThat(rig.flipped(session, task, gateway)).isTrue();
      rig.b().call("PUT", "/all-orders/_doc/acme:stray?routing=acme", "{\"n\":9}");
      rig.b().call("PUT", "/all-orders/_doc/acme:d7?routing=acme", "{\"n\":777}");
      rig.b().call("PUT", "/all-orders/_doc/beta:1?routing=beta", "{\"n\":1}");
      assertThat(session.strays())
          .containsExactlyInAnyOrder("all-orders/acme:stray", "all-orders/acme:d7");
    }
    for (Undo undo : rig.mover.owedOnComplete(task)) {
      rig.undo(task, task.to(), undo);
    }
    Kept kept = rig.kept.getFirst();
    assertThat(kept.names()).containsExactlyInAnyOrder("orders/stray", "orders/d7");
    assertThat(kept.strays()).isTrue();
    assertThat(rig.b().call("GET", "/all-orders/_count", "").path("count").asLong()).isEqualTo(1);
    Undo bring = rig.mover.decided(Kept.Decision.BRING, task.from(), task.move());
    rig.kept.clear();
    rig.undo(task, task.to(), bring);
    assertThat(gateway.get("orders", "stray", null)).isEqualTo("1 {\"n\":9}");
    assertThat(gateway.get("orders", "d7", null)).isEqualTo("1 {\"n\":7}");
    assertThat(rig.kept.getFirst().names()).containsExactly("orders/d7");
    Undo drop = rig.mover.decided(Kept.Decision.DROP, task.from(), task.move());
    rig.kept.clear();
    rig.undo(task, task.to(), drop);
    assertThat(rig.kept).isEmpty();
    assertThat(Rig.all(rig.b())).noneMatch(each -> each.contains("aside"));
  }

  @Test
  void aSourceThatWasMadeAnewEndsTheMoveAndKeepsTheCopies() throws Exception {
    MoverTask task = task(OWN);
    Rig.Kept16 checkpoints = new Rig.Kept16();
    try (MoverSession session = rig.open(task, checkpoints)) {
      session.raiseFence();
      session.prepare();
      session.copy();
      rig.a().call("DELETE", "/acme-orders", "");
      make(rig.a(), "acme-orders");
      assertThatThrownBy(session::follow)
          .isInstanceOf(MoverException.Refused.class)
          .hasMessageContaining("made anew");
    }
    rig.abort(task, checkpoints);
    assertThat(rig.kept).anyMatch(each -> each.items() == 120);
    Undo bring = rig.mover.decided(Kept.Decision.BRING, task.to(), task.move());
    rig.undo(task, task.from(), bring);
    assertThat(gateway.count("orders")).isEqualTo(120);
  }

  @Test
  void anIndexThatAClientMakesMeanwhileComesAlong() throws Exception {
    MoverTask task = task(OWN);
    try (MoverSession session = rig.open(task, new Rig.Kept16())) {
      rig.bring(session);
      long _ = gateway.put("more", "1", null, "{\"new\":\"field\"}");
      assertThat(session.fenceSource()).isTrue();
      assertThat(session.settle()).isInstanceOf(Settlement.Unsettled.class);
      session.unfenceSource();
      Tail _ = session.follow();
      assertThat(rig.flipped(session, task, gateway)).isTrue();
    }
    assertThat(gateway.get("more", "1", null)).isEqualTo("1 {\"new\":\"field\"}");
    assertThat(gateway.count("orders")).isEqualTo(120);
  }

  /// Versions begin anew once a delete is forgotten at the source.
  @Test
  void aDocumentWhoseVersionsBeginAnewComesOver() throws Exception {
    rig.a().call("PUT", "/acme-orders/_settings", "{\"index.gc_deletes\":\"0s\"}");
    for (int i = 0; i < 5; i++) {
      long _ = gateway.put("orders", "d8", null, "{\"n\":" + i + "}");
    }
    MoverTask task = task(OWN);
    try (MoverSession session = rig.open(task, new Rig.Kept16())) {
      session.raiseFence();
      session.prepare();
      gateway.note();
      session.copy();
      assertThat(session.verify().items()).isEqualTo(120);
      gateway.delete("orders", "d8", null);
      Tail _ = session.follow();
      long version = 9;
      for (int i = 0; version != 1 && i < 50; i++) {
        rig.a().call("POST", "/acme-orders/_refresh", "");
        Thread.sleep(100);
        version = gateway.put("orders", "d8", null, "{\"n\":88}");
        if (version != 1) {
          gateway.delete("orders", "d8", null);
        }
      }
      assertThat(version).isEqualTo(1);
      assertThat(rig.flipped(session, task, gateway)).isTrue();
    }
    assertThat(gateway.get("orders", "d8", null)).endsWith(" {\"n\":88}");
    assertThat(gateway.count("orders")).isEqualTo(120);
  }

  @Test
  void whatTheTargetDoesNotTakeIsNamed() throws Exception {
    MoverTask task = task(SHARED);
    try (MoverSession session = rig.open(task, new Rig.Kept16())) {
      rig.bring(session);
      rig.b()
          .call("PUT", "/all-orders/_settings", "{\"index.blocks.read_only_allow_delete\":true}");
      long _ = gateway.put("orders", "full", null, "{\"n\":1}");
      assertThatThrownBy(session::follow)
          .isInstanceOf(MoverException.Unreachable.class)
          .hasMessageContaining("disk is full");
      rig.b()
          .call("PUT", "/all-orders/_settings", "{\"index.blocks.read_only_allow_delete\":null}");
      assertThat(session.follow().appliedItems()).isEqualTo(1);
      rig.b().call("PUT", "/all-orders/_mapping", "{\"properties\":{\"odd\":{\"type\":\"long\"}}}");
      long _ = gateway.put("orders", "odd one", null, "{\"odd\":\"text\"}");
      assertThatThrownBy(session::follow)
          .isInstanceOf(MoverException.Refused.class)
          .hasMessageContaining("'acme:odd one'");
    }
  }

  @Test
  void aBlockOfSomebodyElseStaysThroughAnAbort() throws Exception {
    MoverTask task = task(OWN);
    Rig.Kept16 checkpoints = new Rig.Kept16();
    try (MoverSession session = rig.open(task, checkpoints)) {
      rig.bring(session);
      rig.a().call("PUT", "/acme-orders/_block/write", "");
      assertThatThrownBy(session::fenceSource).isInstanceOf(MoverException.Refused.class);
    }
    rig.abort(task, checkpoints);
    assertThat(Rig.all(rig.a())).anyMatch(each -> each.contains("\"write\":\"true\""));
  }

  @Test
  void aDriverThatTakesOverInAHoldLetsWritesThroughAgain() throws Exception {
    MoverTask task = task(OWN);
    Rig.Kept16 checkpoints = new Rig.Kept16();
    try (MoverSession session = rig.open(task, checkpoints)) {
      rig.bring(session);
      assertThat(session.fenceSource()).isTrue();
    }
    MoverTask second = rig.next(task);
    try (MoverSession next = rig.open(second, checkpoints)) {
      next.unfenceSource();
      long _ = gateway.put("orders", "d0", null, "{\"n\":7}");
      rig.bring(next);
      assertThat(rig.flipped(next, second, gateway)).isTrue();
    }
    assertThat(gateway.get("orders", "d0", null)).isEqualTo("2 {\"n\":7}");
  }

  private static List<String> refused(MoverTask task) throws MoverException {
    return rig.mover.preflight(task).findings().stream()
        .filter(each -> each.severity() == Preflight.Severity.REFUSAL)
        .map(Preflight.Finding::check)
        .toList();
  }

  @Test
  void preflightNamesWhatSpeaksAgainstAMove() throws Exception {
    assertThat(refused(task(OWN))).isEmpty();
    assertThat(rig.mover.preflight(task(OWN)).items()).isEqualTo(120);
    assertThat(refused(task(SHARED))).isEmpty();
    rig.b().call("PUT", "/acme-old", "");
    assertThat(refused(task(OWN))).containsExactly("target-empty");
    rig.b().call("PUT", "/all-orders/_doc/acme:1?routing=acme", "{\"n\":1}");
    assertThat(refused(task(SHARED))).containsExactly("target-empty");
    rig.b().call("DELETE", "/all-orders", "");
    assertThat(refused(task(SHARED))).containsExactly("target-index");
    rig.b()
        .call(
            "PUT",
            "/all-orders",
            "{\"mappings\":{\"properties\":{\"n\":{\"type\":\"keyword\"}}},\"settings\":{\"index.final_pipeline\":\"p\"}}");
    assertThat(refused(task(SHARED))).contains("mapping", "target-pipeline");
    rig.a().call("PUT", "/acme-orders/_block/write", "");
    assertThat(refused(task("index:acme-x-*"))).containsExactly("source-blocks");
    rig.a().call("PUT", "/acme-orders/_settings", "{\"index.blocks.write\":null}");
    long _ = gateway.put("orders", "x".repeat(510), null, "{\"n\":1}");
    assertThat(refused(task(SHARED))).contains("document");
    rig.a()
        .call(
            "PUT",
            "/acme-odd",
            "{\"mappings\":{\"_source\":{\"enabled\":false},\"properties\":{\"j\":{\"type\":\"join\",\"relations\":{\"a\":\"b\"}}}}}");
    assertThat(refused(task(SHARED))).contains("source-whole", "field-type");
    assertThat(refused(task("index:one=orders"))).contains("names");
    rig.a()
        .call(
            "PUT", "/acme-orders/_doc/big?version=9223372036854775800&version_type=external", "{}");
    assertThat(refused(task("index:acme-x-*"))).contains("document");
    assertThat(refused(rig.task("acme", Rig.A, OWN, Rig.B, OWN + "#1", MoverOptions.TAKEOVER)))
        .containsExactly("takeover");
  }
}
