package dev.drover.store.log;

import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.atomic.AtomicReference;

/// A request's body that can be kept back until the client begins to send it. A node does not carry
/// out a request of which it has the head only, so one whose body was kept back was not done.
final class Outgoing implements BodyPublisher {
  private enum Stand {
    WAITING,
    BEGUN,
    KEPT_BACK
  }

  private final BodyPublisher body;
  private final AtomicReference<Stand> stand = new AtomicReference<>(Stand.WAITING);

  Outgoing(byte[] body) {
    this.body = body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body);
  }

  /// Keeps the body back if nothing of it has left.
  ///
  /// @return false if some of it may have left, or if there is none to keep back
  boolean keptBack() {
    return contentLength() > 0 && stand.compareAndSet(Stand.WAITING, Stand.KEPT_BACK);
  }

  @Override
  public long contentLength() {
    return body.contentLength();
  }

  @Override
  public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
    if (stand.compareAndExchange(Stand.WAITING, Stand.BEGUN) == Stand.KEPT_BACK) {
      throw new IllegalStateException("the body was kept back");
    }
    body.subscribe(subscriber);
  }
}
