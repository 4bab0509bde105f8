package dev.drover.torture;

import dev.drover.core.HomeId;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.torture.fleet.Fleet;
import dev.drover.torture.plan.Strike;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/// Says what is at the spare home, and has scopes come there and leave it.
final class SpareHome {
  private static final Duration ROOM_MAX = Duration.ofSeconds(40);
  private static final Duration BEGUN_MAX = Duration.ofSeconds(20);
  private static final long COPYING_MILLIS = 800;
  private static final int SLOW_ITEMS_PER_SECOND = 80;

  private final Fleet fleet;
  private final Moves moves;
  private final StoreLook look;
  private final HomeId spare;

  SpareHome(Fleet fleet, Moves moves, StoreLook look) {
    this.fleet = fleet;
    this.moves = moves;
    this.look = look;
    this.spare = new HomeId(fleet.spare());
  }

  /// The scopes that must not lose anything, and for which no fallback takes over meanwhile.
  List<PartitionId> ordinary() {
    return IntStream.range(fleet.fallbacks(), fleet.scopes()).mapToObj(fleet::partition).toList();
  }

  boolean servesNothing(List<Partition> records) {
    return records.stream().noneMatch(this::servedFromSpare);
  }

  private boolean servedFromSpare(Partition record) {
    return switch (record.ownership()) {
      case Ownership.Active active -> active.home().home().equals(spare);
      case Ownership.Draining draining -> draining.from().home().equals(spare);
      case Ownership.Reopening reopening -> reopening.from().home().equals(spare);
      // It may be committed at any moment.
      case Ownership.Cutover cutover -> concerns(cutover);
      case Ownership.Opening opening -> concerns(opening);
    };
  }

  private boolean concerns(Ownership.Moving moving) {
    return moving.from().home().equals(spare) || moving.to().home().equals(spare);
  }

  boolean servesOnly(PartitionId scope, List<Partition> records) {
    return records.stream()
        .allMatch(
            record ->
                record.id().equals(scope)
                    ? !(record.ownership() instanceof Ownership.Cutover)
                        && !(record.ownership() instanceof Ownership.Opening)
                        && record.ownership().reads().home().equals(spare)
                    : !servedFromSpare(record));
  }

  /// Has every scope leave the spare home.
  ///
  /// @return whether none is there, or about to come or to be cleared away
  boolean vacated(Strike strike) throws InterruptedException {
    return vacated(strike, Set.of());
  }

  /// Has every scope but these leave the spare home.
  boolean vacated(Strike strike, Set<PartitionId> but) throws InterruptedException {
    Set<PartitionId> asked = new HashSet<>();
    return look.awaited(
        ROOM_MAX,
        records -> {
          List<Partition> there =
              records.stream()
                  .filter(record -> !but.contains(record.id()) && refersToSpare(record))
                  .toList();
          for (Partition record : there) {
            if (!record.moving() && record.owed().isEmpty() && asked.add(record.id())) {
              String to = fleet.homes().get(strike.victim() % fleet.homes().size());
              var _ = moves.askIfAllowed(record.id(), to, 0, strike.victim());
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
  boolean brought(PartitionId scope, Strike strike) throws InterruptedException {
    boolean[] asked = new boolean[1];
    return look.awaited(
        ROOM_MAX,
        records -> {
          if (!StoreLook.rests(scope, records)) {
            return false;
          }
          boolean there = servesOnly(scope, records);
          if (!there && !asked[0]) {
            asked[0] = moves.askIfAllowed(scope, fleet.spare(), 0, strike.victim()).isPresent();
          }
          return there;
        });
  }

  /// Begins a move of one of these that takes a while, and waits until it copies.
  Optional<String> begun(List<PartitionId> scopes, String to, Strike strike)
      throws InterruptedException {
    HomeId target = new HomeId(to);
    List<String> asked = new ArrayList<>();
    boolean copies =
        look.awaited(
            BEGUN_MAX,
            records -> {
              for (int i = 0; i < scopes.size() && asked.isEmpty(); i++) {
                PartitionId scope = scopes.get((strike.victim() + i) % scopes.size());
                if (StoreLook.rests(scope, records)) {
                  moves
                      .askIfAllowed(scope, to, SLOW_ITEMS_PER_SECOND, strike.victim())
                      .ifPresent(asked::add);
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
}
