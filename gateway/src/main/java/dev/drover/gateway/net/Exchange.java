package dev.drover.gateway.net;

import dev.drover.core.gate.Gate;
import dev.drover.core.gate.Guard;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A client's request on its way. It may touch several partitions, have a [Leg] to each of several
/// homes, and be answered in any number of pieces. Its passes are given back when its client has
/// been answered, or when the last of its homes has: a client that is gone does not end its writes.
/// Owned by one event loop.
public abstract class Exchange {
  private final long sinceNanos;
  private @Nullable Gate pass;
  private @Nullable Guard guard;
  private List<Admission> others = List.of();
  private List<Adopted> adoptedBy = List.of();
  private List<Guard> adopters = List.of();
  private int legs;
  private int droppedLegs;
  private boolean left;

  /// @param sinceNanos when it was taken
  protected Exchange(long sinceNanos) {
    this.sinceNanos = sinceNanos;
  }

  public final long sinceNanos() {
    return sinceNanos;
  }

  /// It was let through, for the first time or again.
  public final void admitted(Admission way) {
    if (pass != null) {
      throw new IllegalStateException("it is let through again, and has not given its pass back");
    }
    pass = way.pass();
    guard = way.guard();
    others = List.of();
    adopters = List.of();
    left = false;
  }

  /// The same to several partitions.
  public final void admitted(List<Admission> ways) {
    admitted(ways.getFirst());
    others = ways.subList(1, ways.size());
  }

  /// Whether its client may be given what the homes have answered (docs/design.md, G5).
  public final boolean stands(long nowNanos) {
    Guard first = guard;
    if (first != null && !first.stands(nowNanos)) {
      return false;
    }
    for (int i = 0; i < others.size(); i++) {
      if (!others.get(i).guard().stands(nowNanos)) {
        return false;
      }
    }
    for (int i = 0; i < adopters.size(); i++) {
      if (!adopters.get(i).stands(nowNanos)) {
        return false;
      }
    }
    return true;
  }

  /// Whether it holds a pass of this gate.
  @SuppressWarnings("ReferenceEquality")
  public final boolean holds(Gate gate) {
    return pass == gate
        || others.stream().anyMatch(each -> each.pass() == gate)
        || adoptedBy.stream().anyMatch(each -> each.gate() == gate);
  }

  /// The partitions have changed while homes are at it: it holds a pass of this gate as well, until
  /// all of them have answered. Its client is answered only while the guard stands.
  ///
  /// @param by of the gate's route when the partitions changed
  final void adoptedBy(Gate gate, Guard by, Loop loop) {
    gate.adopt(loop.stripe());
    List<Adopted> all = new ArrayList<>(adoptedBy);
    all.add(new Adopted(gate, loop));
    adoptedBy = all;
    List<Guard> guards = new ArrayList<>(adopters);
    guards.add(by);
    adopters = guards;
  }

  private record Adopted(Gate gate, Loop loop) {}

  /// Its client is answered. Gives its passes back, once; it touches nothing more. If a leg was
  /// dropped whose home may still be at it, they are given back when that home has answered.
  public final void leave(Loop loop) {
    left = true;
    if (droppedLegs == 0) {
      giveBack(loop);
    }
  }

  /// The guards stay: what comes late is passed on only if all of them stand.
  private void giveBack(Loop loop) {
    Gate held = pass;
    if (held != null) {
      pass = null;
      held.leave(loop.stripe());
    }
    if (!others.isEmpty()) {
      List<Admission> more = others;
      others = more.stream().map(Admission::withoutPass).toList();
      more.forEach(each -> each.giveBack(loop));
    }
  }

  /// A home has one of its legs.
  final void legSent() {
    legs++;
  }

  /// That home has answered, or will not.
  final void legOver() {
    legs--;
    if (legs == 0 && !adoptedBy.isEmpty()) {
      List<Adopted> all = adoptedBy;
      adoptedBy = List.of();
      all.forEach(each -> each.gate().leave(each.loop().stripe()));
    }
  }

  /// One of its legs is not waited for any more, but its home may still be at it.
  final void legDropped() {
    droppedLegs++;
  }

  /// That home has answered, or will not. If no home is at anything else of it, nobody is left who
  /// would give the passes back.
  final void droppedLegOver(Loop loop) {
    droppedLegs--;
    if (droppedLegs == 0 && (left || legs == 0)) {
      giveBack(loop);
    }
  }

  // --- for people

  /// The client's address, and what became of it.
  public abstract String client();

  /// What was asked, without its arguments.
  public abstract String name();

  /// The first item that it names; empty if that was not kept.
  public abstract String item();
}
