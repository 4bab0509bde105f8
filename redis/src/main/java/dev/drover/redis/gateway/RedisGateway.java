package dev.drover.redis.gateway;

import dev.drover.core.HomeId;
import dev.drover.gateway.GatewayOptions;
import dev.drover.gateway.Health;
import dev.drover.gateway.RecordReader;
import dev.drover.gateway.net.GatewayServer;
import dev.drover.gateway.net.ServerOptions;
import dev.drover.redis.move.RedisHome;
import dev.drover.store.StateStore;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.io.IOException;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// A gateway that any Redis client can talk to: routes by scope, gates writes, and hides moves.
public final class RedisGateway implements MeterBinder, AutoCloseable {
  private final Serving serving;
  private final GatewayServer server;

  /// @param homes all homes that a scope may be at, the default one among them
  /// @param records how records are read in fresh mode
  public RedisGateway(
      ServerOptions options,
      RedisGatewayOptions redis,
      GatewayOptions identity,
      StateStore store,
      RecordReader records,
      Map<HomeId, RedisHome> homes) {
    this.serving = new Serving(redis, identity, records, homes);
    this.server = new GatewayServer(options, identity, store, new RespFront(serving));
  }

  /// Joins the fleet, asks a home for its commands, and then listens. Returns when clients are
  /// served.
  ///
  /// @throws IOException if the port cannot be had
  public void start() throws IOException, InterruptedException {
    server.start();
  }

  public GatewayServer server() {
    return server;
  }

  public int port() {
    return server.port();
  }

  public Health health() {
    return server.health();
  }

  /// Whether some home has answered since the start; clients are not served before.
  public boolean homeSeen() {
    return !serving.commandsOfHomes().isEmpty();
  }

  /// Homes that could not be reached when they were last needed, with the reason.
  public Map<HomeId, String> lostHomes() {
    return server.shared().homes().lost();
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    server.bindTo(registry);
    counter(
        registry,
        "refused",
        "Requests that the gateway answered with an error of its own, -UNKNOWN left out.",
        Serving::refusals);
    counter(
        registry,
        "unknown",
        "Writes answered with -UNKNOWN: they may or may not have been done.",
        Serving::unknowns);
    counter(registry, "logins.failed", "Wrong passwords.", all -> all.logins().failures());
    counter(
        registry,
        "scripts.killed",
        "Scripts that ran for longer than scriptTimeout.",
        all -> all.scriptKiller().killed());
  }

  private void counter(
      MeterRegistry registry, String name, String help, ToDoubleFunction<Serving> value) {
    FunctionCounter.builder("drover.gateway." + name, serving, value)
        .description(help)
        .register(registry);
  }

  /// As [GatewayServer#giveUp].
  public void giveUp(HomeId home, String why) {
    server.giveUp(home, why);
  }

  /// As [GatewayServer#takeUp].
  public void takeUp(HomeId home) {
    server.takeUp(home);
  }

  /// Stops listening, lets what is in flight end, and gives the leases back.
  @Override
  public void close() {
    server.close();
  }
}
