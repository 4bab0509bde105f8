package dev.drover.store.remote;

import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.Watch;
import dev.drover.store.WatchListener;
import dev.drover.store.remote.Frame.Kind;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A watch that a client has opened through its connection.
final class ServerWatch implements WatchListener {
  private final long id;
  private final Outbox out;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Watch watch;
  private boolean closed;

  ServerWatch(long id, Outbox out) {
    this.id = id;
    this.out = out;
  }

  void open(StateStore store, String prefix, long afterRevision) {
    try {
      Watch opened = store.watch(prefix, afterRevision, this);
      if (!keep(opened)) {
        opened.close();
      }
    } catch (StoreException e) {
      lost(e);
    }
  }

  /// @return false if this was closed meanwhile
  private boolean keep(Watch opened) {
    lock.lock();
    try {
      watch = opened;
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  void close() {
    Watch open;
    lock.lock();
    try {
      closed = true;
      open = watch;
    } finally {
      lock.unlock();
    }
    if (open != null) {
      open.close();
    }
  }

  @Override
  public boolean prompt() {
    return out.isClear();
  }

  /// Sends frames of about a part's size. One that ends within a revision says so.
  @Override
  public void changed(List<Event> events) {
    var bytes = new ByteArrayOutputStream();
    var body = new DataOutputStream(bytes);
    try {
      for (int i = 0; i < events.size(); i++) {
        Wire.writeEvent(events.get(i), body);
        boolean last = i + 1 == events.size();
        if (last || bytes.size() > Frame.PART_BYTES || isLarge(events.get(i + 1))) {
          boolean more = !last && events.get(i + 1).revision() == events.get(i).revision();
          byte[] encoded = bytes.toByteArray();
          out.sendWhenRoom(
              Frame.of(
                  Kind.EVENTS,
                  id,
                  part -> {
                    part.writeBoolean(more);
                    part.write(encoded);
                  }));
          bytes.reset();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
  }

  @Override
  public void lost(StoreException why) {
    out.send(Frame.of(Kind.LOST, id, body -> Wire.writeException(why, body)));
  }

  private static boolean isLarge(Event event) {
    return event instanceof Event.Written written
        && written.entry().value().length > Frame.PART_BYTES;
  }
}
