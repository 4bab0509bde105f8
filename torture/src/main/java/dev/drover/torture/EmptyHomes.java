package dev.drover.torture;

import dev.drover.app.client.ApiException;
import dev.drover.app.client.Json;
import dev.drover.core.HomeId;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.redis.wire.Reply;
import dev.drover.redis.wire.RespConnection;
import dev.drover.torture.check.Loss;
import dev.drover.torture.fleet.Child;
import dev.drover.torture.fleet.Fleet;
import dev.drover.torture.history.KeyName;
import dev.drover.torture.plan.Strike;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends a home and lets it begin again with no data. It is always the spare home, so that it is
/// known what is lost: nothing if no scope is served from there, also while one moves there; else
/// all of the scope that may be lost, and nothing but that.
final class EmptyHomes {
  private static final Logger LOG = LoggerFactory.getLogger(EmptyHomes.class);
  private static final Duration READY_MAX = Duration.ofSeconds(45);
  private static final Duration ROOM_MAX = Duration.ofSeconds(40);
  private static final Duration BEGUN_MAX = Duration.ofSeconds(20);
  private static final Duration COPIED_MAX = Duration.ofSeconds(8);
  private static final Duration END_MAX = Duration.ofSeconds(45);
  private static final Duration DEBT_MAX = Duration.ofSeconds(20);
  private static final long POLL_MILLIS = 100;
  private static final long COPYING_MILLIS = 800;
  private static final int SLOW_ITEMS_PER_SECOND = 80;

  /// So many of a copy's keys may have been deleted by clients just before their home was ended.
  private static final long DELETED_MAX = 2;

  private final Fleet fleet;
  private final Moves moves;
  private final StoreLook look;
  private final Timeline timeline;
  private final Set<String> failures;
  private final Semaphore calm;
  private final HomeId spare;
  private final List<Loss> losses = new CopyOnWriteArrayList<>();

  /// @param calm held while the home is away, and not while moves are waited for
  EmptyHomes(
      Fleet fleet,
      Moves moves,
      StoreLook look,
      Timeline timeline,
      Set<String> failures,
      Semaphore calm) {
    this.calm = calm;
    this.fleet = fleet;
    this.moves = moves;
    this.look = look;
    this.timeline = timeline;
    this.failures = failures;
    this.spare = new HomeId(fleet.spare());
  }

  /// What was lost, for the checker to excuse.
  List<Loss> losses() {
    return List.copyOf(losses);
  }

  /// Empties it where nothing is lost by that: two times of three while a scope moves there, which
  /// must end, with all that clients were told.
  void target(Strike strike) throws IOException, InterruptedException {
    if (!vacated(strike, Set.of())) {
      timeline.skipped();
      return;
    }
    if (strike.victim() % 3 != 0) {
      if (begun(ordinary(), fleet.spare(), strike).isEmpty()) {
        timeline.skipped();
        return;
      }
    }
    emptied(strike, this::servesNothing);
  }

  /// Empties it where the scope is that may be lost: every other time while that moves away, which
  /// must end as refused, and leave what was copied where it is.
  void owner(Strike strike) throws IOException, InterruptedException {
    PartitionId scope = scope(fleet.losable());
    if (!vacated(strike, Set.of(scope)) || !brought(scope, strike)) {
      timeline.skipped();
      return;
    }
    String target = fleet.homes().get(strike.victim() % fleet.homes().size());
    Optional<String> move = Optional.empty();
    if (strike.victim() % 2 == 0) {
      move = begun(List.of(scope), target, strike);
      if (move.isEmpty()) {
        timeline.skipped();
        return;
      }
      // Before that the move has taken nothing that could be the last copy.
      var _ = awaited(COPIED_MAX, _ -> keys(target, scope.value() + "*") > 0);
    }
    long from = System.nanoTime();
    long[] copied = new long[1];
    boolean emptied =
        emptied(
            strike,
            records -> {
              copied[0] = keys(target, scope.value() + "*");
              return servesOnly(scope, records);
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
  private boolean emptied(Strike strike, Condition may) throws IOException, InterruptedException {
    calm.acquire();
    try {
      return emptiedNow(strike, may);
    } finally {
      calm.release();
    }
  }

  private boolean emptiedNow(Strike strike, Condition may)
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
      failures.add(home.name() + " did not come back; see " + home.log());
      return false;
    }
    fleet.loadFunctions(fleet.spare());
    if (emptied) {
      timeline.struck(new Timeline.Window(strike.kind(), fleet.spare(), from, System.nanoTime()));
    } else {
      timeline.skipped();
    }
    return emptied;
  }

  private interface Condition {
    boolean holds(List<Partition> records) throws IOException;
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
    if (!awaited(DEBT_MAX, records -> rests(scope, records))) {
      return;
    }
    long kept = keys(target, "drover:aside:" + move + ":*") + keys(target, scope.value() + "*");
    LOG.info("{}: {} keys were copied, {} are kept", what, copied, kept);
    if (kept + DELETED_MAX < copied) {
      failures.add(
          "%s: %d keys had been copied when the source was emptied, and %d are kept"
              .formatted(what, copied, kept));
    }
  }

  /// How many keys stand at a home; none if it does not answer just now.
  private long keys(String home, String pattern) {
    try (RespConnection connection = fleet.connect(home)) {
      Reply keys = connection.call("KEYS", pattern);
      return keys.items().size();
    } catch (IOException e) {
      return 0;
    }
  }

  // --- who is where

  private static PartitionId scope(int number) {
    return new PartitionId(KeyName.prefix(number));
  }

  /// The scopes that must not lose anything, and for which no fallback takes over meanwhile.
  private List<PartitionId> ordinary() {
    return IntStream.range(fleet.fallbacks(), fleet.scopes()).mapToObj(EmptyHomes::scope).toList();
  }

  private boolean servesNothing(List<Partition> records) {
    return records.stream().noneMatch(this::servedFromSpare);
  }

  private boolean servedFromSpare(Partition record) {
    return switch (record.ownership()) {
      case Ownership.Active active -> active.home().home().equals(spare);
      case Ownership.Draining draining -> draining.from().home().equals(spare);
      // It may be committed at any moment.
      case Ownership.Cutover cutover -> concerns(cutover);
      case Ownership.Opening opening -> concerns(opening);
    };
  }

  private boolean concerns(Ownership.Moving moving) {
    return moving.from().home().equals(spare) || moving.to().home().equals(spare);
  }

  private boolean servesOnly(PartitionId scope, List<Partition> records) {
    return records.stream()
        .allMatch(
            record ->
                record.id().equals(scope)
                    ? !(record.ownership() instanceof Ownership.Cutover)
                        && !(record.ownership() instanceof Ownership.Opening)
                        && record.ownership().reads().home().equals(spare)
                    : !servedFromSpare(record));
  }

  private static boolean rests(PartitionId scope, List<Partition> records) {
    return records.stream()
        .anyMatch(
            record -> record.id().equals(scope) && !record.moving() && record.owed().isEmpty());
  }

  /// Has every scope leave the spare home.
  ///
  /// @return whether none is there, or about to come or to be cleared away
  boolean vacated(Strike strike) throws InterruptedException {
    return vacated(strike, Set.of());
  }

  /// Has every scope but these leave the spare home.
  private boolean vacated(Strike strike, Set<PartitionId> but) throws InterruptedException {
    Set<PartitionId> asked = new java.util.HashSet<>();
    return awaited(
        ROOM_MAX,
        records -> {
          List<Partition> there =
              records.stream()
                  .filter(record -> !but.contains(record.id()) && refersToSpare(record))
                  .toList();
          for (Partition record : there) {
            if (!record.moving() && record.owed().isEmpty() && asked.add(record.id())) {
              String to = fleet.homes().get(strike.victim() % fleet.homes().size());
              var _ = ask(record.id(), to, 0, strike);
            }
          }
          return there.isEmpty();
        });
  }

  private boolean refersToSpare(Partition record) {
    List<HomeId> named = new ArrayList<>(List.of(record.ownership().reads().home()));
    if (record.ownership() instanceof Ownership.Moving moving) {
      named.add(moving.from().home());
      named.add(moving.to().home());
    }
    record.owed().forEach(undo -> named.add(undo.at().home()));
    return named.contains(spare);
  }

  /// Has a scope come to the spare home.
  private boolean brought(PartitionId scope, Strike strike) throws InterruptedException {
    boolean[] asked = new boolean[1];
    return awaited(
        ROOM_MAX,
        records -> {
          if (!rests(scope, records)) {
            return false;
          }
          boolean there = servesOnly(scope, records);
          if (!there && !asked[0]) {
            asked[0] = ask(scope, fleet.spare(), 0, strike).isPresent();
          }
          return there;
        });
  }

  /// Begins a move of one of these that takes a while, and waits until it copies.
  private Optional<String> begun(List<PartitionId> scopes, String to, Strike strike)
      throws InterruptedException {
    HomeId target = new HomeId(to);
    List<String> asked = new ArrayList<>();
    boolean copies =
        awaited(
            BEGUN_MAX,
            records -> {
              for (int i = 0; i < scopes.size() && asked.isEmpty(); i++) {
                PartitionId scope = scopes.get((strike.victim() + i) % scopes.size());
                if (rests(scope, records)) {
                  ask(scope, to, SLOW_ITEMS_PER_SECOND, strike).ifPresent(asked::add);
                }
              }
              return records.stream()
                  .anyMatch(
                      record ->
                          scopes.contains(record.id())
                              && record.ownership() instanceof Ownership.Draining draining
                              && draining.to().home().equals(target));
            });
    if (!copies) {
      return Optional.empty();
    }
    Thread.sleep(COPYING_MILLIS);
    return Optional.of(asked.getFirst());
  }

  private Optional<String> ask(PartitionId scope, String to, int rate, Strike strike) {
    try {
      return Optional.of(moves.ask(scope.value(), to, rate, strike.victim()));
    } catch (ApiException e) {
      LOG.debug("the move of {} to {} was refused: {}", scope, to, e.why());
      return Optional.empty();
    }
  }

  private boolean awaited(Duration atMost, Condition condition) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    while (System.nanoTime() < end) {
      Optional<List<Partition>> records = look.records();
      try {
        if (records.isPresent() && condition.holds(records.get())) {
          return true;
        }
      } catch (IOException e) {
        LOG.debug("not yet: {}", e.getMessage());
      }
      Thread.sleep(POLL_MILLIS);
    }
    return false;
  }
}
