package dev.drover.sim;

import dev.drover.core.PartitionId;
import dev.drover.core.driver.DriverEvent;
import dev.drover.core.mover.Settlement;
import dev.drover.core.mover.Tail;
import dev.drover.core.mover.Verification;
import java.util.List;

/// A mover's part when a fallback takes over: nothing is copied; what the lost home holds is
/// brought over as a debt, key by key, and what the fallback has written meanwhile stays.
final class SimTakeover {
  private final SimHome to;

  SimTakeover(SimHome to) {
    this.to = to;
  }

  void perform(SimMover.Job job) {
    switch (job.ask.work()) {
      case RAISE_FENCE -> job.raise(to, job::done);
      case PREPARE -> job.change(to, right -> to.fenceSource(job.scope(), right, false), job::done);
      case COPY, UNFENCE_SOURCE -> job.done();
      case VERIFY -> job.end(new DriverEvent.Verified(new Verification(0, 0, 0, "")));
      case FOLLOW -> job.end(new DriverEvent.Followed(new Tail(0, 0, 0, 1, 0, 0)));
      case FENCE_SOURCE -> job.end(new DriverEvent.SourceFenced(false));
      case SETTLE -> job.end(new DriverEvent.SettleEnded(new Settlement.Settled("", -1, 0, 0)));
      case STRAYS -> job.end(new DriverEvent.StraysSeen(List.of()));
      case UNDO -> throw new IllegalStateException("undo needs no session");
    }
  }

  /// Brings over what a lost home held, once it is there again.
  ///
  /// @param owner where the partition is now
  static void bringOver(
      PartitionId partition, SimMover.Job job, SimHome lost, SimHome owner, Runnable then) {
    job.change(
        lost,
        right -> lost.fenceSource(job.scope(), right, true),
        () ->
            job.raise(
                owner,
                () ->
                    job.ask(
                        lost,
                        () -> lost.keys(job.scope()),
                        keys -> bringOver(partition, job, lost, owner, keys, then))));
  }

  private static void bringOver(
      PartitionId partition,
      SimMover.Job job,
      SimHome lost,
      SimHome owner,
      List<Integer> keys,
      Runnable then) {
    if (keys.isEmpty()) {
      then.run();
      return;
    }
    int key = keys.getFirst();
    List<Integer> rest = keys.subList(1, keys.size());
    job.ask(
        lost,
        () -> lost.item(partition, key),
        item ->
            job.change(
                owner,
                right -> owner.copyIfAbsent(partition, right, key, item),
                () -> bringOver(partition, job, lost, owner, rest, then)));
  }
}
