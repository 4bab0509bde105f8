package dev.drover.gateway.net;

import dev.drover.core.PartitionId;
import dev.drover.core.gate.Gate;
import dev.drover.core.gate.Guard;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// An engine's side of a gateway: the protocol that its clients speak, and where their requests go.
public interface Front {
  /// How addresses of such gateways begin, such as `redis`; with TLS an `s` follows. For people.
  String scheme();

  /// Which protocols can be agreed on when a connection is encrypted (ALPN, RFC 7301), the best one
  /// first; empty if the engine knows one only.
  default List<String> protocols() {
    return List.of();
  }

  /// What runs on one event loop. Called for each of them before the first client is served.
  OnLoop onLoop(LoopParts parts);

  /// Learns what has to be known before clients are served. Called once, by the thread that starts
  /// the gateway; may block.
  ///
  /// @param closed whether the gateway is to end; then this returns
  void prepare(BooleanSupplier closed) throws InterruptedException;

  /// What [#prepare] still waits for, as a clause; empty if for nothing.
  default Optional<String> missing() {
    return Optional.empty();
  }

  /// Registers what the engine counts.
  default void bindTo(MeterRegistry registry) {}

  /// What a client is told that is one too many; empty if the protocol has no word for it.
  ByteBuf full();

  /// The gateway has joined: see [dev.drover.core.fleet.RouteListener].
  void joined(Guard rest);

  void added(Gate gate);

  void removed(PartitionId partition);

  /// On one event loop, by which all of this is called.
  interface OnLoop {
    /// A client has connected. Its handlers are added to the channel's pipeline.
    Served accept(Channel channel, long id);

    /// A gate's route has changed; those who are held for it try again after this. While the gate
    /// holds writes and no pass is out, it is told about a second late, or not at all if the hold
    /// is over sooner.
    default void routed(Gate gate) {}
  }

  /// A client's connection.
  interface Served {
    /// The gateway ends: takes no more requests, answers those that it has taken, and closes then.
    void drain();
  }
}
