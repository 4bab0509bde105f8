package dev.drover.redis.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.redis.gateway.GatewayRig.Raw;
import dev.drover.redis.testing.RawRedis;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Requests of all kinds, cut at every byte, and clients that go away at every byte.
@Timeout(120)
class SplitsTest {
  private static GatewayRig rig;

  @BeforeAll
  static void start() throws Exception {
    rig = new GatewayRig();
    try (RawRedis a = rig.a.client()) {
      a.call("RPUSH", "app:l", "a", "b");
      a.call("XADD", "app:s", "1-1", "f", "v");
    }
  }

  @AfterAll
  static void stop() {
    rig.close();
  }

  private static String array(String... words) {
    StringBuilder request = new StringBuilder("*" + words.length + "\r\n");
    for (String word : words) {
      request.append("$").append(word.length()).append("\r\n").append(word).append("\r\n");
    }
    return request.toString();
  }

  static List<String> requests() {
    return List.of(
        array("PING", "\u00ff\r\n"),
        array("SET", "app:x", "value"),
        array("GET", "app:x"),
        array("MSET", "app:x", "1", "app:y", "2"),
        array("SORT", "app:l", "ALPHA", "STORE", "app:sorted"),
        array("XREAD", "COUNT", "1", "STREAMS", "app:s", "0"),
        array("EVAL", "return redis.call('INCR', KEYS[1])", "1", "app:billing:n"),
        array("OBJECT", "ENCODING", "app:l"),
        array("NONSENSE", "x"),
        array("GET", "drover:x"),
        array("MULTI") + array("INCR", "app:m") + array("DISCARD"),
        array("HELLO", "3") + array("HELLO", "2"),
        "SET app:x \"in line\"\r\nGET app:x\r\n",
        "*0\r\n*-1\r\n\r\nPING\r\n");
  }

  /// @return everything that is answered until the PING at the end
  private static String answers(Raw raw) throws Exception {
    StringBuilder all = new StringBuilder();
    while (true) {
      String line = raw.line();
      if (line.equals("$4")) {
        line = raw.line();
        if (line.equals("last")) {
          return all.toString();
        }
        all.append("$4|");
      }
      all.append(line).append('|');
    }
  }

  @ParameterizedTest
  @MethodSource("requests")
  void aRequestMeansTheSameWhereverItIsCut(String request) throws Exception {
    byte[] bytes = request.getBytes(StandardCharsets.ISO_8859_1);
    String end = array("ECHO", "last");
    String whole = null;
    for (int cut = 0; cut < bytes.length; cut++) {
      try (Raw raw = rig.raw()) {
        raw.socket().setTcpNoDelay(true);
        OutputStream out = raw.socket().getOutputStream();
        out.write(bytes, 0, cut);
        out.flush();
        if (cut > 0) {
          // Another client's answer shows that the loops have gone around.
          try (Raw other = rig.raw()) {
            other.send("PING\r\n").line();
          }
        }
        out.write(bytes, cut, bytes.length - cut);
        out.write(end.getBytes(StandardCharsets.US_ASCII));
        String answers = answers(raw).replaceAll(":\\d+", ":n");
        if (whole == null) {
          whole = answers;
        }
        assertThat(answers).as("cut at %d", cut).isEqualTo(whole);
      }
    }
    noPassIsOut();
  }

  @ParameterizedTest
  @MethodSource("requests")
  void aClientThatGoesAwayAtAnyByteLeavesNothingBehind(String request) throws Exception {
    byte[] bytes = request.getBytes(StandardCharsets.ISO_8859_1);
    for (int cut = 1; cut <= bytes.length; cut++) {
      try (Raw raw = rig.raw()) {
        raw.socket().getOutputStream().write(bytes, 0, cut);
        if (cut % 2 == 0) {
          // Goes with a reset instead of an end.
          raw.socket().setSoLinger(true, 0);
        }
      }
    }
    noPassIsOut();
  }

  private static void noPassIsOut() throws Exception {
    rig.await("passes", passes -> passes == 0);
    rig.await("clients", clients -> clients == 0);
    rig.await("kept.bytes", bytes -> bytes == 0);
    assertThat(rig.number("held.now")).isZero();
  }
}
