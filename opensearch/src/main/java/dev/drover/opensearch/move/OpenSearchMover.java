package dev.drover.opensearch.move;

import dev.drover.core.EngineState;
import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.Undo;
import dev.drover.core.mover.Checkpoints;
import dev.drover.core.mover.EngineTraits;
import dev.drover.core.mover.Kept;
import dev.drover.core.mover.Mover;
import dev.drover.core.mover.MoverException;
import dev.drover.core.mover.MoverListener;
import dev.drover.core.mover.MoverSession;
import dev.drover.core.mover.MoverTask;
import dev.drover.core.mover.Preflight;
import dev.drover.opensearch.wire.HomeClient;
import dev.drover.opensearch.wire.OpenSearchHome;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;

/// Moves tenants between clusters, and between places at one (docs/decisions/0110).
public final class OpenSearchMover implements Mover {
  private static final long ANSWER_BYTES_MAX = 512L << 20;

  private final Function<HomeId, OpenSearchHome> homes;
  private final OpenSearchMoverOptions options;
  private final Clocked clocked;
  private final EngineTraits traits = new OpenSearchTraits();

  /// @param homes finds a home by its name
  /// @param nanoClock as `System.nanoTime`
  /// @param random gives another number each time, of which nobody knows the next
  public OpenSearchMover(
      Function<HomeId, OpenSearchHome> homes,
      OpenSearchMoverOptions options,
      LongSupplier nanoClock,
      LongSupplier random) {
    this.homes = homes;
    this.options = options;
    this.clocked = new Clocked(nanoClock, random);
  }

  @Override
  public EngineTraits traits() {
    return traits;
  }

  private HomeClient client(HomeId home) {
    return HomeClient.of(homes.apply(home), options.times().answerMax(), ANSWER_BYTES_MAX);
  }

  @Override
  public Preflight preflight(MoverTask task) throws MoverException {
    try (HomeClient from = client(task.from().home());
        HomeClient to = client(task.to().home())) {
      return Failures.asked(() -> new PreflightLook(task, from, to).look());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MoverException.Unreachable("the look at both homes was interrupted", e);
    }
  }

  @Override
  public MoverSession open(MoverTask task, MoverListener listener, Checkpoints checkpoints)
      throws MoverException {
    return new OpenSearchSession(
        task,
        client(task.from().home()),
        client(task.to().home()),
        options,
        listener,
        checkpoints,
        clocked);
  }

  @Override
  public List<Undo> owedOnAbort(MoverTask task, EngineState state) {
    return Debts.onAbort(task, state);
  }

  @Override
  public List<Undo> owedOnComplete(MoverTask task) {
    return Debts.onComplete(task);
  }

  @Override
  public Kept undo(
      PartitionId partition, Placement owner, long term, Undo undo, MoverListener listener)
      throws MoverException, InterruptedException {
    String tenant = partition.name();
    Progress progress = new Progress(listener, clocked.nanoClock());
    progress.begin("undo", -1);
    try (HomeClient at = client(undo.at().home());
        HomeClient there = client(owner.home())) {
      Fence fence = clocked.fence(at, tenant, term, options, progress);
      Fence ownerFence = clocked.fence(there, tenant, term, options, progress);
      TargetWriter writer = new TargetWriter(at, fence, options, progress, clocked.nanoClock());
      return Failures.asked(
          () ->
              new Undoing(
                      undo,
                      Place.of(at, tenant, undo.at()),
                      Place.of(there, tenant, owner),
                      fence,
                      ownerFence,
                      writer,
                      options,
                      progress)
                  .run());
    }
  }
}
