package dev.drover.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.control.certificate.Signer;
import dev.drover.core.Engine;
import dev.drover.store.memory.MemoryStore;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What strangers send to the API. Requests are written by hand: a client of the JDK's would not
/// send most of them.
@Timeout(60)
final class ApiDoorTest {
  private static final int ANSWER_MILLIS_MAX = 20_000;

  private MemoryStore store;
  private Controller controller;
  private Api api;

  @BeforeEach
  void start() throws Exception {
    // Its time stands still: on a busy machine a lease could end before the controller has begun.
    store = MemoryStore.create(() -> 0);
    controller =
        new Controller(
            TestControllers.options(4, Map.of()),
            store,
            Map.of(Engine.FIRST, new NothingMover(Engine.FIRST)),
            TestControllers.HOMES);
    controller.start();
    api =
        new Api(
            controller,
            new ApiOptions(
                "127.0.0.1",
                0,
                List.of("drover.example"),
                Optional.of("hush"),
                Optional.empty(),
                Signer.of("here", Signer.newKey())));
    api.start();
  }

  @AfterEach
  void stop() throws Exception {
    api.close();
    controller.close();
    store.close();
  }

  private String raw(String request) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), api.port())) {
      socket.setSoTimeout(ANSWER_MILLIS_MAX);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private String get(String host, String more) throws Exception {
    return raw("GET /v1/status HTTP/1.1\r\nHost: " + host + "\r\n" + more + END);
  }

  private static final String TOKEN = "Authorization: Bearer hush\r\n";
  private static final String END = "Connection: close\r\n\r\n";

  private String post(String path, String type, String body) throws Exception {
    return raw(
        "POST "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\n"
            + TOKEN
            + "Content-Type: "
            + type
            + "\r\nContent-Length: "
            + body.getBytes(StandardCharsets.UTF_8).length
            + "\r\n"
            + END
            + body);
  }

  private static int status(String answer) {
    return Integer.parseInt(answer.split(" ", 3)[1]);
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, 200",
    "localhost:7400, 200",
    "127.0.0.1, 200",
    "[::1]:80, 200",
    "DROVER.example:99, 200",
    "evil.example, 421",
    "127.0.0.1.evil.example, 421",
    "10.0.0.1, 421",
    "localhost.evil.example:7400, 421"
  })
  void onlyItsOwnNamesAreAnswered(String host, int status) throws Exception {
    String answer = get(host, TOKEN);
    assertThat(status(answer)).as(answer).isEqualTo(status);
    if (status != 200) {
      assertThat(answer).contains("which this server is not").contains("server.hosts");
    }
  }

  @Test
  void noOtherSitesPageIsAnswered() throws Exception {
    for (String origin : List.of("http://evil.example", "null", "http://localhost:3000", "%")) {
      String answer = get("localhost:7400", TOKEN + "Origin: " + origin + "\r\n");
      assertThat(status(answer)).as(answer).isEqualTo(403);
      assertThat(answer).contains("web page");
    }
    assertThat(status(get("localhost:7400", TOKEN + "Origin: http://localhost:7400\r\n")))
        .isEqualTo(200);
  }

  @Test
  void aTokenIsNeededOnLoopbackTooButNotForHealth() throws Exception {
    assertThat(status(get("localhost", ""))).isEqualTo(401);
    assertThat(status(get("localhost", "Authorization: Bearer hus\r\n"))).isEqualTo(401);
    assertThat(status(get("localhost", TOKEN))).isEqualTo(200);
    String health = "GET /health HTTP/1.1\r\nHost: ";
    assertThat(status(raw(health + "localhost\r\n" + END))).isEqualTo(200);
    assertThat(status(raw(health + "evil.example\r\n" + END))).isEqualTo(421);
  }

  @Test
  void onlyJsonIsTaken() throws Exception {
    for (String type : List.of("text/plain", "application/x-www-form-urlencoded", "")) {
      String answer = post("/v1/moves", type, "{\"partition\":\"app:\",\"to\":\"b\"}");
      assertThat(status(answer)).as(answer).isEqualTo(415);
    }
    assertThat(status(post("/v1/moves", "application/json; charset=utf-8", "{}"))).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "null|the body is null, and not a JSON object",
        "[]|the body is a list",
        "7|the body is a number",
        "{|the body is not JSON",
        "{\"to\":\"b\"} 7|the body goes on after its object",
        "{\"partition\":\"a\",\"partition\":\"b\"}|'partition' stands there twice",
        "{\"partition\":null}|'partition' is null",
        "{\"partition\":7}|'partition' is a number, and not a text",
        "{\"partition\":{}}|'partition' is an object, and not a text",
        "{\"to\":\"b\"}|'partition' is missing",
        "{\"partition\":\"app:\"}|'to' is missing",
        "{\"partition\":\"app:\",\"to\":\"No Home\"}|'to' cannot be used",
        "{\"partition\":\"\",\"to\":\"b\"}|'partition' cannot be used",
        "{\"nothing\":1}|'nothing' is unknown; known are partition",
        "{\"overwrite\":\"true\"}|'overwrite' is a text, and neither true nor false",
        "{\"budgetMillis\":1.5}|'budgetMillis' is a number, and not a whole number",
        "{\"budgetMillis\":1e999999999}|'budgetMillis' is a number, and not a whole number",
        "{\"budgetMillis\":99999999999999999999}|'budgetMillis' is a number that is too large",
        "{\"partition\":\"app:\",\"to\":\"b\",\"budgetMillis\":9223372036854775807}|'budgetMillis' lies between 1 and 300000",
        "{\"partition\":\"app:\",\"to\":\"b\",\"itemsPerSecondMax\":-1}|'itemsPerSecondMax' begins at 0"
      })
  void aBadBodyIsRefusedByFieldAndReason(String body, String detail) throws Exception {
    refused(body, detail);
  }

  private void refused(String body, String detail) throws Exception {
    String answer = post("/v1/moves", "application/json", body);
    assertThat(status(answer)).as(answer).isEqualTo(400);
    assertThat(answer).contains(detail).doesNotContain("jackson").doesNotContain("MoveBody");
  }

  @Test
  void hugeAndDeepBodiesAreRefusedToo() throws Exception {
    refused("{\"budgetMillis\":" + "9".repeat(5_000) + "}", "'budgetMillis' is");
    refused("{\"to\":" + "[".repeat(30_000) + "}", "'to' is a list");
    refused("{\"" + "x".repeat(40_000) + "\":1}", "is unknown");
    String tooLarge = post("/v1/moves", "application/json", " ".repeat(70_000));
    assertThat(status(tooLarge)).as(tooLarge).isEqualTo(413);
    assertThat(tooLarge).contains("larger than 65536 bytes");
  }

  @Test
  void queriesAreReadAsStrictly() throws Exception {
    for (String path :
        List.of(
            "/v1/history?max=0",
            "/v1/history?max=4294967295",
            "/v1/history?max=x",
            "/v1/explain",
            "/v1/explain?partition=%zz",
            "/v1/explain?partition=%ff%fe",
            "/v1/moves/%20",
            "/v1/certificates/..%2f")) {
      String answer = raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + TOKEN + END);
      assertThat(status(answer)).as(path + ": " + answer).isBetween(400, 404);
    }
    assertThat(post("/v1/abort?partition=app:", "application/json", "{\"why\":1}"))
        .contains("'why' is unknown");
  }
}
