package dev.drover.redis.move;

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
import dev.drover.redis.wire.RespFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Moves scopes between Redis servers.
///
/// A finished or aborted move leaves at either home the fence (`drover:fence:PREFIX`, which must
/// outlive every stale driver), what is set aside until an operator decides ([Aside]), and nothing
/// else. If a target was overwritten, an abort leaves it empty: what stood there is gone.
public final class RedisMover implements Mover {
  /// How many old homes are watched until they are purged.
  private static final int WATCHES_MAX = 64;

  private final Function<HomeId, Optional<RedisHome>> homes;
  private final RedisMoverOptions options;
  private final LongSupplier nanoClock;
  private final EngineTraits traits = new RedisTraits();
  private final Map<PartitionId, OldHome> watches = new LinkedHashMap<>();

  /// @param homes finds a home by its name
  /// @param nanoClock monotonic, in nanoseconds
  public RedisMover(
      Function<HomeId, Optional<RedisHome>> homes,
      RedisMoverOptions options,
      LongSupplier nanoClock) {
    this.homes = homes;
    this.options = options;
    this.nanoClock = nanoClock;
  }

  @Override
  public EngineTraits traits() {
    return traits;
  }

  @Override
  public Preflight preflight(MoverTask task) throws MoverException {
    RedisHome from = home(task.from().home());
    RedisHome to = home(task.to().home());
    if (task.options().takeover()) {
      return new TakeoverLook(from, to, options).look();
    }
    try {
      return new PreflightLook(task, from, to, options).look();
    } catch (IOException e) {
      throw failed(from + " or " + to, from, e);
    }
  }

  @Override
  public MoverSession open(MoverTask task, MoverListener listener, Checkpoints checkpoints)
      throws MoverException {
    if (!task.from().locator().equals(task.to().locator())) {
      throw new MoverException.Refused(
          "a scope keeps its prefix when it moves, but "
              + task.from()
              + " and "
              + task.to()
              + " differ",
          null);
    }
    RedisHome from = home(task.from().home());
    RedisHome to = home(task.to().home());
    if (task.options().takeover()) {
      return new TakeoverSession(task, from, to, options);
    }
    RedisMoverSession session =
        new RedisMoverSession(
            task,
            from,
            to,
            listener,
            options,
            nanoClock,
            checkpoints,
            old -> watch(task.partition(), old));
    try {
      session.connect();
      return session;
    } catch (MoverException e) {
      session.close();
      throw e;
    } catch (InterruptedException e) {
      session.close();
      Thread.currentThread().interrupt();
      throw new MoverException.Unreachable("interrupted while connecting to " + from, e);
    }
  }

  @Override
  public List<Undo> owedOnAbort(MoverTask task, EngineState state) {
    return Undoing.onAbort(task);
  }

  @Override
  public List<Undo> owedOnComplete(MoverTask task) {
    return Undoing.onComplete(task);
  }

  @Override
  public Kept undo(
      PartitionId partition, Placement owner, long term, Undo undo, MoverListener listener)
      throws MoverException, InterruptedException {
    RedisHome home = home(undo.at().home());
    RedisHome there = home(owner.home());
    try (OldHome watch = watching(partition, undo)) {
      return undo.action().equals(Undoing.BRING_OVER)
          ? new BringOver(home, there, undo, term, options, nanoClock).run(listener)
          : new Undoing(options, nanoClock)
              .undo(term, undo, home, there, watch, new Progress(listener, nanoClock));
    } catch (IOException e) {
      throw failed(home.toString(), home, e);
    }
  }

  private static MoverException failed(String where, RedisHome home, IOException e) {
    if (e instanceof RespFailure f && !f.passes()) {
      return Failures.refused(home, f.words(), f);
    }
    return new MoverException.Unreachable(where + ": " + e.getMessage(), e);
  }

  private RedisHome home(HomeId id) throws MoverException {
    Optional<RedisHome> home = homes.apply(id);
    if (home.isEmpty()) {
      throw new MoverException.Refused(
          "no redis home is called " + id + ": add it to the configuration", null);
    }
    return home.get();
  }

  private void watch(PartitionId partition, OldHome old) {
    List<OldHome> over = new ArrayList<>();
    synchronized (watches) {
      OldHome before = watches.put(partition, old);
      if (before != null) {
        over.add(before);
      }
      if (watches.size() > WATCHES_MAX) {
        over.add(watches.remove(watches.keySet().iterator().next()));
      }
    }
    over.forEach(OldHome::close);
  }

  /// What watches the home where this is to be done; null if nothing does. One try has it: what
  /// comes of it after a failure is not known.
  private @Nullable OldHome watching(PartitionId partition, Undo undo) {
    synchronized (watches) {
      OldHome old = watches.get(partition);
      if (old == null || !undo.action().equals(Undoing.PURGE_SOURCE)) {
        return null;
      }
      watches.remove(partition);
      if (old.move().equals(undo.move())) {
        return old;
      }
      old.close();
      return null;
    }
  }
}
