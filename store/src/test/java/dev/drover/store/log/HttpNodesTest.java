package dev.drover.store.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpNodesTest {
  private static final byte[] BODY = "{}".getBytes(UTF_8);

  private final AtomicInteger whole = new AtomicInteger();
  private final CountDownLatch answer = new CountDownLatch(1);
  private HttpServer node;
  private HttpNodes nodes;

  @BeforeEach
  void start() throws Exception {
    node = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    node.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    node.createContext(
        "/",
        exchange -> {
          if (exchange.getRequestBody().readAllBytes().length == BODY.length) {
            whole.incrementAndGet();
          }
          if (exchange.getRequestURI().getPath().equals("/slow")) {
            try {
              answer.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
          exchange.sendResponseHeaders(200, -1);
        });
    node.start();
    nodes =
        new HttpNodes(
            List.of(new HttpNodes.Host("127.0.0.1", node.getAddress().getPort())), Map.of(), null);
  }

  @AfterEach
  void stop() {
    answer.countDown();
    nodes.close();
    node.stop(0);
  }

  private HttpNodes.Unanswered unanswered(String path, byte[] body, Duration atMost) {
    return catchThrowableOfType(
        HttpNodes.Unanswered.class, () -> nodes.send("PUT", path, body, atMost));
  }

  @Test
  void whatTimeRanOutForBeforeItLeftWasNotSent() throws Exception {
    int kept = 0;
    for (int i = 0; i < 200; i++) {
      HttpNodes.Unanswered why = unanswered("/slow", BODY, Duration.ofNanos(1 + i * 10_000L));
      kept += why.sent() ? 0 : 1;
    }
    assertThat(kept).isPositive();
    answer.countDown();
    // One answer behind them: what was to come has come.
    nodes.send("PUT", "/", BODY, Duration.ofSeconds(20));
    Thread.sleep(200);
    assertThat(whole.get() - 1).isLessThanOrEqualTo(200 - kept);
  }

  @Test
  void whatLeftMayHaveArrived() {
    assertThat(unanswered("/slow", BODY, Duration.ofSeconds(1)).sent()).isTrue();
    assertThat(whole).hasValue(1);
  }

  @Test
  void whatHasNoBodyMayHaveArrived() {
    assertThat(unanswered("/slow", new byte[0], Duration.ofNanos(1)).sent()).isTrue();
  }
}
