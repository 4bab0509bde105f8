package dev.drover.core.driver;

import dev.drover.core.Certificate;
import dev.drover.core.Transition;
import dev.drover.core.Undo;
import dev.drover.core.driver.DriverEffect.Ask;
import dev.drover.core.driver.DriverEffect.Certify;
import dev.drover.core.driver.Stage.Repaying;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The part of a driver that works off what a partition owes, one debt after the other, for as long
/// as it takes.
final class DebtTurn {
  private static final Duration RETRY = Duration.ofMillis(500);
  private static final Duration RETRY_MAX = Duration.ofSeconds(30);

  private final DriverTurn turn;

  DebtTurn(DriverTurn turn) {
    this.turn = turn;
  }

  /// Begins with the first debt, or ends if there is none.
  void next(Outcome outcome) {
    Optional<Undo> first = turn.partition.owed().stream().findFirst();
    if (first.isEmpty()) {
      turn.end(outcome);
    } else {
      turn.stage = new Repaying(first.get(), outcome, 0, Optional.empty());
      turn.effects.add(new Ask(Work.UNDO, first));
    }
  }

  /// The look at the old home goes on for as long as a debt is worked off there, so the certificate
  /// names what was found then too.
  void done(List<String> strays) {
    if (turn.stage instanceof Repaying s) {
      Outcome outcome = s.outcome();
      if (!strays.isEmpty() && outcome instanceof Outcome.Completed(Certificate certificate)) {
        Certificate last = certificate.strayedBy(strays);
        turn.effects.add(new Certify(last));
        outcome = new Outcome.Completed(last);
      }
      turn.write(Transition.paid(turn.partition, s.undo()), new Stage.Striking(s.undo(), outcome));
    }
  }

  void failed(String reason) {
    if (turn.stage instanceof Repaying s) {
      turn.stage = new Repaying(s.undo(), s.outcome(), s.tries() + 1, Optional.of(reason));
      Duration wait = RETRY.multipliedBy(1L << Math.min(s.tries(), 10));
      turn.wakeIn(wait.compareTo(RETRY_MAX) > 0 ? RETRY_MAX : wait);
    }
  }

  void timeCame() {
    if (turn.stage instanceof Repaying s && s.failure().isPresent()) {
      turn.stage = new Repaying(s.undo(), s.outcome(), s.tries(), Optional.empty());
      turn.effects.add(new Ask(Work.UNDO, Optional.of(s.undo())));
    }
  }
}
