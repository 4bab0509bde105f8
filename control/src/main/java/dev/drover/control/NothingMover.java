package dev.drover.control;

import dev.drover.core.Engine;
import dev.drover.core.EngineState;
import dev.drover.core.HomeId;
import dev.drover.core.MoveId;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.SourceFence;
import dev.drover.core.Undo;
import dev.drover.core.mover.Checkpoints;
import dev.drover.core.mover.EngineTraits;
import dev.drover.core.mover.Kept;
import dev.drover.core.mover.Mover;
import dev.drover.core.mover.MoverListener;
import dev.drover.core.mover.MoverOptions;
import dev.drover.core.mover.MoverSession;
import dev.drover.core.mover.MoverTask;
import dev.drover.core.mover.Preflight;
import dev.drover.core.mover.Settlement;
import dev.drover.core.mover.Tail;
import dev.drover.core.mover.Verification;
import java.util.List;
import java.util.Optional;

/// Moves nothing between any two homes: for rehearsals, tests, and measurements of the protocol.
public final class NothingMover implements Mover {
  private final EngineTraits traits;
  private final Copy copy;

  /// What is done instead of a copy.
  public interface Copy {
    void run() throws InterruptedException;
  }

  /// Moves at once.
  public NothingMover(Engine engine) {
    this(engine, () -> {});
  }

  public NothingMover(Engine engine, Copy copy) {
    this.traits = new Traits(engine);
    this.copy = copy;
  }

  @Override
  public EngineTraits traits() {
    return traits;
  }

  @Override
  public Preflight preflight(MoverTask task) {
    return new Preflight(List.of(), 0, 0);
  }

  @Override
  public MoverSession open(MoverTask task, MoverListener listener, Checkpoints checkpoints) {
    return new Session();
  }

  @Override
  public List<Undo> owedOnAbort(MoverTask task, EngineState state) {
    return List.of();
  }

  @Override
  public List<Undo> owedOnComplete(MoverTask task) {
    return List.of();
  }

  @Override
  public Kept undo(
      PartitionId partition, Placement owner, long term, Undo undo, MoverListener listener) {
    return Kept.NOTHING;
  }

  @Override
  public Undo decided(Kept.Decision decision, Placement at, MoveId move) {
    return new Undo("nothing", at, move, MoverOptions.DEFAULT);
  }

  /// Of partitions that hold nothing, none of which lies inside another.
  private record Traits(Engine engine) implements EngineTraits {
    @Override
    public Nouns nouns() {
      return new Nouns("partition", "partitions", "items");
    }

    @Override
    public SourceFence sourceFence() {
      return SourceFence.OUTSIDERS;
    }

    @Override
    public Placement target(Placement now, HomeId home, Optional<String> locator) {
      return new Placement(home, locator.orElse(now.locator()));
    }

    @Override
    public boolean inside(String inner, String outer) {
      return false;
    }

    @Override
    public boolean mayLieInside(PartitionId unread, String outer) {
      return false;
    }

    @Override
    public String undoing(Undo undo) {
      return "doing nothing at " + undo.at().home();
    }
  }

  private final class Session implements MoverSession {
    @Override
    public void raiseFence() {}

    @Override
    public void prepare() {}

    @Override
    public void copy() throws InterruptedException {
      copy.run();
    }

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
