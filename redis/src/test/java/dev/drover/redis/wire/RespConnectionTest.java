package dev.drover.redis.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.redis.testing.RedisServerProcess;
import dev.drover.redis.testing.RedisServerProcess.Version;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class RespConnectionTest {
  private static final RedisServerProcess server = RedisServerProcess.start(Version.V6_2);

  @AfterAll
  static void stop() {
    server.close();
  }

  private static RespEndpoint endpoint(int readMillisMax) {
    return new RespEndpoint(
        server.host(),
        server.port(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        1_000,
        readMillisMax);
  }

  @Test
  void aDeepPipelineIsAnsweredInOrder() throws Exception {
    try (RespConnection connection = RespConnection.open(endpoint(10_000))) {
      for (int i = 0; i < 20_000; i++) {
        connection.begin(3).arg("SET").arg("key" + i).arg(i - 10_000L);
        connection.begin(2).arg("GET").arg("key" + i);
      }
      connection.flush();
      for (int i = 0; i < 20_000; i++) {
        assertThat(connection.read().text()).isEqualTo("OK");
        assertThat(connection.read().number()).isEqualTo(i - 10_000L);
      }
    }
  }

  @Test
  void valuesLongerThanAnyBufferPassUnharmed() throws Exception {
    byte[] value = new byte[3_000_001];
    for (int i = 0; i < value.length; i++) {
      value[i] = (byte) (i * 31);
    }
    try (RespConnection connection = RespConnection.open(endpoint(10_000))) {
      connection.begin(3).arg("SET").arg("big").arg(value).flush();
      assertThat(connection.answered().text()).isEqualTo("OK");
      assertThat(connection.call("GET", "big").bytes()).isEqualTo(value);
    }
  }

  @Test
  void everyKindOfAnswerIsRead() throws Exception {
    try (RespConnection connection = RespConnection.open(endpoint(10_000))) {
      assertThat(connection.call("GET", "none").isNil()).isTrue();
      assertThat(connection.call("DBSIZE").number()).isNotNegative();
      List<Reply> reply = connection.call("EVAL", "return {1, {'a', {}}, false, ''}", "0").items();
      assertThat(reply).hasSize(4);
      assertThat(reply.get(1).items().get(0).text()).isEqualTo("a");
      assertThat(reply.get(2).isNil()).isTrue();
      assertThat(reply.get(3).bytes()).isEmpty();
      assertThatThrownBy(() -> connection.call("NOSUCH"))
          .isInstanceOf(RespFailure.class)
          .hasMessageContaining("unknown command");
      assertThat(connection.call("HELLO", "3").items()).isNotEmpty();
      assertThat(connection.call("GET", "none").isNil()).isTrue();
      assertThat(connection.call("PING").text()).isEqualTo("PONG");
    }
  }

  @Test
  void aServerThatDoesNotAnswerInTimeIsLost() throws Exception {
    try (RespConnection connection = RespConnection.open(endpoint(100))) {
      server.pauseProcess();
      try {
        assertThatThrownBy(() -> connection.call("PING"))
            .isInstanceOf(RespLost.class)
            .hasMessageContaining("did not answer in time");
      } finally {
        server.resumeProcess();
      }
    }
  }

  @Test
  void aPasswordIsNeverPrinted() {
    RespEndpoint endpoint =
        new RespEndpoint(
            "host", 1, Optional.of("user"), Optional.of("secret"), Optional.empty(), 1, 1);
    assertThat(endpoint.toString()).isEqualTo("host:1");
  }
}
