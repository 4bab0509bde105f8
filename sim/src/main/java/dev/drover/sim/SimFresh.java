package dev.drover.sim;

import dev.drover.core.HomeId;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.gate.FreshMode;
import dev.drover.sim.SimStore.Answer;
import dev.drover.store.Entry;
import dev.drover.store.records.Keys;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A gateway's process in `fresh` mode: it reads the record for every request. It writes to one
/// partition at a time.
final class SimFresh extends Frontend {
  private static final long HELD_RETRY_NANOS = 5_000_000;

  private final long holdMaxNanos;

  SimFresh(World world, String name, long holdMaxNanos) {
    super(world, name);
    this.holdMaxNanos = holdMaxNanos;
  }

  @Override
  void request(Op op, Consumer<Verdict> answer) {
    if (op.targets().size() > 1) {
      answer.accept(new Verdict.Refused());
    } else {
      attempt(op, nanos(), answer);
    }
  }

  private void attempt(Op op, long sinceNanos, Consumer<Verdict> answer) {
    record(
        op.target().partition(),
        found -> {
          if (found == null) {
            answer.accept(new Verdict.Refused());
            return;
          }
          Placement to = op.isWrite() ? found.writes().orElse(null) : found.ownership().reads();
          if (to != null) {
            send(op, found, to.home(), sinceNanos, answer);
          } else if (nanos() - sinceNanos < holdMaxNanos) {
            later(HELD_RETRY_NANOS, () -> attempt(op, sinceNanos, answer));
          } else {
            answer.accept(new Verdict.Refused());
          }
        });
  }

  private void send(
      Op op, Partition before, HomeId home, long sinceNanos, Consumer<Verdict> answer) {
    if (op.isWrite() && before.moving() && notes(op)) {
      world.coverage().noted("by a fresh gateway");
      note(
          home,
          op.target(),
          noted -> {
            if (noted) {
              write(op, before, home, answer);
            } else {
              answer.accept(new Verdict.Refused());
            }
          });
    } else if (op.isWrite()) {
      write(op, before, home, answer);
    } else {
      read(
          home,
          op.target(),
          value -> confirm(op, before, sinceNanos, value, answer),
          () -> answer.accept(new Verdict.Unsure()));
    }
  }

  /// It is answered only if the record is as it was, so what it does unnoted was done before the
  /// partition began to move.
  private boolean notes(Op op) {
    return world.rules().gatewaysNote() && world.scenario().silent(op);
  }

  private void write(Op op, Partition before, HomeId home, Consumer<Verdict> answer) {
    append(
        home,
        op,
        op.target(),
        applied -> {
          switch (applied) {
            case YES -> confirm(op, before, answer);
            case NO, BLOCKED -> answer.accept(new Verdict.Refused());
            case UNKNOWN -> answer.accept(new Verdict.Unsure());
          }
        });
  }

  private void confirm(Op op, Partition before, Consumer<Verdict> answer) {
    if (!world.rules().freshWritesReadTwice()) {
      answer.accept(new Verdict.Acknowledged());
      return;
    }
    record(
        op.target().partition(),
        after ->
            answer.accept(
                after != null && FreshMode.sure(before, after)
                    ? new Verdict.Acknowledged()
                    : new Verdict.Unsure()));
  }

  private void confirm(
      Op op, Partition before, long sinceNanos, Verdict.Value value, Consumer<Verdict> answer) {
    if (!world.rules().freshReadsReadTwice()) {
      answer.accept(value);
      return;
    }
    record(
        op.target().partition(),
        after -> {
          if (after == null) {
            answer.accept(new Verdict.Unsure());
          } else if (FreshMode.sureOfRead(before, after)) {
            answer.accept(value);
          } else {
            attempt(op, sinceNanos, answer);
          }
        });
  }

  /// Null if it cannot be read.
  private void record(PartitionId id, Consumer<@Nullable Partition> then) {
    world
        .store()
        .get(
            this,
            Keys.partition(id),
            answer -> {
              if (answer instanceof Answer.Ok<Optional<Entry>>(Optional<Entry> entry)
                  && entry.isPresent()) {
                then.accept(world.codec().partition(entry.get()).orElse(null));
              } else {
                then.accept(null);
              }
            });
  }

  /// It admits nothing without reading the record, so it never holds a route.
  @Override
  Optional<HomeId> takesWritesFor(Op.Target target) {
    return Optional.empty();
  }
}
