package dev.drover.store.remote;

import dev.drover.store.StoreException;
import dev.drover.store.Watch;
import dev.drover.store.WatchListener;
import dev.drover.store.WatchListener.Event;
import dev.drover.store.map.WatchPump;
import dev.drover.store.remote.Frame.Kind;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// A watch that goes on over reconnects, after the last revision that it has seen whole.
final class RemoteWatch implements Watch {
  private final long id;
  private final String prefix;
  private final WatchPump pump;

  /// Events of a revision whose end has not come yet. Used by the reader only.
  private final List<Event> unfinished = new ArrayList<>();

  private volatile long seenRevision;

  /// @param onEnd called once when this will not report anything any more
  RemoteWatch(
      long id,
      String prefix,
      long afterRevision,
      WatchListener listener,
      Consumer<RemoteWatch> onEnd) {
    this.id = id;
    this.prefix = prefix;
    seenRevision = afterRevision;
    pump = new WatchPump(prefix, listener, _ -> onEnd.accept(this));
  }

  RemoteWatch start() {
    pump.start();
    return this;
  }

  long id() {
    return id;
  }

  /// The request for what has not been seen, for a new connection.
  Frame request() {
    return Frame.of(
        Kind.WATCH,
        id,
        body -> {
          Wire.writeText(prefix, body);
          body.writeLong(seenRevision);
        });
  }

  /// Told by the reader that the connection which brought the last events has ended.
  void disconnected() {
    unfinished.clear();
  }

  void receive(DataInputStream in) throws IOException {
    boolean more = in.readBoolean();
    unfinished.addAll(Wire.readEvents(in));
    if (!more && !unfinished.isEmpty()) {
      List<Event> whole = List.copyOf(unfinished);
      unfinished.clear();
      pump.offer(whole);
      seenRevision = whole.getLast().revision();
      pump.report();
    }
  }

  void lose(StoreException why) {
    pump.lose(why);
    pump.report();
  }

  @Override
  public void close() {
    pump.close();
  }
}
