package dev.drover.control;

import dev.drover.core.EngineState;
import dev.drover.core.Move;
import dev.drover.core.Partition;
import dev.drover.core.Undo;
import dev.drover.core.driver.DriverEffect.Ask;
import dev.drover.core.driver.DriverEvent;
import dev.drover.core.driver.DriverEvent.Cause;
import dev.drover.core.driver.Work;
import dev.drover.core.mover.Checkpoints;
import dev.drover.core.mover.Kept;
import dev.drover.core.mover.Mover;
import dev.drover.core.mover.MoverException;
import dev.drover.core.mover.MoverListener;
import dev.drover.core.mover.MoverSession;
import dev.drover.core.mover.MoverTask;
import dev.drover.store.trace.Leg;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Does what a driver asks of its mover, one thing after the other, on a thread of its own.
final class MoverThread implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MoverThread.class);

  private final Mover mover;
  private final boolean states;
  private final MoverListener listener;
  private final Keeping keeping;
  private final Consumer<DriverEvent> answer;
  private final LinkedBlockingQueue<Job> jobs = new LinkedBlockingQueue<>(16);
  private final Thread thread;
  private final Object turn = new Object();
  private volatile boolean closed;
  private final Saving saving = new Saving();
  private @Nullable Job running;

  /// Used by the thread that asks and cancels.
  private long asked;

  /// Up to which number all is cancelled. Guarded by `turn`.
  private long cancelled;

  private @Nullable MoverSession session;

  /// @param number counts what is asked
  /// @param partition the record when it was asked: names the homes and the term
  /// @param nanos when it was asked, if that is recorded
  private record Job(long number, Ask ask, Partition partition, long nanos) {
    void wokenUp() {
      Leg.ended("mover wakes up", ask.work(), partition.epoch(), nanos);
    }

    void done(long begunNanos) {
      Leg.ended("mover", ask.work(), partition.epoch(), begunNanos);
    }
  }

  /// @param states whether all processes can read records with a state
  MoverThread(
      Mover mover,
      boolean states,
      String name,
      MoverListener listener,
      Keeping keeping,
      Consumer<DriverEvent> answer) {
    this.mover = mover;
    this.states = states;
    this.listener = listener;
    this.keeping = keeping;
    this.answer = answer;
    this.thread = Thread.ofPlatform().daemon().name("mover " + name).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  void ask(Ask ask, Partition partition) {
    asked++;
    if (!jobs.offer(new Job(asked, ask, partition, Leg.begun()))) {
      throw new IllegalStateException(
          "a driver asked for " + ask + " with " + jobs.size() + " things to do");
    }
  }

  /// Drops what waits, and interrupts what runs.
  void cancel() {
    synchronized (turn) {
      cancelled = asked;
      jobs.clear();
      if (running != null) {
        thread.interrupt();
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    jobs.clear();
    thread.interrupt();
  }

  private void run() {
    try {
      while (true) {
        Job job = jobs.take();
        synchronized (turn) {
          // It may have been cancelled after it was taken out of the queue.
          if (job.number() <= cancelled) {
            continue;
          }
          running = job;
        }
        job.wokenUp();
        long begun = Leg.begun();
        DriverEvent result = done(job);
        job.done(begun);
        synchronized (turn) {
          running = null;
          // A cancellation may have come after the work was done; it must not end this thread.
          boolean interrupted = Thread.interrupted();
          if (interrupted && closed) {
            return;
          }
        }
        answer.accept(result);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      closeSession();
    }
  }

  private DriverEvent done(Job job) {
    Work work = job.ask().work();
    try {
      return perform(job);
    } catch (InterruptedException e) {
      return new DriverEvent.Failed(work, Cause.CANCELLED, "cancelled");
    } catch (MoverException e) {
      return new DriverEvent.Failed(work, cause(e), String.valueOf(e.getMessage()));
    } catch (RuntimeException | Error e) {
      if (Thread.currentThread().isInterrupted()) {
        return new DriverEvent.Failed(work, Cause.CANCELLED, "cancelled");
      }
      LOG.error("{} of '{}' hit a defect", work, job.partition().id(), e);
      return new DriverEvent.Failed(work, Cause.REFUSED, "a defect in " + work + ": " + e);
    }
  }

  private DriverEvent perform(Job job) throws MoverException, InterruptedException {
    if (job.ask().work() == Work.UNDO) {
      closeSession();
      Undo undo = job.ask().undo().orElseThrow();
      Partition partition = job.partition();
      Kept kept =
          mover.undo(
              partition.id(), partition.ownership().reads(), partition.term(), undo, listener);
      return new DriverEvent.Undone(keeping.keep(partition.id(), undo, kept));
    }
    MoverSession open = session(job.partition());
    return switch (job.ask().work()) {
      case RAISE_FENCE -> {
        open.raiseFence();
        yield new DriverEvent.Done(Work.RAISE_FENCE);
      }
      case PREPARE -> {
        open.prepare();
        yield new DriverEvent.Done(Work.PREPARE);
      }
      case COPY -> {
        open.copy();
        yield new DriverEvent.Done(Work.COPY);
      }
      case UNFENCE_SOURCE -> {
        open.unfenceSource();
        yield new DriverEvent.Done(Work.UNFENCE_SOURCE);
      }
      case VERIFY -> new DriverEvent.Verified(open.verify());
      case FOLLOW -> new DriverEvent.Followed(open.follow());
      case FENCE_SOURCE -> new DriverEvent.SourceFenced(open.fenceSource());
      case SETTLE -> new DriverEvent.SettleEnded(open.settle());
      case STRAYS -> new DriverEvent.StraysSeen(open.strays());
      case UNDO -> throw new IllegalStateException("undo needs no session");
    };
  }

  private MoverSession session(Partition partition) throws MoverException {
    MoverSession open = session;
    if (open == null) {
      MoverTask task = Tasks.forMove(partition);
      EngineState state = partition.move().map(Move::state).orElse(EngineState.NONE);
      open = mover.open(task, listener, saving.of(task, state));
      session = open;
    }
    return open;
  }

  /// The record has what the session has reached, and it goes on.
  void stateWritten(EngineState state) {
    saving.written(state);
  }

  /// The session's checkpoints: it waits while the driver writes one.
  private final class Saving implements Checkpoints {
    private final ArrayBlockingQueue<EngineState> written = new ArrayBlockingQueue<>(1);
    private volatile EngineState state = EngineState.NONE;
    private @Nullable MoverTask task;

    Checkpoints of(MoverTask opened, EngineState recorded) {
      task = opened;
      state = recorded;
      return this;
    }

    @Override
    public EngineState state() {
      return state;
    }

    @Override
    public boolean reached(EngineState next) throws InterruptedException {
      if (!states) {
        return false;
      }
      MoverTask of = Objects.requireNonNull(task);
      written.clear();
      answer.accept(new DriverEvent.StateReached(next, mover.owedOnAbort(of, next)));
      state = written.take();
      return true;
    }

    /// What nobody waits for any more, because it was cancelled, is dropped by the next one.
    void written(EngineState next) {
      boolean _ = written.offer(next);
    }
  }

  private void closeSession() {
    MoverSession open = session;
    if (open != null) {
      open.close();
      session = null;
    }
  }

  private static Cause cause(MoverException e) {
    return switch (e) {
      case MoverException.Unreachable u -> Cause.UNREACHABLE;
      case MoverException.Fenced f -> Cause.FENCED;
      case MoverException.Refused r -> Cause.REFUSED;
      case MoverException.Mismatch m -> Cause.REFUSED;
    };
  }
}
