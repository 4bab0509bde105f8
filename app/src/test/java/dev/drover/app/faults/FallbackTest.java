package dev.drover.app.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.HomeId;
import dev.drover.redis.testing.RawRedis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A scope whose home is lost goes on at its fallback, and comes back with what both have.
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("alone")
class FallbackTest {
  private static final HomeId B = new HomeId("b");
  private static final int KEYS = 1_500;

  @TempDir Path directory;

  @Test
  void theFallbackTakesOverAKilledHomeAndLaterAllComesTogether() throws Exception {
    try (Machine machine = Machine.withFallback(directory);
        RawRedis one = new RawRedis(machine.gatewayPorts[0]);
        RawRedis two = new RawRedis(machine.gatewayPorts[1])) {
      fill(one, KEYS);
      machine.a.kill();
      takenOver(machine);
      assertThat(machine.get("/v1/partitions")).contains("\"serves\":true");
      assertThat(machine.get("/v1/explain?partition=app:"))
          .contains("is at its fallback since 'a' was lost")
          // More than half of the gateways whose lease holds in that moment, which may be one.
          .containsPattern("said by gateway g[12](, gateway g[12])?, server drover")
          .contains("an append-only file");
      assertThat(machine.get("/v1/status")).contains("home 'a' is lost");

      write(one, "app:1", "anew");
      write(two, "app:new", "new");
      assertThat(two.call("GET", "app:1")).isEqualTo("anew");
      assertThat(one.call("GET", "app:2")).as("what only the lost home holds").isEqualTo("nil");

      machine.a.restart();
      assertThat(machine.settled().ownership().reads().home()).isEqualTo(B);
      assertThat(one.call("GET", "app:2")).isEqualTo("old 2");
      assertThat(one.call("LRANGE", "app:list", "0", "-1")).isEqualTo(List.of("x", "y"));
      assertThat((Long) one.call("TTL", "app:passing")).isBetween(1L, 100_000L);
      assertThat(one.call("GET", "app:1")).as("written anew at the fallback").isEqualTo("anew");
      try (RawRedis atA = machine.a.client()) {
        assertThat((List<?>) atA.call("KEYS", "app:*")).isEmpty();
        List<?> aside = (List<?>) atA.call("KEYS", "drover:aside:*");
        assertThat(aside).hasSize(1);
        assertThat(atA.call("GET", String.valueOf(aside.getFirst()))).isEqualTo("old 1");
      }
      explained(machine, String.format("held %,d keys that the fallback lacked", KEYS + 1));

      machine.moveOnceReached("a");
      assertThat(machine.settled().ownership().reads().home()).isEqualTo(new HomeId("a"));
      assertThat(two.call("GET", "app:1")).isEqualTo("anew");
      assertThat(two.call("GET", "app:new")).isEqualTo("new");
      assertThat(two.call("GET", "app:" + KEYS)).isEqualTo("old " + KEYS);
    }
  }

  @Test
  void aHomeThatHangsWithWritesInFlightIsTakenOverToo() throws Exception {
    try (Machine machine = Machine.withFallback(directory);
        RawRedis one = new RawRedis(machine.gatewayPorts[0]);
        RawRedis other = new RawRedis(machine.gatewayPorts[0])) {
      fill(one, KEYS);
      machine.a.pauseProcess();
      CompletableFuture<String> hanging =
          CompletableFuture.supplyAsync(() -> told(other, "SET", "app:hanging", "1"));
      takenOver(machine);
      assertThat(hanging.get()).contains("UNKNOWN").contains("may or may not have been done");
      write(one, "app:1", "anew");

      machine.a.resumeProcess();
      assertThat(machine.settled().ownership().reads().home()).isEqualTo(B);
      assertThat(one.call("GET", "app:1")).isEqualTo("anew");
      assertThat(one.call("GET", "app:2")).isEqualTo("old 2");
    }
  }

  @Test
  void whatWasDeletedAtTheFallbackStaysSoWhoeverDiesWhileTheRestIsBroughtOver() throws Exception {
    int keys = 40_000;
    try (Machine machine = Machine.withFallback(directory);
        RawRedis gateway = new RawRedis(machine.gatewayPorts[0]);
        RawRedis atB = machine.b.client()) {
      fill(gateway, keys);
      machine.a.kill();
      takenOver(machine);
      machine.a.restart();
      Machine.await("keys to arrive", () -> (Long) atB.call("DBSIZE") > keys / 20);
      machine.kill("server");
      machine.a.kill();
      assertThat((Long) atB.call("DBSIZE")).as("killed on the way").isLessThan(keys);
      List<String> deleted = new ArrayList<>();
      for (int i = 1; i <= keys && deleted.size() < 500; i++) {
        if (gateway.call("DEL", "app:" + i).equals(1L)) {
          deleted.add("app:" + i);
        }
      }
      machine.a.restart();
      machine.startServer();
      assertThat(machine.settled().ownership().reads().home()).isEqualTo(B);
      assertThat(deleted).hasSize(500);
      assertThat(gateway.call(command("EXISTS", deleted))).isEqualTo(0L);
      assertThat(atB.everything("app:")).hasSize(keys + 2 - deleted.size());
      assertThat(atB.everything("drover:arrived:")).isEmpty();
      try (RawRedis atA = machine.a.client()) {
        assertThat((List<?>) atA.call("KEYS", "app:*")).isEmpty();
        assertThat((List<?>) atA.call("KEYS", "drover:aside:*")).isEmpty();
      }
    }
  }

  private static String[] command(String name, List<String> arguments) {
    return Stream.concat(Stream.of(name), arguments.stream()).toArray(String[]::new);
  }

  private static void fill(RawRedis gateway, int keys) throws Exception {
    for (int i = 1; i <= keys; i++) {
      gateway.send("SET", "app:" + i, "old " + i);
      if (i % 1_000 == 0 || i == keys) {
        for (int j = 0; j < (i - 1) % 1_000 + 1; j++) {
          gateway.receive();
        }
      }
    }
    gateway.call("RPUSH", "app:list", "x", "y");
    gateway.call("SET", "app:passing", "1", "EX", "100000");
  }

  private static void takenOver(Machine machine) throws Exception {
    Machine.await(
        "the fallback to take over",
        () -> !machine.record().moving() && machine.record().ownership().reads().home().equals(B));
  }

  private static void explained(Machine machine, String words) throws Exception {
    Machine.await(
        "explain to say '" + words + "'",
        () -> machine.get("/v1/explain?partition=app:").contains(words));
  }

  private static String told(RawRedis client, String... command) {
    try {
      return String.valueOf(client.call(command));
    } catch (RawRedis.Refused e) {
      return String.valueOf(e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Until the gateway has heard of the takeover it says that the outcome is unknown.
  private static void write(RawRedis gateway, String key, String value) throws Exception {
    Machine.await("a write at the fallback", () -> told(gateway, "SET", key, value).equals("OK"));
  }
}
