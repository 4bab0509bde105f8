package dev.drover.redis.move;

import dev.drover.core.Placement;
import dev.drover.core.Undo;
import dev.drover.core.mover.MoverException;
import dev.drover.core.mover.MoverTask;
import dev.drover.redis.wire.RespConnection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/// What has to be put right after a move, and doing it: always under the fence of the home it is
/// done at, which stays there with the term of the last one.
final class Undoing {
  static final String REMOVE_COPIES = "remove-copies";
  static final String LIFT_FENCE = "lift-fence";
  static final String PURGE_SOURCE = "purge-source";

  private final RedisMoverOptions options;
  private final LongSupplier nanoClock;

  Undoing(RedisMoverOptions options, LongSupplier nanoClock) {
    this.options = options;
    this.nanoClock = nanoClock;
  }

  static List<Undo> onAbort(MoverTask task) {
    return List.of(owed(REMOVE_COPIES, task.to(), task), owed(LIFT_FENCE, task.from(), task));
  }

  static List<Undo> onComplete(MoverTask task) {
    return task.options().keepSource() ? List.of() : List.of(owed(PURGE_SOURCE, task.from(), task));
  }

  private static Undo owed(String action, Placement at, MoverTask task) {
    return new Undo(action, at, task.move(), task.options());
  }

  /// @param term the fencing term
  /// @param kept keys that stay: strays, which somebody may want back
  void undo(long term, Undo undo, RedisHome home, List<byte[]> kept, Progress progress)
      throws IOException, MoverException, InterruptedException {
    Scope scope = new Scope(undo.at().locator(), undo.options().excluded());
    try (RespConnection connection = Homes.connect(home, options)) {
      Homes.check(home, ServerFacts.read(connection));
      Fence fence = new Fence(home, scope, term);
      switch (undo.action()) {
        case REMOVE_COPIES, PURGE_SOURCE -> {
          fence.raise(connection);
          remove(undo, scope, new FencedWriter(connection, fence, options), home, kept, progress);
        }
        case LIFT_FENCE -> {
          fence.raise(connection);
          new AclFencing(scope, fence).lift(connection);
        }
        default ->
            throw new MoverException.Refused("redis knows no undo called " + undo.action(), null);
      }
    }
  }

  private void remove(
      Undo undo,
      Scope scope,
      FencedWriter writer,
      RedisHome home,
      List<byte[]> kept,
      Progress progress)
      throws IOException, MoverException, InterruptedException {
    Pacer pacer = new Pacer(undo.options(), nanoClock);
    pacer.on(true);
    KeySet left = new KeySet(options.dirtyKeysMax(), options.dirtyBytesMax());
    kept.forEach(left::add);
    long removed = 0;
    try (Scan scan = Scan.begin(Homes.connect(home, options), scope)) {
      while (!scan.done()) {
        List<byte[]> page = scan.next();
        pacer.items(page.size());
        for (List<byte[]> keys : parts(page)) {
          List<byte[]> command = new ArrayList<>(keys.size() + 1);
          command.add(Scope.utf8("UNLINK"));
          keys.stream().filter(key -> !left.contains(key)).forEach(command::add);
          if (command.size() > 1) {
            writer.command(command.toArray(byte[][]::new));
            writer.flush();
            removed += command.size() - 1;
          }
        }
        String waiting =
            left.isEmpty() ? "" : "stray key " + Scope.shown(left.get(0)) + " is left in place";
        progress.tell(undo.action(), removed, -1, 0, waiting);
        if (Thread.interrupted()) {
          throw new InterruptedException("interrupted while removing keys");
        }
      }
    }
    writer.drain();
    progress.end(undo.action(), removed, 0);
  }

  private List<List<byte[]>> parts(List<byte[]> page) {
    List<List<byte[]>> parts = new ArrayList<>();
    for (int at = 0; at < page.size(); at += options.batchKeysMax()) {
      parts.add(page.subList(at, Math.min(page.size(), at + options.batchKeysMax())));
    }
    return parts;
  }
}
