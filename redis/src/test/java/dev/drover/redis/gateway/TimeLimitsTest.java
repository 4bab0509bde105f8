package dev.drover.redis.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.redis.gateway.GatewayRig.Raw;
import dev.drover.redis.gateway.GatewayRig.Setup;
import dev.drover.redis.testing.RawRedis;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Nothing waits for ever for a home.
@Timeout(60)
class TimeLimitsTest {
  private static final Duration LIMIT = Duration.ofMillis(500);

  private static GatewayRig rig() throws Exception {
    return new GatewayRig(
        Setup.usual().homeAnswerMax(LIMIT).hold(Duration.ofSeconds(1), 64L << 20, 10_000));
  }

  @Test
  void aHomeThatHangsLeavesNobodyWithoutAnAnswerAndKeepsNoPass() throws Exception {
    try (GatewayRig rig = rig();
        Raw writer = rig.raw();
        Raw reader = rig.raw();
        Raw elsewhere = rig.raw()) {
      assertThat(writer.send("SET app:x 1\r\n").line()).isEqualTo("+OK");
      rig.a.pauseProcess();
      try {
        writer.send("SET app:x 2\r\n");
        reader.send("GET app:x\r\n");
        assertThat(elsewhere.send("SET app:billing:x 1\r\n").line()).isEqualTo("+OK");
        assertThat(writer.line()).startsWith("-UNKNOWN home 'a' has not answered").contains("may");
        assertThat(reader.line()).startsWith("-TRYAGAIN");
        assertThat(rig.number("passes")).isZero();
        assertThat(rig.number("unknown")).isEqualTo(1);
        assertThat(rig.number("refused")).isEqualTo(1);
        assertThat(elsewhere.send("SET drover:x 1\r\n").line()).startsWith("-NOPERM");
        assertThat(rig.number("refused")).isEqualTo(2);
      } finally {
        rig.a.resumeProcess();
      }
      while (!reader.send("SET app:y 1\r\n").line().equals("+OK")) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void readsBehindOneThatIsNotAnsweredAreAskedElsewhere() throws Exception {
    // The home is slow for one request only, as it would be with one that blocks in disguise.
    try (GatewayRig rig =
            new GatewayRig(
                Setup.usual().homeAnswerMax(LIMIT).hold(Duration.ofSeconds(3), 64L << 20, 10_000));
        RawRedis admin = rig.a.client();
        Raw reader = rig.raw();
        Raw writer = rig.raw()) {
      assertThat(writer.send("SET app:x 1\r\n").line()).isEqualTo("+OK");
      // CLIENT PAUSE holds writes back and lets reads through, so the write is the head.
      admin.call("CLIENT", "PAUSE", "1200", "WRITE");
      writer.send("SET app:x 2\r\n");
      rig.await("passes", passes -> passes > 0);
      assertThat(reader.send("GET app:x\r\n").line()).isEqualTo("$1");
      assertThat(reader.line()).isIn("1", "2");
      assertThat(writer.line()).startsWith("-UNKNOWN").contains("may or may not");
    }
  }

  @Test
  void aBlockingReadInDisguiseIsRefusedAndStopsNobody() throws Exception {
    try (GatewayRig rig = rig();
        Raw hostile = rig.raw();
        Raw other = rig.raw()) {
      hostile.sendBytes(
          "*6\r\n$5\r\nXREAD\r\n$6\r\nBLOCK\0\r\n$1\r\n0\r\n$7\r\nSTREAMS\r\n$5\r\napp:s\r\n$1\r\n$\r\n");
      assertThat(hostile.line()).startsWith("-ERR").contains("NUL");
      assertThat(other.send("SET app:x 1\r\n").line()).isEqualTo("+OK");
    }
  }
}
