package dev.drover.store.consul;

import dev.drover.store.Guarantees;
import dev.drover.store.StoreException;
import dev.drover.store.log.Cell;
import dev.drover.store.log.Deadline;
import dev.drover.store.log.HttpNodes;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A cell that is one key (`head`) of a Consul; blobs are keys of their own.
///
/// | the cell | Consul |
/// |---|---|
/// | position | the key's `ModifyIndex` |
/// | swap | a transaction with `cas`, as its answer tells the new `ModifyIndex`; the first time `check-not-exists` and `set` |
/// | read | a get with `consistent` |
/// | moved | a blocking query with the position as its `index` |
/// | keep | keys of at most [#PART_BYTES], as a value has at most 512 kB |
///
/// Sessions are not used: they last 10 seconds or more, up to twice their time, and their end is
/// seen by nobody in one order with the other changes.
final class ConsulCell implements Cell {
  private static final int PART_BYTES = 384 << 10;
  private static final int CLIENT_ATTEMPTS_MAX = 1_000;

  private final ConsulStoreOptions options;
  private final HttpNodes nodes;
  private final AtomicLong blobs = new AtomicLong();
  private volatile @Nullable String name;
  private volatile int servers;

  ConsulCell(ConsulStoreOptions options) {
    this.options = options;
    nodes =
        new HttpNodes(
            options.hosts(),
            options.token().map(token -> Map.of("X-Consul-Token", token.text())).orElse(Map.of()),
            options.tls());
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Answer(int status, byte[] bytes) {
    JsonNode json() throws StoreException {
      try {
        return JsonMapper.shared().readTree(bytes);
      } catch (JacksonException e) {
        throw new StoreException.Unavailable("Consul: not an answer of Consul's: " + this, e);
      }
    }

    @Override
    public String toString() {
      int shown = Math.min(200, bytes.length);
      return "HTTP %d, %s".formatted(status, new String(bytes, 0, shown, StandardCharsets.UTF_8));
    }
  }

  private Duration attempt(Deadline deadline) {
    return deadline.atMost(options.calls().attemptTimeout());
  }

  private Answer send(String method, String path, byte[] body, Duration atMost)
      throws HttpNodes.Unanswered {
    HttpNodes.Answer answer = nodes.send(method, path, body, atMost);
    return new Answer(answer.status(), answer.body());
  }

  /// Asks for what may be asked again. 200 and 404 come back.
  private Answer ask(String method, String path, byte[] body, Duration atMost)
      throws StoreException {
    Answer answer;
    try {
      answer = send(method, path, body, atMost);
    } catch (HttpNodes.Unanswered e) {
      throw new StoreException.Unavailable("Consul: " + e.getMessage(), e);
    }
    return switch (answer.status()) {
      case 200, 404 -> answer;
      case 400, 401, 403, 413 -> throw new StoreException.Refused("Consul: " + answer, null);
      default -> throw new StoreException.Unavailable("Consul: " + answer, null);
    };
  }

  private String key(String what) {
    return options.prefix() + what;
  }

  private String path(String what) {
    String encoded = URLEncoder.encode(key(what), StandardCharsets.UTF_8);
    return "/v1/kv/" + encoded.replace("%2F", "/").replace("+", "%20");
  }

  /// One key, as it stands; empty if it is absent.
  private Optional<Content> value(String what, Deadline deadline) throws StoreException {
    Answer answer = ask("GET", path(what) + "?consistent", new byte[0], attempt(deadline));
    if (answer.status() == 404) {
      return Optional.empty();
    }
    JsonNode found = answer.json().path(0);
    try {
      return Optional.of(
          new Content(
              new Position(0, found.path("ModifyIndex").asLong()),
              Base64.getDecoder().decode(found.path("Value").asString(""))));
    } catch (IllegalArgumentException e) {
      throw new StoreException.Corrupt("Consul's value of '" + key(what) + "' is not Base64", e);
    }
  }

  @Override
  public Optional<Content> read(Deadline deadline) throws StoreException {
    if (servers == 0) {
      Answer peers = ask("GET", "/v1/status/peers", new byte[0], attempt(deadline));
      servers = peers.status() == 200 ? Math.max(1, peers.json().size()) : 1;
    }
    return value("head", deadline);
  }

  /// May come back early, and if the index has gone backwards: both only have the head read again.
  @Override
  public boolean moved(Position since, Duration atMost) throws StoreException {
    String wait = "?index=%d&wait=%dms".formatted(since.number(), Math.max(1, atMost.toMillis()));
    Duration longest = atMost.plus(atMost.dividedBy(16)).plus(options.calls().attemptTimeout());
    Answer answer = ask("GET", path("head") + wait, new byte[0], longest);
    return answer.status() == 404
        || answer.json().path(0).path("ModifyIndex").asLong() != since.number();
  }

  @Override
  public Optional<Position> swap(Optional<Position> expected, byte[] bytes, Deadline deadline)
      throws StoreException {
    return transacted("head", expected, bytes, deadline);
  }

  private Optional<Position> transacted(
      String what, Optional<Position> expected, byte[] bytes, Deadline deadline)
      throws StoreException {
    ArrayNode operations = JsonMapper.shared().createArrayNode();
    if (expected.isPresent()) {
      operation(operations, "cas", what, bytes).put("Index", expected.get().number());
    } else {
      operation(operations, "check-not-exists", what, null);
      operation(operations, "set", what, bytes);
    }
    byte[] body = JsonMapper.shared().writeValueAsBytes(operations);
    Answer answer;
    try {
      answer = send("PUT", "/v1/txn", body, attempt(deadline));
    } catch (HttpNodes.Unanswered e) {
      throw e.sent()
          ? new StoreException.OutcomeUnknown("Consul: " + e.getMessage(), e)
          : new StoreException.Unavailable("Consul: " + e.getMessage(), e);
    }
    return switch (answer.status()) {
      case 200 -> Optional.of(written(answer));
      case 409 -> rolledBack(answer);
      case 400, 401, 403, 413 -> throw new StoreException.Refused("Consul: " + answer, null);
      default -> throw new StoreException.OutcomeUnknown("Consul: " + answer, null);
    };
  }

  private ObjectNode operation(
      ArrayNode operations, String verb, String what, byte @Nullable [] bytes) {
    ObjectNode kv = operations.addObject().putObject("KV");
    kv.put("Verb", verb).put("Key", key(what));
    if (bytes != null) {
      kv.put("Value", Base64.getEncoder().encodeToString(bytes));
    }
    return kv;
  }

  /// @throws StoreException.OutcomeUnknown if the answer does not tell where it was written
  private static Position written(Answer answer) throws StoreException {
    try {
      JsonNode results = answer.json().path("Results");
      long index = results.path(results.size() - 1).path("KV").path("ModifyIndex").asLong();
      if (index > 0) {
        return new Position(0, index);
      }
    } catch (StoreException.Unavailable e) {
      throw new StoreException.OutcomeUnknown("Consul: " + answer, e);
    }
    throw new StoreException.OutcomeUnknown("Consul: " + answer, null);
  }

  /// A transaction that is refused to this token is rolled back too.
  private static Optional<Position> rolledBack(Answer answer) throws StoreException.Refused {
    String said = new String(answer.bytes(), StandardCharsets.UTF_8);
    if (said.contains("ermission denied") || said.contains("ACL")) {
      throw new StoreException.Refused("Consul: " + answer, null);
    }
    return Optional.empty();
  }

  @Override
  public String keep(byte[] bytes, Deadline deadline) throws StoreException {
    int parts = Math.max(1, (bytes.length + PART_BYTES - 1) / PART_BYTES);
    String blob = client(deadline) + "-" + blobs.incrementAndGet();
    for (int i = 0; i < parts; i++) {
      byte[] part =
          Arrays.copyOfRange(bytes, i * PART_BYTES, Math.min(bytes.length, (i + 1) * PART_BYTES));
      Answer answer = ask("PUT", path("blobs/" + blob + "/" + i), part, attempt(deadline));
      if (answer.status() != 200 || !answer.json().asBoolean(false)) {
        throw new StoreException.Unavailable("Consul: " + answer, null);
      }
    }
    return blob + "*" + parts;
  }

  private static List<String> parts(String blob) {
    int star = blob.indexOf('*');
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < Integer.parseInt(blob.substring(star + 1)); i++) {
      parts.add("blobs/" + blob.substring(0, star) + "/" + i);
    }
    return parts;
  }

  @Override
  public Optional<byte[]> kept(String blob, Deadline deadline) throws StoreException {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    for (String each : parts(blob)) {
      Optional<Content> part = value(each, deadline);
      if (part.isEmpty()) {
        return Optional.empty();
      }
      whole.writeBytes(part.get().bytes());
    }
    return Optional.of(whole.toByteArray());
  }

  @Override
  public void drop(List<String> names) {
    for (String blob : names) {
      parts(blob).forEach(each -> nodes.forget("DELETE", path(each)));
    }
  }

  /// The next number of a counter: who took one that it was not told of leaves it out.
  @Override
  public String client(Deadline deadline) throws StoreException {
    String known = name;
    for (int i = 0; known == null && i < CLIENT_ATTEMPTS_MAX; i++) {
      Optional<Content> last = value("clients", deadline);
      long next = last.map(each -> number(each.bytes())).orElse(0L) + 1;
      byte[] bytes = Long.toString(next).getBytes(StandardCharsets.UTF_8);
      try {
        if (transacted("clients", last.map(Content::at), bytes, deadline).isPresent()) {
          known = "c" + next;
          name = known;
        }
      } catch (StoreException.OutcomeUnknown e) {
        throw new StoreException.Unavailable(String.valueOf(e.getMessage()), e);
      }
    }
    if (known == null) {
      throw new StoreException.Unavailable("Consul: too many clients begin at once", null);
    }
    return known;
  }

  private static long number(byte[] bytes) {
    try {
      return Long.parseLong(new String(bytes, StandardCharsets.UTF_8));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  @Override
  public Guarantees guarantees() {
    int known = servers;
    if (known == 0) {
      return new Guarantees(
          "consul", false, false, Duration.ZERO, ConsulStore.UNTRIED + ". It has not answered yet");
    }
    return new Guarantees(
        "consul",
        true,
        known >= 3,
        Duration.ZERO,
        ConsulStore.UNTRIED
            + (known >= 3
                ? ". By its documentation "
                : ". With fewer than three servers the loss of one loses or stops the store. By its"
                    + " documentation ")
            + "a write is on a majority of its servers before it is acknowledged. Restoring a"
            + " snapshot takes back acknowledged writes");
  }

  @Override
  public void close() {
    nodes.close();
  }
}
