package dev.drover.store.opensearch;

import dev.drover.store.opensearch.OpenSearchStoreOptions.Host;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Sends requests to one node, until that does not answer.
final class Http implements AutoCloseable {
  private static final Duration CONNECT_MAX = Duration.ofMillis(600);

  private final OpenSearchStoreOptions options;
  private final HttpClient client;
  private final Optional<String> authorization;
  private final AtomicInteger current = new AtomicInteger();

  /// What came back.
  record Answer(int status, JsonNode body) {
    boolean good() {
      return status >= 200 && status < 300;
    }

    /// The kind of its error; empty if it is none.
    String error() {
      return body.path("error").path("type").asString("");
    }

    @Override
    public String toString() {
      String reason = body.path("error").path("reason").asString("");
      return "HTTP " + status + (reason.isEmpty() ? "" : ", " + error() + ": " + reason);
    }
  }

  /// No answer came.
  static final class Unanswered extends Exception {
    private static final long serialVersionUID = 1;
    private final boolean sent;

    Unanswered(String message, boolean sent, @Nullable Throwable cause) {
      super(message, cause);
      this.sent = sent;
    }

    /// Whether it may have reached the node.
    boolean sent() {
      return sent;
    }
  }

  Http(OpenSearchStoreOptions options) {
    this.options = options;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_MAX);
    if (options.tls() != null) {
      builder.sslContext(options.tls());
    }
    client = builder.build();
    authorization =
        options
            .login()
            .map(
                login ->
                    "Basic "
                        + Base64.getEncoder()
                            .encodeToString(
                                (login.user() + ":" + login.password())
                                    .getBytes(StandardCharsets.UTF_8)));
  }

  /// Sends once, to the first node that can be reached.
  Answer send(String method, String path, String body, Duration atMost) throws Unanswered {
    int nodes = options.hosts().size();
    for (int tried = 1; ; tried++) {
      int at = current.get();
      try {
        return sendTo(options.hosts().get(Math.floorMod(at, nodes)), method, path, body, atMost);
      } catch (Unanswered e) {
        boolean _ = current.compareAndSet(at, at + 1);
        if (e.sent() || tried >= nodes) {
          throw e;
        }
      }
    }
  }

  private Answer sendTo(Host host, String method, String path, String body, Duration atMost)
      throws Unanswered {
    CompletableFuture<HttpResponse<byte[]>> asked =
        client.sendAsync(
            request(host, method, path, body), HttpResponse.BodyHandlers.ofByteArray());
    try {
      HttpResponse<byte[]> answer = asked.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
      return new Answer(answer.statusCode(), json(answer.body()));
    } catch (TimeoutException e) {
      asked.cancel(true);
      throw new Unanswered(host + " has not answered in " + atMost.toMillis() + " ms", true, e);
    } catch (InterruptedException e) {
      asked.cancel(true);
      Thread.currentThread().interrupt();
      throw new Unanswered("interrupted", true, e);
    } catch (ExecutionException e) {
      throw unanswered(host, e.getCause() == null ? e : e.getCause());
    } catch (JacksonException e) {
      throw new Unanswered(host + " does not speak JSON: " + e.getOriginalMessage(), true, e);
    }
  }

  private static Unanswered unanswered(Host host, Throwable why) {
    boolean unsent =
        why instanceof ConnectException
            || why instanceof HttpConnectTimeoutException
            || !(why instanceof IOException);
    String text = why.getMessage() == null ? why.getClass().getSimpleName() : why.getMessage();
    return new Unanswered(host + ": " + text, !unsent, why);
  }

  private static JsonNode json(byte[] body) {
    JsonMapper mapper = JsonMapper.shared();
    return body.length == 0 ? mapper.createObjectNode() : mapper.readTree(body);
  }

  private HttpRequest request(Host host, String method, String path, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create((options.tls() == null ? "http://" : "https://") + host + path))
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    authorization.ifPresent(value -> request.header("Authorization", value));
    return request.build();
  }

  /// Sends, and does not wait for what comes of it.
  void forget(String method, String path, String body) {
    Host host = options.hosts().get(Math.floorMod(current.get(), options.hosts().size()));
    try {
      CompletableFuture<?> _ =
          client.sendAsync(
              request(host, method, path, body), HttpResponse.BodyHandlers.discarding());
    } catch (IllegalStateException | java.io.UncheckedIOException e) {
      // The client was closed: what was to be deleted stays.
    }
  }

  @Override
  public void close() {
    client.shutdown();
  }
}
