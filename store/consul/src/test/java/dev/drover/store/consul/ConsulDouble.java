package dev.drover.store.consul;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What stands in for a Consul in tests: as much of its HTTP API as the store calls, by its
/// documentation (developer.hashicorp.com/consul/api-docs, the pages named below). It is not a
/// Consul: what the pages do not say, or say wrongly, it does not have.
final class ConsulDouble implements AutoCloseable {
  private static final int VALUE_BYTES_MAX = 512 << 10;

  /// One key (page `kv`, "Metadata Response").
  @SuppressWarnings("ArrayRecordComponent")
  private record Value(byte[] bytes, long createIndex, long modifyIndex) {}

  /// What becomes of the next transaction.
  enum Fault {
    NONE,
    /// It is applied, and then told as an error of the server's.
    DONE_AND_500,
    NOT_DONE_AND_500
  }

  private final TreeMap<String, Value> values = new TreeMap<>();
  private final Map<String, Value> old = new HashMap<>();
  private HttpServer server;
  private final int port;
  private long index = 10;
  private Fault fault = Fault.NONE;
  private boolean leaderless;
  private String token = "";

  ConsulDouble() throws IOException {
    server = started(0);
    port = server.getAddress().getPort();
  }

  private HttpServer started(int at) throws IOException {
    HttpServer other =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), at), 0);
    other.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    other.createContext("/v1/", this::handle);
    other.start();
    return other;
  }

  int port() {
    return port;
  }

  /// Every connection ends; what was acknowledged stays.
  void restart() throws IOException, InterruptedException {
    server.stop(0);
    Thread.sleep(200);
    server = started(port);
  }

  synchronized void next(Fault other) {
    fault = other;
  }

  /// Page `features/consistency`: a former leader answers by what it has, unless `consistent` is
  /// asked for, which it cannot answer then; nor can it write.
  synchronized void leaderless(boolean value) {
    leaderless = value;
  }

  /// Page `api-structure`, "Authentication".
  synchronized void wants(String other) {
    token = other;
  }

  synchronized void remember() {
    old.clear();
    old.putAll(values);
  }

  /// Page `features/blocking`: "If a raft snapshot is restored on the servers with older version of
  /// the data", indexes go backwards.
  synchronized void restoreRemembered() {
    values.clear();
    values.putAll(old);
    index = values.values().stream().mapToLong(Value::modifyIndex).max().orElse(1);
    notifyAll();
  }

  synchronized int keys() {
    return values.size();
  }

  private record Reply(int status, String body) {}

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      Reply reply = reply(exchange, body);
      byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized Reply reply(HttpExchange exchange, byte[] body) throws InterruptedException {
    String given = exchange.getRequestHeaders().getFirst("X-Consul-Token");
    if (!token.isEmpty() && !token.equals(given)) {
      return new Reply(403, "Permission denied");
    }
    String path = exchange.getRequestURI().getRawPath();
    Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
    if (path.equals("/v1/status/peers")) {
      return new Reply(200, "[\"127.0.0.1:8300\"]");
    }
    if (path.equals("/v1/txn")) {
      return transaction(body);
    }
    String key = URLDecoder.decode(path.substring("/v1/kv/".length()), StandardCharsets.UTF_8);
    return switch (exchange.getRequestMethod()) {
      case "GET" -> get(exchange, key, query);
      case "PUT" -> put(key, body);
      case "DELETE" -> {
        index++;
        values.remove(key);
        yield new Reply(200, "true");
      }
      default -> new Reply(405, "");
    };
  }

  private static Map<String, String> query(@Nullable String text) {
    Map<String, String> query = new HashMap<>();
    for (String each : text == null ? new String[0] : text.split("&", -1)) {
      int equals = each.indexOf('=');
      query.put(
          equals < 0 ? each : each.substring(0, equals),
          equals < 0 ? "" : each.substring(equals + 1));
    }
    return query;
  }

  /// Pages `kv`, "Read Key", and `features/blocking`. Waits up to a sixteenth longer than asked.
  private Reply get(HttpExchange exchange, String key, Map<String, String> query)
      throws InterruptedException {
    if (query.containsKey("index")) {
      long since = Long.parseLong(query.get("index"));
      String wait = query.getOrDefault("wait", "300000ms");
      long millis = Long.parseLong(wait.substring(0, wait.length() - 2));
      long end = System.nanoTime() + (millis + millis / 16) * 1_000_000;
      while (values.containsKey(key)
          && values.get(key).modifyIndex() == since
          && System.nanoTime() < end) {
        wait(Math.max(1, (end - System.nanoTime()) / 1_000_000));
      }
    }
    if (leaderless && query.containsKey("consistent")) {
      return new Reply(500, "No cluster leader");
    }
    Value found = values.get(key);
    exchange
        .getResponseHeaders()
        .set("X-Consul-Index", Long.toString(found == null ? index : found.modifyIndex()));
    if (found == null) {
      return new Reply(404, "");
    }
    ArrayNode answer = JsonMapper.shared().createArrayNode();
    described(answer.addObject(), key, found)
        .put("Value", Base64.getEncoder().encodeToString(found.bytes()));
    return new Reply(200, answer.toString());
  }

  private static ObjectNode described(ObjectNode node, String key, Value value) {
    return node.put("CreateIndex", value.createIndex())
        .put("ModifyIndex", value.modifyIndex())
        .put("LockIndex", 0)
        .put("Key", key)
        .put("Flags", 0);
  }

  /// Page `kv`, "Create/Update Key".
  private Reply put(String key, byte[] body) {
    if (leaderless) {
      return new Reply(500, "No cluster leader");
    }
    if (body.length > VALUE_BYTES_MAX) {
      return new Reply(413, "Request body too large, max size: 524288 bytes");
    }
    Value _ = set(key, body);
    return new Reply(200, "true");
  }

  private Value set(String key, byte[] bytes) {
    index++;
    Value before = values.get(key);
    Value after = new Value(bytes, before == null ? index : before.createIndex(), index);
    values.put(key, after);
    notifyAll();
    return after;
  }

  /// Page `txn`: all or nothing; 409 with `Errors` if it was rolled back.
  private Reply transaction(byte[] body) {
    Fault now = fault;
    fault = Fault.NONE;
    if (leaderless || now == Fault.NOT_DONE_AND_500) {
      return new Reply(500, "rpc error making call: No cluster leader");
    }
    JsonNode operations = JsonMapper.shared().readTree(body);
    ObjectNode answer = JsonMapper.shared().createObjectNode();
    for (int i = 0; i < operations.size(); i++) {
      String wrong = wrong(operations.path(i).path("KV"));
      if (!wrong.isEmpty()) {
        answer.putNull("Results");
        answer.putArray("Errors").addObject().put("OpIndex", i).put("What", wrong);
        return new Reply(409, answer.toString());
      }
    }
    ArrayNode results = answer.putArray("Results");
    answer.putNull("Errors");
    for (JsonNode each : operations) {
      JsonNode kv = each.path("KV");
      if (!kv.path("Verb").asString("").equals("check-not-exists")) {
        String key = kv.path("Key").asString("");
        Value after = set(key, Base64.getDecoder().decode(kv.path("Value").asString("")));
        described(results.addObject().putObject("KV"), key, after).putNull("Value");
      }
    }
    return now == Fault.DONE_AND_500
        ? new Reply(500, "rpc error making call: EOF")
        : new Reply(200, answer.toString());
  }

  private String wrong(JsonNode kv) {
    String key = kv.path("Key").asString("");
    Value found = values.get(key);
    return switch (kv.path("Verb").asString("")) {
      case "set" -> "";
      case "check-not-exists" -> found == null ? "" : "key \"" + key + "\" exists";
      case "cas" ->
          found != null && found.modifyIndex() == kv.path("Index").asLong()
              ? ""
              : "failed to set key \"" + key + "\", index is stale";
      default -> "unknown KV verb";
    };
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
