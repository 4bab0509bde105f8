package dev.drover.opensearch.demo;

import dev.drover.engine.demo.DemoClient;
import dev.drover.engine.demo.DemoClients;
import dev.drover.engine.demo.Tally;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.message.BasicHeader;
import org.opensearch.client.json.JsonData;
import org.opensearch.client.opensearch.OpenSearchClient;
import org.opensearch.client.opensearch._types.OpenSearchException;
import org.opensearch.client.opensearch.core.GetResponse;
import org.opensearch.client.opensearch.core.SearchResponse;
import org.opensearch.client.opensearch.core.UpdateResponse;
import org.opensearch.client.transport.OpenSearchTransport;
import org.opensearch.client.transport.httpclient5.ApacheHttpClient5TransportBuilder;

/// OpenSearch's own Java client, as any application uses it. Each tenant's has its header.
final class JavaClients implements DemoClients {
  private static final String NUMBER = "n";

  /// Of so many reads, one is a search.
  private static final int SEARCH_EVERY = 8;

  @Override
  public DemoClient connect(int port) throws IOException {
    Map<String, OpenSearchTransport> tenants = new HashMap<>();
    for (String tenant : TenantDemoKit.TENANTS) {
      tenants.put(
          tenant,
          ApacheHttpClient5TransportBuilder.builder(new HttpHost("http", "127.0.0.1", port))
              .setDefaultHeaders(new BasicHeader[] {new BasicHeader("X-Tenant", tenant)})
              .build());
    }
    Client client = new Client(tenants);
    client.makeIndex();
    return client;
  }

  @Override
  public void close() {}

  /// A document of a tenant.
  private record Place(String tenant, String id) {
    static Place of(Tally tally) {
      int slash = tally.key().indexOf('/');
      return new Place(tally.key().substring(0, slash), tally.key().substring(slash + 1));
    }
  }

  private static final class Client implements DemoClient {
    private final Map<String, OpenSearchTransport> transports;
    private final Map<String, OpenSearchClient> clients = new HashMap<>();
    private int reads;

    Client(Map<String, OpenSearchTransport> transports) {
      this.transports = transports;
      transports.forEach(
          (tenant, transport) -> clients.put(tenant, new OpenSearchClient(transport)));
    }

    private OpenSearchClient of(Place place) {
      OpenSearchClient client = clients.get(place.tenant());
      if (client == null) {
        throw new IllegalArgumentException("no tenant " + place.tenant());
      }
      return client;
    }

    /// A cluster refuses reads of an index for a moment after a first write has made it. So it is
    /// made before anybody reads.
    void makeIndex() throws IOException {
      Place alone = new Place(TenantDemoKit.ALONE, "");
      if (!asked(() -> of(alone).indices().exists(e -> e.index(TenantDemoKit.INDEX))).value()) {
        asked(() -> of(alone).indices().create(c -> c.index(TenantDemoKit.INDEX)));
      }
    }

    private interface Asked<T> {
      T ask() throws IOException;
    }

    /// The client throws what a gateway has refused as a bug of its caller's.
    private static <T> T asked(Asked<T> what) throws IOException {
      try {
        return what.ask();
      } catch (OpenSearchException e) {
        throw new IOException(e.status() + " " + e.getMessage(), e);
      }
    }

    @Override
    public long write(Tally to, long number) throws IOException {
      Place place = Place.of(to);
      if (to.kind() == Tally.Kind.COUNT) {
        return counted(place);
      }
      asked(
          () ->
              of(place)
                  .index(
                      i ->
                          i.index(TenantDemoKit.INDEX)
                              .id(place.id())
                              .document(Map.of(NUMBER, number))));
      return number;
    }

    private long counted(Place place) throws IOException {
      UpdateResponse<JsonData> answer =
          asked(
              () ->
                  of(place)
                      .update(
                          u ->
                              u.index(TenantDemoKit.INDEX)
                                  .id(place.id())
                                  .script(
                                      s -> s.inline(source -> source.source("ctx._source.n += 1")))
                                  .upsert(JsonData.of(Map.of(NUMBER, 1)))
                                  .source(source -> source.fetch(true)),
                          JsonData.class));
      JsonData now = answer.get() == null ? null : answer.get().source();
      if (now == null) {
        throw new IOException("an update did not say what it has written");
      }
      return number(now);
    }

    private static long number(JsonData source) {
      return source.toJson().asJsonObject().getJsonNumber(NUMBER).longValue();
    }

    @Override
    public long read(Tally from) throws IOException {
      Place place = Place.of(from);
      return asked(() -> ++reads % SEARCH_EVERY == 0 ? searched(place) : got(place));
    }

    private long got(Place place) throws IOException {
      GetResponse<JsonData> answer =
          of(place).get(g -> g.index(TenantDemoKit.INDEX).id(place.id()), JsonData.class);
      JsonData source = answer.source();
      return source == null ? 0 : number(source);
    }

    /// A search sees what was written before the last refresh.
    private long searched(Place place) throws IOException {
      var _ = of(place).indices().refresh(r -> r.index(TenantDemoKit.INDEX));
      SearchResponse<JsonData> answer =
          of(place)
              .search(
                  s ->
                      s.index(TenantDemoKit.INDEX)
                          .query(q -> q.ids(i -> i.values(List.of(place.id())))),
                  JsonData.class);
      return answer.hits().hits().stream()
          .map(hit -> hit.source())
          .filter(source -> source != null)
          .mapToLong(Client::number)
          .max()
          .orElse(0);
    }

    @Override
    public long length(Tally log) {
      throw new UnsupportedOperationException("there are no logs here");
    }

    @Override
    public void close() {
      for (OpenSearchTransport each : transports.values()) {
        try {
          each.close();
        } catch (IOException e) {
          throw new java.io.UncheckedIOException(e);
        }
      }
    }
  }
}
