package dev.drover.app.faults;

import dev.drover.app.config.TokenFile;
import dev.drover.core.GatewayId;
import dev.drover.core.HomeId;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.fleet.FleetView.GivenReceipt;
import dev.drover.engine.Ports;
import dev.drover.redis.RedisEngine;
import dev.drover.redis.testing.RawRedis;
import dev.drover.redis.testing.RedisServerProcess;
import dev.drover.redis.testing.RedisServerProcess.Version;
import dev.drover.store.Entry;
import dev.drover.store.StoreException;
import dev.drover.store.Watch;
import dev.drover.store.WatchListener;
import dev.drover.store.embedded.EmbeddedStore;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import dev.drover.store.remote.RemoteStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The server, two gateways and two Redis servers with persistence, each a process of its own that
/// can be killed, paused and started again.
final class Machine implements AutoCloseable {
  static final PartitionId SCOPE = RedisEngine.scope("app:");

  final RedisServerProcess a;
  final RedisServerProcess b;
  final int[] gatewayPorts = {Ports.free(), Ports.free()};
  private final int apiPort = Ports.free();
  private final int storePort = Ports.free();
  private final Path directory;
  private final Path config;
  private final Processes processes;
  private final HttpClient http = HttpClient.newHttpClient();
  private final RemoteStore store;

  /// Whether a gateway has slept. It may have sent a write late, which nobody has acknowledged, to
  /// a home whose copy had been deleted by then: a move there is refused unless it may overwrite.
  private boolean slept;

  Machine(Path directory) throws Exception {
    this(directory, "", System.getProperty("java.class.path"));
  }

  /// All of it runs another version, whose class path this is.
  static Machine running(Path directory, String classPath) throws Exception {
    return new Machine(directory, "", classPath);
  }

  /// With home b as the scope's fallback.
  static Machine withFallback(Path directory) throws Exception {
    return new Machine(
        directory, ", fallback: b}\nfallback: {after: 2s", System.getProperty("java.class.path"));
  }

  private Machine(Path directory, String fallback, String classPath) throws Exception {
    Version version =
        RedisServerProcess.available(Version.INSTALLED) ? Version.INSTALLED : Version.V6_2;
    this.directory = directory;
    processes = new Processes(directory);
    processes.runFrom(classPath);
    a = RedisServerProcess.start(version, "--appendonly", "yes", "--appendfsync", "always");
    b = RedisServerProcess.start(version, "--appendonly", "yes", "--appendfsync", "always");
    config = directory.resolve("drover.yaml");
    Files.writeString(
        config,
        """
        server:
          listen: 127.0.0.1:%d
          store: 127.0.0.1:%d
          gatewayToken: hush
        homes:
          - {name: a, host: 127.0.0.1, port: %d}
          - {name: b, host: 127.0.0.1, port: %d}
        scopes:
          - {prefix: "app:", home: a%s}
        gateways:
          - {name: g1, listen: "127.0.0.1:%d", loops: 1}
          - {name: g2, listen: "127.0.0.1:%d", loops: 1}
        """
            .formatted(
                apiPort,
                storePort,
                a.port(),
                b.port(),
                fallback,
                gatewayPorts[0],
                gatewayPorts[1]));
    startServer();
    startGateway("g1");
    startGateway("g2");
    store =
        RemoteStore.connect(RemoteStore.Options.defaults("127.0.0.1", storePort).withToken("hush"));
  }

  /// In another version.
  void startServer(String classPath) throws Exception {
    processes.runFrom(classPath);
    startServer();
  }

  void startServer() throws Exception {
    processes.start("server", "server", config, apiPort);
  }

  /// Stops the server or a gateway cleanly, and starts it in another version.
  void replace(String name, String classPath) throws Exception {
    processes.stop(name);
    processes.runFrom(classPath);
    if (name.equals("server")) {
      startServer();
    } else {
      startGateway(name);
    }
  }

  void startGateway(String name) throws Exception {
    processes.start(name, "gateway", config, gatewayPorts[name.equals("g1") ? 0 : 1]);
  }

  RedisServerProcess home(HomeId id) {
    return id.value().equals("a") ? a : b;
  }

  static void await(String what, Processes.Condition condition) throws Exception {
    Processes.await(what, condition);
  }

  void kill(String name) throws Exception {
    processes.kill(name);
  }

  /// Sends a signal: STOP or CONT.
  void signal(String name, String signal) throws Exception {
    slept |= signal.equals("STOP");
    processes.signal(name, signal);
  }

  // --- moves

  /// Asks for a move of the scope, as soon as everyone reaches the home.
  void move(String to, String more) throws Exception {
    await(
        "everyone to reach home " + to,
        () -> {
          HttpResponse<String> response = ask(to, more);
          boolean accepted = response.statusCode() == 202;
          if (!accepted && !response.body().contains("does not reach home")) {
            throw new AssertionError(response.body());
          }
          return accepted;
        });
  }

  /// The same, and waits until it has begun.
  void moveOnceReached(String to) throws Exception {
    move(to, "");
    // It is taken out of the queue once its record says that it moves.
    await("the move to begin", () -> get("/v1/status").contains("\"queued\":[]"));
  }

  private HttpResponse<String> ask(String to, String more) throws Exception {
    HttpRequest request =
        request("/v1/moves")
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"partition\":\"app:\",\"to\":\"%s\",\"overwrite\":%s%s}"
                        .formatted(to, slept, more)))
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) throws Exception {
    String token =
        TokenFile.read(config.resolveSibling("drover-data/server"), TokenFile.NAME).orElse("");
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + apiPort + path))
        .header("Authorization", "Bearer " + token);
  }

  /// What the API says.
  String get(String path) throws Exception {
    return http.send(request(path).build(), HttpResponse.BodyHandlers.ofString()).body();
  }

  Partition record() throws StoreException {
    String key = Keys.partition(SCOPE);
    return Records.decode(key, store.get(key).orElseThrow().value(), Partition.class);
  }

  /// What the killed server's log says of the scope, read from a copy of the log: the copy may be
  /// repaired by who opens it, the log itself is left to the server.
  Partition recordOnDisk() throws Exception {
    Path data = directory.resolve("drover-data").resolve("server");
    Path copy = Files.createTempDirectory(directory, "store-copy");
    try (Stream<Path> files = Files.list(data)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    String key = Keys.partition(SCOPE);
    try (EmbeddedStore dead = EmbeddedStore.open(copy)) {
      return Records.decode(key, dead.get(key).orElseThrow().value(), Partition.class);
    }
  }

  /// The scope's record as soon as it is first seen to be like this.
  CompletableFuture<Partition> when(Predicate<Partition> like) throws StoreException {
    CompletableFuture<Partition> seen = new CompletableFuture<>();
    Watch _ =
        store.watch(
            Keys.partition(SCOPE),
            store.list(Keys.PARTITIONS).revision(),
            new WatchListener() {
              @Override
              public void changed(List<Event> events) {
                for (Event event : events) {
                  if (event instanceof Event.Written w && like.test(decoded(w.entry()))) {
                    seen.complete(decoded(w.entry()));
                  }
                }
              }

              @Override
              public void lost(StoreException why) {
                // The server was killed: whoever waits has waited for this.
              }
            });
    return seen;
  }

  /// Waits until a gateway has confirmed an epoch of the scope, or a later one.
  void awaitReceipt(String gateway, long epoch) throws Exception {
    String key = Keys.receipt(SCOPE, new GatewayId(gateway));
    await(
        "the receipt of " + gateway,
        () -> {
          Optional<Entry> entry = store.get(key);
          return entry.isPresent()
              && Records.decode(key, entry.get().value(), GivenReceipt.class).epoch() >= epoch;
        });
  }

  private static Partition decoded(Entry entry) {
    try {
      return Records.decode(entry.key(), entry.value(), Partition.class);
    } catch (StoreException.Corrupt e) {
      throw new IllegalStateException(e);
    }
  }

  /// Waits until no move is under way and nothing is owed.
  Partition settled() throws Exception {
    await(
        "the move to end",
        () -> {
          try {
            Partition now = record();
            return !now.moving() && now.owed().isEmpty();
          } catch (StoreException e) {
            return false;
          }
        });
    return record();
  }

  /// Waits until both gateways serve reads and writes, and the scope has none of these keys.
  void awaitServed(List<String> without) throws Exception {
    String[] delete = Stream.concat(Stream.of("DEL"), without.stream()).toArray(String[]::new);
    for (int port : gatewayPorts) {
      await(
          "the gateway on port " + port,
          () -> {
            try (RawRedis client = new RawRedis(port)) {
              client.call(delete);
              return client.call("EXISTS", without.getFirst()).equals(0L);
            } catch (IOException | RawRedis.Refused e) {
              return false;
            }
          });
    }
  }

  /// How many moves of the history have ended like this: `COMPLETED`, say.
  int ended(String how) throws Exception {
    return get("/v1/history?max=1000").split(how, -1).length - 1;
  }

  String logs() throws IOException {
    return processes.logs();
  }

  @Override
  public void close() {
    store.close();
    processes.close();
    a.close();
    b.close();
    http.close();
  }
}
