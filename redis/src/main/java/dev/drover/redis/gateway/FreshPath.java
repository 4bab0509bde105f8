package dev.drover.redis.gateway;

import dev.drover.core.Partition;
import dev.drover.core.Placement;
import dev.drover.core.gate.FreshMode;
import dev.drover.core.gate.Gate;
import dev.drover.store.Entry;
import dev.drover.store.StoreException;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Requests in `fresh` mode: each reads the record before it is sent, and again before its answer
/// is passed on. A read whose answer may come from what was left at an old home is asked again; a
/// write cannot be. One request of a client at a time.
final class FreshPath {
  private static final Logger LOG = LoggerFactory.getLogger(FreshPath.class);
  private static final long HELD_RETRY_MILLIS = 5;
  private static final String UNSURE =
      "UNKNOWN the scope has moved on meanwhile; the write may or may not have been kept";
  private static final String UNSURE_READ =
      "TRYAGAIN the record of this scope does not show that its home was still the one to ask; ask again";

  private final LoopState lane;

  FreshPath(LoopState lane) {
    this.lane = lane;
  }

  boolean take(Client client, CommandSpec spec, Gate gate, ByteBuf in) {
    ByteBuf request = in.retainedSlice(in.readerIndex(), client.reader().scanned());
    client.consume();
    client.waitForReplies();
    Command command = new Command(client, spec, lane.loop().nanos());
    client.replies().enqueue(command, null);
    command.request = request;
    attempt(new Attempt(client, command, spec, gate, Keys.partition(gate.partition())));
    return true;
  }

  /// What is needed to try a request again.
  private record Attempt(Client client, Command command, CommandSpec spec, Gate gate, String key) {}

  private void attempt(Attempt attempt) {
    read(attempt.key(), found -> send(attempt, found));
  }

  private void send(Attempt attempt, @Nullable Partition found) {
    Command command = attempt.command();
    ByteBuf request = command.request;
    if (request == null) {
      return;
    }
    Placement to =
        found == null
            ? null
            : command.write ? found.writes().orElse(null) : found.ownership().reads();
    if (found == null) {
      refuse(
          attempt.client(),
          command,
          "TRYAGAIN the record of this scope cannot be read, so nothing was done");
    } else if (to != null) {
      command.before = found;
      command.again = () -> attempt(attempt);
      lane.way(attempt.client().state.resp3, attempt.spec(), attempt.gate(), to.home())
          .send(command, request);
    } else if (mayWait(command)) {
      lane.loop().later(() -> attempt(attempt), HELD_RETRY_MILLIS);
    } else {
      refuse(
          attempt.client(),
          command,
          "QUIESCED held for as long as allowed; nothing was done, try again in a moment");
    }
  }

  private boolean mayWait(Command command) {
    return lane.loop().nanos() - command.sinceNanos()
        < lane.shared().holding().options().max().toNanos();
  }

  /// The home has answered.
  void answered(Client client, Command command) {
    Partition before = Objects.requireNonNull(command.before);
    String key = Keys.partition(before.id());
    read(
        key,
        after -> {
          boolean sure =
              after != null
                  && (command.write
                      ? FreshMode.sure(before, after)
                      : FreshMode.sureOfRead(before, after));
          if (sure) {
            client.replies().settle(command, command.reply);
            lane.loop().flush();
          } else if (command.write || after == null || !mayWait(command)) {
            refuse(client, command, command.write ? UNSURE : UNSURE_READ);
          } else {
            command.dropReply();
            Objects.requireNonNull(command.again).run();
          }
        });
  }

  private void refuse(Client client, Command command, String error) {
    client.replies().settle(command, Unpooled.wrappedBuffer(Resp.error(error)));
    lane.loop().flush();
  }

  /// Hands the record to `then` on the event loop; null if it cannot be read.
  private void read(String key, Consumer<@Nullable Partition> then) {
    var _ =
        lane.serving()
            .records()
            .read(key)
            .whenComplete(
                (entry, failure) ->
                    lane.loop()
                        .execute(() -> then.accept(failure == null ? decoded(key, entry) : null)));
  }

  private static @Nullable Partition decoded(String key, Optional<Entry> entry) {
    if (entry.isEmpty()) {
      return null;
    }
    try {
      return Records.decode(key, entry.get().value(), Partition.class);
    } catch (StoreException.Corrupt e) {
      LOG.error("{}", e.getMessage());
      return null;
    }
  }
}
