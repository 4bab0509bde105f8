package dev.drover.torture.plan;

import dev.drover.torture.TortureOptions;
import dev.drover.torture.relay.Way;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/// All that is left to chance, drawn from one seed: the same seed gives the same plan. What comes
/// of it is decided by real processes in real time, and differs from run to run.
public record Plan(List<Strike> strikes, List<Journey> journeys) {
  private static final Duration FIRST_OUTAGE = Duration.ofSeconds(20);
  private static final Duration OUTAGE_EVERY = Duration.ofSeconds(75);

  private static final Duration HOSTILE_EVERY = Duration.ofSeconds(6);

  /// How often those are made that are not drawn with the others.
  private static final Map<FaultKind, Duration> EVERY =
      new TreeMap<>(
          Map.of(
              FaultKind.EDIT_GATEWAY, Duration.ofSeconds(25),
              FaultKind.LACK_HOME, Duration.ofSeconds(50),
              FaultKind.EMPTY_TARGET, Duration.ofSeconds(30),
              FaultKind.EMPTY_OWNER, Duration.ofSeconds(50)));

  /// How long a fault lasts about that waits for moves. A run that is over before half of that has
  /// none.
  private static final Duration WITH_MOVES = Duration.ofSeconds(25);

  /// Two of so many faults wait for a hold, or for a commit.
  private static final int AIMED_OF = 5;

  private static final double ABORTED = 0.2;
  private static final double SLOW = 0.35;
  private static final double BACK = 0.3;
  private static final int SLOWEST_ITEMS_PER_SECOND = 80;
  private static final int FAST_ITEMS_PER_SECOND = 600;
  private static final int ABORT_MILLIS_MAX = 3_000;

  public Plan {
    strikes = List.copyOf(strikes);
    journeys = List.copyOf(journeys);
  }

  /// @param disk whether there is a disk that can be filled
  /// @param emptied whether homes may begin again with no data
  public static Plan of(TortureOptions options, boolean disk, boolean emptied) {
    Random random = new Random(options.seed());
    List<FaultKind> kinds =
        Stream.of(FaultKind.values())
            .filter(kind -> disk || !kind.needsDisk())
            .filter(kind -> options.store().kind().apart() || !kind.needsStoreApart())
            .filter(kind -> options.shape().fallbacks() > 0 || !kind.needsFallback())
            .toList();
    List<Strike> strikes = new ArrayList<>();
    for (Duration at : moments(options.lasts(), options.pace().faultEvery(), random)) {
      FaultKind kind = drawn(kinds, random);
      strikes.add(strike(at, kind, random));
    }
    for (Duration at : outages(options.lasts())) {
      strikes.add(strike(at, FaultKind.STORE_OUTAGE, random));
    }
    // Drawn by themselves, so that they change nothing of what a seed has meant before.
    Random hostile = new Random(~options.seed());
    for (Duration at : moments(options.lasts(), HOSTILE_EVERY, hostile)) {
      strikes.add(strike(at, FaultKind.HOSTILE_CLIENT, hostile));
    }
    betweenTimes(options).stream()
        .filter(each -> emptied || !each.kind().emptiesHomes())
        .forEach(strikes::add);
    strikes.sort(Comparator.comparing(Strike::at));
    List<Journey> journeys = new ArrayList<>();
    for (Duration at : moments(options.lasts(), options.pace().moveEvery(), random)) {
      journeys.add(journey(at, options.shape().scopes(), random));
    }
    return new Plan(strikes, journeys);
  }

  /// What restores, empties and edits, and what takes homes away until a fallback has taken over.
  /// Those that need calm come at once after each outage of the store, when it is calm already.
  private static List<Strike> betweenTimes(TortureOptions options) {
    Random random = new Random(options.seed() * 31 + 1);
    List<Strike> strikes = new ArrayList<>();
    boolean tooShort = options.lasts().compareTo(WITH_MOVES.dividedBy(2)) < 0;
    for (Map.Entry<FaultKind, Duration> each : EVERY.entrySet()) {
      FaultKind kind = each.getKey();
      if (tooShort && kind.waitsForMoves()) {
        continue;
      }
      for (Duration at : moments(options.lasts(), each.getValue(), random)) {
        strikes.add(strike(kind.waitsForMoves() ? earlier(at, options.lasts()) : at, kind, random));
      }
    }
    boolean restores = false;
    for (Duration at : outages(options.lasts())) {
      FaultKind kind = restores ? FaultKind.RESTORE_STORE : FaultKind.EDIT_SERVER;
      strikes.add(strike(at.plusMillis(1), kind, random));
      restores = !restores && !options.store().kind().apart();
    }
    if (options.shape().fallbacks() > 0) {
      for (Duration at : outages(options.lasts())) {
        strikes.add(strike(at.plusMillis(2), FaultKind.HOME_OUTAGE, random));
      }
    }
    return strikes;
  }

  /// When the store is away while nothing else is wrong.
  private static List<Duration> outages(Duration lasts) {
    return Stream.iterate(FIRST_OUTAGE, at -> at.compareTo(lasts) < 0, at -> at.plus(OUTAGE_EVERY))
        .toList();
  }

  /// What waits for moves takes its time: so it begins early enough to be over when the others are.
  private static Duration earlier(Duration at, Duration lasts) {
    Duration until = lasts.minus(WITH_MOVES);
    Duration half = lasts.dividedBy(2);
    long nanos = (until.compareTo(half) > 0 ? until : half).toNanos();
    return Duration.ofNanos((long) ((double) at.toNanos() * nanos / lasts.toNanos()));
  }

  /// Line by line, to be kept beside what came of it.
  public String text() {
    StringBuilder text = new StringBuilder();
    strikes.forEach(each -> text.append(each).append('\n'));
    journeys.forEach(each -> text.append(each).append('\n'));
    return text.toString();
  }

  /// Moments at random distances, which are `every` on average.
  private static List<Duration> moments(Duration until, Duration every, Random random) {
    List<Duration> moments = new ArrayList<>();
    Duration at = step(every, random);
    while (at.compareTo(until) < 0) {
      moments.add(at);
      at = at.plus(step(every, random));
    }
    return moments;
  }

  private static Duration step(Duration every, Random random) {
    return Duration.ofMillis((long) (every.toMillis() * 2 * random.nextDouble()));
  }

  private static FaultKind drawn(List<FaultKind> kinds, Random random) {
    int at = random.nextInt(kinds.stream().mapToInt(FaultKind::weight).sum());
    for (FaultKind kind : kinds) {
      at -= kind.weight();
      if (at < 0) {
        return kind;
      }
    }
    throw new IllegalStateException("no kind was drawn");
  }

  private static Strike strike(Duration at, FaultKind kind, Random random) {
    return new Strike(
        at,
        kind,
        random.nextInt(1 << 16),
        kind.lasts(random.nextDouble()),
        random.nextBoolean() ? Way.THERE : Way.BACK,
        aim(kind, random));
  }

  private static Strike.Aim aim(FaultKind kind, Random random) {
    int drawn = random.nextInt(AIMED_OF);
    boolean aimed = drawn < 2 && kind.weight() > 1;
    return aimed ? (drawn == 0 ? Strike.Aim.CUTOVER : Strike.Aim.OPENING) : Strike.Aim.ANY;
  }

  private static Journey journey(Duration at, int scopes, Random random) {
    boolean aborted = random.nextDouble() < ABORTED;
    // A copy that is over at once could not be aborted.
    boolean slow = aborted || random.nextDouble() < SLOW;
    return new Journey(
        at,
        random.nextInt(scopes),
        random.nextInt(1 << 16),
        slow ? SLOWEST_ITEMS_PER_SECOND + random.nextInt(FAST_ITEMS_PER_SECOND) : 0,
        aborted ? random.nextInt(ABORT_MILLIS_MAX) : -1,
        random.nextDouble() < BACK);
  }
}
