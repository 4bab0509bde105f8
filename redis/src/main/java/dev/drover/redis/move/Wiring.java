package dev.drover.redis.move;

import dev.drover.core.MoveId;
import dev.drover.core.mover.MoverException;
import dev.drover.redis.wire.Reply;
import dev.drover.redis.wire.RespConnection;
import dev.drover.redis.wire.RespFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// All connections of a session, which live and die together: as long as none of them broke, both
/// servers are the same processes and capture has missed nothing.
final class Wiring implements AutoCloseable {
  private static final long SENTINEL_NANOS_MAX = TimeUnit.SECONDS.toNanos(5);

  private static final String SENTINEL_WHEN_FULL =
      "redis.call('DEL', KEYS[1]) redis.call('SET', KEYS[1], '1', 'PX', 60000)"
          + " return redis.call('DEL', KEYS[1])";

  private final Homes homes;
  private final Scope scope;
  private final Fence fence;
  private final Known known;
  private final Pacer pacer;
  private final LongSupplier nanoClock;
  private final RespConnection source;
  private final RespConnection target;
  private final List<Lane> lanes = new ArrayList<>();
  private @Nullable Capture capture;
  private volatile boolean closed;
  private boolean fenceRaised;

  /// Makes the sentinels of two sessions of one driver different.
  private long clientId = -1;

  private long sentinels;
  private byte[] position = {};

  Wiring(
      RedisHome from,
      RedisHome to,
      Scope scope,
      Fence fence,
      Known known,
      Pacer pacer,
      RedisMoverOptions options,
      LongSupplier nanoClock)
      throws IOException, MoverException {
    this.scope = scope;
    this.fence = fence;
    this.known = known;
    this.pacer = pacer;
    this.nanoClock = nanoClock;
    this.source = Homes.connect(from, options);
    try {
      this.target = Homes.connect(to, options);
    } catch (IOException e) {
      source.close();
      throw e;
    }
    try {
      this.homes = new Homes(from, to, ServerFacts.read(source), ServerFacts.read(target), options);
      Homes.check(from, homes.sourceFacts());
      Homes.check(to, homes.targetFacts());
    } catch (IOException | MoverException e) {
      source.close();
      target.close();
      throw e;
    }
  }

  Homes homes() {
    return homes;
  }

  RespConnection source() {
    return source;
  }

  RespConnection target() {
    return target;
  }

  /// Raises the fence at the target, once: later this makes sure that it stands, and leaves alone
  /// the lanes that watch it.
  void raiseFence() throws IOException, MoverException {
    if (fenceRaised) {
      fence.watch(target);
      target.call("UNWATCH");
    } else {
      fence.raise(target);
      fenceRaised = true;
    }
  }

  /// Starts capture unless it runs.
  Capture capture() throws IOException {
    Capture running = capture;
    if (running == null) {
      running = Capture.start(homes.source(), scope, homes.options(), nanoClock);
      capture = running;
    }
    return running;
  }

  Lane lane() throws IOException, MoverException {
    return lanes(1).getFirst();
  }

  List<Lane> lanes() throws IOException, MoverException {
    return lanes(homes.options().lanes());
  }

  private List<Lane> lanes(int count) throws IOException, MoverException {
    if (!fenceRaised) {
      raiseFence();
    }
    while (lanes.size() < count) {
      lanes.add(Lane.open(fence, homes, known, pacer));
    }
    return lanes;
  }

  /// Begins a walk over one home's keys on a connection of its own.
  Scan scan(RedisHome home) throws IOException {
    return Scan.begin(Homes.connect(home, homes.options()), scope);
  }

  /// Waits until every change at the source so far is in the dirty set.
  ///
  /// @return whether capture has been whole up to here
  boolean sync(MoveId move) throws IOException, InterruptedException {
    Capture running = capture();
    if (clientId < 0) {
      clientId = source.call("CLIENT", "ID").number();
    }
    byte[] sentinel = scope.sentinel(move, clientId, ++sentinels);
    position = sentinel;
    running.expect(sentinel);
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
    return running.await(SENTINEL_NANOS_MAX) && running.lost() == null;
  }

  /// A source that is full refuses the sentinel, and is often why the scope moves. A script that
  /// has written before (though nothing) may go on to write there.
  private void refused(String words, byte[] sentinel) throws IOException {
    if (!words.contains("OOM")) {
      throw new RespFailure(source.endpoint().toString(), words);
    }
    source.begin(4).arg("EVAL").arg(SENTINEL_WHEN_FULL).arg(1).arg(sentinel).flush();
    source.answered();
  }

  /// The last sentinel.
  byte[] position() {
    return position;
  }

  boolean closed() {
    return closed;
  }

  @Override
  public void close() {
    closed = true;
    source.close();
    target.close();
    lanes.forEach(Lane::close);
    Capture running = capture;
    if (running != null) {
      running.close();
    }
  }
}
