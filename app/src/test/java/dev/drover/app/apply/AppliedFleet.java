package dev.drover.app.apply;

import dev.drover.app.GatewayProcess;
import dev.drover.app.ServerProcess;
import dev.drover.app.StartException;
import dev.drover.app.client.ApiClient;
import dev.drover.app.client.ApiException;
import dev.drover.app.client.Json;
import dev.drover.app.config.Config;
import dev.drover.app.config.ConfigReader;
import dev.drover.engine.Ports;
import dev.drover.redis.server.RedisBinary;
import dev.drover.redis.testing.RedisServerProcess;
import dev.drover.redis.wire.RespConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A server and two gateways with a file each, and homes a, b and c, of which not all are named.
final class AppliedFleet implements AutoCloseable {
  static final List<Integer> GATEWAYS = List.of(0, 1);

  private final Path directory;
  private final RedisServerProcess[] homes;
  private final int api = Ports.free();
  private final int store = Ports.free();
  private final int[] ports = {Ports.free(), Ports.free()};
  private final List<GatewayProcess> gateways = new ArrayList<>();
  private ServerProcess server;

  /// Begins with homes a and b and no scope; a is the default home.
  AppliedFleet(Path directory, RedisServerProcess... homes) throws Exception {
    this.directory = directory;
    this.homes = homes;
    write(homes("a", "b"), "", "");
    server = startServer();
    for (int i : GATEWAYS) {
      Config config = ConfigReader.read(file("g" + i));
      gateways.add(GatewayProcess.start(config, config.gateways().get(i), Map.of()));
    }
  }

  private ServerProcess startServer() throws Exception {
    return ServerProcess.start(ConfigReader.read(file("server")), Map.of());
  }

  Path file(String who) {
    return directory.resolve(who).resolve("drover.yaml");
  }

  int port(int home) {
    return homes[home].port();
  }

  /// One line for each of the homes of these names, at their servers.
  String homes(String... names) {
    StringBuilder all = new StringBuilder();
    for (String name : names) {
      all.append(home(name, "127.0.0.1", port(name.charAt(0) - 'a')));
    }
    return all.toString();
  }

  static String home(String name, String host, int port) {
    return "  - {name: %s, host: %s, port: %d}\n".formatted(name, host, port);
  }

  static String scope(String prefix, String home) {
    return "  - {prefix: \"%s\", home: %s}\n".formatted(prefix, home);
  }

  /// Everybody's file says this.
  void write(String homes, String scopes, String gatewayMore) throws Exception {
    for (String who : List.of("server", "g0", "g1")) {
      write(who, homes, scopes, gatewayMore);
    }
  }

  void write(String who, String homes, String scopes, String gatewayMore) throws Exception {
    Files.createDirectories(directory.resolve(who));
    Files.writeString(
        file(who),
        """
        server: {listen: "127.0.0.1:%d", store: "127.0.0.1:%d", token: hush, data: data}
        homes:
        %sdefaultHome: a
        scopes:%s
        gateways:
          - {name: g0, listen: "127.0.0.1:%d", data: g0, loops: 1%s}
          - {name: g1, listen: "127.0.0.1:%d", data: g1, loops: 1%s}
        """
            .formatted(
                api,
                store,
                homes,
                scopes.isEmpty() ? " []" : "\n" + scopes,
                ports[0],
                gatewayMore,
                ports[1],
                gatewayMore));
  }

  ApiClient client() {
    return new ApiClient("http://127.0.0.1:" + api, Optional.of("hush"));
  }

  Json plan() throws ApiException {
    return client().json("/v1/configuration");
  }

  Json apply() throws ApiException {
    return Json.parse(client().post("/v1/configuration", Map.of()));
  }

  RespConnection connect(int gateway) throws Exception {
    return RedisBinary.connect(ports[gateway]);
  }

  /// Moves a scope, and waits until it has.
  void move(String scope, String to) throws Exception {
    client().post("/v1/moves", Map.of("partition", scope, "to", to));
    awaitAt(scope, to);
  }

  void awaitAt(String scope, String home) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!at(scope).equals(home) || !client().json("/v1/status").items("moves").isEmpty()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError(scope + " is at '" + at(scope) + "' and not at " + home);
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  /// Where a scope is; empty if there is none of this name.
  String at(String scope) throws ApiException {
    return client().json("/v1/partitions").items().stream()
        .filter(each -> each.text("id").equals("redis/" + scope))
        .map(each -> each.text("home"))
        .findFirst()
        .orElse("");
  }

  /// The gateways go on meanwhile.
  void restartServer() throws Exception {
    server.close();
    server = startServer();
  }

  /// The second gateway, by its file as it is now; by the first one's if it cannot start by that.
  void restartGateway() throws Exception {
    gateways.get(1).close();
    try {
      startGateway();
    } catch (StartException e) {
      Files.writeString(file("g1"), Files.readString(file("g0")));
      startGateway();
      throw e;
    }
  }

  private void startGateway() throws Exception {
    Config config = ConfigReader.read(file("g1"));
    gateways.set(1, GatewayProcess.start(config, config.gateways().get(1), Map.of()));
  }

  GatewayProcess gateway(int number) {
    return gateways.get(number);
  }

  ServerProcess server() {
    return server;
  }

  @Override
  public void close() {
    gateways.forEach(GatewayProcess::close);
    server.close();
  }
}
