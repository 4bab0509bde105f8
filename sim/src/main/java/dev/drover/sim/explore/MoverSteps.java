package dev.drover.sim.explore;

import dev.drover.core.driver.DriverEffect;
import dev.drover.core.driver.DriverEvent;
import dev.drover.core.driver.DriverEvent.Cause;
import dev.drover.core.driver.Work;
import dev.drover.core.mover.Settlement;
import dev.drover.core.mover.Tail;
import dev.drover.core.mover.Verification;
import java.util.List;

/// What a controller's mover may do next.
///
/// A copy, and the last tail, are each a reading of everything at the source and a writing of that
/// at the target. Following brings nothing over: the last tail brings it all.
final class MoverSteps {
  private final Machines machines;
  private final ControllerSteps controllers;

  MoverSteps(Machines machines, ControllerSteps controllers) {
    this.machines = machines;
    this.controllers = controllers;
  }

  /// Whether this work changes nothing that another could see, and reads nothing that another could
  /// change.
  boolean unnoticed(ControllerState x, Work work) {
    return switch (work) {
      case RAISE_FENCE, COPY, SETTLE, UNDO -> false;
      case FENCE_SOURCE -> !machines.blocks() && !machines.deviates(Deviation.TAIL_BEFORE_RECEIPTS);
      case UNFENCE_SOURCE -> !machines.blocks();
      case PREPARE, VERIFY, FOLLOW, STRAYS -> true;
    };
  }

  static DriverEvent answer(Work work) {
    return switch (work) {
      case VERIFY -> new DriverEvent.Verified(new Verification(0, 0, 0, ""));
      case FOLLOW -> new DriverEvent.Followed(new Tail(0, 0, 0, 1, 0, 0));
      case FENCE_SOURCE -> new DriverEvent.SourceFenced(false);
      case STRAYS -> new DriverEvent.StraysSeen(List.of());
      case SETTLE -> new DriverEvent.SettleEnded(new Settlement.Settled("", 0, 0, 0));
      case RAISE_FENCE, PREPARE, COPY, UNFENCE_SOURCE -> new DriverEvent.Done(work);
      case UNDO -> new DriverEvent.Undone(List.of());
    };
  }

  void steps(State s, int c, ControllerState now, Steps out) {
    int term = now.jobsTerm;
    boolean behind = now.strayBehind && now.strayTerm == term;
    if (now.jobs.isEmpty() || behind) {
      // What is on its way to the target arrives in order.
      return;
    }
    DriverEffect.Ask job = now.jobs.getFirst();
    switch (job.work()) {
      case RAISE_FENCE -> raise(s, c, term, out);
      case COPY, SETTLE -> {
        if (now.read == ControllerState.NONE) {
          read(s, c, job.work(), out);
        } else {
          copy(s, c, job.work(), term, out);
        }
      }
      case UNDO -> undo(s, c, job, term, out);
      case FENCE_SOURCE -> {
        if (machines.blocks()) {
          block(s, c, job.work(), true, term, out);
        } else {
          read(s, c, job.work(), out);
        }
      }
      case UNFENCE_SOURCE -> block(s, c, job.work(), false, term, out);
      case PREPARE, VERIFY, FOLLOW, STRAYS ->
          throw new IllegalStateException("not done at once: " + job);
    }
  }

  private static boolean refuses(State s, int home, int term) {
    return s.fence[home] > term;
  }

  boolean refusesCopy(State s, int term) {
    return refuses(s, Start.B, term) && !machines.deviates(Deviation.COPY_WITHOUT_A_FENCE);
  }

  private void raise(State s, int c, int term, Steps out) {
    if (refuses(s, Start.B, term)) {
      fenced(s, c, Work.RAISE_FENCE, out);
      return;
    }
    State next = done(s, c);
    next.fence[Start.B] = term;
    controllers.tell(next, c, answer(Work.RAISE_FENCE));
    out.step(() -> "c" + c + " raises the fence at B to " + term, false, next);
  }

  /// Makes home A refuse everybody, or nobody any more.
  private void block(State s, int c, Work work, boolean on, int term, Steps out) {
    if (refuses(s, Start.A, term)) {
      fenced(s, c, work, out);
      return;
    }
    State next = done(s, c);
    next.fence[Start.A] = term;
    next.blocked = on;
    controllers.tell(next, c, answer(work));
    out.step(() -> "c" + c + "'s " + work + " at A", false, next);
  }

  private void read(State s, int c, Work work, Steps out) {
    State next = work == Work.FENCE_SOURCE ? done(s, c) : ControllerSteps.changing(s, c);
    next.controllers[c].read = s.content[Start.A];
    if (work == Work.FENCE_SOURCE) {
      controllers.tell(next, c, answer(work));
    }
    out.step(() -> "c" + c + "'s " + work + " reads A", false, next);
  }

  private void copy(State s, int c, Work work, int term, Steps out) {
    if (refusesCopy(s, term)) {
      fenced(s, c, work, out);
      return;
    }
    State next = done(s, c);
    next.content[Start.B] = s.controllers[c].read;
    next.controllers[c].read = ControllerState.NONE;
    controllers.tell(next, c, answer(work));
    out.step(() -> "c" + c + "'s " + work + " writes B", false, next);
  }

  private void undo(State s, int c, DriverEffect.Ask job, int term, Steps out) {
    int home = Start.home(job.undo().orElseThrow().at());
    if (refuses(s, home, term)) {
      fenced(s, c, Work.UNDO, out);
      return;
    }
    State next = done(s, c);
    next.fence[home] = term;
    if (!machines.deviates(Deviation.UNDO_FORGOTTEN)) {
      next.content[home] = 0;
    }
    controllers.tell(next, c, answer(Work.UNDO));
    out.step(() -> "c" + c + " empties " + Start.NAMES.get(home), false, next);
  }

  private void fenced(State s, int c, Work work, Steps out) {
    State next = done(s, c);
    next.controllers[c].read = ControllerState.NONE;
    controllers.tell(next, c, new DriverEvent.Failed(work, Cause.FENCED, ""));
    out.step(() -> "c" + c + "'s " + work + " is refused", false, next);
  }

  private static State done(State s, int c) {
    State next = ControllerSteps.changing(s, c);
    ControllerState x = next.controllers[c];
    x.jobs = List.copyOf(x.jobs.subList(1, x.jobs.size()));
    return next;
  }

  /// What was on its way when its work was given up arrives; or its connection breaks, and before
  /// anything else is sent to the target the fence there is raised again, under the same term. Each
  /// raising has a number, so what is on its way under an earlier one is refused from then on.
  void stray(State s, int c, ControllerState now, Steps out) {
    if (now.stray == ControllerState.NONE) {
      return;
    }
    State next = ControllerSteps.changing(s, c);
    next.content[Start.B] = now.stray;
    next.controllers[c].noStray();
    out.step(() -> "a copy that c" + c + " has given up arrives at B", false, next);
    if (now.drives() && now.strayBehind && now.jobsTerm == now.strayTerm) {
      State broken = ControllerSteps.changing(s, c);
      if (machines.deviates(Deviation.FENCE_WITHOUT_A_NUMBER)) {
        broken.controllers[c].strayBehind = false;
      } else {
        broken.controllers[c].noStray();
      }
      out.step(
          () -> "c" + c + "'s connection to B breaks, and the fence is raised again", true, broken);
    }
  }
}
