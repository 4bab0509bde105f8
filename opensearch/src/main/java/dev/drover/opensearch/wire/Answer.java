package dev.drover.opensearch.wire;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// What a home has answered, whatever its status.
public final class Answer {
  private final OpenSearchHome home;
  private final int status;
  private final byte[] body;

  Answer(OpenSearchHome home, int status, byte[] body) {
    this.home = home;
    this.status = status;
    this.body = body;
  }

  public int status() {
    return status;
  }

  public boolean ok() {
    return status >= 200 && status < 300;
  }

  /// Not a copy.
  public byte[] bytes() {
    return body;
  }

  /// @throws HomeFailure if it is no JSON
  public JsonNode json() throws HomeFailure {
    try {
      return Json.MAPPER.readTree(body);
    } catch (JacksonException e) {
      throw HomeFailure.odd(
          home, "its answer with status " + status + " is no JSON: is it an OpenSearch?", e);
    }
  }

  /// As a failure, with what it says of the error.
  public HomeFailure failure() {
    String type = "";
    String reason = "";
    try {
      JsonNode error = Json.MAPPER.readTree(body).path("error");
      type = error.path("type").asString("");
      reason = error.isString() ? error.asString("") : error.path("reason").asString("");
      JsonNode cause = error.path("caused_by").path("reason");
      if (cause.isString()) {
        reason += " (" + cause.asString("") + ")";
      }
    } catch (JacksonException e) {
      reason = "it answered with status " + status + " and no JSON";
    }
    return HomeFailure.answered(home, status, type, reason);
  }
}
