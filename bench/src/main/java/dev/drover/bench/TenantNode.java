package dev.drover.bench;

import dev.drover.engine.Ports;
import dev.drover.engine.local.HomeProgram;
import dev.drover.opensearch.server.NodeProgram;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A cluster of one real OpenSearch node.
final class TenantNode implements AutoCloseable {
  private static final int TRIES = 1_200;
  private static final int BULK = 5_000;
  private static final int ERRORS = 400;

  private final HttpClient http = HttpClient.newHttpClient();
  private final int port;
  private final Process process;

  private TenantNode(int port, Process process) {
    this.port = port;
    this.process = process;
  }

  static TenantNode start(Path directory) throws IOException, InterruptedException {
    int port = Ports.free();
    NodeProgram program =
        NodeProgram.of(NodeProgram.Release.THREE)
            .with(List.of("reindex.remote.allowlist=127.0.0.1:*"));
    Path own = Files.createDirectory(directory.resolve("node-" + port));
    Path log = own.resolve("said");
    Process process =
        new ProcessBuilder(program.command(port, own, HomeProgram.Durability.SYNCED))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    for (int i = 0; i < TRIES && process.isAlive(); i++) {
      if (serves(program, port)) {
        return new TenantNode(port, process);
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    process.destroyForcibly();
    throw new IOException("OpenSearch did not start: " + Files.readString(log));
  }

  private static boolean serves(NodeProgram program, int port) {
    try {
      return program.serves(port);
    } catch (IOException e) {
      return false;
    }
  }

  int port() {
    return port;
  }

  /// @throws IOException if the answer is an error
  JsonNode call(String method, String path, String body) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .header("Content-Type", "application/json")
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> answer =
        http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    if (answer.statusCode() >= ERRORS) {
      throw new IOException(method + " " + path + ": " + answer.body());
    }
    return JsonMapper.shared().readTree(answer.body());
  }

  /// Makes an index of two shards.
  void make(String index) throws IOException, InterruptedException {
    JsonNode _ =
        call(
            "PUT", "/" + index, "{\"settings\":{\"number_of_shards\":2,\"number_of_replicas\":0}}");
  }

  /// Documents of 1 KB that are called as [Writes.Kind#TENANT] calls them.
  static String bulk(int from, int to) {
    StringBuilder lines = new StringBuilder();
    for (int i = from; i < to; i++) {
      lines.append("{\"index\":{\"_id\":\"d%d\"}}\n%s\n".formatted(i, StubCluster.document(i)));
    }
    return lines.toString();
  }

  void fill(String index, int documents) throws IOException, InterruptedException {
    for (int i = 0; i < documents; i += BULK) {
      JsonNode answer =
          call("POST", "/" + index + "/_bulk", bulk(i, Math.min(i + BULK, documents)));
      if (answer.path("errors").asBoolean(true)) {
        throw new IOException("documents were not written: " + answer);
      }
    }
    JsonNode _ = call("POST", "/" + index + "/_refresh", "");
  }

  @Override
  public void close() {
    Programs.end(process);
    http.close();
  }
}
