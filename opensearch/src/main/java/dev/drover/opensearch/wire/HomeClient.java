package dev.drover.opensearch.wire;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Asks one home, one request at a time for each thread that asks. Thread-safe. Each request has a
/// time limit, and each answer a greatest length. A thread that is interrupted while it waits gets
/// an [InterruptedException].
public final class HomeClient implements AutoCloseable {
  private static final String JSON = "application/json";
  private static final String LINES = "application/x-ndjson";

  /// What the limit of the JDK's client says.
  private static final String TOO_LONG = "body exceeds capacity";

  private static final Duration CONNECT_MAX = Duration.ofSeconds(3);

  private final OpenSearchHome home;
  private final HttpClient client;
  private final Duration answerMax;
  private final long answerBytesMax;
  private final Optional<String> opaqueId;
  private final boolean owner;

  private HomeClient(
      OpenSearchHome home,
      HttpClient client,
      Duration answerMax,
      long answerBytesMax,
      Optional<String> opaqueId,
      boolean owner) {
    this.home = home;
    this.client = client;
    this.answerMax = answerMax;
    this.answerBytesMax = answerBytesMax;
    this.opaqueId = opaqueId;
    this.owner = owner;
  }

  /// Connects with the first request.
  ///
  /// @param answerMax how long an answer may take
  /// @param answerBytesMax how long an answer may be
  public static HomeClient of(OpenSearchHome home, Duration answerMax, long answerBytesMax) {
    HttpClient.Builder client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_MAX);
    home.tls().ifPresent(client::sslContext);
    return new HomeClient(home, client.build(), answerMax, answerBytesMax, Optional.empty(), true);
  }

  /// The same connections, with each request marked: the cluster shows the mark with the tasks that
  /// come of it.
  public HomeClient marked(String mark) {
    return new HomeClient(home, client, answerMax, answerBytesMax, Optional.of(mark), false);
  }

  /// The same connections, with another time limit.
  public HomeClient within(Duration max) {
    return new HomeClient(home, client, max, answerBytesMax, opaqueId, false);
  }

  public OpenSearchHome home() {
    return home;
  }

  /// One segment of a path or one value of a query, so that it is nothing else.
  public static String escaped(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /// Asks, and gives back whatever comes.
  ///
  /// @param path with a query, each part of it [#escaped]
  /// @param body JSON, or lines of it; empty for none
  /// @throws HomeFailure if no answer comes in time
  public Answer ask(String method, String path, byte[] body)
      throws HomeFailure, InterruptedException {
    boolean lines = path.contains("/_bulk");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(home.base() + path))
            .timeout(answerMax)
            .method(
                method,
                body.length == 0
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(body));
    if (body.length > 0) {
      request.header("Content-Type", lines ? LINES : JSON);
    }
    opaqueId.ifPresent(id -> request.header("X-Opaque-Id", id));
    home.login().ifPresent(login -> request.header("Authorization", basic(login)));
    try {
      HttpResponse<byte[]> answer =
          client.send(
              request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), answerBytesMax));
      return new Answer(home, answer.statusCode(), answer.body());
    } catch (IOException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw interrupted(e);
      }
      throw String.valueOf(e.getMessage()).contains(TOO_LONG)
          ? HomeFailure.tooLong(home, answerBytesMax)
          : HomeFailure.silent(home, e);
    }
  }

  private static InterruptedException interrupted(IOException cause) {
    InterruptedException interrupted = new InterruptedException(cause.getMessage());
    interrupted.initCause(cause);
    return interrupted;
  }

  private static String basic(OpenSearchHome.Login login) {
    String both = login.user() + ":" + login.password();
    return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
  }

  /// Asks, and it has to succeed.
  ///
  /// @throws HomeFailure if it does not
  public Answer done(String method, String path, byte[] body)
      throws HomeFailure, InterruptedException {
    Answer answer = ask(method, path, body);
    if (!answer.ok()) {
      throw answer.failure();
    }
    return answer;
  }

  /// As the other.
  ///
  /// @param body empty for none
  public JsonNode call(String method, String path, String body)
      throws HomeFailure, InterruptedException {
    return done(method, path, body.getBytes(StandardCharsets.UTF_8)).json();
  }

  /// As the other, without a body.
  public JsonNode get(String path) throws HomeFailure, InterruptedException {
    return call("GET", path, "");
  }

  /// As [#get], but what is not there is no failure.
  public Optional<JsonNode> find(String path) throws HomeFailure, InterruptedException {
    Answer answer = ask("GET", path, new byte[0]);
    if (answer.status() == 404) {
      return Optional.empty();
    }
    if (!answer.ok()) {
      throw answer.failure();
    }
    return Optional.of(answer.json());
  }

  /// Ends the connections, and requests that are under way. Those that were made of another one
  /// leave them alone.
  @Override
  public void close() {
    if (owner) {
      client.shutdownNow();
    }
  }
}
