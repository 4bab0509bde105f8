package dev.drover.opensearch.gateway;

import dev.drover.core.HomeId;
import dev.drover.gateway.net.Loop;
import dev.drover.gateway.net.LoopParts;
import dev.drover.gateway.net.UpstreamLimits;
import dev.drover.gateway.net.UpstreamPool;
import io.netty.buffer.ByteBufAllocator;

/// What the clients of one event loop share. Owned by it.
final class Lane {
  /// At one home, for each kind of use. What is slow to come as a whole has connections of its own,
  /// so it does not take those of others.
  private static final int CONNECTIONS_MAX = 128;

  private final Serving serving;
  private final LoopParts parts;
  private final UpstreamPool<Use, HomeConnection> pool;

  /// What a connection is for.
  ///
  /// @param streams whether requests are sent by it while they come
  record Use(HomeId home, boolean streams) {}

  Lane(Serving serving, LoopParts parts) {
    this.serving = serving;
    this.parts = parts;
    this.pool = new UpstreamPool<>(this::connect, CONNECTIONS_MAX);
  }

  private HomeConnection connect(Use use) {
    HomeConnection fresh =
        new HomeConnection(
            parts.surroundings(UpstreamLimits.oneByOne(serving.options().limits().homeTimeout())),
            serving.home(use.home()));
    fresh.connect(null);
    return fresh;
  }

  Serving serving() {
    return serving;
  }

  LoopParts parts() {
    return parts;
  }

  Loop loop() {
    return parts.loop();
  }

  UpstreamPool<Use, HomeConnection> pool() {
    return pool;
  }

  ByteBufAllocator alloc() {
    return ByteBufAllocator.DEFAULT;
  }
}
