package dev.drover.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/// The document at `/openapi.json` says what the API answers: every route is in it and no other
/// one, and every answer to good and bad requests is one that it describes.
@Timeout(180)
final class ApiDocumentTest {
  private static final int PARTS_MAX = 8;

  private ApiSite site;

  @BeforeEach
  void start() throws Exception {
    site = new ApiSite();
  }

  @AfterEach
  void stop() throws Exception {
    site.close();
  }

  @Test
  void theDocumentHasAllRoutesAndNoOther() {
    assertThat(site.document().operations()).isEqualTo(site.routes());
  }

  @Test
  void everythingIsDescribed() {
    JsonNode document = site.document().json();
    assertThat(document.path("openapi").asString()).startsWith("3.1.");
    document
        .path("paths")
        .forEachEntry(
            (path, methods) ->
                methods.forEach(
                    operation -> {
                      assertThat(operation.path("summary").asString("")).as(path).isNotEmpty();
                      assertThat(operation.path("description").asString("")).as(path).isNotEmpty();
                    }));
    document
        .path("components")
        .path("schemas")
        .forEachEntry(
            (name, schema) -> {
              assertThat(schema.path("description").asString("")).as(name).isNotEmpty();
              described(name, schema);
            });
  }

  /// Answers are in groups that a reader takes in at once. What is asked for, and what is signed,
  /// is as it is.
  private static void described(String name, JsonNode schema) {
    if (!schema.has("additionalProperties")) {
      assertThat(schema.path("properties").size()).as(name).isLessThanOrEqualTo(PARTS_MAX);
    }
    schema
        .path("properties")
        .forEachEntry(
            (property, value) -> {
              String path = name + "." + property;
              assertThat(List.of("description", "$ref", "const")).as(path).anyMatch(value::has);
              described(path, value);
              described(path, value.path("items"));
            });
  }

  @Test
  void everyAnswerIsOneThatTheDocumentDescribes() throws Exception {
    reads();
    moves();
    decisions();
    configuration();
    streams();
    for (String operation : site.document().operations()) {
      refusedAtTheDoor(operation);
    }
    defects();
    withoutAStore();

    assertThat(site.wrong()).isEmpty();
    Map<String, Set<Integer>> never = new TreeMap<>();
    for (String operation : site.document().operations()) {
      Set<Integer> statuses = new TreeSet<>(site.document().statuses(operation));
      statuses.removeAll(site.seen(operation));
      // Nothing provokes a defect everywhere, and a full queue takes ten thousand moves.
      statuses.removeAll(Set.of(500, 429));
      if (!statuses.isEmpty()) {
        never.put(operation, statuses);
      }
    }
    assertThat(never).as("described, but never seen").isEmpty();
  }

  private void reads() throws Exception {
    site.get("/health", 200);
    assertThat(site.get("/metrics", 200)).contains("drover_partitions{engine=\"redis\"}");
    site.get("/openapi.json", 200);
    assertThat(site.get("/v1/partitions", 200))
        .contains("\"state\":\"Corrupt\"", "\"record\":{\"problem\":", "\"serves\":true");
    assertThat(site.get("/v1/homes", 200))
        .contains("\"usedBytes\":0", "\"look\":{\"reachable\":false,\"problem\":\"no answer\"}");
    assertThat(site.get("/v1/gateways", 200)).contains("\"differs\":[\"it reaches home");
    assertThat(site.get("/v1/certificate-keys", 200))
        .contains("\"startedAt\":\"1970-01-01T00:00:00.000Z\"");
    assertThat(site.get("/v1/strays", 200))
        .contains("\"foundAt\":\"1970-01-01T00:00:00.000Z\"", "\"items\":{\"count\":3,\"names\":[");
    site.get("/v1/explain?partition=rest:", 200);
    site.get("/v1/explain?partition=redis/fallback:", 200);
    site.get("/v1/explain", 400);
    site.get("/v1/explain?partition=none:", 404);
    site.get("/v1/history?max=0", 400);
    site.get("/v1/certificates/No%20Move", 400);
    site.get("/v1/certificates/none", 404);
    site.get("/v1/moves/No%20Move", 400);
    site.get("/v1/moves/none", 404);
  }

  private void moves() throws Exception {
    site.post("/v1/moves", "{\"partition\":\"rest:\",\"to\":\"b\",\"dryRun\":true}", 200);
    site.post("/v1/moves", "{\"partition\":\"rest:\"}", 400);
    site.post("/v1/moves", "{\"partition\":\"none:\",\"to\":\"b\"}", 404);
    site.post("/v1/moves", "{\"partition\":\"rest:\",\"to\":\"a\"}", 409);
    site.post("/v1/moves", "{\"partition\":\"" + "x".repeat(70_000) + "\"}", 413);
    site.stranger(true);
    site.post("/v1/moves", "{\"partition\":\"rest:\",\"to\":\"b\"}", 422);
    site.stranger(false);

    String done = site.move("done:");
    site.until("/v1/moves/" + done, "\"outcome\":\"COMPLETED\"");
    assertThat(site.get("/v1/moves/" + done, 200)).contains("\"writesHeldMicros\":");
    assertThat(site.get("/v1/certificates/" + done, 200)).contains("drover-certificate/1");

    site.copying(true);
    String running = site.move("rest:");
    site.until("/v1/moves/" + running, "\"stage\":\"Copying\"");
    String queued = site.move("next:");
    assertThat(site.get("/v1/moves/" + running, 200)).contains("\"route\":{", "\"hold\":{");
    assertThat(site.get("/v1/moves/" + queued, 200)).doesNotContain("\"route\":{");
    assertThat(site.get("/v1/status", 200)).contains("\"queued\":[{", "\"drivenBy\":\"test.1\"");
    assertThat(site.get("/v1/explain?partition=rest:", 200)).contains("\"beganAt\":\"20");
    assertThat(site.get("/v1/explain?partition=next:", 200)).contains("\"then\":\"it begins");
    site.get("/v1/partitions", 200);
    site.delete("/v1/partitions?partition=rest:", 409);
    site.aside("moving", "rest:");
    site.post("/v1/strays/moving?decision=drop", "", 409);

    site.post("/v1/abort?partition=next:", "", 202);
    site.post("/v1/abort?partition=rest:", "{}", 202);
    site.copying(false);
    site.until("/v1/moves/" + running, "\"outcome\":\"ABORTED\"");
    site.post("/v1/abort?partition=rest:", "{\"why\":1}", 400);
    site.post("/v1/abort?partition=none:", "", 404);
    site.post("/v1/abort?partition=rest:", "", 409);
    site.post("/v1/abort?partition=rest:", " ".repeat(70_000), 413);
    assertThat(site.get("/v1/history", 200)).contains("\"reason\":\"", "COMPLETED");
  }

  private void decisions() throws Exception {
    site.delete("/v1/gateways/No%20Gateway", 400);
    site.delete("/v1/gateways/none", 404);
    site.delete("/v1/gateways/g1", 409);
    assertThat(site.delete("/v1/gateways/g1?force=true", 200)).contains("\"mayServeMillis\":");
    site.delete("/v1/partitions", 400);
    site.delete("/v1/partitions?partition=none:", 404);
    assertThat(site.delete("/v1/partitions?partition=drop:", 200)).contains("\"redis/drop:\"");
    site.post("/v1/strays/stray?decision=perhaps", "", 400);
    site.post("/v1/strays/none?decision=keep", "", 404);
    site.post("/v1/strays/stray?decision=keep", " ".repeat(70_000), 413);
    site.post("/v1/strays/stray?decision=keep", "", 202);
    site.post("/v1/strays/stray?decision=replace", "{}", 202);
  }

  private void configuration() throws Exception {
    assertThat(site.get("/v1/configuration", 200)).contains("\"effect\":\"NOW\"");
    assertThat(site.post("/v1/configuration?digest=0badcafe", "", 200)).contains("\"m1\"");
    site.post("/v1/configuration?digest=other", "{}", 409);
    site.spoil("store/configuration", true);
    site.get("/v1/configuration", 409);
    site.spoil("store/configuration", false);
    site.post("/v1/configuration", "{\"why\":1}", 400);
    site.post("/v1/configuration", " ".repeat(70_000), 413);
  }

  private void streams() throws Exception {
    site.get("/v1/events", 400);
    String data = site.event();
    assertThat(site.document().judge("Status", data)).as(data).isEmpty();
  }

  private void refusedAtTheDoor(String operation) throws Exception {
    if (site.document().statuses(operation).contains(401)) {
      site.ask(operation, Map.of("Authorization", "Bearer wrong"), "", 401);
    }
    site.ask(operation, Map.of("Origin", "http://evil.example"), "", 403);
    site.ask(operation, Map.of("Content-Type", "text/plain"), "x", 415);
    site.ask(operation, Map.of("Host", "evil.example"), "", 421);
  }

  private void defects() throws Exception {
    site.spoil("history/spoiled", true);
    site.get("/v1/history", 500);
    site.spoil("history/spoiled", false);
    assertThat(site.get("/nowhere", 404)).contains("urn:drover:not-found");
  }

  private void withoutAStore() throws Exception {
    site.away(true);
    site.until("/health", "\"status\":\"down\"");
    for (String operation : site.document().operations()) {
      if (site.document().statuses(operation).contains(503)) {
        site.ask(operation, Map.of(), site.body(operation), 503);
      }
    }
    site.away(false);
  }
}
