package dev.drover.redis.move;

import dev.drover.core.Placement;
import dev.drover.core.Undo;
import dev.drover.core.mover.Kept;
import dev.drover.core.mover.MoverException;
import dev.drover.core.mover.MoverTask;
import dev.drover.engine.Pacer;
import dev.drover.redis.wire.RespConnection;
import java.io.IOException;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// What has to be put right after a move, and doing it: always under the fence of the home it is
/// done at, which stays there with the term of the last one.
final class Undoing {
  static final String REMOVE_COPIES = "remove-copies";
  static final String LIFT_FENCE = "lift-fence";
  static final String PURGE_SOURCE = "purge-source";
  static final String BRING_OVER = "bring-over";

  private final RedisMoverOptions options;
  private final LongSupplier nanoClock;

  Undoing(RedisMoverOptions options, LongSupplier nanoClock) {
    this.options = options;
    this.nanoClock = nanoClock;
  }

  /// A takeover writes nothing to its target, so that nothing is owed if it is given up.
  static List<Undo> onAbort(MoverTask task) {
    if (task.options().takeover()) {
      return List.of();
    }
    return List.of(owed(REMOVE_COPIES, task.to(), task), owed(LIFT_FENCE, task.from(), task));
  }

  static List<Undo> onComplete(MoverTask task) {
    if (task.options().takeover()) {
      return List.of(owed(BRING_OVER, task.from(), task));
    }
    return task.options().keepSource() ? List.of() : List.of(owed(PURGE_SOURCE, task.from(), task));
  }

  private static Undo owed(String action, Placement at, MoverTask task) {
    return new Undo(action, at, task.move(), task.options());
  }

  /// @param term the fencing term
  /// @param owner where the partition is now
  /// @param watch what has watched the home since the last tail; null if nothing has
  /// @return what was set aside
  Kept undo(
      long term,
      Undo undo,
      RedisHome home,
      RedisHome owner,
      @Nullable OldHome watch,
      Progress progress)
      throws IOException, MoverException, InterruptedException {
    Scope scope = new Scope(undo.at().locator(), undo.options().excluded());
    Pacer pacer = new Pacer(undo.options(), nanoClock);
    pacer.on(true);
    try (RespConnection connection = Homes.connect(home, options)) {
      Homes.check(home, ServerFacts.read(connection));
      Fence fence = new Fence(home, scope, term);
      fence.raise(connection);
      return switch (undo.action()) {
        case REMOVE_COPIES ->
            new Removal(undo, scope, home, owner, fence, options, pacer, progress).run(connection);
        case PURGE_SOURCE ->
            new Purge(undo, scope, home, owner, fence, options, pacer, progress, watch)
                .run(connection);
        case LIFT_FENCE -> {
          new AclFencing(scope, fence).lift(connection);
          connection.call("DEL", scope.markKey());
          yield Kept.NOTHING;
        }
        case Undo.DROP_ASIDE ->
            new AsideDecision(undo, scope, home, owner, term, options).drop(connection, progress);
        case Undo.BRING_ASIDE, Undo.REPLACE_BY_ASIDE ->
            new AsideDecision(undo, scope, home, owner, term, options).bring(connection, progress);
        default ->
            throw new MoverException.Refused("redis knows no undo called " + undo.action(), null);
      };
    }
  }
}
