package dev.drover.store.opensearch;

import dev.drover.store.log.HttpNodes;
import dev.drover.store.log.HttpNodes.Unanswered;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Requests to OpenSearch, and its answers.
final class Http implements AutoCloseable {
  private final HttpNodes nodes;

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

  Http(OpenSearchStoreOptions options) {
    nodes =
        new HttpNodes(
            options.hosts(),
            options
                .login()
                .map(login -> Map.of("Authorization", "Basic " + encoded(login)))
                .orElse(Map.of()),
            options.tls());
  }

  private static String encoded(OpenSearchStoreOptions.Login login) {
    String text = login.user() + ":" + login.password();
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /// Sends once, to the first node that can be reached.
  Answer send(String method, String path, String body, Duration atMost) throws Unanswered {
    HttpNodes.Answer answer =
        nodes.send(method, path, body.getBytes(StandardCharsets.UTF_8), atMost);
    return new Answer(answer.status(), json(answer.body()));
  }

  /// What is not JSON came from something in between, and says nothing.
  private static JsonNode json(byte[] body) {
    JsonMapper mapper = JsonMapper.shared();
    try {
      return body.length == 0 ? mapper.createObjectNode() : mapper.readTree(body);
    } catch (JacksonException e) {
      return mapper.createObjectNode();
    }
  }

  /// Sends, and does not wait for what comes of it.
  void forget(String method, String path) {
    nodes.forget(method, path);
  }

  @Override
  public void close() {
    nodes.close();
  }
}
