package dev.drover.store.log;

import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// The nodes of a database that is called by HTTP: requests go to one of them, until that does not
/// answer.
public final class HttpNodes implements AutoCloseable {
  private static final Duration CONNECT_MAX = Duration.ofMillis(600);

  private final List<Host> hosts;
  private final Map<String, String> headers;
  private final String scheme;
  private final HttpClient client;
  private final AtomicInteger current = new AtomicInteger();

  /// Where one node is.
  public record Host(String name, int port) {
    @Override
    public String toString() {
      return (name.contains(":") ? "[" + name + "]" : name) + ":" + port;
    }
  }

  /// What came back.
  @SuppressWarnings("ArrayRecordComponent")
  public record Answer(int status, byte[] body) {}

  /// No answer came.
  public static final class Unanswered extends Exception {
    private static final long serialVersionUID = 1;
    private final boolean sent;

    Unanswered(String message, boolean sent, @Nullable Throwable cause) {
      super(message, cause);
      this.sent = sent;
    }

    /// Whether it may have reached the node.
    public boolean sent() {
      return sent;
    }
  }

  /// @param headers of each request
  public HttpNodes(List<Host> hosts, Map<String, String> headers, @Nullable SSLContext tls) {
    this.hosts = List.copyOf(hosts);
    this.headers = Map.copyOf(headers);
    scheme = tls == null ? "http://" : "https://";
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_MAX);
    if (tls != null) {
      builder.sslContext(tls);
    }
    client = builder.build();
  }

  /// Sends once, to the first node that can be reached.
  public Answer send(String method, String path, byte[] body, Duration atMost) throws Unanswered {
    for (int tried = 1; ; tried++) {
      int at = current.get();
      try {
        return sendTo(hosts.get(Math.floorMod(at, hosts.size())), method, path, body, atMost);
      } catch (Unanswered e) {
        boolean _ = current.compareAndSet(at, at + 1);
        boolean late = e.getCause() instanceof TimeoutException;
        if (e.sent() || late || tried >= hosts.size()) {
          throw e;
        }
      }
    }
  }

  private Answer sendTo(Host host, String method, String path, byte[] body, Duration atMost)
      throws Unanswered {
    CompletableFuture<HttpResponse<byte[]>> asked;
    var outgoing = new Outgoing(body);
    try {
      asked =
          client.sendAsync(
              request(host, method, path, outgoing), HttpResponse.BodyHandlers.ofByteArray());
    } catch (IllegalStateException | UncheckedIOException e) {
      throw new Unanswered("this client is closed", false, e);
    }
    try {
      HttpResponse<byte[]> answer = asked.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
      return new Answer(answer.statusCode(), answer.body());
    } catch (TimeoutException e) {
      boolean sent = !outgoing.keptBack();
      asked.cancel(true);
      throw new Unanswered(host + " has not answered in " + atMost.toMillis() + " ms", sent, e);
    } catch (InterruptedException e) {
      boolean sent = !outgoing.keptBack();
      asked.cancel(true);
      Thread.currentThread().interrupt();
      throw new Unanswered("interrupted", sent, e);
    } catch (ExecutionException e) {
      throw unanswered(host, e.getCause() == null ? e : e.getCause());
    }
  }

  private static Unanswered unanswered(Host host, Throwable why) {
    boolean unsent = why instanceof ConnectException || why instanceof HttpConnectTimeoutException;
    String text = why.getMessage() == null ? why.getClass().getSimpleName() : why.getMessage();
    return new Unanswered(host + ": " + text, !unsent, why);
  }

  private HttpRequest request(Host host, String method, String path, Outgoing body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(scheme + host + path)).method(method, body);
    if (body.contentLength() > 0) {
      request.header("Content-Type", "application/json");
    }
    headers.forEach(request::header);
    return request.build();
  }

  /// Sends, and does not wait for what comes of it.
  public void forget(String method, String path) {
    Host host = hosts.get(Math.floorMod(current.get(), hosts.size()));
    try {
      CompletableFuture<?> _ =
          client.sendAsync(
              request(host, method, path, new Outgoing(new byte[0])),
              HttpResponse.BodyHandlers.discarding());
    } catch (IllegalStateException | UncheckedIOException e) {
      // The client was closed: what was to be deleted stays.
    }
  }

  @Override
  public void close() {
    client.shutdown();
  }
}
