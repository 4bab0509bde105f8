package dev.drover.sim.explore;

import dev.drover.core.Certificate;
import dev.drover.core.Hlc;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.Proof;
import dev.drover.core.driver.Driver;
import dev.drover.core.driver.DriverEffect;
import dev.drover.core.driver.Outcome;
import dev.drover.core.driver.Stage;
import dev.drover.core.fleet.FleetWait;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// Takes out of what the machines hold everything that nothing is decided by: stamps, measured
/// times, words for people, and who has confirmed what in a proof. States that differ only there
/// are one state.
///
/// Deadlines become those of a move that began at nanosecond 0, at which all events but those of a
/// passed deadline happen. Rounds of following are alike, so one counts as all.
final class Timeless {
  private Timeless() {}

  static Partition of(Partition p) {
    Ownership ownership =
        p.ownership() instanceof Ownership.Opening o
            ? new Ownership.Opening(o.from(), o.to(), o.move(), of(o.proof()))
            : p.ownership();
    return new Partition(p.id(), p.epoch(), p.term(), ownership, p.owed(), Hlc.ZERO);
  }

  private static Proof of(Proof p) {
    return new Proof(List.of(), p.settled(), p.verification(), p.sourceFenced(), 0, 0);
  }

  private static Certificate of(Certificate c) {
    return new Certificate(
        c.move(),
        c.partition(),
        c.from(),
        c.to(),
        c.epoch(),
        c.term(),
        c.attempts(),
        of(c.proof()),
        List.of(),
        Hlc.ZERO,
        Hlc.ZERO,
        0,
        c.strays());
  }

  static Driver of(Driver d) {
    return new Driver(
        d.self(),
        new Driver.Known(of(d.partition()), d.version(), Hlc.ZERO, d.known().gatewaysNote()),
        of(d.fleet()),
        d.verification(),
        d.pending().map(p -> new Driver.Pending(of(p.next()), p.state(), 0)),
        d.abort(),
        0,
        of(d.stage()));
  }

  private static FleetWait of(FleetWait w) {
    return new FleetWait(
        w.epoch(),
        w.kind(),
        w.target(),
        w.listedRevision().isPresent() ? OptionalLong.of(0) : OptionalLong.empty(),
        FleetWait.Gateways.awaited(w.awaited()),
        FleetWait.Span.NONE,
        Map.of(),
        Optional.empty());
  }

  private static Stage of(Stage stage) {
    return switch (stage) {
      case Stage.Noting s -> new Stage.Noting(of(s.next()));
      case Stage.Following s -> new Stage.Following(s.tail(), 0, 0, 1, s.running(), 0, 0);
      case Stage.Entering _ -> new Stage.Entering(0, 0);
      case Stage.Holding s -> new Stage.Holding(of(s.hold()), s.fencing(), s.fenced());
      case Stage.Settling s -> new Stage.Settling(of(s.hold()), s.fenced());
      case Stage.Committing s -> new Stage.Committing(of(s.hold()), s.fenced(), s.settled());
      case Stage.Reopening _ -> new Stage.Reopening("");
      case Stage.Lifting s -> new Stage.Lifting("", s.failure());
      case Stage.Releasing _ -> new Stage.Releasing("");
      case Stage.Saving s -> new Stage.Saving(of(s.during()));
      case Stage.Opening s -> new Stage.Opening(0, 0, s.certified());
      case Stage.Completing s -> new Stage.Completing(0, of(s.certificate()));
      case Stage.Inspecting s -> new Stage.Inspecting(of(s.certificate()));
      case Stage.Aborting _ -> new Stage.Aborting("");
      case Stage.Repaying s ->
          new Stage.Repaying(s.undo(), of(s.outcome()), s.tries(), s.failure());
      case Stage.Striking s -> new Stage.Striking(s.undo(), of(s.outcome()));
      case Stage.Ended s -> new Stage.Ended(of(s.outcome()));
      case Stage.Claiming _,
          Stage.Fencing _,
          Stage.Looking _,
          Stage.Unfencing _,
          Stage.Preparing _,
          Stage.Copying _,
          Stage.Copied _,
          Stage.Verifying _ ->
          stage;
    };
  }

  private static Stage.Hold of(Stage.Hold h) {
    return new Stage.Hold(0, h.deadlineNanos() - h.sinceNanos(), 0, 0);
  }

  private static Outcome of(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Completed c -> new Outcome.Completed(of(c.certificate()));
      case Outcome.Aborted _ -> new Outcome.Aborted("");
      case Outcome.DebtsPaid _ -> outcome;
      case Outcome.Overtaken _ -> new Outcome.Overtaken("");
    };
  }

  static List<DriverEffect> of(List<DriverEffect> effects) {
    return effects.stream()
        .filter(effect -> !(effect instanceof DriverEffect.WakeAt))
        .map(Timeless::of)
        .toList();
  }

  private static DriverEffect of(DriverEffect effect) {
    return switch (effect) {
      case DriverEffect.Write w -> new DriverEffect.Write(of(w.next()), w.expectedVersion());
      case DriverEffect.Certify c -> new DriverEffect.Certify(of(c.certificate()));
      case DriverEffect.End e -> new DriverEffect.End(of(e.outcome()));
      case DriverEffect.ReadRecord _,
          DriverEffect.ListFleet _,
          DriverEffect.Ask _,
          DriverEffect.StateWritten _,
          DriverEffect.CancelWork _,
          DriverEffect.WakeAt _ ->
          effect;
    };
  }
}
