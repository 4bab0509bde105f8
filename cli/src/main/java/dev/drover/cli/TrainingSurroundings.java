package dev.drover.cli;

import com.sun.net.httpserver.HttpServer;
import dev.drover.app.ServerProcess;
import dev.drover.app.config.ConfigReader;
import dev.drover.app.demo.DemoConfig;
import dev.drover.app.demo.DemoHomes;
import dev.drover.app.demo.DemoProcesses;
import dev.drover.app.demo.DemoSubject;
import dev.drover.app.demo.Traffic;
import dev.drover.engine.Plugs;
import dev.drover.engine.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Homes, a server and clients for gateways that are trained ([GatewayTraining]). It writes the
/// name of their configuration to its output, waits for a line, and writes another one when its
/// clients have had what they wanted.
///
/// The home of the OpenSearch gateway is a stub that answers everything alike: a training must not
/// need what is not there yet.
final class TrainingSurroundings {
  private static final int KEYS = 1_000;
  private static final int REQUESTS = 500;
  private static final long TRAFFIC_MILLIS = 2_000;
  private static final String DOCUMENT =
      """
      {"_index":"all-orders","_id":"t:1","_version":1,"_seq_no":1,"_primary_term":1,"found":true,"_source":{"n":1},"hits":{"total":{"value":1},"hits":[{"_index":"all-orders","_id":"t:1","_score":1.0,"_routing":"t","_source":{"n":1}}]},"items":[{"index":{"_index":"all-orders","_id":"t:1","status":201}}]}
      """;

  private static final String MISSING =
      "{\"error\":{\"type\":\"index_not_found_exception\",\"reason\":\"no such index\"},\"status\":404}";

  private TrainingSurroundings() {}

  public static void main(String[] args) {
    Training.endInTime();
    int status = 1;
    try {
      run();
      status = 0;
    } catch (Exception e) {
      System.err.println("what is around the gateways has ended: " + e);
    }
    // Whatever still runs here, the other side must not wait for it.
    System.exit(status);
  }

  private static void run() throws Exception {
    DemoSubject subject = DemoSubject.of(Plugs.all().getFirst());
    try (DemoProcesses processes = DemoProcesses.prepare("drover-training", false)) {
      DemoHomes homes = DemoHomes.start(subject.kit().homes(), Optional.empty(), processes);
      subject.kit().content(KEYS).fill(homes.blue());
      HttpServer stub = stub();
      int plain = Ports.free();
      int http = Ports.free();
      Path file = processes.directory().resolve("drover.yaml");
      Files.writeString(
          file,
          configuration(
              new DemoConfig(subject, homes, Ports.free(), Ports.free(), List.of(plain)).text(),
              stub.getAddress().getPort(),
              http));
      try (ServerProcess _ = ServerProcess.start(ConfigReader.read(file), Map.of())) {
        System.out.println(file);
        int _ = System.in.read();
        try (Traffic clients = Traffic.start(subject.kit(), List.of(plain), 2)) {
          Thread.sleep(TRAFFIC_MILLIS);
          clients.stop();
        }
        requests(http);
        System.out.println("done");
        // Until the other side has closed its gateways, and this with them.
        while (System.in.read() >= 0) {}
      }
      stub.stop(0);
    }
  }

  private static String configuration(String redis, int stub, int listen) {
    return redis.replaceFirst(
            "\nhomes:\n",
            "\nhomes:\n  - {name: cluster, engine: opensearch, host: 127.0.0.1, port: %d}\n"
                .formatted(stub))
        + "  - {name: http, engine: opensearch, listen: \"127.0.0.1:%d\", data: http}\n"
            .formatted(listen)
        + "tenants:\n  - {name: t, home: cluster, place: \"shared:all-*\"}\n";
  }

  private static HttpServer stub() throws IOException {
    HttpServer stub =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] answer = DOCUMENT.getBytes(StandardCharsets.UTF_8);
    byte[] missing = MISSING.getBytes(StandardCharsets.UTF_8);
    stub.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          // Drover's own indices are not there.
          boolean there = !exchange.getRequestURI().getPath().startsWith("/drover-");
          byte[] said = there ? answer : missing;
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(there ? 200 : 404, said.length);
          exchange.getResponseBody().write(said);
          exchange.close();
        });
    stub.start();
    return stub;
  }

  private static void requests(int port) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (int i = 0; i < REQUESTS; i++) {
        ask(client, port, "GET", "/orders/_doc/" + i, "");
        ask(client, port, "PUT", "/orders/_doc/" + i, "{\"n\":1}");
        ask(client, port, "POST", "/orders/_search", "{\"query\":{\"term\":{\"n\":1}}}");
        ask(client, port, "POST", "/orders/_bulk", "{\"index\":{\"_id\":\"1\"}}\n{\"n\":1}\n");
      }
    }
  }

  private static void ask(HttpClient client, int port, String method, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
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
}
