package dev.drover.opensearch.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.drover.opensearch.server.NodeProgram;
import dev.drover.opensearch.server.TestCluster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/// What no client should send: it is answered with a clear error, nothing of it is done, and others
/// go on.
@SuppressWarnings("NullAway.Init")
class HostileHttpTest {
  private static final int TIMEOUT_MILLIS = 20_000;
  private static final String HOST =
      "Host: x\r\nX-Tenant: solo\r\nContent-Type: application/json\r\n";

  @TempDir static Path directory;
  private static TestCluster cluster;
  private static GatewayRig rig;

  @BeforeAll
  static void start() throws Exception {
    cluster = TestCluster.start(NodeProgram.Release.THREE, directory.resolve("a"));
    rig =
        new GatewayRig(
            cluster.port(),
            cluster.port(),
            Map.of("solo", "a/cluster"),
            HttpClient.Version.HTTP_1_1);
    assertThat(rig.ask("solo", "PUT", "/orders/_doc/well", "{\"n\":1}").status()).isEqualTo(201);
  }

  @AfterAll
  static void stop() {
    rig.close();
    cluster.close();
  }

  /// Sends bytes as they are, and reads until the gateway closes or says nothing more.
  private static String raw(String text) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), rig.gateway.port())) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return all(socket.getInputStream());
    }
  }

  private static String all(InputStream in) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] some = new byte[8192];
    try {
      for (int bytes = in.read(some); bytes >= 0; bytes = in.read(some)) {
        all.write(some, 0, bytes);
      }
    } catch (IOException e) {
      // A connection that was reset has nothing more to say.
      return all.toString(StandardCharsets.ISO_8859_1);
    }
    return all.toString(StandardCharsets.ISO_8859_1);
  }

  private static void othersGoOn() throws Exception {
    assertThat(rig.ask("solo", "GET", "/orders/_source/well", "").body()).isEqualTo("{\"n\":1}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "Content-Length: 9\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n7\\r\\n{\"n\":2}\\r\\n0\\r\\n\\r\\n",
        "Content-Length: 7\\r\\nContent-Length: 9\\r\\n\\r\\n{\"n\":2}",
        "Content-Length: -1\\r\\n\\r\\n{\"n\":2}",
        "Content-Length: 7,7x\\r\\n\\r\\n{\"n\":2}",
        "Transfer-Encoding: chunked\\r\\n\\r\\nzz\\r\\n{\"n\":2}\\r\\n0\\r\\n\\r\\n",
        "Transfer-Encoding: chunked\\r\\n\\r\\nfffffffffffffffff\\r\\n{\"n\":2}\\r\\n0\\r\\n\\r\\n",
        "X y: 1\\r\\nContent-Length: 7\\r\\n\\r\\n{\"n\":2}",
        "Content-Length: 7\\r\\nContent-Encoding: br\\r\\n\\r\\n{\"n\":2}"
      })
  void aBodyThatCouldBeReadInTwoWaysIsNotRead(String head) throws Exception {
    String text =
        "PUT /orders/_doc/h HTTP/1.1\r\n" + HOST + head.replace("\\r", "\r").replace("\\n", "\n");
    String answer = raw(text + "GET /orders/_source/well HTTP/1.0\r\n" + HOST + "\r\n");
    assertThat(answer).startsWith("HTTP/1.1 4");
    assertThat(answer).contains("\"error\":");
    assertThat(rig.ask("solo", "HEAD", "/orders/_doc/h", "").status()).isEqualTo(404);
    othersGoOn();
  }

  @Test
  void whatIsTooLongIsRefusedWithoutBeingKept() throws Exception {
    String line = raw("GET /orders/_doc/" + "x".repeat(100_000) + " HTTP/1.1\r\n" + HOST + "\r\n");
    assertThat(line).startsWith("HTTP/1.1 414");
    String headers =
        raw("GET /orders/_doc/1 HTTP/1.1\r\n" + HOST + "X-A: " + "x".repeat(100_000) + "\r\n\r\n");
    assertThat(headers).startsWith("HTTP/1.1 431");
    String many =
        raw("GET /orders/_doc/1 HTTP/1.1\r\n" + HOST + "X-A: y\r\n".repeat(20_000) + "\r\n\r\n");
    assertThat(many).startsWith("HTTP/1.1 431");
    othersGoOn();
  }

  @Test
  void halfABodyIsDoneByNobody() throws Exception {
    for (int length : new int[] {100, 1_000_000}) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), rig.gateway.port())) {
        String begun =
            "PUT /orders/_doc/half HTTP/1.1\r\n"
                + HOST
                + "Content-Length: "
                + length
                + "\r\n\r\n{\"t\":\""
                + "x".repeat(length - 50);
        socket.getOutputStream().write(begun.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        Thread.sleep(300);
      }
    }
    assertThat(rig.ask("solo", "HEAD", "/orders/_doc/half", "").status()).isEqualTo(404);
    othersGoOn();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"index\":{\"_id\":\"m\"}}\\n{\"n\":1}",
        "{\"index\":{\"_id\":\"m\"}}\\n{\"n\":1}\\n{\"index\":",
        "{\"index\":{\"_id\":\"m\"}}\\n{\"n\":1}\\nnothing\\n",
        "{\"index\":{\"_id\":\"m\"},\"delete\":{\"_id\":\"well\"}}\\n{\"n\":1}\\n",
        "{\"index\":{\"_id\":\"m\",\"_id\":\"well\"}}\\n{\"n\":1}\\n",
        "{\"index\":{\"_id\":\"m\",\"pipeline\":\"p\"}}\\n{\"n\":1}\\n",
        "{\"index\":{\"_id\":\"m\",\"_index\":\"a,b\"}}\\n{\"n\":1}\\n",
        "{\"index\":{\"_id\":{}}}\\n{\"n\":1}\\n",
        "{\"reindex\":{\"_id\":\"m\"}}\\n{\"n\":1}\\n",
        "\\n"
      })
  void aBulkThatIsNoneIsDoneByNobody(String body) throws Exception {
    assertThat(rig.ask("solo", "POST", "/orders/_bulk", body.replace("\\n", "\n")).status())
        .isIn(400, 403);
    assertThat(rig.ask("solo", "HEAD", "/orders/_doc/m", "").status()).isEqualTo(404);
    othersGoOn();
  }

  @Test
  void requestsThatComeTogetherAreAnsweredInTheirOrder() throws Exception {
    String one = "GET /orders/_source/well HTTP/1.1\r\n" + HOST + "\r\n";
    String last = "GET /orders/_doc/none HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n";
    String answers = raw(one.repeat(20) + last);
    assertThat(answers.split("HTTP/1.1 200 OK", -1)).hasSize(21);
    assertThat(answers.lastIndexOf("HTTP/1.1 404")).isGreaterThan(answers.lastIndexOf("200 OK"));
  }

  @Test
  void aClientThatDoesNotReadHoldsUpNobody() throws Exception {
    cluster.call(
        "PUT",
        "/blobs",
        "{\"mappings\":{\"properties\":{\"t\":{\"type\":\"text\",\"index\":false}}}}");
    String document = "{\"t\":\"" + "x".repeat(8_000_000) + "\"}";
    assertThat(rig.ask("solo", "PUT", "/blobs/_doc/1", document).status()).isEqualTo(201);
    String asked = "GET /blobs/_source/1 HTTP/1.1\r\n" + HOST + "\r\n";
    try (Socket slow = new Socket(InetAddress.getLoopbackAddress(), rig.gateway.port())) {
      slow.setSoTimeout(TIMEOUT_MILLIS);
      slow.getOutputStream().write(asked.repeat(30).getBytes(StandardCharsets.US_ASCII));
      slow.getOutputStream().flush();
      Thread.sleep(500);
      othersGoOn();
      long bytes = 0;
      byte[] some = new byte[1 << 16];
      while (bytes < 30L * document.length()) {
        int read = slow.getInputStream().read(some);
        assertThat(read).isPositive();
        bytes += read;
      }
    }
  }

  /// CVE-2023-44487. The last frame is GOAWAY with ENHANCE_YOUR_CALM (RFC 9113, 6.8 and 7).
  @Test
  void streamsThatAreTakenBackAtOnceEndTheConnectionAndFillNoLog() throws Exception {
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    log.start();
    root.addAppender(log);
    StringBuilder sent = new StringBuilder("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    sent.append(frame(4, 0, 0, ""));
    for (int stream = 1; stream < 2_000; stream += 2) {
      // GET / of "x", by the static table (RFC 7541, appendix A), and RST_STREAM with CANCEL.
      sent.append(frame(1, 5, stream, "\u0082\u0086\u0084A\1x"));
      sent.append(frame(3, 0, stream, "\0\0\0\10"));
    }
    String told = raw(sent.toString());
    root.detachAppender(log);
    assertThat(told).contains("Maximum number of RST frames reached");
    assertThat(log.list).filteredOn(each -> each.getLevel().isGreaterOrEqual(Level.WARN)).isEmpty();
    othersGoOn();
  }

  private static String frame(int type, int flags, int stream, String body) {
    return "\0\0%c%c%c\0\0%c%c%s"
        .formatted(body.length(), type, flags, stream >> 8, stream & 255, body);
  }

  @Test
  void whatIsNoHttpIsToldSo() throws Exception {
    assertThat(raw("\u0000\u0001\u0002\r\n\r\n")).startsWith("HTTP/1.1 400");
    assertThat(raw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nnothing of HTTP/2 at all")).isNotEmpty();
    assertThat(raw("GET http://other/orders/_doc/1 HTTP/1.0\r\n" + HOST + "\r\n"))
        .startsWith("HTTP/1.1 400");
    othersGoOn();
  }
}
