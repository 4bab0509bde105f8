package dev.drover.sim;

import dev.drover.core.HomeId;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.sim.SimStore.Answer;
import dev.drover.store.Entry;
import dev.drover.store.Listing;
import dev.drover.store.records.Keys;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/// A program that embeds only the library, for which moves with a timed barrier are: it polls the
/// records, knows no leases and gives no receipts. What it read is good for a bounded time from
/// before it was asked for, and what a home has not answered within the write timeout is unknown; a
/// barrier holds for at least both together.
final class SimEmbedder extends Frontend {
  private static final long HELD_RETRY_NANOS = 20_000_000;

  private final long pollNanos;
  private final long goodForNanos;
  private final long writeTimeoutNanos;
  private final long holdMaxNanos;
  private final Map<PartitionId, Partition> known = new TreeMap<>(World.BY_NAME);
  private long readAtNanos = Long.MIN_VALUE / 2;

  SimEmbedder(
      World world,
      String name,
      long pollNanos,
      long goodForNanos,
      long writeTimeoutNanos,
      long holdMaxNanos) {
    super(world, name);
    this.pollNanos = pollNanos;
    this.goodForNanos = goodForNanos;
    this.writeTimeoutNanos = writeTimeoutNanos;
    this.holdMaxNanos = holdMaxNanos;
  }

  @Override
  void started() {
    poll();
  }

  @Override
  void killed() {
    known.clear();
    readAtNanos = Long.MIN_VALUE / 2;
  }

  void poll() {
    later(pollNanos, this::poll);
    long sentNanos = nanos();
    world
        .store()
        .list(
            this,
            Keys.PARTITIONS,
            answer -> {
              if (answer instanceof Answer.Ok<Listing>(Listing all) && sentNanos > readAtNanos) {
                readAtNanos = sentNanos;
                known.clear();
                all.entries().forEach(this::note);
              }
            });
  }

  private void note(Entry entry) {
    world.codec().partition(entry).ifPresent(found -> known.put(found.id(), found));
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
    Partition found =
        nanos() - readAtNanos < goodForNanos ? known.get(op.target().partition()) : null;
    Placement to =
        found == null
            ? null
            : op.isWrite() ? found.writes().orElse(null) : found.ownership().reads();
    if (to == null) {
      if (nanos() - sinceNanos < holdMaxNanos) {
        later(HELD_RETRY_NANOS, () -> attempt(op, sinceNanos, answer));
      } else {
        answer.accept(new Verdict.Refused());
      }
      return;
    }
    long sentNanos = nanos();
    if (op.isWrite()) {
      append(
          to.home(),
          op,
          op.target(),
          applied ->
              answer.accept(
                  switch (applied) {
                    case YES ->
                        nanos() - sentNanos < writeTimeoutNanos
                            ? new Verdict.Acknowledged()
                            : new Verdict.Unsure();
                    case NO, BLOCKED -> new Verdict.Refused();
                    case UNKNOWN -> new Verdict.Unsure();
                  }));
    } else {
      read(
          to.home(),
          op.target(),
          value -> {
            if (nanos() - sentNanos < writeTimeoutNanos) {
              answer.accept(value);
            } else {
              attempt(op, sinceNanos, answer);
            }
          },
          () -> answer.accept(new Verdict.Unsure()));
    }
  }

  @Override
  Optional<HomeId> takesWritesFor(Op.Target target) {
    Partition found = known.get(target.partition());
    return up() && found != null && nanos() - readAtNanos < goodForNanos
        ? found.writes().map(Placement::home)
        : Optional.empty();
  }
}
