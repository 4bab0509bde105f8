package dev.drover.opensearch.demo;

import com.sun.net.httpserver.HttpServer;
import dev.drover.engine.Ports;
import dev.drover.engine.demo.StandIn;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/// Answers as a cluster might that has one document.
public final class StubCluster implements StandIn {
  private static final int REQUESTS = 500;
  private static final String DOCUMENT =
      """
      {"_index":"all-orders","_id":"t:1","_version":1,"_seq_no":1,"_primary_term":1,"found":true,"_source":{"n":1},"hits":{"total":{"value":1},"hits":[{"_index":"all-orders","_id":"t:1","_score":1.0,"_routing":"t","_source":{"n":1}}]},"items":[{"index":{"_index":"all-orders","_id":"t:1","status":201}}]}
      """;

  private static final String MISSING =
      "{\"error\":{\"type\":\"index_not_found_exception\",\"reason\":\"no such index\"},\"status\":404}";

  private final HttpServer server;
  private final int gateway;

  private StubCluster(HttpServer server, int gateway) {
    this.server = server;
    this.gateway = gateway;
  }

  public static StubCluster start() throws IOException {
    int gateway = Ports.free();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] document = DOCUMENT.getBytes(StandardCharsets.UTF_8);
    byte[] missing = MISSING.getBytes(StandardCharsets.UTF_8);
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          // Drover's own indices are not there.
          boolean there = !exchange.getRequestURI().getPath().startsWith("/drover-");
          byte[] answer = there ? document : missing;
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(there ? 200 : 404, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    return new StubCluster(server, gateway);
  }

  @Override
  public String home() {
    return "{name: stub-cluster, engine: opensearch, host: 127.0.0.1, port: %d}"
        .formatted(server.getAddress().getPort());
  }

  @Override
  public String gateway() {
    return "{name: stub-gateway, engine: opensearch, listen: \"127.0.0.1:%d\", data: stub-gateway}"
        .formatted(gateway);
  }

  @Override
  public String partitions() {
    return "tenants:\n  - {name: t, home: stub-cluster, place: \"shared:all-*\"}\n";
  }

  @Override
  public void ask() throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (int i = 0; i < REQUESTS; i++) {
        ask(client, "GET", "/orders/_doc/" + i, "");
        ask(client, "PUT", "/orders/_doc/" + i, "{\"n\":1}");
        ask(client, "POST", "/orders/_search", "{\"query\":{\"term\":{\"n\":1}}}");
        ask(client, "POST", "/orders/_bulk", "{\"index\":{\"_id\":\"1\"}}\n{\"n\":1}\n");
      }
    }
  }

  private void ask(HttpClient client, String method, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway + path))
            .header("X-Tenant", "t")
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (!body.isEmpty()) {
      request.header(
          "Content-Type", path.endsWith("_bulk") ? "application/x-ndjson" : "application/json");
    }
    HttpResponse<Void> answer =
        client.send(request.build(), HttpResponse.BodyHandlers.discarding());
    if (answer.statusCode() >= 300) {
      throw new IOException(method + " " + path + " was answered with " + answer.statusCode());
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
