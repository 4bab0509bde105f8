package dev.drover.opensearch.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.opensearch.server.NodeProgram;
import dev.drover.opensearch.server.TestCluster;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A long body that is sent on while it comes, when its tenant begins to move in the middle.
@SuppressWarnings("NullAway.Init")
class StreamedBodyTest {
  private static final int TIMEOUT_MILLIS = 20_000;

  @TempDir static Path directory;
  private static TestCluster a;
  private static TestCluster b;
  private static GatewayRig rig;

  @BeforeAll
  static void start() throws Exception {
    a = TestCluster.start(NodeProgram.Release.THREE, directory.resolve("a"));
    b = TestCluster.start(NodeProgram.Release.THREE, directory.resolve("b"));
    rig =
        new GatewayRig(
            a.port(),
            b.port(),
            Map.of("acme", "a/index:acme-*", "same", "a/index:same-*"),
            HttpClient.Version.HTTP_1_1);
  }

  @AfterAll
  static void stop() {
    rig.close();
    a.close();
    b.close();
  }

  private static String bulk() {
    StringBuilder bulk = new StringBuilder();
    for (int i = 0; i < 400; i++) {
      bulk.append(
          "{\"index\":{\"_id\":\"s%d\"}}\n{\"text\":\"%s\"}\n".formatted(i, "x".repeat(1_000)));
    }
    return bulk.toString();
  }

  /// Sends all but the last of a body, waits, and sends the rest.
  private static String sent(String tenant, Between between) throws Exception {
    byte[] body = bulk().getBytes(StandardCharsets.US_ASCII);
    String head =
        "POST /orders/_bulk HTTP/1.1\r\nHost: x\r\nX-Tenant: %s\r\nContent-Type: application/x-ndjson\r\nContent-Length: %d\r\n\r\n"
            .formatted(tenant, body.length);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), rig.gateway.port())) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(body, 0, body.length - 10);
      socket.getOutputStream().flush();
      Thread.sleep(300);
      between.before();
      socket.getOutputStream().write(body, body.length - 10, 10);
      socket.getOutputStream().flush();
      Thread.sleep(300);
      between.after();
      InputStream in = socket.getInputStream();
      StringBuilder answer = new StringBuilder();
      byte[] some = new byte[64 << 10];
      while (!answer.toString().contains("\r\n\r\n")) {
        answer.append(new String(some, 0, in.read(some), StandardCharsets.US_ASCII));
      }
      return answer.toString();
    }
  }

  private interface Between {
    void before() throws Exception;

    void after() throws Exception;
  }

  @Test
  void whatCouldNotBeSentBeforeTheTenantHadLeftWasNotDone() throws Exception {
    String answer =
        sent(
            "acme",
            new Between() {
              @Override
              public void before() throws Exception {
                rig.drain("acme", "b/index:acme-*#1");
                rig.hold("acme");
              }

              @Override
              public void after() throws Exception {
                rig.flip("acme");
              }
            });
    assertThat(answer)
        .startsWith("HTTP/1.1 503")
        .contains("nothing was done")
        .contains("retry-after");
    assertThat(rig.ask("acme", "GET", "/orders/_doc/s1", "").status()).isEqualTo(404);
    assertThat(a.ask("GET", "/acme-orders/_doc/s1", "").status()).isEqualTo(404);
    assertThat(rig.ask("acme", "POST", "/orders/_bulk", bulk()).status()).isEqualTo(200);
    // No pass is left out: the next cutover gets its receipt.
    rig.drain("acme", "a/index:acme-*#2");
    rig.hold("acme");
    rig.flip("acme");
  }

  @Test
  void whatIsNotHeldGoesOnAtTheSameHome() throws Exception {
    String answer =
        sent(
            "same",
            new Between() {
              @Override
              public void before() throws Exception {
                rig.drain("same", "b/index:same-*#1");
              }

              @Override
              public void after() {}
            });
    assertThat(answer).startsWith("HTTP/1.1 200").contains("\"errors\":false");
    rig.hold("same");
    rig.flip("same");
  }
}
