package dev.drover.sim;

import dev.drover.core.MoveId;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Undo;
import dev.drover.core.driver.DriverEffect.Ask;
import dev.drover.core.driver.DriverEvent;
import dev.drover.core.driver.DriverEvent.Cause;
import dev.drover.core.driver.Work;
import dev.drover.core.mover.MoverOptions;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A mover in a controller's process: does one thing after the other, as a driver asks, by requests
/// to both homes. It goes about it as the movers of the engines do: capture before copying, a
/// sentinel for the last tail, and a comparison of everything whenever something may have been
/// missed.
final class SimMover {
  private static final int TRIES_MAX = 12;
  private static final long RETRY_NANOS = 60_000_000;
  private static final long CALL_NANOS = 400_000_000;

  private final SimController controller;
  private final World world;
  private final PartitionId partition;
  private final Consumer<DriverEvent> answer;
  private final ArrayDeque<Job> jobs = new ArrayDeque<>();
  private final Map<String, SimHome.Right> rights = new HashMap<>();
  private @Nullable Job running;
  private @Nullable MoverWork session;
  private @Nullable SimTakeover takeover;
  private long connections;
  private int failures;

  SimMover(SimController controller, PartitionId partition, Consumer<DriverEvent> answer) {
    this.controller = controller;
    this.world = controller.world;
    this.partition = partition;
    this.answer = answer;
  }

  void ask(Ask ask, Partition record) {
    jobs.add(new Job(ask, record));
    next();
  }

  /// Drops what waits, and gives up what runs; what it has asked of homes may still be done.
  void cancel() {
    jobs.clear();
    Job now = running;
    if (now != null) {
      now.fail(Cause.CANCELLED, "cancelled");
    }
  }

  void close() {
    jobs.clear();
    if (running != null) {
      running.over = true;
      running = null;
    }
    closeSession();
  }

  /// The record has what was written down.
  void stateWritten() {
    Job now = running;
    Runnable next = now == null ? null : now.reached;
    if (now != null && next != null) {
      now.reached = null;
      next.run();
    }
  }

  private void closeSession() {
    if (session != null) {
      session.close();
      session = null;
    }
  }

  private void next() {
    Job job = jobs.peek();
    if (running == null && job != null) {
      jobs.remove();
      running = job;
      failures = 0;
      controller.later(world.chance().between(10_000, 200_000), () -> perform(job));
    }
  }

  private void perform(Job job) {
    if (job.over) {
      return;
    }
    Work work = job.ask.work();
    if (work == Work.UNDO) {
      closeSession();
      undo(job, job.ask.undo().orElseThrow());
      return;
    }
    if (session == null && takeover == null) {
      open(job);
    }
    SimTakeover lost = takeover;
    MoverWork open = session;
    if (lost != null) {
      lost.perform(job);
    } else if (open != null) {
      open.perform(job);
    }
  }

  private void open(Job job) {
    if (!(job.record.ownership() instanceof Ownership.Moving moving)) {
      throw new IllegalStateException(job.ask.work() + " was asked for, but nothing moves");
    }
    SimHome to = world.home(moving.to().home());
    if (moving.move().options().takeover()) {
      takeover = new SimTakeover(to);
    } else {
      session = new MoverWork(controller, partition, moving, world.home(moving.from().home()), to);
    }
  }

  private void undo(Job job, Undo undo) {
    SimHome home = world.home(undo.at().home());
    job.raise(
        home,
        () -> {
          switch (undo.action()) {
            case "lift-fence" ->
                job.change(
                    home,
                    right -> home.fenceSource(job.scope(), right, false),
                    () -> dropNotes(job, home));
            case "bring-over" ->
                SimTakeover.bringOver(partition, job, home, owner(job), () -> purgeAll(job, home));
            case "purge-source" -> purgeAll(job, home);
            case SimEngine.LEAVE ->
                job.change(home, right -> home.step(partition, right, SimMember::leave), job::done);
            case SimEngine.DEMOTE ->
                job.change(
                    home, right -> home.step(partition, right, SimMember::demote), job::done);
            case SimEngine.SEAT ->
                job.change(home, right -> home.step(partition, right, SimMember::seat), job::done);
            default -> removeCopies(job, home, undo.move());
          }
        });
  }

  /// What gateways have noted for a move that has ended here is of no use to the next one.
  private void dropNotes(Job job, SimHome home) {
    if (world.scenario().fleet().notes()) {
      job.change(home, right -> home.dropNotes(partition, right), job::done);
    } else {
      job.done();
    }
  }

  /// Removes a move's copies if the owner shows that it holds all that was copied, and takes them
  /// aside otherwise.
  private void removeCopies(Job job, SimHome home, MoveId move) {
    job.ask(
        home,
        () -> home.noted(partition, move),
        noted ->
            job.ask(
                owner(job),
                () -> owner(job).shows(partition, noted),
                whole -> {
                  if (whole || !world.rules().copiesAreMarked()) {
                    removeAll(job, home);
                  } else {
                    known(job, home, keys -> takeAside(job, home, keys));
                  }
                }));
  }

  private void takeAside(Job job, SimHome home, List<Integer> keys) {
    if (keys.isEmpty()) {
      job.done();
      return;
    }
    job.change(
        home,
        right -> home.removeCopy(partition, right, keys.getFirst(), null),
        () -> takeAside(job, home, keys.subList(1, keys.size())));
  }

  private void removeAll(Job job, SimHome home) {
    known(job, home, keys -> remove(job, home, keys));
  }

  /// A home that goes by versions takes a late copy of what it never held. So what may be on its
  /// way, which is what the owner holds, is removed there too, and leaves a version that is higher.
  private void known(Job job, SimHome home, Consumer<List<Integer>> then) {
    SimHome owner = owner(job);
    job.ask(
        home,
        () -> home.keys(job.scope()),
        keys -> {
          if (home.fencesCopies()) {
            then.accept(keys);
          } else {
            job.ask(owner, () -> owner.keys(job.scope()), more -> then.accept(both(keys, more)));
          }
        });
  }

  private void purgeAll(Job job, SimHome home) {
    if (!world.rules().purgesOnlyCopies()) {
      removeAll(job, home);
      return;
    }
    known(job, home, keys -> purge(job, home, keys));
  }

  /// Removes the old copy, key by key: what the owner holds just so, as it was seen. The rest is
  /// taken aside.
  private void purge(Job job, SimHome home, List<Integer> keys) {
    if (keys.isEmpty()) {
      job.done();
      return;
    }
    int key = keys.getFirst();
    SimHome owner = owner(job);
    job.ask(
        home,
        () -> home.item(partition, key),
        here ->
            job.ask(
                owner,
                () -> owner.item(partition, key),
                there -> {
                  Cell seen = Cell.same(here.cell(), there.cell()) ? here.cell() : null;
                  job.change(
                      home,
                      right -> home.removeCopy(partition, right, key, seen),
                      () -> purge(job, home, keys.subList(1, keys.size())));
                }));
  }

  private SimHome owner(Job job) {
    return world.home(job.record.ownership().reads().home());
  }

  private static List<Integer> both(List<Integer> some, List<Integer> more) {
    return Stream.concat(some.stream(), more.stream()).distinct().toList();
  }

  private void remove(Job job, SimHome home, List<Integer> keys) {
    if (keys.isEmpty()) {
      job.done();
      return;
    }
    int key = keys.getFirst();
    job.change(
        home,
        right -> home.copy(partition, right, key, new SimHome.Item(null, 0)),
        () -> remove(job, home, keys.subList(1, keys.size())));
  }

  /// One thing that was asked for, until its first end.
  final class Job {
    final Ask ask;
    final Partition record;
    private @Nullable Runnable reached;
    private boolean over;

    Job(Ask ask, Partition record) {
      this.ask = ask;
      this.record = record;
    }

    boolean over() {
      return over;
    }

    /// The keys that it is about.
    Scope scope() {
      MoverOptions options =
          ask.undo().map(Undo::options).orElseGet(() -> record.move().orElseThrow().options());
      return world.nesting().scope(partition, options);
    }

    void end(DriverEvent event) {
      if (!over) {
        over = true;
        running = null;
        answer.accept(event);
        next();
      }
    }

    void done() {
      end(
          ask.work() == Work.UNDO
              ? new DriverEvent.Undone(List.of())
              : new DriverEvent.Done(ask.work()));
    }

    /// What it was doing is half done.
    void fail(Cause cause, String reason) {
      if (session != null) {
        session.interrupted();
      }
      end(new DriverEvent.Failed(ask.work(), cause, reason));
    }

    void fenced() {
      fail(Cause.FENCED, "the target has seen a higher term");
    }

    /// Raises the fence at a home to this driver's term, for what is changed there from now on.
    void raise(SimHome home, Runnable then) {
      ask(
          home,
          () -> Optional.ofNullable(home.raiseFence(partition, record.term())),
          right -> {
            if (right.isPresent()) {
              rights.put(home.name, right.get());
              arrived(home, world.rules().namesAreWaitedFor() ? record.term() : 0, then);
            } else {
              fenced();
            }
          });
    }

    /// Goes on once nothing is under way within a home that has come through this term's name or
    /// through an older one.
    private void arrived(SimHome home, long term, Runnable then) {
      ask(
          home,
          () -> home.underWay(partition, term),
          still -> {
            if (still) {
              controller.later(1_000_000, () -> arrived(home, term, then));
            } else {
              then.run();
            }
          });
    }

    /// Writes down how far the engine has come, and goes on once the record has it.
    void reach(SimEngine step, List<Undo> owedOnAbort, Runnable then) {
      if (!over) {
        reached = then;
        answer.accept(new DriverEvent.StateReached(step.state(), owedOnAbort));
      }
    }

    /// Changes something at a home under its fence. After a connection has broken the fence is
    /// raised again first, so that what is still on its way there is refused.
    void change(SimHome home, Function<SimHome.Right, SimHome.Copied> what, Runnable then) {
      SimHome.Right right = rights.get(home.name);
      if (right == null) {
        raise(home, () -> change(home, what, then));
        return;
      }
      changing(home, right, () -> what.apply(right), () -> change(home, what, then), then);
    }

    private void changing(
        SimHome home,
        SimHome.Right right,
        Supplier<SimHome.Copied> what,
        Runnable anew,
        Runnable then) {
      once(
          home,
          what,
          reply -> {
            switch (reply) {
              case DONE -> then.run();
              case UNDER_WAY ->
                  controller.later(
                      1_000_000,
                      () -> changing(home, right, () -> home.landed(partition, right), anew, then));
              case FENCED -> fenced();
              case NO_ROOM -> fail(Cause.REFUSED, home + " has no room");
              case STALE -> again(home, anew);
            }
          },
          () -> again(home, anew));
    }

    /// Asks a home, again and again for a while if it cannot be reached.
    <R> void ask(SimHome home, Supplier<R> what, Consumer<R> then) {
      once(home, what, then, () -> again(home, () -> ask(home, what, then)));
    }

    private void again(SimHome home, Runnable what) {
      if (session != null) {
        session.interrupted();
      }
      rights.remove(home.name);
      connections++;
      if (++failures >= TRIES_MAX) {
        fail(Cause.UNREACHABLE, home + " cannot be reached");
      } else {
        controller.later(RETRY_NANOS, what);
      }
    }

    private <R> void once(SimHome home, Supplier<R> what, Consumer<R> then, Runnable broken) {
      if (over) {
        return;
      }
      world
          .net()
          .call(
              controller,
              home,
              "mover " + partition + " " + record.term() + " " + connections,
              CALL_NANOS,
              what,
              reply -> {
                if (over) {
                  return;
                }
                if (reply instanceof Net.Reply.Answer<R>(R value)) {
                  failures = 0;
                  then.accept(value);
                } else {
                  broken.run();
                }
              });
    }
  }
}
