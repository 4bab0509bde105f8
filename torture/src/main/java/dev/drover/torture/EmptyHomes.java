package dev.drover.torture;

import dev.drover.app.client.Json;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.engine.torture.HomeInspector;
import dev.drover.torture.check.Loss;
import dev.drover.torture.fleet.Child;
import dev.drover.torture.fleet.Fleet;
import dev.drover.torture.plan.Strike;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends a home and lets it begin again with no data. It is always the spare home, so that it is
/// known what is lost: nothing if no scope is served from there, also while one moves there; else
/// all of the scope that may be lost, and nothing but that.
final class EmptyHomes {
  private static final Logger LOG = LoggerFactory.getLogger(EmptyHomes.class);
  private static final Duration READY_MAX = Duration.ofSeconds(45);
  private static final Duration COPIED_MAX = Duration.ofSeconds(8);
  private static final Duration END_MAX = Duration.ofSeconds(45);
  private static final Duration DEBT_MAX = Duration.ofSeconds(20);
  private static final long POLL_MILLIS = 100;

  /// So many of a copy's keys may have been deleted by clients just before their home was ended.
  private static final long DELETED_MAX = 2;

  private final Fleet fleet;
  private final Moves moves;
  private final StoreLook look;
  private final Timeline timeline;
  private final Set<String> failures;
  private final Semaphore calm;
  private final SpareHome spare;
  private final List<Loss> losses = new CopyOnWriteArrayList<>();

  /// @param calm held while the home is away, and not while moves are waited for
  EmptyHomes(
      Fleet fleet,
      Moves moves,
      StoreLook look,
      Timeline timeline,
      Set<String> failures,
      Semaphore calm,
      SpareHome spare) {
    this.calm = calm;
    this.fleet = fleet;
    this.moves = moves;
    this.look = look;
    this.timeline = timeline;
    this.failures = failures;
    this.spare = spare;
  }

  /// What was lost, for the checker to excuse.
  List<Loss> losses() {
    return List.copyOf(losses);
  }

  /// Empties it where nothing is lost by that: two times of three while a scope moves there, which
  /// must end, with all that clients were told.
  void target(Strike strike) throws IOException, InterruptedException {
    if (!spare.vacated(strike)) {
      timeline.skipped();
      return;
    }
    List<PartitionId> ordinary = spare.ordinary();
    boolean whileOneMoves = !ordinary.isEmpty() && strike.victim() % 3 != 0;
    if (whileOneMoves && spare.begun(ordinary, fleet.spare(), strike).isEmpty()) {
      timeline.skipped();
      return;
    }
    emptied(strike, spare::servesNothing);
  }

  /// Empties it where the scope is that may be lost: three times of four while that moves away,
  /// which must end as refused, and leave what was copied where it is.
  void owner(Strike strike) throws IOException, InterruptedException {
    PartitionId scope = fleet.partition(fleet.losable());
    if (!spare.vacated(strike, Set.of(scope)) || !spare.brought(scope, strike)) {
      timeline.skipped();
      return;
    }
    String target = fleet.homes().get(strike.victim() % fleet.homes().size());
    Optional<String> move = Optional.empty();
    if (strike.victim() % 4 != 0) {
      move = spare.begun(List.of(scope), target, strike);
      if (move.isEmpty()) {
        timeline.skipped();
        return;
      }
      // Before that the move has taken nothing that could be the last copy.
      var _ = look.awaited(COPIED_MAX, _ -> entries(target, scope) > 0);
    }
    long from = System.nanoTime();
    long[] copied = new long[1];
    boolean emptied =
        emptied(
            strike,
            records -> {
              copied[0] = entries(target, scope);
              return spare.servesOnly(scope, records);
            });
    if (!emptied) {
      return;
    }
    losses.add(new Loss(fleet.losable(), from, System.nanoTime()));
    if (move.isPresent()) {
      judge(move.get(), scope, target, copied[0]);
    }
  }

  /// Ends it, looks whether it may be emptied, and starts it again.
  private boolean emptied(Strike strike, StoreLook.Condition may)
      throws IOException, InterruptedException {
    calm.acquire();
    try {
      return emptiedNow(strike, may);
    } finally {
      calm.release();
    }
  }

  private boolean emptiedNow(Strike strike, StoreLook.Condition may)
      throws IOException, InterruptedException {
    Child home = fleet.child(fleet.spare());
    long from = System.nanoTime();
    boolean emptied = false;
    home.kill();
    try {
      Optional<List<Partition>> records = look.records();
      emptied = records.isPresent() && may.holds(records.get());
      if (emptied) {
        fleet.empty(fleet.spare());
      }
    } finally {
      home.start();
    }
    if (!home.awaitReady(READY_MAX)) {
      failures.add(home.notBack());
      return false;
    }
    fleet.prepareHome(fleet.spare());
    if (emptied) {
      timeline.struck(new Timeline.Window(strike.kind(), fleet.spare(), from, System.nanoTime()));
    } else {
      timeline.skipped();
    }
    return emptied;
  }

  /// The move must not have taken the copy for the scope, and must not have deleted it.
  private void judge(String move, PartitionId scope, String target, long copied)
      throws IOException, InterruptedException {
    Optional<Json> end = moves.end(move, END_MAX);
    if (end.isEmpty() || copied == 0) {
      return;
    }
    String what = "the move %s of '%s' to %s".formatted(move, scope, target);
    if (end.get().text("outcome").equals("COMPLETED")) {
      failures.add(what + " has completed although its source had lost what was copied");
      return;
    }
    String reason = end.get().text("reason");
    if (!reason.contains(fleet.spare())) {
      failures.add(what + " does not name the home that came back empty: " + reason);
    }
    if (!look.awaited(DEBT_MAX, records -> StoreLook.rests(scope, records))) {
      return;
    }
    OptionalLong kept = OptionalLong.empty();
    long until = System.nanoTime() + DEBT_MAX.toNanos();
    while (kept.isEmpty() && System.nanoTime() < until) {
      kept = kept(move, scope, target);
      Thread.sleep(POLL_MILLIS);
    }
    if (kept.isPresent() && kept.getAsLong() + DELETED_MAX < copied) {
      failures.add(
          "%s: %d keys had been copied when the source was emptied, and %d are kept"
              .formatted(what, copied, kept.getAsLong()));
    }
  }

  /// What stands at the target of a move that has ended; empty if that is away just now, as it may
  /// be for faults of its own.
  private OptionalLong kept(String move, PartitionId scope, String target) {
    try (HomeInspector home = fleet.inspect(target)) {
      return OptionalLong.of(home.setAside(move) + home.entries(scope.name()));
    } catch (IOException e) {
      LOG.debug("{} does not answer just now: {}", target, e.getMessage());
      return OptionalLong.empty();
    }
  }

  /// How many keys of a scope stand at a home; none if it does not answer just now.
  private long entries(String at, PartitionId scope) {
    try (HomeInspector home = fleet.inspect(at)) {
      return home.entries(scope.name());
    } catch (IOException e) {
      return 0;
    }
  }
}
