package dev.drover.redis.move;

import dev.drover.core.mover.MoverException;
import dev.drover.redis.wire.Reply;
import dev.drover.redis.wire.RespConnection;
import dev.drover.redis.wire.RespFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// What a lane asks of the [ElementWatch]: marks that its own connection to the source sets. Used
/// by one thread.
final class LaneWatch {
  private final RespConnection source;
  private final ElementWatch watch;
  private final LongSupplier nanoClock;

  LaneWatch(RespConnection source, ElementWatch watch, LongSupplier nanoClock) {
    this.source = source;
    this.watch = watch;
    this.nanoClock = nanoClock;
  }

  ElementWatch elements() {
    return watch;
  }

  /// Whether a key has been written since what was written before was taken out.
  boolean writtenMeanwhile(byte[] key) throws IOException, InterruptedException {
    watch.catchUp(source);
    return watch.isWritten(key);
  }

  /// Brings over what was written since a key's base.
  interface Bringing<T> {
    /// @return nothing if the base turns out to be none
    Optional<T> bring(KeySet written) throws IOException, MoverException, InterruptedException;
  }

  /// Brings over what was written since the base. Whatever fails takes the base away.
  ///
  /// @return nothing if there is no base any more
  <T> Optional<T> sinceBase(byte[] key, Bringing<T> bringing)
      throws IOException, MoverException, InterruptedException {
    Optional<NameJournal> taken = watch.take(key);
    if (taken.isEmpty()) {
      return Optional.empty();
    }
    Optional<T> brought = Optional.empty();
    try {
      brought = bringing.bring(taken.get().written());
    } finally {
      if (brought.isEmpty()) {
        watch.spoil(key);
      }
    }
    return brought;
  }

  /// Begins a look that can become a base, for a key of which it has to be known that it lasts.
  ///
  /// @return whether it can
  boolean begin(byte[] key, NameJournal journal) throws IOException {
    return watch.watches(key) && watch.begin(key, journal, lasting(key)) && lasts(key);
  }

  Lasting lasting(byte[] key) throws IOException {
    return Lasting.read(source, key, nanoClock.getAsLong());
  }

  /// See [ElementWatch#lasts].
  boolean lasts(byte[] key) throws IOException {
    return watch.lasts(key, lasting(key));
  }

  /// Reads a list's length, and possibly a part of it, at the place of a mark.
  ///
  /// @param index of the first element to read
  /// @param count how many to read; may be 0
  /// @return the length, and the elements if any were asked for
  List<Reply> read(Mark mark, byte[] key, long index, int count)
      throws IOException, InterruptedException {
    List<Reply> read;
    try {
      source.send("MULTI").begin(2).arg("PING").arg(mark.word());
      source.send("LLEN", key);
      if (count > 0) {
        source.send("LRANGE", key, Long.toString(index), Long.toString(index + count - 1));
      }
      source.send("EXEC").flush();
      read = executed(count > 0 ? 4 : 3);
    } catch (IOException e) {
      watch.forget(mark);
      throw e;
    }
    watch.await(mark, Sentinels.WATCH_NANOS_MAX);
    return read;
  }

  /// @param queued how many replies stand before that of EXEC
  private List<Reply> executed(int queued) throws IOException {
    Reply.@Nullable Failure failed = null;
    for (int i = 0; i <= queued; i++) {
      Reply reply = source.read();
      if (reply instanceof Reply.Failure f) {
        failed = failed == null ? f : failed;
      } else if (i == queued && failed == null) {
        List<Reply> done = new ArrayList<>(reply.items());
        done.removeFirst();
        for (Reply each : done) {
          if (each instanceof Reply.Failure f) {
            throw new RespFailure(source.endpoint().toString(), f.message());
          }
        }
        return done;
      }
    }
    throw new RespFailure(
        source.endpoint().toString(), failed == null ? "no answer to EXEC" : failed.message());
  }
}
