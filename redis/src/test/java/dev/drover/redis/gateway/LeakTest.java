package dev.drover.redis.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.drover.redis.gateway.GatewayRig.Raw;
import dev.drover.redis.testing.RawRedis;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetector.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/// Buffers are given back, whichever way a request went. Netty tells of those that were not, when
/// the garbage collector has found them and another buffer is taken.
@Timeout(60)
class LeakTest {
  private static final int LOOKS = 10;

  private final Level before = ResourceLeakDetector.getLevel();
  private final ListAppender<ILoggingEvent> said = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);

  @BeforeEach
  void listen() {
    ResourceLeakDetector.setLevel(Level.PARANOID);
    // What tests before this one have left, in loops that were shut down, is told now.
    for (int i = 0; i < LOOKS; i++) {
      System.gc();
      ByteBufAllocator.DEFAULT.buffer().release();
    }
    said.start();
    logger.addAppender(said);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(said);
    ResourceLeakDetector.setLevel(before);
  }

  @Test
  void repliesOfAnySizeLeaveNoBufferBehind() throws Exception {
    try (GatewayRig rig = new GatewayRig();
        RawRedis home = rig.a.client();
        Raw raw = rig.raw()) {
      home.call("SET", "app:small", "x");
      home.call("SET", "app:300k", "x".repeat(300_000));
      home.call("SET", "app:8m", "x".repeat(8_000_000));
      for (int i = 0; i < LOOKS; i++) {
        raw.send("GET app:small\r\nGET app:300k\r\nGET app:8m\r\nSET app:y " + i + "\r\n");
        raw.socket().getInputStream().readNBytes(7 + 300_011 + 8_000_012 + 5);
        System.gc();
      }
      assertThat(raw.send("PING\r\n").line()).isEqualTo("+PONG");
    }
    assertThat(said.list).extracting(ILoggingEvent::getFormattedMessage).isEmpty();
  }
}
