package dev.drover.opensearch.server;

import dev.drover.engine.Ports;
import dev.drover.engine.local.HomeProgram;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A real single node of OpenSearch for tests, as a process. Its data outlives [#kill] and [#stop].
public final class TestCluster implements AutoCloseable {
  private static final long START_MILLIS_MAX = 90_000;
  private static final long END_SECONDS_MAX = 20;

  private final NodeProgram program;
  private final Path directory;
  private final List<String> settings;
  private final int port = Ports.free();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private Process process;

  private TestCluster(NodeProgram program, Path directory, List<String> settings)
      throws IOException, InterruptedException {
    this.program = program;
    this.directory = directory;
    this.settings = settings;
    this.process = started();
    awaitServing();
  }

  /// @param settings of the node, each as `key=value`
  public static TestCluster start(NodeProgram.Release release, Path directory, String... settings)
      throws IOException, InterruptedException {
    return new TestCluster(NodeProgram.of(release), directory, List.of(settings));
  }

  private Process started() throws IOException {
    return new ProcessBuilder(
            program.with(settings).command(port, directory, HomeProgram.Durability.SYNCED))
        .redirectErrorStream(true)
        .redirectOutput(
            ProcessBuilder.Redirect.appendTo(
                directory.resolveSibling(directory.getFileName() + ".log").toFile()))
        .start();
  }

  private void awaitServing() throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_MILLIS_MAX);
    while (true) {
      if (serves()) {
        return;
      }
      if (!process.isAlive() || System.nanoTime() > end) {
        throw new IOException("no node came up in " + directory + ", see its log");
      }
      Thread.sleep(50);
    }
  }

  /// Whether it answers, and could be read and written.
  private boolean serves() {
    try {
      return program.serves(port);
    } catch (IOException e) {
      return false;
    }
  }

  public int port() {
    return port;
  }

  public String address() {
    return "127.0.0.1:" + port;
  }

  /// What came back.
  public record Answer(int status, String body) {
    public JsonNode json() {
      return JsonMapper.shared().readTree(body);
    }
  }

  /// @param body empty for none; NDJSON if the path ends with `_bulk` or `_msearch`
  public Answer ask(String method, String path, String body)
      throws IOException, InterruptedException {
    String type =
        path.contains("_bulk") || path.contains("_msearch")
            ? "application/x-ndjson"
            : "application/json";
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + address() + path))
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (!body.isEmpty()) {
      request.header("Content-Type", type);
    }
    HttpResponse<String> answer =
        client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    return new Answer(answer.statusCode(), answer.body());
  }

  /// As [#ask], and it has to succeed.
  public JsonNode call(String method, String path, String body)
      throws IOException, InterruptedException {
    Answer answer = ask(method, path, body);
    if (answer.status() >= 300) {
      throw new IOException(method + " " + path + ": " + answer.status() + " " + answer.body());
    }
    return answer.body().isEmpty() ? JsonMapper.shared().createObjectNode() : answer.json();
  }

  /// Kills it as the kernel would.
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /// Ends it in an orderly way.
  public void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) {
      kill();
    }
  }

  /// Starts it again on the same port, with the same data.
  public void restart() throws IOException, InterruptedException {
    process = started();
    awaitServing();
  }

  /// The process, for what no method here does.
  public ProcessHandle process() {
    return process.toHandle();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
