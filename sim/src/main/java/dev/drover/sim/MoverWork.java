package dev.drover.sim;

import dev.drover.core.MoveId;
import dev.drover.core.Ownership;
import dev.drover.core.PartitionId;
import dev.drover.core.Undo;
import dev.drover.core.driver.DriverEvent;
import dev.drover.core.driver.DriverEvent.Cause;
import dev.drover.core.driver.Work;
import dev.drover.core.mover.Settlement;
import dev.drover.core.mover.Tail;
import dev.drover.core.mover.Verification;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A mover's work on one move, between two homes.
///
/// What is known about the target is either nothing (`doubt`: a comparison of everything is due) or
/// everything but what the capture has named (`dirty`).
final class MoverWork {
  private static final long SENTINEL_NANOS = 300_000_000;
  private static final int COMPARISONS_MAX = 8;

  private final SimController controller;
  private final World world;
  private final PartitionId partition;
  private final Scope scope;
  private final SimHome from;
  private final SimHome to;
  private final MoveId move;
  private final Ownership.Moving moving;
  private final TreeSet<Integer> dirty = new TreeSet<>();
  private final TreeSet<Integer> strays = new TreeSet<>();
  private SimCaptures.@Nullable Capture capture;
  private boolean verified;
  private boolean doubt = true;
  private boolean settled;

  /// How far the engine has come, if it has steps of its own.
  private SimEngine step;

  /// The mark that is noted at the target; negative if that is not known.
  private long noted = -1;

  /// The last note at the source that was read.
  private long lastNote;

  private long sentinels;
  private long sentinelSeen;
  private boolean closed;

  MoverWork(
      SimController controller,
      PartitionId partition,
      Ownership.Moving moving,
      SimHome from,
      SimHome to) {
    this.move = moving.move().id();
    this.moving = moving;
    this.step = SimEngine.of(moving.move().state());
    this.controller = controller;
    this.world = controller.world;
    this.partition = partition;
    this.scope = world.nesting().scope(partition, moving.move().options());
    this.from = from;
    this.to = to;
  }

  void close() {
    closed = true;
    if (capture != null) {
      capture.close();
      capture = null;
    }
  }

  /// What it was doing was given up half done, or a connection has broken under it.
  void interrupted() {
    doubt = true;
    noted = -1;
  }

  void perform(SimMover.Job job) {
    if (settled && job.ask.work() != Work.STRAYS) {
      // The hold was given up after all: what has changed since is to be brought over.
      settled = false;
      dirty.addAll(strays);
      strays.clear();
    }
    switch (job.ask.work()) {
      case RAISE_FENCE -> job.raise(to, job::done);
      case PREPARE ->
          captured(
              job,
              () ->
                  job.change(
                      to,
                      right -> to.fenceSource(scope, right, false),
                      () -> joined(job, job::done)));
      case COPY -> captured(job, () -> compareAll(job, job::done));
      case VERIFY -> whole(job, () -> verify(job));
      case FOLLOW -> whole(job, () -> follow(job));
      case FENCE_SOURCE ->
          job.change(
              from,
              right -> from.fenceSource(scope, right, true),
              () -> {
                DriverEvent fenced = new DriverEvent.SourceFenced(from.fencesSource());
                if (world.rules().tailWaitsForReceipts()) {
                  job.end(fenced);
                } else {
                  round(job, () -> job.end(fenced));
                }
              });
      case SETTLE -> settle(job);
      case UNFENCE_SOURCE ->
          job.change(from, right -> from.fenceSource(scope, right, false), job::done);
      case STRAYS ->
          job.end(new DriverEvent.StraysSeen(strays.stream().map(key -> "key " + key).toList()));
      case UNDO -> throw new IllegalStateException("undo needs no session");
    }
  }

  // --- the engine's own steps

  private void joined(SimMover.Job job, Runnable then) {
    take(
        job,
        SimEngine.JOINING,
        SimEngine.JOINED,
        taken ->
            job.change(to, right -> to.step(partition, right, member -> member.join(move)), taken),
        then);
  }

  private void promoted(SimMover.Job job, Runnable then) {
    take(
        job,
        SimEngine.PROMOTING,
        SimEngine.PROMOTED,
        taken ->
            job.change(
                to, right -> to.step(partition, right, member -> member.promote(move)), taken),
        then);
  }

  /// Takes a step unless an earlier driver has: writes down that it comes to it, takes it, and
  /// writes down that it has.
  private void take(
      SimMover.Job job, SimEngine coming, SimEngine come, Consumer<Runnable> what, Runnable then) {
    if (!world.scenario().fleet().steps() || !step.before(come)) {
      then.run();
      return;
    }
    Runnable taking = () -> what.accept(() -> reach(job, come, then));
    if (!world.rules().stepsAreWrittenDownFirst()) {
      what.accept(() -> reach(job, coming, () -> reach(job, come, then)));
    } else if (!world.rules().statesFollowSteps()) {
      reach(job, come, () -> what.accept(then));
    } else if (step == coming) {
      taking.run();
    } else {
      reach(job, coming, taking);
    }
  }

  private void reach(SimMover.Job job, SimEngine next, Runnable then) {
    List<Undo> owed = next.owedOnAbort(move, moving.from(), moving.to(), moving.move().options());
    job.reach(
        next,
        world.rules().owedOnAbort(owed),
        () -> {
          step = next;
          then.run();
        });
  }

  // --- capture

  /// Goes on once changes are captured; from then on everything is dirty that changes.
  private void captured(SimMover.Job job, Runnable then) {
    if (capture != null) {
      then.run();
      return;
    }
    job.ask(
        from,
        () -> from.captures().begin(scope, controller, this::told, this::lost),
        opened -> {
          if (closed) {
            opened.close();
          } else {
            capture = opened;
            then.run();
          }
        });
  }

  private void told(long what) {
    if (what <= 0) {
      sentinelSeen = Math.max(sentinelSeen, -what);
    } else if (settled) {
      strays.add((int) what);
    } else {
      dirty.add((int) what);
    }
  }

  private void lost() {
    if (closed) {
      return;
    }
    world.say(controller.name, () -> "capture of " + partition + " is lost");
    capture = null;
    if (world.rules().captureTellsItsLoss()) {
      doubt = true;
    }
  }

  // --- copying

  /// Compares everything, brings over what differs, and removes what is gone at the source.
  private void compareAll(SimMover.Job job, Runnable then) {
    doubt = false;
    job.ask(
        from,
        () -> from.keys(scope),
        here ->
            each(
                job,
                here.iterator(),
                () ->
                    job.ask(
                        to,
                        () -> to.keys(scope),
                        there -> {
                          List<Integer> orphans =
                              there.stream().filter(key -> !here.contains(key)).toList();
                          each(job, orphans.iterator(), then);
                        })));
  }

  /// Brings these keys over, as they are at the source then.
  private void each(SimMover.Job job, Iterator<Integer> keys, Runnable then) {
    if (!keys.hasNext()) {
      then.run();
      return;
    }
    if (noted < 0) {
      job.ask(
          to,
          () -> to.noted(partition, move),
          found -> {
            noted = found;
            each(job, keys, then);
          });
      return;
    }
    int key = keys.next();
    long after = noted;
    job.ask(
        from,
        () -> from.readToCopy(partition, key, after),
        item -> {
          if (item.isPresent()) {
            copy(job, key, item.get(), () -> each(job, keys, then));
          } else {
            job.fail(Cause.REFUSED, from + " came back with less than it had");
          }
        });
  }

  private void copy(SimMover.Job job, int key, SimHome.Item item, Runnable then) {
    job.change(
        to,
        right -> to.copyNoted(partition, right, move, key, item),
        () -> {
          noted = item.mark();
          then.run();
        });
  }

  /// Goes on once the target is known but for what is dirty.
  private void whole(SimMover.Job job, Runnable then) {
    captured(
        job,
        () -> {
          if (doubt) {
            compareAll(job, verified ? () -> equal(job, COMPARISONS_MAX, then) : then);
          } else {
            then.run();
          }
        });
  }

  /// Brings over what has changed.
  private void round(SimMover.Job job, Runnable then) {
    List<Integer> taken = List.copyOf(dirty);
    dirty.clear();
    each(job, taken.iterator(), then);
  }

  /// One exchange with the source, as for a sentinel, and then what has changed.
  private void follow(SimMover.Job job) {
    job.ask(
        from,
        from::slowTail,
        slow ->
            noted(
                job,
                lastNote,
                () -> {
                  int applied = dirty.size();
                  round(job, () -> followed(job, applied, slow));
                }));
  }

  /// Goes on once dirty is what gateways have noted after `after` too.
  private void noted(SimMover.Job job, long after, Runnable then) {
    if (!world.scenario().fleet().notes()) {
      then.run();
      return;
    }
    job.ask(
        from,
        () -> from.notes(partition, after),
        found -> {
          found.forEach(
              (number, key) -> {
                lastNote = Math.max(lastNote, number);
                dirty.add(key);
              });
          then.run();
        });
  }

  private void followed(SimMover.Job job, int applied, boolean slow) {
    long floorNanos = slow ? 60_000_000_000L : 1_000_000;
    Tail tail = new Tail(dirty.size(), applied, 10, 2_000, 1_000_000, floorNanos);
    job.end(new DriverEvent.Followed(tail));
  }

  // --- comparing

  private void verify(SimMover.Job job) {
    equal(
        job,
        COMPARISONS_MAX,
        () -> {
          verified = true;
          promoted(job, () -> job.end(new DriverEvent.Verified(new Verification(0, 0, 0, "00"))));
        });
  }

  /// Goes on once both homes hold the same, but for what is dirty.
  private void equal(SimMover.Job job, int left, Runnable then) {
    contents(
        job,
        (here, there) -> {
          List<Integer> differing = differing(here, there);
          differing.removeAll(dirty);
          if (differing.isEmpty()) {
            then.run();
          } else if (left == 0) {
            job.fail(Cause.REFUSED, "key " + differing.getFirst() + " keeps differing");
          } else {
            each(job, differing.iterator(), () -> equal(job, left - 1, then));
          }
        });
  }

  private interface Both {
    void compare(Map<Integer, Cell> here, Map<Integer, Cell> there);
  }

  private void contents(SimMover.Job job, Both then) {
    job.ask(
        from,
        () -> from.contents(scope),
        here -> job.ask(to, () -> to.contents(scope), there -> then.compare(here, there)));
  }

  private static List<Integer> differing(Map<Integer, Cell> here, Map<Integer, Cell> there) {
    TreeSet<Integer> all = new TreeSet<>(here.keySet());
    all.addAll(there.keySet());
    all.removeIf(key -> Cell.same(here.get(key), there.get(key)));
    return new java.util.ArrayList<>(all);
  }

  // --- the last tail

  private void settle(SimMover.Job job) {
    SimCaptures.Capture open = capture;
    if (!world.rules().tailWaitsForReceipts()) {
      job.end(new DriverEvent.SettleEnded(new Settlement.Settled("early", -1, 0, 0)));
      return;
    }
    if (open == null || doubt) {
      unsettled(job, "something may have been missed");
      return;
    }
    long number = ++sentinels;
    job.ask(
        from,
        () -> from.captures().sentinel(open, number),
        sent -> {
          if (sent) {
            awaitSentinel(job, number, controller.nanos() + SENTINEL_NANOS);
          } else {
            unsettled(job, "the capture has broken");
          }
        });
  }

  private void awaitSentinel(SimMover.Job job, long number, long untilNanos) {
    if (job.over()) {
      return;
    }
    if (sentinelSeen >= number) {
      lastTail(job);
    } else if (doubt || capture == null || controller.nanos() >= untilNanos) {
      unsettled(job, "the sentinel did not come");
    } else {
      controller.later(1_000_000, () -> awaitSentinel(job, number, untilNanos));
    }
  }

  /// Everything that is noted is asked for again: a note is older than the change that it is of.
  private void lastTail(SimMover.Job job) {
    Runnable then =
        () -> {
          List<Integer> tail = List.copyOf(dirty);
          round(job, () -> confirm(job, tail));
        };
    if (world.rules().notesAreReadInTheHold()) {
      noted(job, world.rules().notesAreAskedForAgain() ? 0 : lastNote, then);
    } else {
      then.run();
    }
  }

  /// What the last tail brought over is compared in the hold.
  private void confirm(SimMover.Job job, Collection<Integer> tail) {
    contents(
        job,
        (here, there) -> {
          List<Integer> differing = differing(here, there);
          differing.retainAll(tail);
          if (doubt || capture == null) {
            unsettled(job, "something may have been missed");
          } else if (differing.isEmpty()) {
            settled = true;
            job.end(
                new DriverEvent.SettleEnded(
                    new Settlement.Settled("" + sentinels, here.size(), tail.size(), tail.size())));
          } else {
            doubt = true;
            unsettled(job, "key " + differing.getFirst() + " differs");
          }
        });
  }

  private static void unsettled(SimMover.Job job, String reason) {
    job.end(new DriverEvent.SettleEnded(new Settlement.Unsettled(reason)));
  }
}
