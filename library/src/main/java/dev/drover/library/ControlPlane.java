package dev.drover.library;

import dev.drover.core.Barrier;
import dev.drover.core.Budget;
import dev.drover.core.ControllerId;
import dev.drover.core.Hlc;
import dev.drover.core.Move;
import dev.drover.core.MoveId;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.Proof;
import dev.drover.core.Refusal;
import dev.drover.core.SourceFence;
import dev.drover.core.Transition;
import dev.drover.core.mover.MoverOptions;
import dev.drover.core.mover.Settlement.Settled;
import dev.drover.core.mover.Verification;
import dev.drover.library.MigrationRefused.AlreadyPlaced;
import dev.drover.library.MigrationRefused.BarrierPending;
import dev.drover.library.MigrationRefused.DrivenByAnother;
import dev.drover.library.MigrationRefused.NotAllowed;
import dev.drover.library.MigrationRefused.NotInThatMove;
import dev.drover.library.MigrationRefused.Overtaken;
import dev.drover.library.MigrationRefused.UnknownPartition;
import dev.drover.library.MigrationStore.Found;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Moves partitions, step by step, for a program whose gateways go by [Routes]. It copies nothing:
/// what has to be done between the steps is the program's. Thread-safe.
///
/// | step | state after it | reads go | writes go | what the program has done before it |
/// |---|---|---|---|---|
/// | [#begin] | Draining | old home | old home | |
/// | [#enterCutover] | Cutover | old home | nowhere | copied, but for the last changes |
/// | [#complete], twice | Opening, then Active | new home | nowhere, then new home | copied all, once [#remaining] was nothing |
/// | [#abort], until the first [#complete] succeeds | Active | old home | old home | |
///
/// No gateway says that it has heard of a step. So both sides of the commit are waited through: a
/// timed barrier, which is at least as long as what [Routes] has read is good for, and a write
/// takes (docs/design.md, R7).
public final class ControlPlane {
  private final MigrationStore store;
  private final ControlPlaneOptions options;
  private final Map<PartitionId, Seen> holds = new HashMap<>();
  private long moves;

  /// A hold as this process has seen it begin: how long it has lasted is not known from before.
  private record Seen(long epoch, long sinceNanos) {}

  public ControlPlane(MigrationStore store, ControlPlaneOptions options) {
    this.store = store;
    this.options = options;
  }

  /// Gives a partition that is new its first place.
  public synchronized State place(PartitionId id, Placement at)
      throws MigrationRefused, IOException {
    Partition first = Partition.at(id, at, new Hlc(options.wallClock().getAsLong(), 0));
    if (store.read(id).isPresent() || !store.write(first, Optional.empty())) {
      throw new MigrationRefused(new AlreadyPlaced(id));
    }
    return State.of(first);
  }

  public State state(PartitionId id) throws MigrationRefused, IOException {
    return State.of(found(id).partition());
  }

  /// Active → Draining.
  public synchronized State begin(PartitionId id, Placement to)
      throws MigrationRefused, IOException {
    Found found = found(id);
    Hlc now = now(found);
    Move move =
        Move.begun(
            new MoveId("%s-%d-%d".formatted(options.name(), now.millis(), ++moves)),
            new ControllerId(options.name()),
            new Move.Plan(
                Budget.DEFAULT.withPause(Budget.PAUSE_MAX),
                new Barrier.Timed(options.barrier()),
                MoverOptions.DEFAULT,
                SourceFence.OUTSIDERS,
                List.of()),
            List.of(),
            now);
    return write(found, Transition.begin(found.partition(), to, move, now));
  }

  /// Draining → Cutover: writes are held from here on.
  public synchronized State enterCutover(PartitionId id, MoveId move)
      throws MigrationRefused, IOException {
    Found found = mine(id, move);
    return write(found, Transition.cutover(found.partition(), now(found)));
  }

  /// How long [#complete] would be refused still because of a barrier. Once it is nothing in
  /// Cutover, no write is acknowledged at the old home any more, and the last changes can be
  /// copied.
  ///
  /// @throws MigrationRefused in any state but Cutover and Opening
  public synchronized Duration remaining(PartitionId id, MoveId move)
      throws MigrationRefused, IOException {
    Partition partition = mine(id, move).partition();
    boolean held =
        partition.ownership() instanceof Ownership.Cutover
            || partition.ownership() instanceof Ownership.Opening;
    if (!held) {
      throw new MigrationRefused(
          new NotAllowed(
              new Refusal.WrongState(id, partition.ownership().label(), "Cutover or Opening")));
    }
    Duration remaining = barrier(partition).minusNanos(heldNanos(partition));
    return remaining.isPositive() ? remaining : Duration.ZERO;
  }

  /// Cutover → Opening, the commit; asked again, Opening → Active. Each waits for a barrier.
  ///
  /// @throws MigrationRefused with [BarrierPending] and what remains
  public synchronized State complete(PartitionId id, MoveId move)
      throws MigrationRefused, IOException {
    Found found = mine(id, move);
    Partition partition = found.partition();
    if (partition.ownership() instanceof Ownership.Opening) {
      long _ = held(partition, true);
      return write(found, Transition.complete(partition, now(found)));
    }
    // Of another state the transition says which one is needed.
    boolean held = partition.ownership() instanceof Ownership.Cutover;
    Proof proof = proof(held ? held(partition, false) : 0);
    return write(found, Transition.commit(partition, proof, now(found)));
  }

  /// Draining or Cutover → Active at the old home. What was copied is the program's to remove.
  public synchronized State abort(PartitionId id, MoveId move)
      throws MigrationRefused, IOException {
    Found found = mine(id, move);
    return write(found, Transition.abort(found.partition(), now(found)));
  }

  /// Goes on with a move of a control plane that has ended for good. Barriers begin anew.
  public synchronized State takeOver(PartitionId id) throws MigrationRefused, IOException {
    Found found = found(id);
    holds.remove(id);
    return write(found, Transition.takeOver(found.partition(), new ControllerId(options.name())));
  }

  private static Proof proof(long holdNanos) {
    return new Proof(
        List.of(),
        new Settled("said by the embedding program", 0, 0, 0),
        new Verification(0, 0, 0, ""),
        false,
        0,
        holdNanos);
  }

  /// @return for how long, if the barrier has passed
  private long held(Partition partition, boolean committed) throws MigrationRefused {
    long held = heldNanos(partition);
    Duration remaining = barrier(partition).minusNanos(held);
    if (remaining.isPositive()) {
      throw new MigrationRefused(new BarrierPending(partition.id(), remaining, committed));
    }
    return held;
  }

  /// The move's own, and this plane's if that is longer: the gateways may go by either.
  private Duration barrier(Partition partition) {
    Duration recorded = partition.move().map(move -> move.barrier().hold()).orElse(Duration.ZERO);
    return recorded.compareTo(options.barrier()) > 0 ? recorded : options.barrier();
  }

  private long heldNanos(Partition partition) {
    long now = options.nanoClock().getAsLong();
    Seen seen = holds.get(partition.id());
    if (seen == null || seen.epoch() != partition.epoch()) {
      seen = new Seen(partition.epoch(), now);
      holds.put(partition.id(), seen);
    }
    return now - seen.sinceNanos();
  }

  private Found found(PartitionId id) throws MigrationRefused, IOException {
    return store.read(id).orElseThrow(() -> new MigrationRefused(new UnknownPartition(id)));
  }

  /// One that is in this move, which this control plane drives.
  private Found mine(PartitionId id, MoveId move) throws MigrationRefused, IOException {
    Found found = found(id);
    if (!found.partition().move().map(Move::id).equals(Optional.of(move))) {
      throw new MigrationRefused(new NotInThatMove(id, move));
    }
    Optional<String> driver = found.partition().move().map(its -> its.driver().value());
    if (driver.isPresent() && !driver.get().equals(options.name())) {
      throw new MigrationRefused(new DrivenByAnother(id, driver.get()));
    }
    return found;
  }

  private Hlc now(Found found) {
    return found.partition().changedAt().next(options.wallClock().getAsLong());
  }

  private State write(Found before, Transition transition) throws MigrationRefused, IOException {
    return switch (transition) {
      case Transition.Refused refused -> throw new MigrationRefused(new NotAllowed(refused.why()));
      case Transition.Granted granted -> {
        if (!store.write(granted.next(), Optional.of(before))) {
          throw new MigrationRefused(new Overtaken(before.partition().id()));
        }
        // What begins to count is the time after it was written.
        holds.put(
            before.partition().id(),
            new Seen(granted.next().epoch(), options.nanoClock().getAsLong()));
        yield State.of(granted.next());
      }
    };
  }
}
