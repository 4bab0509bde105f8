package dev.drover.opensearch.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.opensearch.tenant.DeletesIndex;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a cluster is shown. The cluster is a server of the test's own, for no node without its
/// security plugin says what it was shown.
class ForwardedCredentialsTest {
  private static final HomeEndpoint.Login OWN = HomeEndpoint.Login.of("drover", "secret");
  private static final String OWN_SHOWN = "Basic ZHJvdmVyOnNlY3JldA==";
  private static final String SEARCHED =
      """
      {"_scroll_id":"s","hits":{"total":{"value":1},"hits":[{"_index":"own-orders","_id":"1","_seq_no":1,"_primary_term":1}]}}
      """;

  private final Map<String, String> shown = new ConcurrentHashMap<>();
  private HttpServer cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    cluster.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          String path = exchange.getRequestURI().getPath();
          String said = exchange.getRequestHeaders().getFirst("Authorization");
          shown.put(path, said == null ? "nothing" : said);
          String answer =
              path.endsWith("_search")
                  ? SEARCHED
                  : path.endsWith("_bulk")
                      ? "{\"errors\":false,\"items\":[{\"delete\":{\"_index\":\"own-orders\",\"_id\":\"1\",\"status\":200}}]}"
                      : "{\"_index\":\"own-orders\",\"_id\":\"1\",\"hits\":{\"hits\":[]}}";
          byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    cluster.start();
  }

  @AfterEach
  void stop() {
    cluster.stop(0);
  }

  private GatewayRig rig(HomeEndpoint.Login login) throws Exception {
    int port = cluster.getAddress().getPort();
    return new GatewayRig(
        port,
        port,
        Map.of("own", "a/index:own-*"),
        HttpClient.Version.HTTP_1_1,
        Duration.ofSeconds(20),
        new GatewayRig.Shown(
            new Tenancy(List.of(new Tenancy.Source.Header(GatewayRig.TENANT))),
            login,
            new CursorOptions.Off(),
            GatewayMode.LEASED));
  }

  private static void ask(GatewayRig rig, String method, String path, String body, String with)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
            rig.request("own", method, path, body), (name, _) -> !name.equals("Authorization"));
    if (!with.isEmpty()) {
      request.header("Authorization", with);
    }
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
  }

  @Test
  void aClientsStayAtTheGateway() throws Exception {
    try (GatewayRig rig = rig(OWN)) {
      ask(rig, "GET", "/orders/_doc/1", "", "Basic Y2xpZW50Om93bg==");
      assertThat(shown).containsEntry("/own-orders/_doc/1", OWN_SHOWN);
    }
  }

  @Test
  void theyAreForwardedWhereThatIsSaid() throws Exception {
    try (GatewayRig rig = rig(OWN.forwarding())) {
      ask(rig, "GET", "/orders/_doc/1", "", "Bearer abc");
      assertThat(shown).containsEntry("/own-orders/_doc/1", "Bearer abc");
      ask(rig, "PUT", "/orders/_doc/1", "{}", "");
      assertThat(shown).containsEntry("/own-orders/_doc/1", "nothing");
      ask(rig, "POST", "/logs-x/_doc", "{}", "Bearer passing");
      assertThat(shown).containsEntry("/logs-x/_doc", "Bearer passing");
    }
  }

  /// What the gateway does for a client it does as the client; what it does for a move, as itself.
  @Test
  void aRequestOfManyStepsIsTheClientsInEachOfThem() throws Exception {
    try (GatewayRig rig = rig(OWN.forwarding())) {
      rig.drain("own", "b/index:own-*#1");
      ask(
          rig,
          "POST",
          "/orders/_delete_by_query?refresh=true",
          "{\"query\":{\"match_all\":{}}}",
          "Bearer abc");
      assertThat(shown)
          .containsEntry("/own-orders/_search", "Bearer abc")
          .containsEntry("/_bulk", "Bearer abc")
          .containsEntry("/own-orders/_refresh", "Bearer abc")
          .containsEntry("/" + DeletesIndex.NAME + "/_bulk", OWN_SHOWN);
    }
  }
}
