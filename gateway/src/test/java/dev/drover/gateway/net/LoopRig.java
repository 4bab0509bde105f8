package dev.drover.gateway.net;

import dev.drover.core.Engine;
import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.gate.Gate;
import dev.drover.core.gate.Guard;
import dev.drover.core.gate.Route;
import dev.drover.core.gate.Session;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// One event loop with a clock that stands still until the test moves it, and what connections to
/// homes live in.
final class LoopRig implements AutoCloseable {
  static final UpstreamLimits LIMITS = UpstreamLimits.pipelined(Duration.ofSeconds(10));

  final AtomicLong clock = new AtomicLong(1_000);
  private final Transport transport = Transport.best();
  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, transport.handlers());
  final Loop loop = new Loop((EventLoop) group.next(), 0, clock::get);
  final UpstreamSet set = new UpstreamSet(loop);
  final HomeStates homes = new HomeStates(clock::get);

  /// A gate that is open, to this home.
  static Gate gate(String name, String home) {
    Placement at = new Placement(new HomeId(home), name);
    Guard guard = new Guard(new Session(1, Long.MAX_VALUE));
    return new Gate(
        new PartitionId(new Engine("line"), name), 1, new Route(1, at, at, guard), _ -> {});
  }

  /// The same gate takes no more writes.
  static void close(Gate gate) {
    Route now = gate.route();
    gate.apply(new Route(now.epoch() + 1, now.reads(), null, now.guard()));
  }

  Upstream.Surroundings around(UpstreamLimits limits) {
    return new Upstream.Surroundings(loop, transport, homes, set, limits);
  }

  /// Connects, or begins to.
  LineUpstream connect(Endpoint to, boolean shared, UpstreamLimits limits) throws Exception {
    return on(
        () -> {
          LineUpstream fresh = new LineUpstream(around(limits), to, shared, false);
          fresh.connect(null);
          return fresh;
        });
  }

  /// A connection that is shared, or one exchange's alone, with the usual limits.
  LineUpstream connect(LineHome home, boolean shared) throws Exception {
    return connect(home.endpoint(), shared, LIMITS);
  }

  static void send(Upstream to, Leg leg, String line) {
    ByteBuf request = text(line + "\n");
    to.send(leg, request);
    request.release();
  }

  static ByteBuf text(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
  }

  /// Sends a request, on the loop.
  Asked ask(Upstream to, String line) throws Exception {
    return ask(to, Asked.one(), line);
  }

  Asked ask(Upstream to, Asked leg, String line) throws Exception {
    run(() -> send(to, leg, line));
    return leg;
  }

  /// Time passes, and the connection looks at it.
  void pass(Duration time, Upstream... those) throws Exception {
    long now = clock.addAndGet(time.toNanos());
    run(
        () -> {
          for (Upstream each : those) {
            each.tick(now);
          }
        });
  }

  /// Does something on the loop, and waits for it.
  <T> T on(Callable<T> what) throws Exception {
    return group.submit(what).get(60, TimeUnit.SECONDS);
  }

  void run(Runnable what) throws Exception {
    group.submit(what).get(60, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 10, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
