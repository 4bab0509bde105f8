package dev.drover.redis.move;

import dev.drover.core.Undo;
import dev.drover.core.mover.Kept;
import dev.drover.core.mover.MoverException;
import dev.drover.engine.Pacer;
import dev.drover.redis.wire.RespConnection;
import dev.drover.redis.wire.RespFailure;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.List;

/// Removes the copies that an aborted move has left at its target, as long as the source is known
/// to hold all of them. From the moment that it is not, they are set aside: they may be the only
/// ones. If this move has copied nothing, what stands at the target is not its own and is left
/// alone.
final class Removal {
  private final Undo undo;
  private final Scope scope;
  private final RedisHome target;
  private final RedisHome source;
  private final Fence fence;
  private final RedisMoverOptions options;
  private final Pacer pacer;
  private final Progress progress;
  private long removed;
  private String why = "";

  /// @param source where the partition is now
  /// @param fence of the target
  Removal(
      Undo undo,
      Scope scope,
      RedisHome target,
      RedisHome source,
      Fence fence,
      RedisMoverOptions options,
      Pacer pacer,
      Progress progress) {
    this.undo = undo;
    this.scope = scope;
    this.target = target;
    this.source = source;
    this.fence = fence;
    this.options = options;
    this.pacer = pacer;
    this.progress = progress;
  }

  /// @param connection to the target, where the fence has been raised
  Kept run(RespConnection connection) throws IOException, MoverException, InterruptedException {
    Aside aside = new Aside(undo.move());
    if (look(connection) != Witness.Finding.NOTHING_COPIED) {
      remove(connection, aside);
    }
    Witness.forget(undo.move(), scope, connection);
    progress.end(undo.action(), removed, 0);
    return aside.kept(target, connection, false, why);
  }

  private void remove(RespConnection connection, Aside aside)
      throws IOException, MoverException, InterruptedException {
    try (RespConnection writing = Homes.connect(target, options)) {
      FencedWriter writer = new FencedWriter(writing, fence, options);
      try (Scan scan = Scan.begin(Homes.connect(target, options), scope)) {
        while (!scan.done()) {
          List<byte[]> page = scan.next();
          pacer.items(page.size());
          boolean whole = page.isEmpty() || look(connection) == Witness.Finding.WHOLE;
          for (int at = 0; at < page.size(); at += options.batch().keysMax()) {
            List<byte[]> keys =
                page.subList(at, Math.min(page.size(), at + options.batch().keysMax()));
            if (whole) {
              writer.unlink(keys);
              removed += keys.size();
            } else {
              aside.take(writer, keys);
            }
          }
          progress.tell(undo.action(), removed, -1, 0, "");
          if (Thread.interrupted()) {
            throw new InterruptedException("interrupted while removing keys");
          }
        }
      }
    }
  }

  /// What is known of the source right now. One that cannot be asked is not known to hold anything.
  private Witness.Finding look(RespConnection connection) throws IOException {
    Witness.Finding found;
    try (RespConnection there = Homes.connect(source, options)) {
      found = Witness.look(undo.move(), scope, there, connection);
    } catch (IOException e) {
      boolean later = e instanceof RespFailure f && f.passes();
      if (later || e instanceof ClosedByInterruptException) {
        throw e;
      }
      found = Witness.Finding.LESS;
    }
    if (found == Witness.Finding.LESS) {
      why =
          source
              + " is away or holds less than was copied from it, so that this copy may be the only"
              + " one";
    }
    return found;
  }
}
