package dev.drover.opensearch.torture;

import dev.drover.engine.torture.KeyName;
import dev.drover.engine.torture.TortureClient.Failed;
import dev.drover.opensearch.torture.Asking.Answered;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import tools.jackson.databind.JsonNode;

/// What is asked of one document. Each operation can be asked for in several ways; which one is
/// taken is drawn.
///
/// @param id as clients call it
record DocumentRequests(Asking asking, String id, Random random) {
  private static final String INDEX = "/" + TenantTortureKit.INDEX;

  private static final String NUMBERS = "{\"v\":%1$d,\"t\":\"%1$d\"}";

  /// A number whose two forms are not the same.
  private static final long TORN = -1;

  private static final String NO_INDEX = "index_not_found_exception";
  private static final int ERRORS = 400;
  private static final int TRIES_MAX = 10;

  private String path(String endpoint) {
    return INDEX + endpoint + id.replace(":", "%3A");
  }

  private String ids() {
    return "\"query\":{\"ids\":{\"values\":[\"%s\"]}}".formatted(id);
  }

  // --- registers

  void set(long value) throws Failed {
    String document = NUMBERS.formatted(value);
    try {
      set(document);
    } catch (Conflict e) {
      put("", document);
    }
  }

  /// Another client was faster, or there is nothing to be changed: nothing was done.
  private static final class Conflict extends Exception {
    private static final long serialVersionUID = 1;
  }

  private void set(String document) throws Failed, Conflict {
    switch (random.nextInt(12)) {
      case 0, 1, 2 -> put("", document);
      case 3, 4 -> bulk(line("index", id, document));
      case 5, 6 -> free(() -> update("\"doc\":%s,\"doc_as_upsert\":true".formatted(document), ""));
      case 7, 8 ->
          free(
              () ->
                  update(
                      "%s,\"upsert\":%s"
                          .formatted(script("ctx._source = params.d", document), document),
                      "?refresh=true"));
      case 9, 10 ->
          free(
              () -> {
                optimistic(document);
                return true;
              });
      default -> byQuery(document);
    }
  }

  /// All at once.
  void setAll(Map<KeyName, Long> values) throws Failed {
    StringBuilder lines = new StringBuilder();
    values.forEach(
        (key, value) -> lines.append(line("index", key.toString(), NUMBERS.formatted(value))));
    bulk(lines.toString());
  }

  private interface Sent<T> {
    T send() throws Failed;
  }

  /// @throws Conflict where the answer says so
  private static <T> T free(Sent<T> request) throws Failed, Conflict {
    try {
      return request.send();
    } catch (Failed e) {
      if (Asking.conflict(e)) {
        throw new Conflict();
      }
      throw e;
    }
  }

  /// The same until nobody else is faster: of the counters and lists each write counts.
  private static <T> T insisted(Sent<T> request) throws Failed {
    for (int i = 0; i < TRIES_MAX; i++) {
      try {
        return free(request);
      } catch (Conflict e) {
        // Another one was faster; nothing was done.
      }
    }
    return request.send();
  }

  private void put(String parameters, String document) throws Failed {
    Answered _ = found(asking.ask("PUT", path("/_doc/") + parameters, document));
  }

  /// A write that was answered as a thing that is not there was not done.
  private static Answered found(Answered answer) throws Failed {
    if (answer.missing()) {
      throw Asking.failed(answer.status(), answer.body().path("error"));
    }
    return answer;
  }

  private static String line(String action, String id, String document) {
    return "{\"%s\":{\"_id\":\"%s\"}}\n%s\n".formatted(action, id, document);
  }

  private void bulk(String lines) throws Failed {
    Answered answer = found(asking.ask("POST", INDEX + "/_bulk", lines));
    Failed first = null;
    int done = 0;
    for (JsonNode item : answer.body().path("items")) {
      JsonNode result = item.iterator().next();
      int status = result.path("status").asInt();
      if (status >= ERRORS && result.has("error")) {
        Failed failed = Asking.failed(status, result.path("error"));
        first = first == null || first.nothingDone() ? failed : first;
      } else {
        done++;
      }
    }
    if (first != null) {
      // What holds for one of them need not hold for all.
      throw done == 0 ? first : new Failed(String.valueOf(first.getMessage()), false, false);
    }
  }

  private JsonNode update(String body, String parameters) throws Failed {
    return found(asking.ask("POST", path("/_update/") + parameters, "{" + body + "}")).body();
  }

  private static String script(String source, String value) {
    return "\"script\":{\"source\":\"%s\",\"params\":{\"d\":%s}}".formatted(source, value);
  }

  /// A write that is done only if nobody has written since the document was read.
  private void optimistic(String document) throws Failed {
    Answered before;
    try {
      before = asking.ask("GET", path("/_doc/"), "");
    } catch (Failed e) {
      throw new Failed(String.valueOf(e.getMessage()), true, e.lost());
    }
    put(
        before.missing()
            ? "?op_type=create"
            : "?if_seq_no=%d&if_primary_term=%d"
                .formatted(
                    before.body().path("_seq_no").asLong(),
                    before.body().path("_primary_term").asLong()),
        document);
  }

  private void byQuery(String document) throws Failed, Conflict {
    refresh();
    Answered answer =
        free(
            () ->
                asking.ask(
                    "POST",
                    INDEX + "/_update_by_query",
                    "{%s,%s}".formatted(ids(), script("ctx._source = params.d", document))));
    if (answer.body().path("updated").asInt() != 1) {
      throw new Conflict();
    }
  }

  private void refresh() throws Failed {
    try {
      Answered _ = asking.ask("POST", INDEX + "/_refresh", "");
    } catch (Failed e) {
      throw new Failed(String.valueOf(e.getMessage()), true, e.lost());
    }
  }

  /// @return 0 if there is none
  long get() throws Failed {
    JsonNode source = source();
    if (source.isMissingNode()) {
      return 0;
    }
    return number(source);
  }

  /// @return [#TORN] if its two forms are not the same
  static long number(JsonNode source) {
    long value = source.path("v").asLong(TORN);
    return source.path("t").asString("").equals(Long.toString(value)) ? value : TORN;
  }

  /// @return missing if there is no such document
  private JsonNode source() throws Failed {
    return switch (random.nextInt(8)) {
      case 0, 1, 2, 3 -> of(asking.ask("GET", path("/_doc/"), ""), "/_source");
      case 4 -> of(asking.ask("GET", path("/_source/"), ""), "");
      case 5 -> oneOfMany();
      default -> searched();
    };
  }

  private static JsonNode of(Answered answer, String pointer) {
    return answer.missing() ? answer.body().path("none") : answer.body().at(pointer);
  }

  /// Of many documents each can fail by itself.
  private JsonNode oneOfMany() throws Failed {
    Answered answer = asking.ask("POST", INDEX + "/_mget", "{\"ids\":[\"%s\"]}".formatted(id));
    JsonNode error = answer.body().at("/docs/0/error");
    if (!error.isMissingNode() && !error.path("type").asString().equals(NO_INDEX)) {
      throw Asking.failed(answer.status(), error);
    }
    return of(answer, "/docs/0/_source");
  }

  /// A search sees what was written before the last refresh.
  private JsonNode searched() throws Failed {
    refresh();
    Answered answer = asking.ask("POST", INDEX + "/_search", "{%s}".formatted(ids()));
    JsonNode body = answer.body();
    if (!answer.missing()
        && (body.path("timed_out").asBoolean() || body.at("/_shards/failed").asInt() > 0)) {
      throw new Failed("a search saw only a part of the shards", true, false);
    }
    return of(answer, "/hits/hits/0/_source");
  }

  void delete() throws Failed {
    switch (random.nextInt(4)) {
      case 0, 1 -> {
        Answered _ = asking.ask("DELETE", path("/_doc/"), "");
      }
      case 2 -> bulk("{\"delete\":{\"_id\":\"%s\"}}\n".formatted(id));
      default -> {
        refresh();
        Answered answer =
            insisted(
                () -> asking.ask("POST", INDEX + "/_delete_by_query", "{%s}".formatted(ids())));
        if (answer.body().path("deleted").asInt() != 1) {
          Answered _ = asking.ask("DELETE", path("/_doc/"), "");
        }
      }
    }
  }

  // --- counters and lists

  /// @return what it has counted to
  long increment() throws Failed {
    String retries = random.nextBoolean() ? "&retry_on_conflict=3" : "";
    return insisted(
            () ->
                update(
                    "\"script\":{\"source\":\"ctx._source.c += 1\"},\"upsert\":{\"c\":1}",
                    "?_source=true" + retries))
        .at("/get/_source/c")
        .asLong();
  }

  long count() throws Failed {
    return source().path("c").asLong(0);
  }

  /// @return how long the list is now
  long push(long element) throws Failed {
    return insisted(
            () ->
                update(
                    "%s,\"upsert\":{\"l\":[%d]}"
                        .formatted(
                            script("ctx._source.l.add(params.d)", Long.toString(element)), element),
                    "?_source=true"))
        .at("/get/_source/l")
        .size();
  }

  List<Long> list() throws Failed {
    return Arrays.stream(elements(source())).boxed().toList();
  }

  static long[] elements(JsonNode source) {
    return source.path("l").valueStream().mapToLong(JsonNode::asLong).toArray();
  }
}
