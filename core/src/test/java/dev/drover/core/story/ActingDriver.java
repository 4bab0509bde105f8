package dev.drover.core.story;

import dev.drover.core.ControllerId;
import dev.drover.core.EngineState;
import dev.drover.core.Placement;
import dev.drover.core.Undo;
import dev.drover.core.driver.Driver;
import dev.drover.core.driver.DriverEffect;
import dev.drover.core.driver.DriverEvent;
import dev.drover.core.driver.Outcome;
import dev.drover.core.driver.Work;
import dev.drover.core.fleet.FleetView;
import dev.drover.core.mover.Settlement;
import dev.drover.core.mover.Tail;
import dev.drover.core.mover.Verification;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A driver in a story: the machine, and a mover that copies one register.
final class ActingDriver {
  private static final Tail TAIL = new Tail(0, 0, 0, 1_000, 1_000_000, 1_000_000);

  final ControllerId id;
  private final Stage stage;
  private final Map<Work, DriverEvent> instead = new EnumMap<>(Work.class);
  private @Nullable Driver driver;
  private @Nullable Work stopAt;
  private boolean hung;
  private long wakeAtNanos = Long.MAX_VALUE;
  private boolean dead;
  boolean answerLost;

  @Nullable Outcome outcome;

  ActingDriver(Stage stage, ControllerId id) {
    this.stage = stage;
    this.id = id;
  }

  /// Begins with the record as it is, which it may have begun itself or takes over.
  void wakeUp() {
    driver = Driver.of(id, stage.record(), stage.version(), stage.gatewaysNote, stage.now());
    stage.later(() -> on(new DriverEvent.Woken()));
  }

  /// The mover never answers this work, nor what is asked of it after that, until it is cancelled.
  void hangsAt(Work work) {
    stopAt = work;
  }

  /// The mover answers this work so, once.
  void answers(Work work, DriverEvent event) {
    instead.put(work, event);
  }

  /// The mover that hung goes on, and asks the target to take what it has read.
  void answerCopyLate() {
    goesOn();
    stage.later(() -> work(new DriverEffect.Ask(Work.COPY, java.util.Optional.empty()), 1));
  }

  private void goesOn() {
    stopAt = null;
    hung = false;
  }

  void abort(String reason) {
    stage.say(id.value(), "is asked to abort");
    stage.later(() -> on(new DriverEvent.AbortAsked(reason)));
  }

  /// Its mover has come to a step of its engine's.
  void reaches(String step, Undo... owedOnAbort) {
    stage.say(id.value(), "mover comes to " + step);
    stage.later(
        () -> on(new DriverEvent.StateReached(new EngineState(1, step), List.of(owedOnAbort))));
  }

  void kill() {
    dead = true;
    stage.say(id.value(), "is killed in " + at());
  }

  String at() {
    Driver now = driver;
    return now == null ? "" : now.stage().getClass().getSimpleName();
  }

  void fleetSeen(FleetView view) {
    if (driver != null && !stage.storeAway) {
      on(new DriverEvent.FleetSeen(view));
    }
  }

  void wake() {
    if (stage.now().nanos() - wakeAtNanos >= 0) {
      wakeAtNanos = Long.MAX_VALUE;
      on(new DriverEvent.TimeCame());
    }
  }

  private void on(DriverEvent event) {
    Driver before = driver;
    if (dead || before == null || before.ended()) {
      return;
    }
    Driver.Decision decision = before.decide(event, stage.now());
    driver = decision.next();
    if (!before.stage().getClass().equals(decision.next().stage().getClass())) {
      stage.say(id.value(), at());
    }
    for (DriverEffect effect : decision.effects()) {
      carryOut(effect);
    }
  }

  private void carryOut(DriverEffect effect) {
    switch (effect) {
      case DriverEffect.Write w -> stage.later(() -> write(w));
      case DriverEffect.ReadRecord _ -> stage.later(this::read);
      case DriverEffect.ListFleet list -> stage.later(() -> list(list.epoch()));
      case DriverEffect.Ask ask -> {
        long term = stage.record().term();
        stage.later(() -> work(ask, term));
      }
      case DriverEffect.StateWritten written ->
          stage.say(id.value(), "mover goes on from " + written.state().text());
      case DriverEffect.CancelWork _ -> goesOn();
      case DriverEffect.Certify certify -> {
        stage.say(id.value(), "certifies " + certify.certificate().proof().receipts());
        stage.later(() -> on(new DriverEvent.Certified()));
      }
      case DriverEffect.WakeAt wake -> wakeAtNanos = Math.min(wakeAtNanos, wake.nanos());
      case DriverEffect.End end -> {
        outcome = end.outcome();
        stage.say(id.value(), "ends: " + words(end.outcome()));
      }
    }
  }

  private static String words(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Completed _ -> "completed";
      case Outcome.Aborted a -> "aborted, " + a.reason();
      case Outcome.DebtsPaid _ -> "debts paid";
      case Outcome.Overtaken o -> "overtaken, " + o.reason();
    };
  }

  private void write(DriverEffect.Write w) {
    if (dead) {
      return;
    }
    if (stage.storeAway) {
      on(new DriverEvent.StoreAway("away"));
      return;
    }
    long version = stage.put(w.next(), w.expectedVersion(), id.value());
    if (answerLost) {
      answerLost = false;
      stage.say(id.value(), "does not get the store's answer");
      on(new DriverEvent.OutcomeUnknown());
    } else {
      on(version < 0 ? new DriverEvent.Conflicted() : new DriverEvent.Written(version));
    }
  }

  private void read() {
    on(
        stage.storeAway
            ? new DriverEvent.StoreAway("away")
            : new DriverEvent.Read(stage.record(), stage.version()));
  }

  private void list(long epoch) {
    if (stage.storeAway) {
      stage.say(id.value(), "cannot list the gateways");
    } else {
      on(new DriverEvent.FleetListed(epoch, stage.fleet()));
    }
  }

  private void work(DriverEffect.Ask ask, long term) {
    hung |= ask.work() == stopAt;
    if (dead || hung) {
      return;
    }
    DriverEvent other = instead.remove(ask.work());
    if (other != null) {
      stage.say(id.value(), "mover: " + ask.work() + " fails");
      on(other);
      return;
    }
    Placement to = Stage.B;
    if (stage.fences.getOrDefault(to, 0L) > term) {
      stage.say(
          id.value(),
          "mover: " + ask.work() + " is refused, the target has seen term " + stage.fences.get(to));
      on(
          new DriverEvent.Failed(
              ask.work(), DriverEvent.Cause.FENCED, "a newer driver works there"));
      return;
    }
    stage.say(id.value(), "mover: " + ask.work() + ask.undo().map(u -> " " + u).orElse(""));
    on(done(ask, term));
  }

  private DriverEvent done(DriverEffect.Ask ask, long term) {
    return switch (ask.work()) {
      case RAISE_FENCE -> {
        stage.fences.put(Stage.B, term);
        yield new DriverEvent.Done(Work.RAISE_FENCE);
      }
      case COPY -> {
        copy();
        yield new DriverEvent.Done(Work.COPY);
      }
      case FOLLOW -> {
        copy();
        yield new DriverEvent.Followed(TAIL);
      }
      case SETTLE -> {
        copy();
        yield new DriverEvent.SettleEnded(new Settlement.Settled("the end", 1, 1, 1));
      }
      case VERIFY -> new DriverEvent.Verified(new Verification(1, 1, 0, "00"));
      case FENCE_SOURCE -> new DriverEvent.SourceFenced(false);
      case STRAYS -> new DriverEvent.StraysSeen(List.of());
      case UNDO -> {
        stage.registers.put(ask.undo().orElseThrow().at(), 0);
        yield new DriverEvent.Undone(List.of());
      }
      case PREPARE, UNFENCE_SOURCE -> new DriverEvent.Done(ask.work());
    };
  }

  private void copy() {
    stage.registers.put(Stage.B, stage.registers.getOrDefault(Stage.A, 0));
  }
}
