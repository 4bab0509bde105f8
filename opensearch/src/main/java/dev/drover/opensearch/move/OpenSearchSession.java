package dev.drover.opensearch.move;

import dev.drover.core.mover.Checkpoints;
import dev.drover.core.mover.MoverException;
import dev.drover.core.mover.MoverListener;
import dev.drover.core.mover.MoverSession;
import dev.drover.core.mover.MoverTask;
import dev.drover.core.mover.Settlement;
import dev.drover.core.mover.Tail;
import dev.drover.core.mover.Verification;
import dev.drover.engine.Pacer;
import dev.drover.opensearch.wire.HomeClient;
import dev.drover.opensearch.wire.HomeFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// One driver's work on one move of a tenant.
///
/// What the target holds is known by how far each shard of the source has been copied ([Track]),
/// and by the comparison: until [#verify] has succeeded, and again after a node of the target was
/// lost, nothing is settled.
final class OpenSearchSession implements MoverSession {
  private static final long CHECKPOINT_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final MoverTask task;
  private final Checkpoints checkpoints;
  private final LongSupplier nanoClock;
  private final HomeClient fromClient;
  private final HomeClient toClient;
  private final Place from;
  private final Place to;
  private final Fence fence;
  private final Fence sourceFence;
  private final Progress progress;
  private final Patience patience;
  private final Wiring wiring;
  private final Targets targets;
  private final Rates rates;
  private final Settling settling;
  private final Notes notes;
  private @Nullable Rounds rounds;
  private CopyState state;
  private long reachedAt;

  /// The target's nodes when it was compared; null if it has not been.
  private @Nullable Nodes verifiedOn;

  /// Whether [#verify] has succeeded before: then a node that is lost leads to a comparison in the
  /// next round.
  private boolean verifiedOnce;

  OpenSearchSession(
      MoverTask task,
      HomeClient fromClient,
      HomeClient toClient,
      OpenSearchMoverOptions options,
      MoverListener listener,
      Checkpoints checkpoints,
      Clocked clocked) {
    this.task = task;
    this.checkpoints = checkpoints;
    this.nanoClock = clocked.nanoClock();
    this.fromClient = fromClient;
    this.toClient = toClient;
    String tenant = task.partition().name();
    this.from = Place.of(fromClient, tenant, task.from());
    this.to = Place.of(toClient, tenant, task.to());
    this.progress = new Progress(listener, nanoClock);
    this.patience = new Patience(options.times().lostMax(), nanoClock, progress);
    this.fence = clocked.fence(toClient, tenant, task.term(), options, progress);
    this.sourceFence = clocked.fence(fromClient, tenant, task.term(), options, progress);
    this.wiring =
        new Wiring(
            from,
            to,
            options,
            new TargetWriter(toClient, fence, options, progress, nanoClock),
            new Shapes(from, to),
            new Pacer(task.options(), nanoClock),
            new Pressure(List.of(fromClient, toClient), nanoClock, progress),
            progress);
    this.notes = new Notes(from, options, nanoClock);
    this.targets = new Targets(task, from, to, fence);
    this.rates = new Rates(nanoClock);
    this.settling = new Settling(wiring, task.move(), fence);
    this.state = CopyState.read(checkpoints.state());
    this.reachedAt = nanoClock.getAsLong();
  }

  @Override
  public void raiseFence() throws MoverException, InterruptedException {
    patience.asked(
        () -> {
          fence.raise(to.indices().values().stream().map(IndexLook::name).toList());
          return true;
        });
  }

  @Override
  public void prepare() throws MoverException, InterruptedException {
    patience.asked(
        () -> {
          sourceFence.raise(List.of());
          Notes.make(fromClient);
          prepareTarget();
          return true;
        });
  }

  private void prepareTarget() throws HomeFailure, MoverException, InterruptedException {
    if (!state.making()) {
      if (!task.options().overwrite() && !targets.standing().isEmpty()) {
        // Says what stands there, before the record says that an abort may take it away.
        targets.clear(removal());
      }
      reach(new CopyState(true, state.blocking(), List.of()));
      targets.clear(removal());
    }
    List<Track> tracks = targets.ready();
    for (Track track : tracks) {
      state.of(track.source()).ifPresent(track::resume);
    }
    rounds = new Rounds(wiring, task.move(), tracks, notes, nanoClock);
    for (Track track : tracks) {
      wiring.shapes().sync(track);
    }
  }

  private Removal removal() {
    return new Removal(to, fence, wiring.writer(), wiring.options(), progress);
  }

  private Rounds rounds() {
    if (rounds == null) {
      throw new IllegalStateException("not prepared yet");
    }
    return rounds;
  }

  /// Writes down how far this has come.
  private void reach(CopyState next) throws MoverException, InterruptedException {
    if (!checkpoints.reached(next.written())) {
      throw new MoverException.Refused(
          "a process of an older version runs that could not read how far this move has come, so an abort might leave something behind. Update all processes, and begin again",
          null);
    }
    state = next;
    reachedAt = nanoClock.getAsLong();
  }

  private void reachTracks() throws MoverException, InterruptedException {
    reach(
        new CopyState(
            true, state.blocking(), rounds().tracks().stream().map(Track::copied).toList()));
  }

  @Override
  public void copy() throws MoverException, InterruptedException {
    patience.asked(
        () -> {
          progress.begin("copy", Counts.of(from, rounds().sources()));
          wiring.pacer().on(true);
          try {
            Lane.Done _ = rounds().changes(rounds().look(), false, this::tickCopy);
          } finally {
            wiring.pacer().on(false);
          }
          rounds().refresh();
          reachTracks();
          progress.end();
          return true;
        });
  }

  private void tickCopy() throws InterruptedException {
    progress.tell();
    if (nanoClock.getAsLong() - reachedAt >= CHECKPOINT_NANOS) {
      reachedAt = nanoClock.getAsLong();
      boolean _ =
          checkpoints.reached(
              new CopyState(
                      true,
                      state.blocking(),
                      rounds().tracks().stream().map(Track::copied).toList())
                  .written());
    }
  }

  @Override
  public Tail follow() throws MoverException, InterruptedException {
    return patience.asked(
        () -> {
          settling.forget();
          takeNewIndices();
          if (verifiedOn != null && verifiedOn.lost(Nodes.look(toClient))) {
            verifiedOn = null;
            progress.captureLost("a node of the target was lost since it was compared");
          }
          progress.begin("follow", -1);
          Round round = round(verifiedOn != null);
          if (verifiedOnce && verifiedOn == null) {
            Verification _ = compare();
          }
          return rates.tail(round.lag(), round.done().items());
        });
  }

  /// Clients may make indices of their own while the tenant moves.
  private void takeNewIndices() throws HomeFailure, MoverException, InterruptedException {
    List<String> known = rounds().sources();
    boolean more =
        from.indices().values().stream().anyMatch(index -> !known.contains(index.name()));
    if (more) {
      reachTracks();
      prepareTarget();
      verifiedOn = null;
      progress.captureLost("the tenant has a new index");
    }
  }

  /// @param lag what was known to have changed and is not brought over yet
  private record Round(Lane.Done done, long lag) {}

  private Round round(boolean compare) throws HomeFailure, MoverException, InterruptedException {
    long began = nanoClock.getAsLong();
    Map<String, Shards> now = rounds().look();
    rates.roundTrip(nanoClock.getAsLong() - began);
    Lane.Done done = rounds().changes(now, compare, progress::tell);
    rounds().readNotes();
    done = done.and(rounds().deletes(compare));
    rounds().refresh();
    rates.changes(done.items());
    rates.applied(done.items(), nanoClock.getAsLong() - began);
    if (!done.differing().isEmpty()) {
      verifiedOn = null;
      progress.captureLost(
          "document '%s' is not at the target as it was written"
              .formatted(done.differing().getFirst().id()));
    }
    long lag = 0;
    if (!from.shared()) {
      for (Shards each : now.values()) {
        lag += each.of().stream().mapToLong(shard -> shard.max() - shard.global()).sum();
      }
    }
    return new Round(done, lag);
  }

  @Override
  public Verification verify() throws MoverException, InterruptedException {
    return patience.asked(
        () -> {
          Round _ = round(false);
          return compare();
        });
  }

  private Verification compare() throws HomeFailure, MoverException, InterruptedException {
    verifiedOn = null;
    progress.begin("verify", Counts.of(from, rounds().sources()));
    Nodes nodes = Nodes.look(toClient);
    Verification verification = new Verifier(wiring, rounds().tracks()).run(progress::tell);
    progress.end();
    verifiedOn = nodes;
    verifiedOnce = true;
    return verification;
  }

  @Override
  public boolean fenceSource() throws MoverException, InterruptedException {
    if (!Debts.blocks(task.from())) {
      return false;
    }
    return Failures.asked(
        () -> {
          boolean again = state.blocking();
          if (!again) {
            Blocks.check(from, from.indices().values());
            reach(new CopyState(state.making(), true, state.indices()));
          }
          sourceFence.check();
          List<Callable<Boolean>> blocks = new ArrayList<>();
          for (String index : rounds().sources()) {
            blocks.add(
                () -> {
                  Blocks.raise(from, index, again);
                  return true;
                });
          }
          List<Boolean> _ = Together.all(blocks, progress::tell);
          settling.blocked();
          return true;
        });
  }

  /// The state goes on to say that there may be a block: it cannot be written down while the source
  /// is being made to take writes again.
  @Override
  public void unfenceSource() throws MoverException, InterruptedException {
    settling.forget();
    if (!Debts.blocks(task.from()) || !state.blocking()) {
      return;
    }
    Failures.asked(
        () -> {
          sourceFence.raise(List.of());
          Blocks.lift(from, from.indices().values().stream().map(IndexLook::name).toList());
          return true;
        });
  }

  @Override
  public Settlement settle() throws MoverException, InterruptedException {
    if (rounds == null || verifiedOn == null) {
      return new Settlement.Unsettled("not compared yet");
    }
    try {
      Settlement settlement = settling.settle(rounds, verifiedOn);
      if (settlement instanceof Settlement.Unsettled && settling.doubtful()) {
        verifiedOn = null;
      }
      return settlement;
    } catch (HomeFailure e) {
      if (!e.retryable()) {
        throw Failures.of(e);
      }
      return new Settlement.Unsettled(e.home() + " was lost: " + e.reason());
    }
  }

  @Override
  public List<String> strays() throws MoverException, InterruptedException {
    if (task.options().keepSource() && !settling.settled() && from.shared()) {
      // Whoever purges looks at each document. Without a purge nobody does.
      return List.of("(nobody looked: the driver has changed since the last tail)");
    }
    return Failures.asked(settling::strays);
  }

  @Override
  public void close() {
    fromClient.close();
    toClient.close();
  }
}
