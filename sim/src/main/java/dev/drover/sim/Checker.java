package dev.drover.sim;

import dev.drover.core.HomeId;
import dev.drover.core.MoveId;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.store.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What must always hold (docs/design.md, "What must always hold"), looked at after every step that
/// could break it. It sees everything at once, which nobody in the fleet can.
final class Checker {
  private final World world;
  private final Map<Op.Target, Key> keys = new HashMap<>();
  private final Map<PartitionId, Partition> records = new HashMap<>();

  /// The last records of partitions that are not there any more.
  private final Map<PartitionId, Partition> gone = new HashMap<>();

  /// The store's revision at which the last hold of a partition began.
  private final Map<PartitionId, Long> heldSince = new HashMap<>();

  private final Set<MoveId> committed = new HashSet<>();
  private final Set<MoveId> aborted = new HashSet<>();
  private final Set<Long> acknowledged = new HashSet<>();
  private final Map<Long, Op.Target> around = new HashMap<>();

  /// What a move's target held of what its source has lost: the last copy.
  private final Map<Long, Op.Target> lastCopies = new HashMap<>();

  private int takeovers;
  private long reads;
  private long writes;

  /// What clients were told of one key.
  private static final class Key {
    final List<Long> acknowledged = new ArrayList<>();

    /// So many of them, the first ones, were left behind at a lost home.
    int leftBehind;

    /// Those that were lost with a home, which nobody can be asked for.
    final Set<Long> lost = new HashSet<>();
  }

  Checker(World world) {
    this.world = world;
  }

  /// How much had been acknowledged when an operation began, for each of its keys, and how often a
  /// fallback had taken over by then.
  record Began(List<Integer> acknowledged, int takeovers) {}

  long acknowledgedWrites() {
    return writes;
  }

  long answeredReads() {
    return reads;
  }

  // --- clients

  Began began(Op op) {
    return new Began(
        op.targets().stream().map(t -> key(t).acknowledged.size()).toList(), takeovers);
  }

  void ended(Op op, Began began, Verdict verdict) {
    switch (verdict) {
      case Verdict.Acknowledged _ -> {
        writes++;
        acknowledged.add(op.write());
        for (Op.Target target : op.targets()) {
          Key key = key(target);
          key.acknowledged.add(op.write());
          // It may have been done at the home that was lost then.
          if (began.takeovers() != takeovers) {
            key.leftBehind = key.acknowledged.size();
          }
          checkKey(target);
        }
      }
      case Verdict.Value value -> {
        reads++;
        seen(op.target(), began.acknowledged().getFirst(), value.cell());
      }
      case Verdict.Refused _, Verdict.Unsure _ -> {}
    }
  }

  /// I3: a read sees every write that was acknowledged before it began.
  private void seen(Op.Target target, int before, @Nullable Cell cell) {
    List<Long> due = key(target).acknowledged;
    for (int i = key(target).leftBehind; i < before; i++) {
      if (!key(target).lost.contains(due.get(i)) && Cell.count(cell, due.get(i)) == 0) {
        throw new Violation(
            "I3",
            "a read of %s saw %s, but write %d was acknowledged before it began"
                .formatted(target, Cell.words(cell), due.get(i)));
      }
    }
  }

  private Key key(Op.Target target) {
    return keys.computeIfAbsent(target, _ -> new Key());
  }

  // --- homes

  /// I1, at any time: what is acknowledged is at the home that the record names, once.
  private void checkKey(Op.Target target) {
    Partition record = owning(target);
    if (record == null) {
      return;
    }
    HomeId home = record.ownership().reads().home();
    Cell cell = world.home(home).read(target.partition(), target.key());
    Key key = key(target);
    for (long write : key.acknowledged.subList(key.leftBehind, key.acknowledged.size())) {
      if (key.lost.contains(write)) {
        continue;
      }
      int found = Cell.count(cell, write);
      if (found != 1) {
        throw new Violation(
            "I1",
            "acknowledged write %d is %s at %s, which holds %s for %s (%s, epoch %d)"
                .formatted(
                    write,
                    found == 0 ? "lost" : "there " + found + " times",
                    home,
                    Cell.words(cell),
                    target,
                    record.ownership().label(),
                    record.epoch()));
      }
    }
  }

  /// The record that says where a key is.
  private @Nullable Partition owning(Op.Target target) {
    return records.get(world.nesting().owner(target, records::containsKey));
  }

  /// @param id under which the home holds the key
  void homeChanged(SimHome home, PartitionId id, int key) {
    Op.Target target = new Op.Target(id, key);
    Partition record = owning(target);
    if (record != null && record.ownership().reads().home().equals(home.id())) {
      checkKey(target);
    }
  }

  /// Nobody may write at a home to which the partition moves, or from which copies are still to be
  /// removed: that is a target, and no old home.
  boolean mayWriteAround(SimHome home, PartitionId id) {
    Partition record = records.get(id);
    if (record == null) {
      return false;
    }
    return switch (record.ownership()) {
      case Ownership.Moving m -> m.from().home().equals(home.id());
      case Ownership.Active(var at) when at.home().equals(home.id()) -> true;
      case Ownership.Active _ ->
          world.owned(home, id)
              && record.owed().stream()
                  .noneMatch(
                      owed ->
                          owed.action().equals("remove-copies")
                              && owed.at().home().equals(home.id()));
    };
  }

  void wroteAround(Op.Target target, long write) {
    around.put(write, target);
  }

  /// A move's source came back with less than it had: what is gone there is excused, and what the
  /// target held of it must not be deleted by anybody. If the move had not copied anything yet,
  /// what stands at its target is a leftover, which the look before a move would have found.
  void lost(SimHome source, PartitionId id, MoveId move, Map<Integer, Cell> had, SimHome target) {
    boolean copied = target.noted(id, move) != 0;
    had.forEach(
        (key, cell) -> {
          Op.Target where = new Op.Target(id, key);
          for (Cell at = cell; at != null; at = at.before) {
            if (!holds(source, where, at.write)) {
              key(where).lost.add(at.write);
              if (copied && holds(target, where, at.write)) {
                lastCopies.put(at.write, where);
              } else {
                lastCopies.remove(at.write);
              }
            }
          }
        });
  }

  private void checkLastCopies() {
    lastCopies.forEach(
        (write, target) -> {
          if (!kept(target, write)) {
            throw new Violation(
                "I1",
                "write %d of %s, of which the target held the last copy when its source was lost, is nowhere"
                    .formatted(write, target));
          }
        });
  }

  private boolean kept(Op.Target target, long write) {
    return world.homes().stream()
        .anyMatch(
            home ->
                holds(home, target, write)
                    || home.keepsAside(target.partition(), target.key(), write));
  }

  /// M6: what was written around the gateways is nowhere deleted unseen.
  private void checkAround() {
    around.forEach(
        (write, target) -> {
          if (!kept(target, write)) {
            throw new Violation(
                "I1",
                "write %d, made around the gateways to %s, is nowhere".formatted(write, target));
          }
        });
  }

  private static boolean holds(SimHome home, Op.Target target, long write) {
    return Cell.count(home.read(target.partition(), target.key()), write) > 0;
  }

  /// What stands at a home when a move to it begins would be found by the look before the move.
  private void foundBefore(PartitionId id, HomeId to) {
    SimHome target = world.home(to);
    around
        .entrySet()
        .removeIf(
            one ->
                one.getValue().partition().equals(id)
                    && holds(target, one.getValue(), one.getKey()));
  }

  // --- records

  void recordWritten(Partition next, long revision) {
    Partition before = records.get(next.id());
    Partition dropped = gone.remove(next.id());
    if (dropped != null && (next.epoch() < dropped.epoch() || next.term() < dropped.term())) {
      throw new Violation("I2", "%s goes back to %s".formatted(dropped, next));
    }
    if (next.ownership() instanceof Ownership.Draining d && (before == null || !before.moving())) {
      foundBefore(next.id(), d.to().home());
    }
    if (before != null) {
      checkTransition(before, next);
    }
    if (next.ownership() instanceof Ownership.Opening o
        && before != null
        && !before.ownership().label().equals("Opening")) {
      checkKnown(o, heldSince.getOrDefault(next.id(), 0L));
    }
    if (next.ownership() instanceof Ownership.Cutover) {
      heldSince.put(next.id(), revision);
    }
    records.put(next.id(), next);
    checkKeys(next.id());
  }

  /// What was in it belongs to the one around it.
  void recordGone(PartitionId id) {
    Partition last = records.remove(id);
    if (last != null) {
      gone.put(id, last);
      checkKeys(id);
    }
  }

  private void checkKeys(PartitionId id) {
    PartitionId root = world.nesting().root(id);
    keys.keySet().stream()
        .filter(target -> target.partition().equals(root))
        .forEach(this::checkKey);
  }

  /// I10: a move commits only if every gateway that had registered before the hold, and still is,
  /// knows the target.
  private void checkKnown(Ownership.Opening opening, long heldSince) {
    for (Entry entry : world.store().registrations()) {
      if (entry.version() < heldSince
          && !world.codec().gateway(entry).identity().homeIds().contains(opening.to().home())) {
        throw new Violation(
            "I10",
            "a move to %s commits, which '%s' does not know".formatted(opening.to(), entry.key()));
      }
    }
  }

  /// I2: epochs only grow, one transition at a time, and so do terms. I4: commit and abort exclude
  /// each other.
  private void checkTransition(Partition before, Partition next) {
    String change =
        "%s, epoch %d, term %d -> %s, epoch %d, term %d"
            .formatted(
                before.ownership().label(),
                before.epoch(),
                before.term(),
                next.ownership().label(),
                next.epoch(),
                next.term());
    boolean same = next.ownership().label().equals(before.ownership().label());
    if (next.epoch() != before.epoch() + (same ? 0 : 1) || next.term() < before.term()) {
      throw new Violation("I2", "epochs and terms only grow: " + change);
    }
    if (same) {
      return;
    }
    world.coverage().transition(before, next);
    Optional<MoveId> move = before.move().or(next::move).map(m -> m.id());
    boolean commits =
        next.ownership() instanceof Ownership.Opening
            || (before.ownership() instanceof Ownership.Cutover c
                && next.ownership() instanceof Ownership.Active(var at)
                && at.equals(c.to()));
    boolean completes =
        before.ownership() instanceof Ownership.Opening o
            && next.ownership() instanceof Ownership.Active(var at)
            && at.equals(o.to());
    if (commits && move.filter(aborted::contains).isPresent()) {
      throw new Violation("I4", "an aborted move commits: " + change);
    }
    if (commits) {
      committed.add(move.orElseThrow());
      if (next.move().filter(m -> m.options().takeover()).isPresent()) {
        leftBehind(next.id());
      }
    } else if (!completes && move.filter(committed::contains).isPresent()) {
      throw new Violation("I4", "a committed move goes back: " + change);
    } else if (next.ownership() instanceof Ownership.Active && !completes) {
      aborted.add(move.orElseThrow());
    }
  }

  /// A fallback takes over: what was acknowledged before stays where it was, and a client cannot
  /// count on it until it is brought over.
  private void leftBehind(PartitionId id) {
    takeovers++;
    keys.forEach(
        (target, key) -> {
          if (target.partition().equals(id)) {
            key.leftBehind = key.acknowledged.size();
          }
        });
  }

  Optional<Partition> record(PartitionId id) {
    return Optional.ofNullable(records.get(id));
  }

  // --- gateways

  /// I2: at most one home takes writes for a key.
  void checkRoutes(Frontend changed) {
    for (Op.Target each : world.nesting().samples(world.partitions())) {
      Optional<HomeId> mine = changed.takesWritesFor(each);
      if (mine.isPresent()) {
        for (Frontend other : world.frontends()) {
          Optional<HomeId> theirs = other.takesWritesFor(each);
          if (theirs.isPresent() && !theirs.equals(mine)) {
            throw new Violation(
                "I2",
                "%s sends writes for %s to %s, and %s to %s"
                    .formatted(changed, each, mine.get(), other, theirs.get()));
          }
        }
      }
    }
  }

  /// I7: a write was held for so long, by the gateway's clock.
  void heldFor(Frontend gateway, long nanos) {
    long late = nanos - world.scenario().protocol().holdMaxNanos();
    // A process that was stopped cannot answer; what it did while it ran is what counts.
    if (late > 1_000_000 && !world.wasStopped(gateway, nanos)) {
      throw new Violation(
          "I7",
          "%s held a write for %d ms, and %d ms is the most"
              .formatted(
                  gateway,
                  nanos / 1_000_000,
                  world.scenario().protocol().holdMaxNanos() / 1_000_000));
    }
  }

  // --- the end

  /// What must hold once faults have stopped and everything has ended.
  void checkEnd() {
    checkAround();
    checkLastCopies();
    for (PartitionId id : world.partitions()) {
      Partition record = records.get(id);
      if (record == null && world.nesting().comesAndGoes(id)) {
        continue;
      }
      if (record == null || record.moving() || !record.owed().isEmpty()) {
        throw new Violation("I5", "partition " + id + " has not come to rest: " + record);
      }
      HomeId owner = record.ownership().reads().home();
      if (world.home(owner).fenced(id)) {
        throw new Violation("I6", owner + " still fences " + id + ", which it owns");
      }
      for (SimHome home : world.homes()) {
        if (home.member(id)) {
          throw new Violation("I6", home + " is still a member of " + id + " by a move");
        }
        if (!home.id().equals(owner) && !world.keepsCopies(home, id)) {
          checkEmpty(home, id);
        }
      }
    }
  }

  /// I6: a home that does not own a partition holds none of it. What a gateway had sent before it
  /// was stopped may come late; nobody was told that it was done. Nor does a copy count that a
  /// driver made after it had been overtaken, at a home that has no fence against it.
  private void checkEmpty(SimHome home, PartitionId id) {
    PartitionId root = world.nesting().root(id);
    home.contents(Scope.all(root))
        .forEach(
            (key, cell) -> {
              Partition record = owning(new Op.Target(root, key));
              if (record == null || !record.id().equals(id)) {
                return;
              }
              for (Cell at = home.late(id, key) ? null : cell; at != null; at = at.before) {
                if (acknowledged.contains(at.write) || !ownedByAny(home, root)) {
                  throw new Violation(
                      "I6",
                      "%s holds %s for key %d of %s, which it does not own"
                          .formatted(home, Cell.words(cell), key, id));
                }
              }
            });
  }

  /// Whether a home has ever owned what it holds under `root`.
  private boolean ownedByAny(SimHome home, PartitionId root) {
    return world.partitions().stream()
        .anyMatch(id -> world.nesting().root(id).equals(root) && world.owned(home, id));
  }
}
