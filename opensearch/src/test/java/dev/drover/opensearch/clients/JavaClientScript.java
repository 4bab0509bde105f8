package dev.drover.opensearch.clients;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.stream.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.message.BasicHeader;
import org.opensearch.client.json.JsonData;
import org.opensearch.client.json.JsonpMapper;
import org.opensearch.client.json.JsonpSerializable;
import org.opensearch.client.opensearch.OpenSearchClient;
import org.opensearch.client.opensearch._types.FieldValue;
import org.opensearch.client.opensearch._types.OpenSearchException;
import org.opensearch.client.opensearch._types.Refresh;
import org.opensearch.client.opensearch._types.SortOrder;
import org.opensearch.client.opensearch._types.Time;
import org.opensearch.client.opensearch._types.VersionType;
import org.opensearch.client.opensearch.core.GetResponse;
import org.opensearch.client.transport.OpenSearchTransport;
import org.opensearch.client.transport.httpclient5.ApacheHttpClient5TransportBuilder;
import org.opensearch.client.transport.httpclient5.ResponseException;
import tools.jackson.databind.json.JsonMapper;

/// What an application does with OpenSearch's Java client.
final class JavaClientScript {
  private static final String INDEX = "jorders";

  private final OpenSearchTransport transport;
  private final OpenSearchClient client;
  private final Map<String, Seen> all = new LinkedHashMap<>();

  private JavaClientScript(OpenSearchTransport transport) {
    this.transport = transport;
    this.client = new OpenSearchClient(transport);
  }

  /// Runs it.
  ///
  /// @param tenant empty for none
  static Map<String, Seen> run(int port, String tenant) throws IOException {
    Header[] headers =
        tenant.isEmpty() ? new Header[0] : new Header[] {new BasicHeader("X-Tenant", tenant)};
    try (OpenSearchTransport transport =
        ApacheHttpClient5TransportBuilder.builder(new HttpHost("http", "127.0.0.1", port))
            .setDefaultHeaders(headers)
            .build()) {
      JavaClientScript script = new JavaClientScript(transport);
      script.documents();
      script.searches();
      script.rest();
      return script.all;
    }
  }

  private interface Asked {
    Object ask() throws IOException;
  }

  private void step(String name, Asked what) throws IOException {
    String status = "well";
    String body;
    try {
      Object answer = what.ask();
      body = answer instanceof JsonpSerializable json ? json(json) : "\"" + answer + "\"";
    } catch (OpenSearchException e) {
      status = Integer.toString(e.status());
      body = json(e.error());
    } catch (ResponseException e) {
      // Of some requests the client takes errors apart, of others it shows them as they came.
      status = Integer.toString(e.status());
      String message = String.valueOf(e.getMessage());
      body = message.substring(message.indexOf("\n{") + 1);
    } catch (IOException e) {
      // This client shows nothing of an answer with 403.
      assertThat(e).hasMessage("Forbidden access");
      status = "403";
      body = "{}";
    }
    all.put(name, new Seen(name, status, JsonMapper.shared().readTree(body)));
  }

  private String json(JsonpSerializable value) {
    JsonpMapper mapper = transport.jsonpMapper();
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = mapper.jsonProvider().createGenerator(text)) {
      value.serialize(generator, mapper);
    }
    return text.toString();
  }

  private static Map<String, Object> document(int number, String name) {
    return Map.of("n", number, "name", name);
  }

  private void documents() throws IOException {
    step("exists", () -> client.indices().exists(e -> e.index(INDEX)).value());
    step(
        "index",
        () ->
            client.index(
                i -> i.index(INDEX).id("b:1").document(document(1, "a")).refresh(Refresh.True)));
    step("create", () -> client.create(c -> c.index(INDEX).id("c").document(document(2, "b"))));
    step(
        "create again",
        () -> client.create(c -> c.index(INDEX).id("c").document(document(2, "b"))));
    step(
        "index without an id",
        () -> client.index(i -> i.index(INDEX).document(document(3, "none"))));
    step("get", () -> client.get(g -> g.index(INDEX).id("b:1"), JsonData.class));
    step("get none", () -> client.get(g -> g.index(INDEX).id("none"), JsonData.class));
    step("exists document", () -> client.exists(e -> e.index(INDEX).id("b:1")).value());
    step(
        "update",
        () ->
            client.update(
                u -> u.index(INDEX).id("b:1").doc(JsonData.of(Map.of("n", 5))), JsonData.class));
    step(
        "update none",
        () ->
            client.update(
                u -> u.index(INDEX).id("none").doc(JsonData.of(Map.of("n", 5))), JsonData.class));
    step(
        "script",
        () ->
            client.update(
                u ->
                    u.index(INDEX)
                        .id("b:1")
                        .script(s -> s.inline(i -> i.source("ctx._source.n += 2")))
                        .refresh(Refresh.WaitFor),
                JsonData.class));
    step("optimistic", this::optimistic);
    step(
        "external version",
        () ->
            client.index(
                i ->
                    i.index(INDEX)
                        .id("v")
                        .version(41L)
                        .versionType(VersionType.External)
                        .document(document(1, "v"))));
    step(
        "bulk",
        () ->
            client.bulk(
                b ->
                    b.index(INDEX)
                        .refresh(Refresh.True)
                        .operations(o -> o.index(i -> i.id("2").document(document(2, "b"))))
                        .operations(o -> o.create(c -> c.id("2").document(document(2, "b"))))
                        .operations(o -> o.delete(d -> d.id("none")))));
    step(
        "mget",
        () -> client.mget(m -> m.index(INDEX).ids(List.of("b:1", "2", "none")), JsonData.class));
  }

  /// The second write has read a state that the first one has changed.
  private Object optimistic() throws IOException {
    GetResponse<JsonData> before = client.get(g -> g.index(INDEX).id("b:1"), JsonData.class);
    for (int i = 0; i < 2; i++) {
      int number = i;
      Object _ =
          client.index(
              w ->
                  w.index(INDEX)
                      .id("b:1")
                      .ifSeqNo(before.seqNo())
                      .ifPrimaryTerm(before.primaryTerm())
                      .document(document(number, "a")));
    }
    return "both were written";
  }

  private void searches() throws IOException {
    step(
        "search",
        () ->
            client.search(
                s ->
                    s.index(INDEX)
                        .query(q -> q.term(t -> t.field("name").value(FieldValue.of("b"))))
                        .sort(o -> o.field(f -> f.field("n").order(SortOrder.Asc)))
                        .aggregations("most", a -> a.max(m -> m.field("n"))),
                JsonData.class));
    step("count", () -> client.count(c -> c.index(INDEX)));
    step(
        "msearch",
        () ->
            client.msearch(
                m ->
                    m.searches(
                        r ->
                            r.header(h -> h.index(List.of(INDEX)))
                                .body(
                                    b ->
                                        b.query(q -> q.matchAll(a -> a))
                                            .sort(
                                                o ->
                                                    o.field(
                                                        f -> f.field("n").order(SortOrder.Asc))))),
                JsonData.class));
    step(
        "scroll",
        () -> {
          var first =
              client.search(
                  s ->
                      s.index(INDEX)
                          .size(1)
                          .scroll(Time.of(t -> t.time("1m")))
                          .sort(o -> o.field(f -> f.field("n").order(SortOrder.Asc))),
                  JsonData.class);
          return client.scroll(
              s -> s.scrollId(first.scrollId()).scroll(Time.of(t -> t.time("1m"))), JsonData.class);
        });
    step("unknown index", () -> client.search(s -> s.index("nothere"), JsonData.class));
    step(
        "delete by query",
        () ->
            client.deleteByQuery(
                d ->
                    d.index(List.of(INDEX))
                        .refresh(Refresh.True)
                        .query(q -> q.term(t -> t.field("name").value(FieldValue.of("b"))))));
  }

  private void rest() throws IOException {
    step("mapping", () -> client.indices().getMapping(m -> m.index(INDEX)));
    step("refresh", () -> client.indices().refresh(r -> r.index(INDEX)));
    step("delete", () -> client.delete(d -> d.index(INDEX).id("b:1")));
    step("delete again", () -> client.delete(d -> d.index(INDEX).id("b:1")));
  }
}
