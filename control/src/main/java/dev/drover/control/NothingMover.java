package dev.drover.control;

import dev.drover.core.Engine;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.Undo;
import dev.drover.core.mover.Mover;
import dev.drover.core.mover.MoverListener;
import dev.drover.core.mover.MoverSession;
import dev.drover.core.mover.MoverTask;
import dev.drover.core.mover.Preflight;
import dev.drover.core.mover.Settlement;
import dev.drover.core.mover.Tail;
import dev.drover.core.mover.Verification;
import java.util.List;

/// Moves nothing, at once, between any two homes: for rehearsals and tests.
final class NothingMover implements Mover {
  @Override
  public Engine engine() {
    return Engine.REDIS;
  }

  @Override
  public Preflight preflight(MoverTask task) {
    return new Preflight(List.of(), 0, 0);
  }

  @Override
  public MoverSession open(MoverTask task, MoverListener listener) {
    return new Session();
  }

  @Override
  public List<Undo> owedOnAbort(MoverTask task) {
    return List.of();
  }

  @Override
  public List<Undo> owedOnComplete(MoverTask task) {
    return List.of();
  }

  @Override
  public void undo(
      PartitionId partition, Placement owner, long term, Undo undo, MoverListener listener) {}

  private static final class Session implements MoverSession {
    @Override
    public void raiseFence() {}

    @Override
    public void prepare() {}

    @Override
    public void copy() {}

    @Override
    public Tail follow() {
      return new Tail(0, 0, 0, 1, 0, 0);
    }

    @Override
    public Verification verify() {
      return new Verification(0, 0, 0, "");
    }

    @Override
    public boolean fenceSource() {
      return false;
    }

    @Override
    public void unfenceSource() {}

    @Override
    public Settlement settle() {
      return new Settlement.Settled("", 0, 0, 0);
    }

    @Override
    public List<String> strays() {
      return List.of();
    }

    @Override
    public void close() {}
  }
}
