package dev.drover.core.fleet;

import dev.drover.core.Moment;
import java.time.Duration;
import java.util.List;

/// How a gateway takes its leases, registers, reads and only then serves (docs/design.md, G1); and
/// again after a lost lease.
///
/// | state | event | next | effects |
/// |---|---|---|---|
/// | Leasing | leases taken | Registering | register under them |
/// | Registering | registered | Reading | read all partitions |
/// | Reading | routes read | Serving | apply them |
/// | any | a lease ended | Leasing | take it again, unless that is under way |
/// | Serving | the watch was lost | Reading | read all partitions |
/// | any | the store is away | the same | once more after a while |
/// | Registering | the leases are gone | Leasing | take them again |
///
/// While the short lease is missing but the long one stands, partitions at rest go on being served:
/// that is the data path's matter, by the guards.
public sealed interface Membership {
  /// Asks the store for the leases that are missing.
  record Leasing(boolean needsLong, boolean needsShort) implements Membership {}

  /// Makes the gateway known to drivers.
  record Registering() implements Membership {}

  /// Reads every record, after it has registered: so a driver that did not list this gateway wrote
  /// before this read.
  ///
  /// @param anew whether the lease sessions are new, so that receipts must be given again
  record Reading(boolean anew) implements Membership {}

  record Serving() implements Membership {}

  /// What happens to a membership.
  enum Event {
    STARTED,
    LEASES_TAKEN,
    LEASES_GONE,
    REGISTERED,
    ROUTES_READ,
    WATCH_LOST,
    LONG_ENDED,
    SHORT_ENDED,
    STORE_AWAY,
    TIME_CAME
  }

  /// What the shell has to do.
  sealed interface Effect {
    record TakeLeases(boolean takeLong, boolean takeShort) implements Effect {}

    record Register() implements Effect {}

    record ReadAll(boolean anew) implements Effect {}

    record WakeAt(long nanos) implements Effect {}
  }

  /// The next state, and what to do.
  record Decision(Membership next, List<Effect> effects) {}

  Duration RETRY = Duration.ofMillis(200);

  static Decision decide(Membership state, Event event, Moment now) {
    return switch (event) {
      case STARTED -> lease(true, true);
      case LEASES_GONE -> lease(true, true);
      case LONG_ENDED ->
          state instanceof Leasing l && l.needsLong() ? stay(state) : lease(true, true);
      case SHORT_ENDED ->
          switch (state) {
            case Leasing l when l.needsShort() -> stay(state);
            case Leasing l -> lease(l.needsLong(), true);
            case Registering _, Reading _, Serving _ -> lease(false, true);
          };
      case STORE_AWAY -> stay(state, new Effect.WakeAt(now.nanos() + RETRY.toNanos()));
      case TIME_CAME -> new Decision(state, effectsOf(state));
      case LEASES_TAKEN -> state instanceof Leasing ? go(new Registering()) : stay(state);
      case REGISTERED -> state instanceof Registering ? go(new Reading(true)) : stay(state);
      case ROUTES_READ -> state instanceof Reading ? go(new Serving()) : stay(state);
      case WATCH_LOST -> state instanceof Serving ? go(new Reading(false)) : stay(state);
    };
  }

  private static Decision lease(boolean needsLong, boolean needsShort) {
    return go(new Leasing(needsLong, needsShort));
  }

  private static Decision go(Membership next) {
    return new Decision(next, effectsOf(next));
  }

  private static Decision stay(Membership state, Effect... effects) {
    return new Decision(state, List.of(effects));
  }

  private static List<Effect> effectsOf(Membership state) {
    return switch (state) {
      case Leasing l -> List.of(new Effect.TakeLeases(l.needsLong(), l.needsShort()));
      case Registering r -> List.of(new Effect.Register());
      case Reading r -> List.of(new Effect.ReadAll(r.anew()));
      case Serving s -> List.of();
    };
  }
}
