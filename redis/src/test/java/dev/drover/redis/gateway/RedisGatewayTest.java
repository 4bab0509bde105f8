package dev.drover.redis.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.core.HomeId;
import dev.drover.redis.gateway.GatewayRig.Raw;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.protocol.ProtocolVersion;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisGatewayTest {
  private GatewayRig rig;
  private RedisClient client;
  private StatefulRedisConnection<String, String> connection;
  private RedisCommands<String, String> redis;

  @BeforeEach
  void start() throws Exception {
    rig = new GatewayRig();
    client = RedisClient.create("redis://127.0.0.1:" + rig.gateway.port());
    connection = client.connect();
    redis = connection.sync();
  }

  @AfterEach
  void stop() {
    client.shutdown(0, 1, TimeUnit.SECONDS);
    rig.close();
  }

  private String directly(dev.drover.redis.testing.RedisServerProcess home, String key) {
    RedisClient direct = RedisClient.create("redis://127.0.0.1:" + home.port());
    try {
      return String.valueOf(direct.connect().sync().get(key));
    } finally {
      direct.shutdown(0, 1, TimeUnit.SECONDS);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"RESP2", "RESP3"})
  void anOrdinaryClientIsServedInBothProtocols(ProtocolVersion protocol) {
    client.setOptions(ClientOptions.builder().protocolVersion(protocol).build());
    try (StatefulRedisConnection<String, String> own = client.connect()) {
      RedisCommands<String, String> commands = own.sync();
      commands.hset("app:h", Map.of("x", "1", "y", "2"));
      commands.zadd("app:z", 1.5, "m");
      commands.rpush("app:l", "a", "b");
      commands.xadd("app:s", Map.of("f", "v"));
      assertThat(commands.hgetall("app:h")).containsEntry("x", "1").containsEntry("y", "2");
      assertThat(commands.zscore("app:z", "m")).isEqualTo(1.5);
      assertThat(commands.lrange("app:l", 0, -1)).containsExactly("a", "b");
      assertThat(commands.xlen("app:s")).isEqualTo(1);
      assertThat(commands.get("app:none")).isNull();
      assertThat(commands.ping()).isEqualTo("PONG");
      assertThat(
              commands.<Long>eval(
                  "return redis.call('incr', KEYS[1])",
                  io.lettuce.core.ScriptOutputType.INTEGER,
                  "app:billing:n"))
          .isEqualTo(1L);
      assertThat(commands.objectEncoding("app:billing:n")).isEqualTo("int");
    }
  }

  @Test
  void theLongestPrefixWinsAndOtherKeysGoToTheDefaultHome() {
    redis.set("app:x", "1");
    redis.set("app:billing:x", "2");
    redis.set("x", "3");
    assertThat(directly(rig.a, "app:x")).isEqualTo("1");
    assertThat(directly(rig.b, "app:billing:x")).isEqualTo("2");
    assertThat(directly(rig.b, "app:x")).isEqualTo("null");
    assertThat(directly(rig.a, "x")).isEqualTo("3");
  }

  @Test
  void severalKeysOfOneScopeGoTogetherAndOfTwoScopesAreRefused() {
    redis.mset(Map.of("app:1", "a", "app:2", "b"));
    assertThat(redis.mget("app:1", "app:2"))
        .extracting(KeyValue::getValue)
        .containsExactly("a", "b");
    assertThatThrownBy(() -> redis.mget("app:1", "app:billing:2"))
        .isInstanceOf(RedisCommandExecutionException.class)
        .hasMessageContaining("CROSSSCOPE")
        .hasMessageContaining("'app:billing:'");
  }

  @Test
  void repliesComeInTheOrderOfRequestsWhicheverHomeIsFaster() throws Exception {
    RedisAsyncCommands<String, String> async = connection.async();
    connection.setAutoFlushCommands(false);
    List<RedisFuture<String>> replies = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      replies.add(async.set((i % 3 == 0 ? "app:billing:" : "app:") + i, "v" + i));
    }
    List<RedisFuture<String>> reads = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      reads.add(async.get((i % 3 == 0 ? "app:billing:" : "app:") + i));
    }
    connection.flushCommands();
    for (int i = 0; i < 2_000; i++) {
      assertThat(replies.get(i).get(10, TimeUnit.SECONDS)).isEqualTo("OK");
      assertThat(reads.get(i).get(10, TimeUnit.SECONDS)).isEqualTo("v" + i);
    }
    connection.setAutoFlushCommands(true);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SUBSCRIBE c",
        "BLPOP app:l 1",
        "KEYS *",
        "SCAN 0",
        "FLUSHALL",
        "SWAPDB 0 1",
        "SORT app:l BY x",
        "WATCH app:x",
        "CONFIG GET save",
        "SHUTDOWN",
        "NONSENSE",
        "XREAD BLOCK 1 STREAMS app:s 0",
        "GET",
        "EVAL x 5 app:a"
      })
  void whatIsNotServedGetsAnErrorThatSaysSo(String request) throws Exception {
    try (Raw raw = rig.raw()) {
      assertThat(raw.send(request + "\r\nPING\r\n").line()).startsWith("-ERR");
      assertThat(raw.line()).isEqualTo("+PONG");
    }
  }

  @Test
  void writesWaitThroughACutoverAndGoToTheNewHomeAndReadsGoOn() throws Exception {
    redis.set("app:x", "old");
    rig.drain();
    redis.set("app:x", "drained");
    rig.hold();
    RedisFuture<String> held = connection.async().set("app:x", "new");
    try (StatefulRedisConnection<String, String> other = client.connect()) {
      assertThat(other.sync().get("app:x")).isEqualTo("drained");
      Thread.sleep(100);
      assertThat(held.isDone()).isFalse();
      assertThat(other.sync().set("app:billing:y", "free")).isEqualTo("OK");
    }
    rig.flip();
    assertThat(held.get(10, TimeUnit.SECONDS)).isEqualTo("OK");
    assertThat(directly(rig.b, "app:x")).isEqualTo("new");
    assertThat(directly(rig.a, "app:x")).isEqualTo("drained");
  }

  @Test
  void aReadThatReachesTheOldHomeWhenThatHasBeenPurgedIsAskedAgain() throws Exception {
    redis.set("app:x", "kept");
    try (RedisClient direct = RedisClient.create("redis://127.0.0.1:" + rig.b.port())) {
      direct.connect().sync().set("app:x", "kept");
    }
    rig.drain();
    rig.hold();
    try (StatefulRedisConnection<String, String> reader = client.connect();
        Raw piped = rig.raw();
        Raw writing = rig.raw();
        Raw purge = rig.directly(rig.a)) {
      assertThat(reader.sync().get("app:x")).isEqualTo("kept");
      assertThat(piped.send("GET app:x\r\n").line()).isEqualTo("$4");
      assertThat(piped.line()).isEqualTo("kept");
      assertThat(writing.send("GET app:x\r\n").line()).isEqualTo("$4");
      assertThat(writing.line()).isEqualTo("kept");
      assertThat(purge.send("MULTI\r\n").line()).isEqualTo("+OK");
      assertThat(purge.send("DEBUG SLEEP 3\r\n").line()).isEqualTo("+QUEUED");
      assertThat(purge.send("DEL app:x\r\n").line()).isEqualTo("+QUEUED");
      purge.send("EXEC\r\n");
      Thread.sleep(300);
      RedisFuture<String> late = reader.async().get("app:x");
      piped.send("GET app:x\r\nSTRLEN app:x\r\nPING\r\n");
      writing.send("GET app:x\r\nSET app:billing:y 1\r\n");
      Thread.sleep(300);
      rig.flip();
      assertThat(late.isDone()).as("the old home is still asleep").isFalse();
      assertThat(purge.line()).as("it was purged").isEqualTo("*2");
      assertThat(late.get(10, TimeUnit.SECONDS)).isEqualTo("kept");
      assertThat(piped.line()).isEqualTo("$4");
      assertThat(piped.line()).isEqualTo("kept");
      assertThat(piped.line()).isEqualTo(":4");
      assertThat(piped.line()).isEqualTo("+PONG");
      // A write came after this one, which it must not see.
      assertThat(writing.line()).startsWith("-TRYAGAIN").contains("ask again");
      assertThat(writing.line()).isEqualTo("+OK");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*1\r\n$-5\r\nabc\r\n",
        "*2\r\n$3\r\nGET\r\nnope\r\n",
        "*1\r\n$999999999999\r\n",
        "*99999999999\r\n",
        "*x\r\n",
        "*1\r\n$536870913\r\n"
      })
  void aMalformedRequestIsAnsweredAndTheClientDisconnected(String bytes) throws Exception {
    try (Raw raw = rig.raw()) {
      assertThat(raw.send(bytes).line()).startsWith("-ERR Protocol error");
      assertThat(raw.line()).isEqualTo("(closed)");
    }
    assertThat(redis.ping()).isEqualTo("PONG");
  }

  @Test
  void aRequestInSinglesBytesIsServed() throws Exception {
    try (Raw raw = rig.raw()) {
      for (char c : "*3\r\n$3\r\nSET\r\n$5\r\napp:k\r\n$2\r\nvv\r\n".toCharArray()) {
        raw.send(String.valueOf(c));
      }
      assertThat(raw.line()).isEqualTo("+OK");
    }
    assertThat(redis.get("app:k")).isEqualTo("vv");
  }

  @Test
  void aLargeValuePassesInBothDirectionsWhileOthersGoOn() throws Exception {
    int bytes = 100 << 20;
    try (Raw raw = rig.raw()) {
      raw.send("*3\r\n$3\r\nSET\r\n$7\r\napp:big\r\n$" + bytes + "\r\n");
      byte[] chunk = "0123456789abcdef".repeat(4_096).getBytes(StandardCharsets.US_ASCII);
      OutputStream out = raw.socket().getOutputStream();
      for (int sent = 0; sent < bytes; sent += chunk.length) {
        out.write(chunk);
        if (sent == 16 * chunk.length) {
          assertThat(redis.set("app:small", "1")).isEqualTo("OK");
        }
      }
      raw.send("\r\n");
      assertThat(raw.line()).isEqualTo("+OK");
      assertThat(redis.strlen("app:big")).isEqualTo(bytes);
      raw.send("*2\r\n$3\r\nGET\r\n$7\r\napp:big\r\n*1\r\n$4\r\nPING\r\n");
      assertThat(raw.line()).isEqualTo("$" + bytes);
      InputStream in = raw.socket().getInputStream();
      in.skipNBytes(10 << 20);
      // A client that stops reading stops nobody else.
      for (int i = 0; i < 200; i++) {
        assertThat(redis.incr("app:count")).isEqualTo(i + 1);
      }
      in.skipNBytes(bytes - (10L << 20));
      assertThat(raw.line()).isEmpty();
      assertThat(raw.line()).isEqualTo("+PONG");
    }
  }

  @Test
  void aHomeThatDiesIsNamedAndTheOtherHomeIsServed() throws Exception {
    redis.set("app:billing:x", "1");
    rig.b.kill();
    assertThatThrownBy(() -> redis.get("app:billing:x"))
        .isInstanceOf(RedisCommandExecutionException.class)
        .hasMessageContaining("TRYAGAIN")
        .hasMessageContaining("'b'");
    assertThat(redis.set("app:x", "2")).isEqualTo("OK");
    rig.b.restart();
    for (int i = 0; i < 100; i++) {
      try {
        redis.set("app:billing:x", "3");
        break;
      } catch (RedisCommandExecutionException e) {
        Thread.sleep(50);
      }
    }
    assertThat(redis.get("app:billing:x")).isEqualTo("3");
  }

  @Test
  void aHomeThatWasGivenUpRefusesAtOnceAlsoWhatIsLargeUntilItIsTakenUp() throws Exception {
    int bytes = 20 << 20;
    HomeId b = new HomeId("b");
    rig.b.pauseProcess();
    try (Raw raw = rig.raw()) {
      rig.gateway.giveUp(b, "does not answer");
      assertThatThrownBy(() -> redis.set("app:billing:x", "1"))
          .hasMessageContaining("TRYAGAIN home 'b' is given up: does not answer");
      raw.send("*3\r\n$3\r\nSET\r\n$13\r\napp:billing:x\r\n$" + bytes + "\r\n");
      raw.socket().getOutputStream().write(new byte[bytes]);
      raw.send("\r\n*1\r\n$4\r\nPING\r\n");
      assertThat(raw.line()).contains("is given up", "nothing was sent");
      assertThat(raw.line()).isEqualTo("+PONG");
      assertThat(redis.set("app:x", "2")).as("the other home").isEqualTo("OK");
    }
    rig.b.resumeProcess();
    rig.gateway.takeUp(b);
    assertThat(redis.set("app:billing:x", "3")).isEqualTo("OK");
  }
}
