package dev.drover.gateway.net;

import io.netty.handler.ssl.SslContext;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/// Where and how a gateway listens.
///
/// @param port 0 for any free one
/// @param loops event loops, each on a thread of its own
/// @param clientsMax connections of clients at once
/// @param drainMax how long clients have at the end to get their answers
/// @param tls what a new connection is encrypted with; empty if clients speak plainly
public record ServerOptions(
    String host,
    int port,
    int loops,
    int clientsMax,
    Duration drainMax,
    HoldOptions hold,
    Optional<Supplier<SslContext>> tls) {
  public static final int CLIENTS_MAX = 10_000;
  public static final Duration DRAIN_MAX = Duration.ofSeconds(5);

  /// On a free port of the loopback interface, without TLS, and the rest by default.
  public static ServerOptions onLoopback(int loops) {
    return new ServerOptions(
        "127.0.0.1", 0, loops, CLIENTS_MAX, DRAIN_MAX, HoldOptions.DEFAULT, Optional.empty());
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
