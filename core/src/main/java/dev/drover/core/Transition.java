package dev.drover.core;

import dev.drover.core.Ownership.Active;
import dev.drover.core.Ownership.Cutover;
import dev.drover.core.Ownership.Draining;
import dev.drover.core.Ownership.Moving;
import dev.drover.core.Ownership.Opening;
import dev.drover.core.Ownership.Reopening;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The outcome of asking for a change of a partition's record. The functions below are all changes
/// of a record that there are (docs/design.md, "The record"). Each is pure, and what it returns
/// takes effect only by a compare-and-set against the version it was computed from.
public sealed interface Transition {
  /// What to write.
  record Granted(Partition next) implements Transition {}

  /// Why not.
  record Refused(Refusal why) implements Transition {}

  /// Active(h) → Draining(h, t), with a new term. What is owed has to be worked off first; only a
  /// takeover, whose home is lost and with it what is owed there, waits for no more than what is
  /// owed at its target.
  static Transition begin(Partition p, Placement to, Move move, Hlc now) {
    return switch (p.ownership()) {
      case Moving m -> refused(new Refusal.AlreadyMoving(p.id(), m.move().id()));
      case Active a when a.home().equals(to) -> refused(new Refusal.AlreadyThere(p.id(), to));
      case Active a -> {
        Optional<Undo> first =
            p.owed().stream()
                .filter(u -> !move.options().takeover() || u.at().equals(to))
                .findFirst();
        yield first.isPresent()
            ? refused(new Refusal.Owing(p.id(), first.get()))
            : granted(p, p.term() + 1, new Draining(a.home(), to, move), p.owed(), now);
      }
    };
  }

  /// Draining → Cutover, by the driver.
  static Transition cutover(Partition p, Hlc now) {
    return p.ownership() instanceof Draining d
        ? granted(
            p, p.term(), new Cutover(d.from(), d.to(), d.move().at(Step.SETTLE)), p.owed(), now)
        : wrongState(p, "Draining");
  }

  /// Cutover → Opening, by the driver: the commit point. A timed barrier has to have ended.
  static Transition commit(Partition p, Proof proof, Hlc now) {
    if (!(p.ownership() instanceof Cutover c)) {
      return wrongState(p, "Cutover");
    }
    Duration remaining = c.move().barrier().hold().minusNanos(proof.holdNanos());
    return remaining.isPositive()
        ? refused(new Refusal.TooEarly(p.id(), remaining))
        : granted(
            p,
            p.term(),
            new Opening(c.from(), c.to(), c.move().at(Step.OPEN), proof),
            p.owed(),
            now);
  }

  /// Cutover → Draining with the next attempt: by the driver, or by anyone who saw this cutover
  /// outlast its budget and a grace. Where the source's fence refuses gateways as well, Cutover →
  /// Reopening: only who can lift the fence lets writes go there again.
  static Transition reopen(Partition p, Hlc now) {
    if (!(p.ownership() instanceof Cutover c)) {
      return wrongState(p, "Cutover");
    }
    Move again = c.move().again();
    return switch (again.plan().sourceFence()) {
      case OUTSIDERS -> granted(p, p.term(), new Draining(c.from(), c.to(), again), p.owed(), now);
      case EVERYONE -> granted(p, p.term(), new Reopening(c.from(), c.to(), again), p.owed(), now);
    };
  }

  /// Reopening → Draining, by the driver, once the source's fence is lifted.
  static Transition unfenced(Partition p, Hlc now) {
    return p.ownership() instanceof Reopening r
        ? granted(p, p.term(), new Draining(r.from(), r.to(), r.move()), p.owed(), now)
        : wrongState(p, "Reopening");
  }

  /// Opening → Active(t), by the driver.
  static Transition complete(Partition p, Hlc now) {
    if (!(p.ownership() instanceof Opening o)) {
      return wrongState(p, "Opening");
    }
    List<Undo> owed = new ArrayList<>(p.owed());
    owed.addAll(o.move().owedOnComplete());
    return granted(p, p.term(), new Active(o.to()), owed, now);
  }

  /// Draining or Cutover → Active(from); what must be undone is owed from here on. Not while the
  /// source may refuse what gateways send: a hold there is given up first.
  static Transition abort(Partition p, Hlc now) {
    return switch (p.ownership()) {
      case Active a -> wrongState(p, "Draining or Cutover");
      case Reopening r -> wrongState(p, "Draining or Cutover");
      case Cutover c when c.move().plan().sourceFence() == SourceFence.EVERYONE ->
          wrongState(p, "Draining");
      case Opening o -> refused(new Refusal.Committed(p.id(), o.move().id()));
      case Moving m -> {
        List<Undo> owed = new ArrayList<>(p.owed());
        owed.addAll(m.move().owedOnAbort());
        yield granted(p, p.term(), new Active(m.from()), owed, now);
      }
    };
  }

  /// A driver takes over what moves or owes, with the next term. The epoch stays.
  static Transition takeOver(Partition p, ControllerId driver) {
    return switch (p.ownership()) {
      case Moving m ->
          new Granted(same(p, p.term() + 1, m.with(m.move().drivenBy(driver)), p.owed()));
      case Active a when !p.owed().isEmpty() -> new Granted(same(p, p.term() + 1, a, p.owed()));
      case Active a -> wrongState(p, "a move or a debt");
    };
  }

  /// Notes how far the move is. The epoch stays.
  static Transition checkpoint(Partition p, Step step, Checkpoint reached) {
    return p.ownership() instanceof Moving m
        ? new Granted(same(p, p.term(), m.with(m.move().at(step, reached)), p.owed()))
        : wrongState(p, "a move");
  }

  /// Notes how far the move's engine has come, and what an abort owes from then on. The epoch
  /// stays.
  static Transition engineAt(Partition p, EngineState state, List<Undo> owedOnAbort) {
    return switch (p.ownership()) {
      case Draining d ->
          new Granted(same(p, p.term(), d.with(d.move().engineAt(state, owedOnAbort)), p.owed()));
      case Cutover c ->
          new Granted(same(p, p.term(), c.with(c.move().engineAt(state, owedOnAbort)), p.owed()));
      case Active _, Reopening _, Opening _ -> wrongState(p, "Draining or Cutover");
    };
  }

  /// An operator has decided on what was set aside: that is worked off as a debt. The epoch stays.
  static Transition owe(Partition p, Undo undo) {
    if (!(p.ownership() instanceof Active)) {
      return wrongState(p, "Active");
    }
    List<Undo> owed = new ArrayList<>(p.owed());
    owed.add(undo);
    return new Granted(same(p, p.term(), p.ownership(), owed));
  }

  /// Strikes one debt off. The epoch stays.
  static Transition paid(Partition p, Undo undo) {
    List<Undo> owed = new ArrayList<>(p.owed());
    owed.remove(undo);
    return new Granted(same(p, p.term(), p.ownership(), owed));
  }

  private static Granted granted(Partition p, long term, Ownership next, List<Undo> owed, Hlc now) {
    return new Granted(new Partition(p.id(), p.epoch() + 1, term, next, owed, now, p.unknown()));
  }

  private static Partition same(Partition p, long term, Ownership ownership, List<Undo> owed) {
    return new Partition(p.id(), p.epoch(), term, ownership, owed, p.changedAt(), p.unknown());
  }

  private static Refused refused(Refusal why) {
    return new Refused(why);
  }

  private static Refused wrongState(Partition p, String needed) {
    return refused(new Refusal.WrongState(p.id(), p.ownership().label(), needed));
  }
}
