package dev.drover.opensearch.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.drover.core.HomeId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HomeClientTest {
  private HttpServer server;
  private HomeClient client;
  private final CountDownLatch never = new CountDownLatch(1);

  @BeforeEach
  void start() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/shown",
        exchange -> {
          var headers = exchange.getRequestHeaders();
          answer(
              exchange,
              200,
              "{\"login\":\"%s\",\"mark\":\"%s\"}"
                  .formatted(headers.getFirst("Authorization"), headers.getFirst("X-Opaque-Id")));
        });
    server.createContext("/long", exchange -> answer(exchange, 200, "x".repeat(5_000)));
    server.createContext(
        "/busy",
        exchange ->
            answer(exchange, 429, "{\"error\":{\"type\":\"rejected\",\"reason\":\"later\"}}"));
    server.createContext(
        "/wrong", exchange -> answer(exchange, 400, "{\"error\":{\"type\":\"odd\"}}"));
    server.createContext(
        "/never",
        exchange -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
        });
    server.start();
    client =
        HomeClient.of(
            new OpenSearchHome(
                new HomeId("a"),
                "127.0.0.1",
                server.getAddress().getPort(),
                Optional.of(new OpenSearchHome.Login("drover", "secret")),
                Optional.empty()),
            Duration.ofMillis(500),
            1_000);
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @AfterEach
  void end() {
    never.countDown();
    client.close();
    server.stop(0);
  }

  private static HomeFailure.Kind kind(Throwable e) {
    return ((HomeFailure) e).kind();
  }

  @Test
  void requestsCarryTheLoginAndTheMark() throws Exception {
    var shown = client.marked("drover-w-acme-1-x.0").get("/shown");
    assertThat(shown.path("login").asString()).isEqualTo("Basic ZHJvdmVyOnNlY3JldA==");
    assertThat(shown.path("mark").asString()).isEqualTo("drover-w-acme-1-x.0");
    assertThat(client.home().toString() + client.home().login()).doesNotContain("secret");
  }

  @Test
  void failuresSayWhetherToAskAgain() {
    assertThatThrownBy(() -> client.get("/busy"))
        .hasMessageContaining("later")
        .extracting(HomeClientTest::kind)
        .isEqualTo(HomeFailure.Kind.BUSY);
    assertThatThrownBy(() -> client.get("/wrong"))
        .extracting(HomeClientTest::kind)
        .isEqualTo(HomeFailure.Kind.REFUSED);
    assertThatThrownBy(() -> client.get("/never"))
        .extracting(HomeClientTest::kind)
        .isEqualTo(HomeFailure.Kind.SILENT);
    assertThatThrownBy(() -> client.get("/long"))
        .asInstanceOf(InstanceOfAssertFactories.type(HomeFailure.class))
        .matches(HomeFailure::tooLong);
  }
}
