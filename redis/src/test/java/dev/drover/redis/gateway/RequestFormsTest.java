package dev.drover.redis.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.redis.gateway.GatewayRig.Raw;
import dev.drover.redis.gateway.GatewayRig.Setup;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How requests are written: bytes are bytes, numbers have one form, and a refused command that
/// would have changed the meaning of what follows takes the rest with it.
@Timeout(60)
class RequestFormsTest {
  private static GatewayRig rig;

  @BeforeAll
  static void start() throws Exception {
    rig = new GatewayRig(Setup.usual());
  }

  @AfterAll
  static void stop() {
    rig.close();
  }

  /// The same bytes to the gateway and to a server alone; what they answer.
  private static void sameAsAServer(String latin1, int bytes) throws Exception {
    assertThat(answer(rig.raw(), latin1, bytes))
        .isEqualTo(answer(rig.directly(rig.a), latin1, bytes));
  }

  private static String answer(Raw to, String latin1, int bytes) throws Exception {
    try (Raw raw = to) {
      raw.sendBytes(latin1);
      return new String(
          raw.socket().getInputStream().readNBytes(bytes), StandardCharsets.ISO_8859_1);
    }
  }

  @Test
  void bytesThatAreNoTextComeBackAsTheyWent() throws Exception {
    String odd = "\u00ff\u0000\u00c3(\r\n\u0080";
    sameAsAServer("*2\r\n$4\r\nPING\r\n$7\r\n" + odd + "\r\n", 4 + 7 + 2);
    sameAsAServer("*2\r\n$4\r\nECHO\r\n$7\r\n" + odd + "\r\n", 4 + 7 + 2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET app:i \"a b\"\r\nGET app:i\r\n",
        "SET app:i \"\\x41\\xff\\x00\\n\\r\\t\\b\\a\\q\\\"\"\r\nGET app:i\r\n",
        "SET app:i 'a\\'b\\n'\r\nGET app:i\r\n",
        "  SET\tapp:i  v1  \nGET app:i\r\n",
        "SET app:i \u00ff\u00fe\r\nGET app:i\r\n",
        "SET app:i x\"y z\"\r\nGET app:i\r\n",
        "\r\n\r\nSET app:i ''\r\nGET app:i\r\n",
        "SET app:i \"\\x4\"\r\nGET app:i\r\n"
      })
  void inlineCommandsAreReadAsAServerReadsThem(String lines) throws Exception {
    String direct;
    try (Raw raw = rig.directly(rig.a)) {
      raw.sendBytes(lines);
      direct = raw.line() + raw.line() + raw.line();
    }
    try (Raw raw = rig.raw()) {
      raw.sendBytes(lines);
      assertThat(raw.line() + raw.line() + raw.line()).isEqualTo(direct);
    }
  }

  /// What a page in a browser can make it send: a home would close the connection too.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST / HTTP/1.1\r\nOrigin: http://evil.example\r\nContent-Length: 16\r\n\r\n",
        "GET / HTTP/1.1\r\nUser-Agent: x\r\nHost: 127.0.0.1\r\n\r\n",
        "PUT /x HTTP/1.1\r\nhOsT: 127.0.0.1\r\n\r\n",
        "*1\r\n$4\r\nPoSt\r\n"
      })
  void aWebPageRunsNoCommands(String request) throws Exception {
    try (Raw raw = rig.raw();
        Raw other = rig.raw()) {
      raw.sendBytes(request + "SET app:web x\r\n");
      String last = "";
      for (int i = 0; i < 4 && !last.equals("(closed)"); i++) {
        last = raw.line();
        assertThat(last).isNotEqualTo("+OK");
      }
      assertThat(last).isEqualTo("(closed)");
      assertThat(other.send("EXISTS app:web\r\n").line()).isEqualTo(":0");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET app:i \"open\r\n",
        "SET app:i 'open\r\n",
        "SET app:i \"a\"b\r\n",
        "*03\r\n$3\r\nSET\r\n$5\r\napp:q\r\n$1\r\nx\r\n",
        "*+3\r\n$3\r\nSET\r\n$5\r\napp:q\r\n$1\r\nx\r\n",
        "*3\r\n$03\r\nSET\r\n$5\r\napp:q\r\n$1\r\nx\r\n",
        "*3\r\n$3\r\nSET\r\n$5\r\napp:q\r\n$-0\r\n\r\n",
        "*3\r\n$3\r\nSET\r\n$5\r\napp:q\r\n$-1\r\n",
        "*3\r\n$3\r\nSET\r\n$5\r\napp:q\r\n$2\r\nxyz\r\n",
        "*3\r\n$3\r\nSET\r\n$5\r\napp:q\r\n*1\r\n$1\r\nx\r\n",
        "*3\r\n$3\r\nSET\r\n$5\r\napp:q\r\n$99999999999\r\n",
        "*1048577\r\n"
      })
  void whatNoServerWritesIsAnErrorAndTheEndOfTheConnection(String request) throws Exception {
    try (Raw raw = rig.raw();
        Raw other = rig.raw()) {
      raw.sendBytes(request + "*1\r\n$4\r\nPING\r\n");
      assertThat(raw.line()).startsWith("-ERR Protocol error");
      assertThat(raw.line()).isEqualTo("(closed)");
      assertThat(other.send("EXISTS app:q\r\n").line()).isEqualTo(":0");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "MULTI, INCR app:m, DISCARD, +OK",
    "MULTI, INCR app:m, EXEC, -EXECABORT",
    "MULTI, INCR app:m, RESET, +RESET",
    "SELECT 1, INCR app:m, SELECT 0, +OK",
    "SELECT 1, PING, RESET, +RESET",
    "CLIENT REPLY OFF, INCR app:m, CLIENT REPLY ON, +OK",
    "CLIENT REPLY SKIP, INCR app:m, CLIENT REPLY ON, +OK",
    "HELLO 9, INCR app:m, HELLO 2, *14"
  })
  void afterARefusalThatChangesWhatFollowsNothingIsDoneUntilItIsTakenBack(
      String refused, String next, String end, String ended) throws Exception {
    try (Raw raw = rig.raw();
        Raw other = rig.raw()) {
      raw.send(refused + "\r\n" + next + "\r\n" + next + "\r\nNONSENSE\r\n" + end + "\r\n");
      assertThat(raw.line()).startsWith("-");
      assertThat(raw.line()).startsWith("-ERR nothing was done");
      assertThat(raw.line()).startsWith("-ERR nothing was done");
      assertThat(raw.line()).startsWith("-ERR nothing was done");
      assertThat(raw.line()).startsWith(ended);
      assertThat(other.send("EXISTS app:m\r\n").line()).isEqualTo(":0");
    }
  }

  @Test
  void askingConcernsTheNextCommandOnly() throws Exception {
    try (Raw raw = rig.raw()) {
      raw.send("ASKING\r\nINCR app:asked\r\nEXISTS app:asked\r\n");
      assertThat(raw.line()).startsWith("-ERR");
      assertThat(raw.line()).startsWith("-ERR nothing was done");
      assertThat(raw.line()).isEqualTo(":0");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SORT app:l \"STORE\\x00\" app:billing:x",
        "COPY app:a app:b \"DB\\x00\" 1",
        "XREAD \"BLOCK\\x00\" 0 STREAMS app:s $",
        "XREAD \"BLOCK\\x00x\" 0 STREAMS app:s $",
        "GEORADIUS app:g 0 0 1 m \"STORE\\x00\" app:billing:x"
      })
  void anOptionWordWithANulIsRefused(String request) throws Exception {
    try (Raw raw = rig.raw()) {
      assertThat(raw.send(request + "\r\n").line()).startsWith("-ERR").contains("NUL");
      assertThat(raw.send("PING\r\n").line()).isEqualTo("+PONG");
    }
  }

  @Test
  void namesThatAreOptionWordsStayNames() throws Exception {
    try (Raw raw = rig.raw()) {
      assertThat(raw.send("XGROUP CREATE app:s2 streams $ MKSTREAM\r\n").line()).isEqualTo("+OK");
      assertThat(raw.send("XADD app:s2 1-1 block store\r\n").line()).isEqualTo("$3");
      raw.line();
      raw.send("XREADGROUP GROUP streams block COUNT 1 STREAMS app:s2 >\r\n");
      assertThat(raw.line()).isEqualTo("*1");
    }
    try (Raw raw = rig.raw()) {
      assertThat(raw.send("SET store block\r\n").line()).isEqualTo("+OK");
      assertThat(raw.send("SORT app:none LIMIT 0 1 STORE app:dest\r\n").line()).isEqualTo(":0");
      assertThat(raw.send("SORT app:none STORE app:billing:x\r\n").line())
          .startsWith("-CROSSSCOPE");
      assertThat(raw.send("COPY app:none STORE\r\n").line()).startsWith("-CROSSSCOPE");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET drover:fence:app:",
        "SET drover:x 1",
        "DEL app:x drover:x",
        "RENAME drover:x y",
        "MGET x drover:aside:1"
      })
  void droversOwnKeysAreNobodysElse(String request) throws Exception {
    try (Raw raw = rig.raw()) {
      assertThat(raw.send(request + "\r\n").line()).startsWith("-");
    }
  }

  @Test
  void aCommandThatWasNotReviewedIsRefusedUntilTheOperatorAddsItAsAWrite() throws Exception {
    try (GatewayRig added = new GatewayRig(Setup.usual().addedWrites("pfdebug", "nonsense"));
        Raw raw = added.raw();
        Raw plain = rig.raw()) {
      assertThat(plain.send("NOTREVIEWED app:x\r\n").line()).contains("unknown command");
      // A reviewed command stays what it is.
      assertThat(raw.send("PFDEBUG app:x\r\n").line()).contains("not supported");
      assertThat(raw.send("NONSENSE app:x\r\n").line()).contains("unknown command");
    }
  }

  @Test
  void aStrangerMaySendLittle() throws Exception {
    try (GatewayRig locked = new GatewayRig(Setup.usual().password("sesame"))) {
      try (Raw raw = locked.raw()) {
        assertThat(raw.send("*11\r\n").line()).contains("unauthenticated");
      }
      try (Raw raw = locked.raw()) {
        assertThat(raw.send("*2\r\n$4\r\nAUTH\r\n$16385\r\n").line()).contains("unauthenticated");
      }
    }
  }

  @Test
  void wrongPasswordsAreAnsweredLaterAndLater() throws Exception {
    try (GatewayRig locked = new GatewayRig(Setup.usual().password("sesame"));
        Raw raw = locked.raw();
        Raw right = locked.raw()) {
      long begin = System.nanoTime();
      for (int i = 0; i < 8; i++) {
        assertThat(raw.send("AUTH wrong\r\n").line()).startsWith("-WRONGPASS");
      }
      // 20, 40, … 1,280 ms.
      assertThat(System.nanoTime() - begin).isGreaterThan(2_000_000_000L);
      raw.send("AUTH wrong\r\n");
      assertThat(right.send("AUTH sesame\r\n").line()).isEqualTo("+OK");
    }
  }
}
