package dev.drover.opensearch.move;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.EngineState;
import dev.drover.core.HomeId;
import dev.drover.core.MoveId;
import dev.drover.core.Placement;
import dev.drover.core.Undo;
import dev.drover.core.mover.Checkpoints;
import dev.drover.core.mover.Kept;
import dev.drover.core.mover.MoverException;
import dev.drover.core.mover.MoverListener;
import dev.drover.core.mover.MoverOptions;
import dev.drover.core.mover.MoverSession;
import dev.drover.core.mover.MoverTask;
import dev.drover.core.mover.Settlement;
import dev.drover.core.mover.Tail;
import dev.drover.core.mover.Verification;
import dev.drover.opensearch.OpenSearchEngine;
import dev.drover.opensearch.server.TestCluster;
import dev.drover.opensearch.tenant.DeletesIndex;
import dev.drover.opensearch.tenant.Locator;
import dev.drover.opensearch.wire.OpenSearchHome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.JsonNode;

/// Real clusters, and a mover between them.
final class Rig {
  static final HomeId A = new HomeId("a");
  static final HomeId B = new HomeId("b");

  final Map<HomeId, TestCluster> clusters = new ConcurrentHashMap<>();
  final List<String> losses = new CopyOnWriteArrayList<>();
  final List<Kept> kept = new CopyOnWriteArrayList<>();
  final MoverListener listener =
      new MoverListener() {
        @Override
        public void progress(String phase, long done, long total, long bytes, String waitingFor) {}

        @Override
        public void captureLost(String reason) {
          losses.add(reason);
        }

        @Override
        public void broughtOver(HomeId home, String what) {}
      };
  final OpenSearchMover mover;
  private final Random random = new Random();
  private int moves;
  private long term;

  /// How long the last settle took.
  long settleMillis;

  Verification verification = new Verification(0, 0, 0, "");

  Rig(TestCluster a, TestCluster b, OpenSearchMoverOptions options) {
    clusters.put(A, a);
    clusters.put(B, b);
    mover =
        new OpenSearchMover(
            id -> new OpenSearchHome(id, "127.0.0.1", at(id).port()),
            options,
            System::nanoTime,
            random::nextLong);
  }

  TestCluster at(HomeId home) {
    return Objects.requireNonNull(clusters.get(home));
  }

  TestCluster a() {
    return at(A);
  }

  TestCluster b() {
    return at(B);
  }

  /// The next move of a tenant, under the next term.
  MoverTask task(String tenant, HomeId from, String at, HomeId to, String locator) {
    return task(tenant, from, at, to, locator, MoverOptions.DEFAULT);
  }

  MoverTask task(
      String tenant, HomeId from, String at, HomeId to, String locator, MoverOptions options) {
    return new MoverTask(
        OpenSearchEngine.tenant(tenant),
        new MoveId("M" + ++moves + "-" + tenant),
        ++term,
        new Placement(from, at),
        new Placement(to, locator),
        options);
  }

  /// The same move by its next driver.
  MoverTask next(MoverTask task) {
    return new MoverTask(
        task.partition(), task.move(), ++term, task.from(), task.to(), task.options());
  }

  /// Keeps states in memory.
  static final class Kept16 implements Checkpoints {
    private volatile EngineState state = EngineState.NONE;

    @Override
    public EngineState state() {
      return state;
    }

    @Override
    public boolean reached(EngineState next) {
      state = next;
      return true;
    }
  }

  MoverSession open(MoverTask task, Checkpoints checkpoints) throws Exception {
    return mover.open(task, listener, checkpoints);
  }

  /// Up to the hold.
  void bring(MoverSession session) throws Exception {
    session.raiseFence();
    session.prepare();
    session.copy();
    verification = session.verify();
    Tail _ = session.follow();
  }

  /// Moves a tenant, and works off what is owed.
  void move(MoverTask task, TinyGateway gateway) throws Exception {
    move(task, gateway, () -> {});
  }

  /// Something that happens in the middle of a move.
  interface Middle {
    void happens() throws Exception;
  }

  /// As [#move(MoverTask, TinyGateway)].
  ///
  /// @param copied once all is copied and compared
  void move(MoverTask task, TinyGateway gateway, Middle copied) throws Exception {
    assertThat(mover.preflight(task).findings())
        .noneMatch(each -> each.severity() == dev.drover.core.mover.Preflight.Severity.REFUSAL);
    try (MoverSession session = open(task, new Kept16())) {
      session.raiseFence();
      session.prepare();
      gateway.note();
      session.copy();
      verification = session.verify();
      copied.happens();
      Tail _ = session.follow();
      for (int i = 0; !flipped(session, task, gateway); i++) {
        assertThat(i).isLessThan(5);
        Tail _ = session.follow();
      }
      assertThat(session.strays()).isEmpty();
    }
    for (Undo undo : mover.owedOnComplete(task)) {
      undo(task, task.to(), undo);
    }
  }

  void undo(MoverTask task, Placement owner, Undo undo) throws Exception {
    Kept aside = mover.undo(task.partition(), owner, ++term, undo, listener);
    if (!aside.nothing()) {
      kept.add(aside);
    }
  }

  /// Takes a move back.
  void abort(MoverTask task, Checkpoints checkpoints) throws Exception {
    for (Undo undo : mover.owedOnAbort(task, checkpoints.state())) {
      undo(task, task.from(), undo);
    }
  }

  boolean flipped(MoverSession session, MoverTask task, TinyGateway gateway) throws Exception {
    gateway.hold();
    try {
      boolean fenced = session.fenceSource();
      assertThat(fenced).isEqualTo(!Locator.parse(task.from().locator()).shared());
      long began = System.nanoTime();
      Settlement settlement = session.settle();
      settleMillis = (System.nanoTime() - began) / 1_000_000;
      if (settlement instanceof Settlement.Unsettled unsettled) {
        System.out.println("unsettled: " + unsettled.reason());
        session.unfenceSource();
        return false;
      }
      gateway.flip(at(task.to().home()), task.to().locator());
      return true;
    } finally {
      gateway.open();
    }
  }

  /// What is at a cluster, without Drover's own memory and notes: indices, their aliases, and how
  /// many documents each has.
  static List<String> all(TestCluster cluster) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>();
    JsonNode _ = cluster.call("POST", "/_refresh?expand_wildcards=all", "");
    JsonNode indices = cluster.call("GET", "/*?expand_wildcards=all", "");
    for (Map.Entry<String, JsonNode> each : indices.properties()) {
      if (each.getKey().equals(Memory.INDEX)) {
        continue;
      }
      long count = cluster.call("GET", "/" + each.getKey() + "/_count", "").path("count").asLong();
      all.add(
          each.getKey()
              + " "
              + count
              + " "
              + new ArrayList<>(each.getValue().path("aliases").propertyNames())
              + each.getValue().path("settings").path("index").path("blocks"));
    }
    all.removeIf(each -> each.startsWith(DeletesIndex.NAME + " 0 "));
    return all.stream().sorted().toList();
  }

  static String refusal(MoverException e) {
    return String.valueOf(e.getMessage());
  }
}
