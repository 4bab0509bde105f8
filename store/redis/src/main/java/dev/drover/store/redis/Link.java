package dev.drover.store.redis;

import dev.drover.store.StoreException;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A session that is opened when it is needed, and again when it has ended.
final class Link {
  private final RedisClient client;
  private final RedisURI uri;
  private final String script;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile @Nullable Session session;
  private volatile boolean closed;

  Link(RedisClient client, RedisURI uri, String script) {
    this.client = client;
    this.uri = uri;
    this.script = script;
  }

  /// The session, if one stands.
  @Nullable Session standing() {
    Session now = session;
    return now != null && now.usable() && !closed ? now : null;
  }

  Session session() throws StoreException {
    lock.lock();
    try {
      if (closed) {
        throw new StoreException.Unavailable("this store is closed", null);
      }
      Session now = session;
      if (now != null && now.usable()) {
        return now;
      }
      Session opened = Session.open(client, uri, script);
      session = opened;
      return opened;
    } finally {
      lock.unlock();
    }
  }

  /// Gives up a session of which nothing is to be expected any more.
  void drop(Session failed) {
    lock.lock();
    try {
      if (failed.equals(session)) {
        session = null;
      }
    } finally {
      lock.unlock();
    }
    failed.close();
  }

  boolean closed() {
    return closed;
  }

  void close() {
    closed = true;
    Session last = session;
    if (last != null) {
      last.close();
    }
  }
}
