package dev.drover.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.control.Api;
import dev.drover.control.ApiOptions;
import dev.drover.control.Controller;
import dev.drover.control.ControllerOptions;
import dev.drover.control.Homes;
import dev.drover.control.NothingMover;
import dev.drover.control.certificate.Signer;
import dev.drover.core.Clocks;
import dev.drover.core.ControllerId;
import dev.drover.core.Engine;
import dev.drover.core.GatewayId;
import dev.drover.core.HomeId;
import dev.drover.core.MoveId;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.core.fleet.LeaseOptions;
import dev.drover.core.mover.HomeLook;
import dev.drover.gateway.GatewayMemory;
import dev.drover.gateway.GatewayOptions;
import dev.drover.gateway.net.GatewayServer;
import dev.drover.gateway.net.ServerOptions;
import dev.drover.redis.RedisEngine;
import dev.drover.redis.gateway.RedisGatewayOptions;
import dev.drover.redis.gateway.RespFront;
import dev.drover.redis.move.RedisHome;
import dev.drover.store.CountedStore;
import dev.drover.store.memory.MemoryStore;
import dev.drover.store.records.GatewayIdentity;
import java.io.File;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The metrics of servers and gateways keep Prometheus' conventions. Where `promtool` is installed
/// it judges too.
@Timeout(120)
final class MetricsTest {
  private static final HomeId A = new HomeId("a");
  private static final HomeId B = new HomeId("b");

  @TempDir private Path directory;

  @Test
  void theServersMetricsKeepTheConventions() throws Exception {
    String page = ofServer();
    kept(page);
    assertThat(page)
        .contains("drover_partitions{engine=\"redis\"} 1.0")
        .contains("drover_partitions_corrupt{engine=\"redis\"} 0.0")
        .contains("drover_moves_total{outcome=\"completed\"} 1.0")
        .contains("drover_moves_total{outcome=\"aborted\"} 0.0")
        .containsPattern("drover_moves_last_hold_seconds \\d")
        .contains("drover_server_info{record_format=\"2\",server=\"s1\"} 1\n")
        .containsPattern("drover_store_operations_total\\{op=\"put\"} [1-9]")
        .contains("jvm_info{");
  }

  @Test
  void theGatewaysMetricsKeepTheConventions() throws Exception {
    try (MemoryStore memory = MemoryStore.create(System::nanoTime);
        CountedStore store = new CountedStore(memory)) {
      GatewayServer gateway = gateway(store);
      GatewayMetrics metrics = new GatewayMetrics("g1", gateway, store, () -> 2);
      String page = metrics.scrape();
      metrics.close();
      kept(page);
      assertThat(page)
          .contains("drover_gateway_partitions{engine=\"redis\"} 0.0")
          .contains("drover_gateway_longest_hold_seconds 0.0")
          .contains("drover_gateway_homes_silent 2.0")
          .contains("drover_gateway_refused_total 0.0")
          .contains("drover_gateway_clients_refused_total 0.0")
          .contains("drover_gateway_serving 0.0")
          .contains("drover_gateway_info{gateway=\"g1\"} 1\n")
          .contains("jvm_info{")
          .doesNotContain("NaN");
    }
  }

  @Test
  void whatBreaksAConventionIsFound() throws Exception {
    String good = "# HELP a_seconds How long.\n# TYPE a_seconds gauge\na_seconds 1.0\n";
    kept(good);
    broken(good, s -> s.replace("# HELP a_seconds How long.\n", ""), "TYPE does not follow HELP");
    broken(good, s -> s.replace("How long.", ""), "HELP is empty");
    broken(good, s -> s.replace("# TYPE a_seconds gauge\n", ""), "has no type");
    broken(good, s -> s.replace("a_seconds", "a_seconds_total"), "they alone, end in _total");
    broken(good, s -> s.replace("gauge", "counter"), "they alone, end in _total");
    broken(good, s -> s.replace("a_seconds", "a_nanos"), "not nanos");
    broken(good, s -> s.replace("a_seconds", "a_seconds_last"), "unit does not stand last");
    broken(good, s -> s.replace("a_seconds", "a_info").replace("1.0", "2.0"), "is not 1");
    broken(good, s -> s.replace("s 1", "s{key=\"k\"} 1"), "label 'key'");
    broken(good, s -> s.replace("a_seconds", "partitions"), "of which engine");
    broken(good, s -> s + s, "there twice");
    broken(good, s -> s.replace("1.0", "one"), "cannot be read");
    broken(good, s -> s.replace("s 1.0\n", "s 1.0"), "does not end");
  }

  private static void broken(String good, UnaryOperator<String> how, String problem) {
    assertThat(Exposition.of(how.apply(good)).problems()).anyMatch(p -> p.contains(problem));
  }

  private void kept(String page) throws Exception {
    Exposition exposition = Exposition.of(page);
    assertThat(exposition.problems()).as(page).isEmpty();
    assertThat(exposition.families()).isNotEmpty();
    Optional<File> promtool =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .map(each -> new File(each, "promtool"))
            .filter(File::canExecute)
            .findFirst();
    if (promtool.isPresent()) {
      Path file = Files.writeString(directory.resolve("page"), page);
      Process judge =
          new ProcessBuilder(promtool.get().toString(), "check", "metrics")
              .redirectInput(file.toFile())
              .redirectErrorStream(true)
              .start();
      String said = new String(judge.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(judge.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(said).isEmpty();
      assertThat(judge.exitValue()).isZero();
    }
  }

  private static String ofServer() throws Exception {
    ControllerOptions options =
        new ControllerOptions(
            "s1",
            new ControllerId("s1.1"),
            "1",
            () -> new MoveId("m1"),
            () -> ControllerOptions.Tuning.DEFAULT,
            ControllerOptions.LEASE,
            false,
            new Clocks(System::nanoTime, System::currentTimeMillis));
    try (MemoryStore store = MemoryStore.create(System::nanoTime);
        Controller controller =
            new Controller(
                options,
                store,
                Map.of(RedisEngine.NAME, new NothingMover(RedisEngine.NAME)),
                new TwoHomes());
        Api api =
            new Api(
                controller,
                new ApiOptions(
                    "127.0.0.1",
                    0,
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Signer.of("s1", Signer.newKey())))) {
      controller.create(new PartitionId(RedisEngine.NAME, "app:"), new Placement(A, "app:"));
      controller.start();
      api.start();
      ask(api, "POST", "/v1/moves", "{\"partition\":\"app:\",\"to\":\"b\"}");
      while (!ask(api, "GET", "/v1/moves/m1", "").contains("COMPLETED")) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
      return ask(api, "GET", "/metrics", "");
    }
  }

  private static String ask(Api api, String method, String path, String body) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + path))
              .header("Content-Type", "application/json")
              .method(method, HttpRequest.BodyPublishers.ofString(body))
              .build();
      return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
  }

  private static GatewayServer gateway(CountedStore store) {
    GatewayOptions identity =
        new GatewayOptions(
            RedisEngine.NAME,
            new GatewayId("g1"),
            GatewayMode.LEASED,
            LeaseOptions.DEFAULT,
            new GatewayOptions.Self("127.0.0.1", "test", GatewayIdentity.UNSAID),
            GatewayMemory.none(RedisEngine.NAME),
            1,
            new Clocks(System::nanoTime, System::currentTimeMillis));
    return new GatewayServer(
        ServerOptions.onLoopback(1),
        identity,
        store,
        new RespFront(
            RedisGatewayOptions.usual(A),
            identity,
            store::getAsync,
            () -> Map.of(A, RedisHome.plain(A, "127.0.0.1", 1))));
  }

  private record TwoHomes() implements Homes {
    @Override
    public List<Home> all() {
      Engine engine = RedisEngine.NAME;
      return List.of(new Home(A, engine, "127.0.0.1:1"), new Home(B, engine, "127.0.0.1:2"));
    }

    @Override
    public HomeLook look(HomeId id) {
      return new HomeLook(true, "7.2", "", 0, 0);
    }
  }
}
