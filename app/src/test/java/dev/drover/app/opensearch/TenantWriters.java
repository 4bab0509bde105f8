package dev.drover.app.opensearch;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Clients that write to one tenant through several gateways and remember what was acknowledged.
/// Each document has one writer; each write has a higher number.
final class TenantWriters implements AutoCloseable {
  private static final int WRITERS = 6;
  private static final int DOCUMENTS = 40;
  private static final long GONE = -1;

  private final List<Integer> gateways;
  private final String tenant;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();
  private final AtomicBoolean ended = new AtomicBoolean();
  private final AtomicLong writes = new AtomicLong();
  private final List<String> wrong = new CopyOnWriteArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  TenantWriters(List<Integer> gateways, String tenant) {
    this.gateways = gateways;
    this.tenant = tenant;
  }

  private HttpResponse<String> ask(int gateway, String of, String method, String path, String body)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:%d%s".formatted(gateways.get(gateway % 2), path)))
            .header("X-Tenant", of)
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> answer) {
    return JsonMapper.shared().readTree(answer.body());
  }

  void fill(String of, int documents) throws Exception {
    for (int i = 0; i < documents; i++) {
      assertThat(ask(0, of, "PUT", "/orders/_doc/f" + i, "{\"n\":" + i + "}").statusCode())
          .isEqualTo(201);
    }
  }

  long count(String of) throws Exception {
    ask(0, of, "POST", "/orders/_refresh", "");
    return json(ask(0, of, "GET", "/orders/_count", "")).get("count").asLong();
  }

  void start() {
    for (int i = 0; i < WRITERS; i++) {
      int writer = i;
      threads.add(Thread.ofVirtual().start(() -> run(writer)));
    }
  }

  private void run(int writer) {
    Map<String, Long> versions = new HashMap<>();
    long number = 0;
    while (!ended.get()) {
      String id = "w%d:%d".formatted(writer, number % DOCUMENTS);
      try {
        number++;
        write(writer, id, number, versions);
        read(writer + 1, id);
        Thread.sleep(5);
      } catch (Exception e) {
        wrong.add(id + ": " + e);
      }
    }
  }

  private void write(int writer, String id, long number, Map<String, Long> versions)
      throws Exception {
    int kind = (int) (number % 7);
    String path = "/orders/_doc/" + id.replace(":", "%3A");
    String document = "{\"n\":%d,\"w\":\"w%d\"}".formatted(number, writer);
    HttpResponse<String> answer =
        switch (kind) {
          case 0 -> ask(writer, tenant, "DELETE", path, "");
          case 1 ->
              ask(
                  writer,
                  tenant,
                  "POST",
                  path.replace("_doc", "_update"),
                  "{\"doc\":{\"n\":%d},\"upsert\":%s}".formatted(number, document));
          case 2 ->
              ask(
                  writer,
                  tenant,
                  "POST",
                  "/orders/_bulk",
                  "{\"index\":{\"_id\":\"%s\"}}\n%s\n".formatted(id, document));
          default -> ask(writer, tenant, "PUT", path, document);
        };
    boolean well =
        answer.statusCode() < 300
            || (kind == 0 && answer.statusCode() == 404)
            || (kind == 2 && !json(answer).get("errors").asBoolean());
    if (!well) {
      wrong.add("%s kind %d: %d %s".formatted(id, kind, answer.statusCode(), answer.body()));
      return;
    }
    writes.incrementAndGet();
    acknowledged.put(id, kind == 0 ? GONE : number);
    if (kind > 2) {
      versions.put(id, json(answer).get("_version").asLong());
    }
  }

  /// Another gateway shows at once what was acknowledged.
  private void read(int gateway, String id) throws Exception {
    long expected = acknowledged.getOrDefault(id, GONE);
    long seen = at(gateway, id);
    if (seen != expected) {
      wrong.add("%s: read %d, acknowledged %d".formatted(id, seen, expected));
    }
  }

  private long at(int gateway, String id) throws Exception {
    HttpResponse<String> answer =
        ask(gateway, tenant, "GET", "/orders/_doc/" + id.replace(":", "%3A"), "");
    if (answer.statusCode() == 404) {
      return GONE;
    }
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(answer.statusCode() + " " + answer.body());
    }
    return json(answer).get("_source").get("n").asLong();
  }

  void stop() throws InterruptedException {
    ended.set(true);
    for (Thread each : threads) {
      each.join();
    }
  }

  /// All that was acknowledged is there, once, and nothing else.
  void check() throws Exception {
    assertThat(wrong).isEmpty();
    assertThat(writes.get()).isGreaterThan(500);
    long there = 0;
    for (Map.Entry<String, Long> each : acknowledged.entrySet()) {
      assertThat(at(0, each.getKey())).as(each.getKey()).isEqualTo(each.getValue());
      there += each.getValue() == GONE ? 0 : 1;
    }
    assertThat(count(tenant)).isEqualTo(there);
  }

  @Override
  public void close() {
    ended.set(true);
    client.shutdownNow();
  }
}
