package dev.drover.redis.move;

import dev.drover.core.MoveId;
import dev.drover.redis.wire.Reply;
import dev.drover.redis.wire.RespConnection;
import dev.drover.redis.wire.RespFailure;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/// Writes sentinels at a source and waits for capture to report them. Used by one thread.
final class Sentinels {
  private static final long NANOS_MAX = TimeUnit.SECONDS.toNanos(5);

  /// A watch is of use only if it is quicker than a look through a key.
  static final long WATCH_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(500);

  private static final String WHEN_FULL =
      "redis.call('DEL', KEYS[1]) redis.call('SET', KEYS[1], '1', 'PX', 60000)"
          + " return redis.call('DEL', KEYS[1])";

  private final RespConnection source;
  private final Scope scope;
  private final MoveId move;

  /// Makes the sentinels of two connections of one driver different.
  private long clientId = -1;

  private long written;
  private byte[] last = {};

  Sentinels(RespConnection source, Scope scope, MoveId move) {
    this.source = source;
    this.scope = scope;
    this.move = move;
  }

  /// The last one.
  byte[] last() {
    return last;
  }

  /// Waits until every change at the source so far is in capture's dirty set, and its elements in
  /// the watch if that runs.
  ///
  /// @return whether capture has been whole up to here
  boolean sync(Capture capture, ElementWatch watch) throws IOException, InterruptedException {
    boolean whole = sync(capture);
    if (watch.isOn()) {
      watch.catchUp(source);
    }
    return whole;
  }

  /// Waits until every change at the source so far is in capture's dirty set.
  ///
  /// @return whether capture has been whole up to here
  boolean sync(Capture capture) throws IOException, InterruptedException {
    return sync(capture, next());
  }

  private byte[] next() throws IOException {
    if (clientId < 0) {
      clientId = source.call("CLIENT", "ID").number();
    }
    last = scope.sentinel(move, clientId, ++written);
    return last;
  }

  private boolean sync(Capture capture, byte[] sentinel) throws IOException, InterruptedException {
    capture.expect(sentinel);
    // In one transaction, so that nobody ever sees it.
    source.send("MULTI").send("SET", sentinel, "1", "PX", "60000").send("DEL", sentinel);
    source.send("EXEC").flush();
    source.answered();
    String refusal = null;
    for (int i = 0; i < 2; i++) {
      if (source.read() instanceof Reply.Failure f && refusal == null) {
        refusal = f.message();
      }
    }
    Reply executed = source.read();
    if (refusal == null && executed instanceof Reply.Failure f) {
      refusal = f.message();
    }
    if (refusal != null) {
      refused(refusal, sentinel);
    }
    return capture.await(NANOS_MAX) && capture.lost() == null;
  }

  /// A source that is full refuses the sentinel, and is often why the scope moves. A script that
  /// has written before (though nothing) may go on to write there.
  private void refused(String words, byte[] sentinel) throws IOException {
    if (!words.contains("OOM")) {
      throw new RespFailure(source.endpoint().toString(), words);
    }
    source.begin(4).arg("EVAL").arg(WHEN_FULL).arg(1).arg(sentinel).flush();
    source.answered();
  }
}
