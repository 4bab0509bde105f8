package dev.drover.redis.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.redis.gateway.GatewayRig.Raw;
import dev.drover.redis.gateway.GatewayRig.Setup;
import dev.drover.redis.testing.RawRedis;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests that are passed on while they come.
@Timeout(60)
class LargeRequestsTest {
  private static byte[] push(String key, int elements) {
    StringBuilder request = new StringBuilder();
    request.append("*").append(elements + 2).append("\r\n$5\r\nRPUSH\r\n");
    request.append("$").append(key.length()).append("\r\n").append(key).append("\r\n");
    for (int i = 0; i < elements; i++) {
      request.append("$20\r\n").append("%020d".formatted(i)).append("\r\n");
    }
    return request.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static void sendInPieces(Raw raw, byte[] bytes, int piece) throws Exception {
    OutputStream out = raw.socket().getOutputStream();
    raw.socket().setTcpNoDelay(true);
    for (int at = 0; at < bytes.length; at += piece) {
      out.write(bytes, at, Math.min(piece, bytes.length - at));
      out.flush();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {6_000, 1_021, 65_536})
  void aRequestOfManyArgumentsComesInPiecesOfAnySize(int piece) throws Exception {
    try (GatewayRig rig = new GatewayRig();
        Raw raw = rig.raw()) {
      sendInPieces(raw, push("app:l", 60_000), piece);
      assertThat(raw.line()).isEqualTo(":60000");
      assertThat(raw.send("LINDEX app:l -1\r\n").line()).isEqualTo("$20");
      assertThat(raw.line()).isEqualTo("%020d".formatted(59_999));
      assertThat(rig.number("passes")).isZero();
    }
  }

  @Test
  void aCutoverDoesNotWaitForARequestThatIsStillComing() throws Exception {
    byte[] request = push("app:l", 60_000);
    try (GatewayRig rig = new GatewayRig();
        Raw raw = rig.raw();
        Raw other = rig.raw()) {
      sendInPieces(raw, Arrays.copyOf(request, request.length - 30), 65_536);
      rig.await("passes", passes -> passes > 0);
      rig.drain();
      rig.hold();
      rig.flip();
      assertThat(raw.line())
          .startsWith("-TRYAGAIN scope 'app:' moves")
          .contains("nothing was done");
      raw.socket().getOutputStream().write(request, request.length - 30, 30);
      assertThat(raw.send("RPUSH app:l x\r\n").line()).isEqualTo(":1");
      assertThat(other.send("LLEN app:l\r\n").line()).isEqualTo(":1");
      try (RawRedis a = rig.a.client()) {
        assertThat(a.call("EXISTS", "app:l")).isEqualTo(0L);
      }
    }
  }

  @Test
  void aRequestThatIsThereAsAWholeIsWaitedFor() throws Exception {
    try (GatewayRig rig = new GatewayRig();
        Raw raw = rig.raw()) {
      sendInPieces(raw, push("app:l", 60_000), 65_536);
      rig.drain();
      rig.hold();
      rig.flip();
      String answer = raw.line();
      try (RawRedis a = rig.a.client();
          RawRedis b = rig.b.client()) {
        boolean atOld = a.call("LLEN", "app:l").equals(60_000L);
        boolean atNew = b.call("LLEN", "app:l").equals(60_000L);
        assertThat(answer.equals(":60000")).isEqualTo(atOld || atNew);
      }
    }
  }

  @Test
  void aClientThatGoesAwayInTheMiddleLeavesNoPassBehind() throws Exception {
    byte[] request = push("app:l", 60_000);
    try (GatewayRig rig = new GatewayRig()) {
      try (Raw raw = rig.raw()) {
        sendInPieces(raw, Arrays.copyOf(request, request.length - 30), 65_536);
        rig.await("passes", passes -> passes > 0);
      }
      rig.drain();
      rig.hold();
      rig.flip();
      assertThat(rig.number("passes")).isZero();
    }
  }

  @Test
  void aRefusedLargeRequestIsDroppedAndTheConnectionGoesOn() throws Exception {
    try (GatewayRig rig = new GatewayRig(Setup.usual().hold(Duration.ofSeconds(4), 8 << 20, 100));
        Raw raw = rig.raw()) {
      byte[] value = new byte[3 << 20];
      Arrays.fill(value, (byte) 'x');
      raw.send("*5\r\n$4\r\nMSET\r\n$5\r\napp:a\r\n$" + value.length + "\r\n");
      raw.socket().getOutputStream().write(value);
      raw.send("\r\n$5\r\napp:b\r\n$1\r\nx\r\n");
      assertThat(raw.line()).startsWith("-ERR a request of more than 2097152 bytes");
      assertThat(raw.send("EXISTS app:b\r\n").line()).isEqualTo(":0");
    }
  }

  @Test
  void aNestedRequestInALargeOneEndsOnlyItsOwnConnection() throws Exception {
    byte[] request = push("app:l", 60_000);
    byte[] bad =
        new String(request, StandardCharsets.US_ASCII)
            .replace("$20\r\n00000000000000050000", "*20\r\n00000000000000050000")
            .getBytes(StandardCharsets.US_ASCII);
    try (GatewayRig rig = new GatewayRig();
        Raw raw = rig.raw();
        Raw other = rig.raw()) {
      sendInPieces(raw, bad, 65_536);
      assertThat(raw.line()).startsWith("-");
      assertThat(other.send("EXISTS app:l\r\n").line()).isEqualTo(":0");
      rig.await("passes", passes -> passes == 0);
    }
  }
}
