package dev.drover.bench;

import dev.drover.app.config.TokenFile;
import dev.drover.core.Hlc;
import dev.drover.engine.Ports;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A Drover server and its gateways, each a process of its own as a user starts them, and homes
/// with one partition that moves.
///
/// The processes' logs vanish with the bench, unless the property `drover.bench.logs` names a
/// directory for them.
final class Fleet implements AutoCloseable {
  static final String SCOPE = "app:";
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration MOVE_MAX = Duration.ofMinutes(5);
  private static final int POLL_MILLIS = 200;

  private final HttpClient http = HttpClient.newHttpClient();
  private final Setup setup;
  private final int apiPort = Ports.free();
  private final Map<String, Integer> ports = new LinkedHashMap<>();
  private final List<Process> processes = new ArrayList<>();
  private final Path file;
  private final String partition;
  private boolean recording;

  /// Two Redis servers as homes `a` and `b`, and one scope.
  Fleet(Setup setup, Servers servers, Servers.Redis a, Servers.Redis b, List<String> gateways)
      throws IOException {
    this(
        setup,
        servers.directory(),
        """
        homes:
          - {name: a, host: 127.0.0.1, port: %d}
          - {name: b, host: 127.0.0.1, port: %d}
        scopes:
          - {prefix: "%s", home: a}
        """
            .formatted(a.port(), b.port(), SCOPE),
        SCOPE,
        gateways.stream()
            .collect(Collectors.toMap(name -> name, _ -> "", (one, _) -> one, LinkedHashMap::new)));
  }

  /// Writes the configuration; starts nothing.
  ///
  /// @param homes and partitions, as they stand in the configuration
  /// @param partition the one that moves
  /// @param gateways their names, each with its keys besides where it listens, after a comma
  Fleet(Setup setup, Path directory, String homes, String partition, Map<String, String> gateways)
      throws IOException {
    this.setup = setup;
    this.partition = partition;
    for (String name : gateways.keySet()) {
      ports.put(name, Ports.free());
    }
    this.file = directory.resolve("drover.yaml");
    Files.writeString(file, config(directory, homes, gateways));
  }

  private String config(Path directory, String homes, Map<String, String> gateways)
      throws IOException {
    StringBuilder text = new StringBuilder();
    text.append("server:\n  listen: 127.0.0.1:%d\n".formatted(apiPort));
    text.append("  store: 127.0.0.1:%d\n".formatted(Ports.free()));
    text.append("  data: %s\n".formatted(directory.resolve("server")));
    text.append(homes);
    text.append("gateways:\n");
    ports.forEach(
        (name, port) ->
            text.append(
                "  - {name: %s, listen: \"127.0.0.1:%d\", data: %s%s}\n"
                    .formatted(name, port, directory.resolve(name), gateways.get(name))));
    return text.toString();
  }

  Path file() {
    return file;
  }

  /// Starts the server, then the gateways; returns when all are ready.
  void start() throws IOException {
    startServer();
    for (String name : ports.keySet()) {
      Process gateway = launch(command("gateway", file.toString(), name));
      processes.add(gateway);
      awaitReady(gateway);
    }
  }

  /// Starts the server alone.
  Process startServer() throws IOException {
    Process server = launch(command("server", file.toString()));
    processes.add(server);
    awaitReady(server);
    return server;
  }

  private List<String> command(String role, String config, String... names) throws IOException {
    List<String> command = new ArrayList<>(List.of(setup.launcher().toString(), role));
    command.addAll(List.of(names));
    command.addAll(List.of("-c", config));
    return command;
  }

  /// Has the processes that are started from now on record what their holds wait for.
  void recordLegs() {
    recording = true;
  }

  /// What the process has recorded that was started so many places after the server.
  Recorded recorded(int which) throws IOException, InterruptedException {
    return Recorded.of(processes.get(which), file.resolveSibling("process-" + which + ".jfr"));
  }

  private Process launch(List<String> command) throws IOException {
    String kept = System.getProperty("drover.bench.logs");
    Path directory = kept == null ? file.toAbsolutePath().getParent() : Path.of(kept);
    Path log = Files.createDirectories(directory).resolve("process-" + processes.size() + ".log");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
    if (recording) {
      String before = System.getenv().getOrDefault("DROVER_JAVA_OPTS", "");
      builder.environment().put("DROVER_JAVA_OPTS", before + " " + Recorded.options());
    }
    return builder.start();
  }

  private static void awaitReady(Process process) throws IOException {
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.contains(" is ready")) {
        return;
      }
    }
    throw new IOException("a process of Drover did not start: " + process.info().commandLine());
  }

  int port(String gateway) {
    Integer port = ports.get(gateway);
    if (port == null) {
      throw new IllegalArgumentException("there is no gateway " + gateway);
    }
    return port;
  }

  List<Integer> gatewayPorts() {
    return List.copyOf(ports.values());
  }

  /// The process that was started so many places after the server.
  ProcessHandle process(int which) {
    return processes.get(which).toHandle();
  }

  /// CPU time of the process that was started so many places after the server.
  Duration cpu(int which) {
    return processes.get(which).info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /// Moves the partition and waits until that has ended.
  ///
  /// @return what history says of the move
  JsonNode move(String to) throws IOException, InterruptedException {
    String body = "{\"partition\":\"%s\",\"to\":\"%s\"}".formatted(partition, to);
    JsonNode begun = ask(request("/v1/moves").POST(HttpRequest.BodyPublishers.ofString(body)));
    String id = begun.path("id").asString("");
    if (id.isEmpty()) {
      throw new IOException("the move was refused: " + begun);
    }
    long end = System.nanoTime() + MOVE_MAX.toNanos();
    JsonNode seen = begun;
    while (System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      seen = ask(request("/v1/moves/" + id).GET());
      if (seen.path("outcome").asString("").equals("COMPLETED")) {
        return seen;
      }
      if (seen.has("outcome")) {
        break;
      }
    }
    throw new IOException("the move was not completed: " + seen);
  }

  /// When ownership changed, in ms since 1970.
  ///
  /// @param move what [#move] gave
  long committedMillis(JsonNode move) throws IOException, InterruptedException {
    JsonNode certificate = ask(request("/v1/certificates/" + move.path("id").asString("")).GET());
    return Hlc.parse(certificate.path("certificate").path("committedAt").asString("")).millis();
  }

  private HttpRequest.Builder request(String path) throws IOException {
    String token = TokenFile.read(file.resolveSibling("server"), TokenFile.NAME).orElse("");
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + apiPort + path))
        .header("Content-Type", "application/json")
        .header("Authorization", "Bearer " + token);
  }

  private JsonNode ask(HttpRequest.Builder request) throws IOException, InterruptedException {
    return JSON.readTree(
        http.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8))
            .body());
  }

  @Override
  public void close() {
    processes.reversed().forEach(Programs::end);
    http.close();
  }
}
