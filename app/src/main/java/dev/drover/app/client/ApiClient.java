package dev.drover.app.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/// Speaks to a server's API. Made for commands that run for half a second: it takes the JDK's
/// oldest HTTP client, which starts in a tenth of the time of the newer one.
public final class ApiClient {
  private static final int CONNECT_MILLIS_MAX = 3_000;
  private static final int READ_MILLIS_MAX = 20_000;

  private final String base;
  private final Optional<String> token;
  private final Optional<SSLContext> tls;
  private final int connectMillisMax;
  private final int readMillisMax;

  /// @param base such as `http://127.0.0.1:7400`
  /// @param token never printed
  public ApiClient(String base, Optional<String> token) {
    this(base, token, Optional.empty());
  }

  /// @param base such as `https://drover.example:7400`
  /// @param token never printed
  /// @param tls what the server's certificate is checked by; empty for the JDK's
  public ApiClient(String base, Optional<String> token, Optional<SSLContext> tls) {
    this(base, token, tls, CONNECT_MILLIS_MAX, READ_MILLIS_MAX);
  }

  private ApiClient(
      String base,
      Optional<String> token,
      Optional<SSLContext> tls,
      int connectMillisMax,
      int readMillisMax) {
    this.base = base;
    this.token = token;
    this.tls = tls;
    this.connectMillisMax = connectMillisMax;
    this.readMillisMax = readMillisMax;
  }

  /// The same, that waits for so long: to be connected, and then for each piece of an answer.
  public ApiClient within(Duration most) {
    int millis = Math.clamp(most.toMillis(), 1, Integer.MAX_VALUE);
    return new ApiClient(base, token, tls, millis, millis);
  }

  public String base() {
    return base;
  }

  public byte[] get(String path) throws ApiException {
    return call("GET", path, null);
  }

  public Json json(String path) throws ApiException {
    return Json.parse(get(path));
  }

  public byte[] post(String path, Map<String, ?> body) throws ApiException {
    return call("POST", path, Json.write(body).getBytes(StandardCharsets.UTF_8));
  }

  public byte[] delete(String path) throws ApiException {
    return call("DELETE", path, null);
  }

  /// A text as a part of a path or query.
  public static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private byte[] call(String method, String path, byte @Nullable [] body) throws ApiException {
    HttpURLConnection connection;
    int status;
    try {
      connection = (HttpURLConnection) URI.create(base + path).toURL().openConnection();
      if (tls.isPresent() && connection instanceof HttpsURLConnection secured) {
        secured.setSSLSocketFactory(tls.get().getSocketFactory());
      }
      connection.setConnectTimeout(connectMillisMax);
      connection.setReadTimeout(readMillisMax);
      connection.setRequestMethod(method);
      token.ifPresent(t -> connection.setRequestProperty("Authorization", "Bearer " + t));
      if (body != null) {
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/json");
        try (OutputStream out = connection.getOutputStream()) {
          out.write(body);
        }
      }
      status = connection.getResponseCode();
    } catch (SSLHandshakeException e) {
      throw new ApiException(
          0,
          "the certificate of the drover server at %s is not trusted (%s): name who has signed it as server.tls.caFile"
              .formatted(base, e.getMessage()),
          e);
    } catch (SocketTimeoutException e) {
      throw new ApiException(
          0,
          "the drover server at %s did not answer in time (%s)".formatted(base, e.getMessage()),
          e);
    } catch (IOException e) {
      throw new ApiException(
          0, "cannot reach the drover server at " + base + ": " + e.getMessage(), e);
    }
    try (InputStream in =
        status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      byte[] answer = in == null ? new byte[0] : in.readAllBytes();
      if (status >= 400) {
        throw refused(status, answer);
      }
      return answer;
    } catch (IOException e) {
      throw new ApiException(
          0, "the drover server at " + base + " stopped in its answer: " + e.getMessage(), e);
    }
  }

  private static ApiException refused(int status, byte[] answer) {
    String detail = "";
    try {
      detail = Json.parse(answer).text("detail");
    } catch (ApiException e) {
      // Said below.
    }
    return new ApiException(
        status, detail.isEmpty() ? "the server answered with status " + status : detail, null);
  }
}
