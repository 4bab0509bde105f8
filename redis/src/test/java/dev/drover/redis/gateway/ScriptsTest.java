package dev.drover.redis.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.drover.redis.gateway.GatewayRig.Setup;
import dev.drover.redis.gateway.RedisGatewayOptions.Scripts.Mode;
import dev.drover.redis.testing.RawRedis;
import dev.drover.redis.testing.RedisServerProcess;
import dev.drover.redis.testing.RedisServerProcess.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Scripts and functions: writes that are kept to their scope by the home itself.
@Timeout(120)
class ScriptsTest {
  private static final String LIBRARY =
      """
      #!lua name=lib
      redis.register_function('add', function(keys, args)
        return redis.call('INCRBY', keys[1], args[1])
      end)
      redis.register_function('spin', function(keys, args) while true do end end)
      """;

  private static GatewayRig rig(Version version) throws Exception {
    assumeTrue(RedisServerProcess.available(version));
    return new GatewayRig(Setup.usual().servers(version));
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void aScriptIsAWriteAndIsHeldAsOne(Version version) throws Exception {
    try (GatewayRig rig = new GatewayRig(Setup.usual().servers(version).inner(false));
        RawRedis client = new RawRedis(rig.gateway.port());
        RawRedis function = new RawRedis(rig.gateway.port())) {
      assertThat(client.call("EVAL", "return redis.call('INCR', KEYS[1])", "1", "app:n"))
          .isEqualTo(1L);
      rig.drain();
      rig.hold();
      client.send("EVAL", "return redis.call('INCR', KEYS[1])", "1", "app:n");
      client.send("EVALSHA", "0000000000000000000000000000000000000000", "1", "app:n");
      client.flush();
      rig.await("held.now", held -> held > 0);
      if (version != Version.V6_2) {
        function.send("FCALL", "add", "1", "app:n", "1");
        function.flush();
        rig.await("held.now", held -> held == 2);
      }
      try (RawRedis a = rig.a.client()) {
        assertThat(a.call("GET", "app:n")).isEqualTo("1");
      }
      rig.flip();
      assertThat(client.receive()).isEqualTo(1L);
      try (RawRedis b = rig.b.client()) {
        assertThat(b.call("GET", "app:n")).isEqualTo("1");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void theHomeKeepsAScriptToItsScope(Version version) throws Exception {
    try (GatewayRig rig = rig(version);
        RawRedis b = rig.b.client();
        RawRedis client = new RawRedis(rig.gateway.port())) {
      b.call("SET", "other", "kept");
      b.call("SET", "drover:own", "kept");
      List<String> ran = new ArrayList<>();
      for (String call :
          List.of(
              "'FLUSHALL'",
              "'FLUSHDB'",
              "'SWAPDB', 0, 1",
              "'SELECT', 1",
              "'SET', 'other', 'x'",
              "'DEL', 'drover:own'",
              "'GET', 'other'",
              "'GET', 'app:inner-no'",
              "'MIGRATE', '127.0.0.1', '1', KEYS[1], 0, 10",
              "'COPY', KEYS[1], KEYS[1], 'DB', 1",
              "'MOVE', KEYS[1], 1",
              "'SORT', KEYS[1], 'BY', 'other*'",
              "'RANDOMKEY'",
              "'KEYS', '*'",
              "'SCAN', 0",
              "'CONFIG', 'GET', 'dir'",
              "'PUBLISH', 'c', 'm'",
              "'SCRIPT', 'FLUSH'",
              "'RENAME', KEYS[1], 'other2'")) {
        try {
          client.call("SET", "app:billing:k", "1");
          Object reply =
              client.call("EVAL", "return redis.call(" + call + ")", "1", "app:billing:k");
          ran.add(call + " -> " + reply);
        } catch (RawRedis.Refused e) {
          assertThat(e.getMessage()).doesNotContain("TRYAGAIN");
        }
      }
      assertThat(ran).isEmpty();
      assertThat(b.call("GET", "other")).isEqualTo("kept");
      assertThat(b.call("GET", "drover:own")).isEqualTo("kept");
      assertThat(client.call("EVAL", "return redis.call('TIME')[1]", "1", "app:billing:k"))
          .isNotNull();
    }
  }

  @Test
  void aScriptIsNeverAskedTwice() throws Exception {
    try (GatewayRig rig = new GatewayRig();
        RawRedis client = new RawRedis(rig.gateway.port())) {
      Object reply =
          client.call(
              "EVAL",
              "redis.call('INCR', KEYS[1]) return string.rep('x', 3000000)",
              "1",
              "app:billing:runs");
      assertThat((String) reply).hasSize(3_000_000);
      assertThat(client.call("GET", "app:billing:runs")).isEqualTo("1");
    }
  }

  @Test
  void aScriptWithALargeReplyIsNotRunAgainAsSomebodyElse() throws Exception {
    try (GatewayRig rig = rig(Version.INSTALLED);
        RawRedis b = rig.b.client();
        RawRedis client = new RawRedis(rig.gateway.port())) {
      b.call("SET", "other", "secret");
      String script =
          "local other = redis.pcall('GET', 'other')"
              + " if type(other) == 'table' then return string.rep('x', 3000000) end return other";
      Object reply = client.call("EVAL_RO", script, "1", "app:billing:k");
      assertThat((String) reply).hasSize(3_000_000);
      assertThat(client.call("GET", "app:billing:k")).isEqualTo("nil");
    }
  }

  @Test
  void aTrustedScriptIsKilledTooWhenItRunsForTooLong() throws Exception {
    Setup setup =
        Setup.usual()
            .servers(Version.V6_2, "--lua-time-limit", "100")
            .scripts(Mode.TRUSTED, Duration.ofMillis(500));
    try (GatewayRig rig = new GatewayRig(setup);
        RawRedis spinner = new RawRedis(rig.gateway.port())) {
      spinner.send("EVAL", "while true do end", "1", "app:x");
      assertThat(refusal(spinner)).contains("killed");
    }
  }

  @Test
  void aClientsRequestsKeepTheirOrderAroundItsScripts() throws Exception {
    try (GatewayRig rig = new GatewayRig();
        RawRedis client = new RawRedis(rig.gateway.port())) {
      int rounds = 300;
      for (int i = 0; i < rounds; i++) {
        client.send("SET", "app:billing:o", Integer.toString(i));
        client.send("EVAL", "return redis.call('APPEND', KEYS[1], 'x')", "1", "app:billing:o");
        client.send("GET", "app:billing:o");
      }
      for (int i = 0; i < rounds; i++) {
        assertThat(client.receive()).isEqualTo("OK");
        assertThat(client.receive()).isEqualTo((long) Integer.toString(i).length() + 1);
        assertThat(client.receive()).isEqualTo(i + "x");
      }
    }
  }

  @Test
  void functionsRunAsWritesOfTheirScope() throws Exception {
    try (GatewayRig rig = rig(Version.INSTALLED);
        RawRedis b = rig.b.client();
        RawRedis client = new RawRedis(rig.gateway.port())) {
      b.call("FUNCTION", "LOAD", LIBRARY);
      assertThat(client.call("FCALL", "add", "1", "app:billing:f", "5")).isEqualTo(5L);
      assertThat(client.call("EVAL_RO", "return redis.call('GET', KEYS[1])", "1", "app:billing:f"))
          .isEqualTo("5");
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void aScriptThatRunsForTooLongIsKilledAndTheHomeServesOthersAgain(Version version)
      throws Exception {
    assumeTrue(RedisServerProcess.available(version));
    Setup setup =
        Setup.usual()
            .servers(version, "--lua-time-limit", "100")
            .scripts(Mode.CONFINED, Duration.ofMillis(500));
    try (GatewayRig rig = new GatewayRig(setup);
        RawRedis spinner = new RawRedis(rig.gateway.port());
        RawRedis other = new RawRedis(rig.gateway.port())) {
      spinner.send("EVAL", "while true do end", "1", "app:billing:x");
      assertThat(refusal(spinner)).contains("killed");
      assertThat(other.call("SET", "app:billing:y", "1")).isEqualTo("OK");
      rig.await("scripts.killed", killed -> killed == 1);
      rig.await("passes", passes -> passes == 0);
    }
  }

  @Test
  void aFunctionThatRunsForTooLongIsKilledToo() throws Exception {
    assumeTrue(RedisServerProcess.available(Version.INSTALLED));
    Setup setup =
        Setup.usual()
            .servers(Version.INSTALLED, "--lua-time-limit", "100")
            .scripts(Mode.CONFINED, Duration.ofMillis(500));
    try (GatewayRig rig = new GatewayRig(setup);
        RawRedis b = rig.b.client();
        RawRedis spinner = new RawRedis(rig.gateway.port())) {
      b.call("FUNCTION", "LOAD", LIBRARY);
      spinner.send("FCALL", "spin", "1", "app:billing:x");
      assertThat(refusal(spinner)).contains("killed");
    }
  }

  @Test
  void whereTheyCannotBeKeptScriptsAreRefused() throws Exception {
    try (GatewayRig rig = new GatewayRig();
        RawRedis client = new RawRedis(rig.gateway.port())) {
      client.send("EVAL", "return 1", "1", "app:x");
      assertThat(refusal(client)).startsWith("NOPERM").contains("inside it");
      client.send("EVAL", "return 1", "1", "elsewhere");
      assertThat(refusal(client)).startsWith("NOPERM").contains("trusted");
      client.send("EVAL", "return 1", "0");
      assertThat(refusal(client)).contains("names no key");
    }
    try (GatewayRig rig = new GatewayRig(Setup.usual().scripts(Mode.OFF, Duration.ofSeconds(5)));
        RawRedis client = new RawRedis(rig.gateway.port())) {
      client.send("EVAL", "return 1", "1", "app:billing:x");
      assertThat(refusal(client)).startsWith("NOPERM").contains("off");
    }
    try (GatewayRig rig =
            new GatewayRig(Setup.usual().scripts(Mode.TRUSTED, Duration.ofSeconds(5)));
        RawRedis client = new RawRedis(rig.gateway.port())) {
      assertThat(client.call("EVAL", "return 1", "0")).isEqualTo(1L);
      assertThat(client.call("EVAL", "return redis.call('INCR', KEYS[1])", "1", "app:x"))
          .isEqualTo(1L);
    }
  }

  @Test
  void aHomeThatWillNotKeepScriptsIsNamed() throws Exception {
    try (GatewayRig rig =
            new GatewayRig(
                Setup.usual().servers(Version.V6_2, "--rename-command", "ACL", "NOACL"));
        RawRedis client = new RawRedis(rig.gateway.port())) {
      client.send("EVAL", "return 1", "1", "app:billing:x");
      assertThat(refusal(client)).startsWith("NOPERM home 'b'").contains("nothing was sent");
      assertThat(client.call("SET", "app:billing:x", "1")).isEqualTo("OK");
    }
  }

  private static String refusal(RawRedis client) throws Exception {
    try {
      return "no refusal, but " + client.receive();
    } catch (RawRedis.Refused e) {
      return String.valueOf(e.getMessage());
    }
  }
}
