package dev.drover.control;

import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.driver.Outcome;
import dev.drover.core.driver.Stage;
import dev.drover.core.mover.EngineTraits;

/// Where a partition is and what is done with it, as the words that follow its name.
final class Situation {
  private Situation() {}

  static String atRest(Partition p, boolean atFallback) {
    String home = p.ownership().reads().home().value();
    return atFallback
        ? "is served from its fallback " + home + "; no move is running"
        : "is at " + home + "; no move is running";
  }

  static String queued(Partition p, MoveRequest request) {
    return "is at %s; its move to %s waits for its turn"
        .formatted(p.ownership().reads().home(), request.to());
  }

  static String undriven(Ownership.Moving m) {
    return moving(m);
  }

  static String driven(Partition p, Stage stage, EngineTraits traits) {
    if (p.ownership() instanceof Ownership.Moving m) {
      return moving(m);
    }
    String at = "is at " + p.ownership().reads().home() + "; ";
    return switch (stage) {
      case Stage.Repaying r -> at + ended(r.outcome()) + traits.undoing(r.undo());
      case Stage.Striking s -> at + ended(s.outcome()) + traits.undoing(s.undo());
      default -> at + "its move is ending";
    };
  }

  private static String moving(Ownership.Moving m) {
    String way = m.from().home() + " to " + m.to().home();
    return switch (m) {
      case Ownership.Draining _ -> "moves from " + way + "; writes go on at " + m.from().home();
      case Ownership.Cutover _ ->
          "moves from %s; writes are held (attempt %d of %d)"
              .formatted(way, m.move().attempt(), m.move().budget().attemptsMax());
      case Ownership.Reopening _ ->
          "moves from %s; the last hold was given up, and writes are held until %s takes them again"
              .formatted(way, m.from().home());
      case Ownership.Opening _ ->
          "moves from %s; that is decided, and writes are held until each gateway has confirmed"
              .formatted(way);
    };
  }

  private static String ended(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Completed _ -> "its move is done; ";
      case Outcome.Aborted a -> "its move was aborted (" + a.reason() + "); ";
      case Outcome.DebtsPaid _, Outcome.Overtaken _ -> "";
    };
  }
}
