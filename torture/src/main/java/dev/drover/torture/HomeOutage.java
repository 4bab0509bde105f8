package dev.drover.torture;

import dev.drover.core.HomeId;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.torture.fleet.Child;
import dev.drover.torture.fleet.Fleet;
import dev.drover.torture.plan.Strike;
import dev.drover.torture.relay.Way;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Takes a home away while nothing else is wrong, until the fallback of a scope there has taken
/// over. It must, however slow the machine is.
final class HomeOutage {
  private static final Duration ELSEWHERE_MAX = Duration.ofSeconds(40);
  private static final Duration TAKEN_OVER_MAX = Duration.ofSeconds(60);
  private static final Duration READY_MAX = Duration.ofSeconds(45);

  private final Fleet fleet;
  private final Moves moves;
  private final StoreLook look;
  private final Timeline timeline;
  private final Set<String> failures;

  HomeOutage(Fleet fleet, Moves moves, StoreLook look, Timeline timeline, Set<String> failures) {
    this.fleet = fleet;
    this.moves = moves;
    this.look = look;
    this.timeline = timeline;
    this.failures = failures;
  }

  /// To be called while nothing else is wrong. The home is killed or stands still.
  void make(Strike strike) throws IOException, InterruptedException {
    int number = strike.victim() % fleet.fallbacks();
    PartitionId scope = fleet.partition(number);
    HomeId fallback = new HomeId(fleet.configuration().fallback(number));
    Optional<HomeId> at = elsewhere(scope, fallback, strike);
    if (at.isEmpty()) {
      timeline.skipped();
      return;
    }
    Child home = fleet.child(at.get().value());
    long from = System.nanoTime();
    boolean killed = strike.way() == Way.THERE;
    if (killed) {
      home.kill();
    } else {
      home.pause();
    }
    boolean taken;
    try {
      taken =
          look.awaited(
              TAKEN_OVER_MAX, all -> reads(scope, all).filter(fallback::equals).isPresent());
    } finally {
      if (killed) {
        home.start();
      } else {
        home.resume();
      }
    }
    if (!home.awaitReady(READY_MAX)) {
      failures.add(home.notBack());
    }
    if (!taken) {
      failures.add(
          "%s was away for %d s while nothing else was wrong, and %s did not take '%s' over"
              .formatted(at.get(), TAKEN_OVER_MAX.toSeconds(), fallback, scope.name()));
    }
    timeline.struck(new Timeline.Window(strike.kind(), home.name(), from, System.nanoTime()));
  }

  /// Has a scope be somewhere else than at its fallback.
  ///
  /// @return where it is; empty if it does not come to rest
  private Optional<HomeId> elsewhere(PartitionId scope, HomeId fallback, Strike strike)
      throws InterruptedException {
    List<String> others =
        fleet.homes().stream().filter(home -> !home.equals(fallback.value())).toList();
    String to = others.get(strike.victim() % others.size());
    boolean[] asked = new boolean[1];
    List<HomeId> found = new ArrayList<>();
    var _ =
        look.awaited(
            ELSEWHERE_MAX,
            all -> {
              if (!StoreLook.rests(scope, all)) {
                return false;
              }
              HomeId home = reads(scope, all).orElseThrow();
              if (!home.equals(fallback)) {
                found.add(home);
              } else if (!asked[0]) {
                asked[0] = moves.askIfAllowed(scope, to, 0, strike.victim()).isPresent();
              }
              return !found.isEmpty();
            });
    return found.stream().findFirst();
  }

  private static Optional<HomeId> reads(PartitionId scope, List<Partition> all) {
    return all.stream()
        .filter(record -> record.id().equals(scope))
        .map(record -> record.ownership().reads().home())
        .findFirst();
  }
}
