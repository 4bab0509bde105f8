package dev.drover.opensearch.torture;

import dev.drover.engine.torture.TortureClient.Failed;
import dev.drover.opensearch.rewrite.Refused;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One tenant's requests to a gateway, each sent once: the JDK's client sends no write again, which
/// a client of OpenSearch's does by itself.
record Asking(HttpClient http, int port, String tenant) {
  /// Longer than any gateway holds a write.
  private static final Duration ANSWER_MAX = Duration.ofSeconds(8);

  private static final int ERRORS = 400;
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int SERVER_ERRORS = 500;

  /// @param status of HTTP
  record Answered(int status, JsonNode body) {
    boolean missing() {
      return status == NOT_FOUND;
    }
  }

  /// @param body empty for none
  /// @throws Failed for every status from 400 on but 404
  Answered ask(String method, String path, String body) throws Failed {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(ANSWER_MAX)
            .header("X-Tenant", tenant)
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    try {
      HttpResponse<String> answer =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
      JsonNode json = JsonMapper.shared().readTree(answer.body());
      if (answer.statusCode() >= ERRORS && answer.statusCode() != NOT_FOUND) {
        throw failed(answer.statusCode(), json.has("error") ? json.path("error") : json);
      }
      return new Answered(answer.statusCode(), json);
    } catch (IOException | JacksonException e) {
      throw new Failed(e.toString(), false, true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failed("interrupted", false, true);
    }
  }

  /// What an error says of what was done: the gateway's words, or the status of a request that a
  /// cluster has turned down.
  ///
  /// @param error with its type and reason
  static Failed failed(int status, JsonNode error) {
    String type = error.path("type").asString("");
    String reason = error.path("reason").asString(error.toString());
    boolean promised =
        !type.equals(Refused.UNKNOWN)
            && (status < SERVER_ERRORS
                || reason.contains("nothing was done")
                || reason.contains("nothing was sent")
                || reason.contains("nothing was changed"));
    return new Failed("%d %s: %s".formatted(status, type, reason), promised, false);
  }

  /// Whether a request was refused because another one was faster.
  static boolean conflict(Failed failed) {
    return failed.nothingDone() && String.valueOf(failed.getMessage()).startsWith(CONFLICT + " ");
  }
}
