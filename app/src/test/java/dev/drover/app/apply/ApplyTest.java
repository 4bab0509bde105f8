package dev.drover.app.apply;

import static dev.drover.app.apply.AppliedFleet.home;
import static dev.drover.app.apply.AppliedFleet.scope;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.app.client.ApiException;
import dev.drover.app.client.Json;
import dev.drover.redis.server.RedisBinary;
import dev.drover.redis.testing.RedisServerProcess;
import dev.drover.redis.testing.RedisServerProcess.Version;
import dev.drover.redis.wire.Reply;
import dev.drover.redis.wire.RespConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What `drover apply` promises: no restart, no dropped connection, no lost or double write, and
/// nothing that is not known to be safe.
@Timeout(180)
@SuppressWarnings("NullAway.Init")
final class ApplyTest {
  private static RedisServerProcess a;
  private static RedisServerProcess b;
  private static RedisServerProcess c;

  @TempDir private Path directory;
  private AppliedFleet fleet;

  @BeforeAll
  static void homes() throws Exception {
    a = RedisServerProcess.start(Version.V6_2);
    b = RedisServerProcess.start(Version.V6_2);
    c = RedisServerProcess.start(Version.V6_2);
  }

  @AfterAll
  static void end() {
    a.close();
    b.close();
    c.close();
  }

  @BeforeEach
  void start() throws Exception {
    for (RedisServerProcess home : List.of(a, b, c)) {
      try (RespConnection connection = RedisBinary.connect(home.port())) {
        connection.call("FLUSHALL");
      }
    }
    fleet = new AppliedFleet(directory, a, b, c);
  }

  @AfterEach
  void stop() {
    fleet.close();
  }

  /// Adds to counters through both gateways, each thread by one connection, until it is told to
  /// end.
  private final class Counting implements AutoCloseable {
    private final Map<String, AtomicLong> acknowledged = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Future<?>> running = new ArrayList<>();
    private volatile boolean over;

    Counting(String prefix) {
      for (int i = 0; i < 6; i++) {
        String own = prefix + i + ":";
        int gateway = i % 2;
        running.add(threads.submit(() -> count(own, gateway)));
      }
    }

    private Void count(String own, int gateway) throws Exception {
      try (RespConnection connection = fleet.connect(gateway)) {
        for (int n = 0; !over; n++) {
          String key = own + n % 20;
          Reply _ = connection.call("INCR", key);
          acknowledged.computeIfAbsent(key, _ -> new AtomicLong()).incrementAndGet();
        }
      }
      return null;
    }

    long writes() {
      return acknowledged.values().stream().mapToLong(AtomicLong::get).sum();
    }

    /// So many more have been acknowledged.
    void awaitMore(long more) throws InterruptedException {
      long from = writes();
      while (writes() < from + more) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
    }

    /// Each counter is just what was acknowledged.
    void check() throws Exception {
      over = true;
      for (Future<?> each : running) {
        each.get();
      }
      try (RespConnection connection = fleet.connect(0)) {
        for (Map.Entry<String, AtomicLong> each : acknowledged.entrySet()) {
          assertThat(connection.call("GET", each.getKey()).text())
              .as(each.getKey())
              .isEqualTo(each.getValue().toString());
        }
      }
    }

    @Override
    public void close() {
      over = true;
      threads.close();
    }
  }

  @Test
  void aScopeComesOverKeysThatAreWrittenAndGoesAgain() throws Exception {
    try (Counting counting = new Counting("app:")) {
      counting.awaitMore(200);
      fleet.write(fleet.homes("a", "b", "c"), scope("app:", "a"), "");
      Json applied = fleet.apply();
      assertThat(applied.texts("problems")).isEmpty();
      assertThat(fleet.at("app:")).isEqualTo("a");
      counting.awaitMore(200);
      fleet.move("app:", "c");
      counting.awaitMore(200);
      fleet.move("app:", "a");
      fleet.write(fleet.homes("a", "b", "c"), "", "");
      assertThat(fleet.apply().texts("problems")).isEmpty();
      assertThat(fleet.at("app:")).isEmpty();
      counting.awaitMore(200);
      // Known again, it goes on above the terms that homes remember.
      fleet.write(fleet.homes("a", "b", "c"), scope("app:", "a"), "");
      assertThat(fleet.apply().texts("problems")).isEmpty();
      fleet.move("app:", "b");
      counting.awaitMore(200);
      counting.check();
    }
  }

  @Test
  void aScopeWithoutKeysGoesToItsHomeByAMove() throws Exception {
    fleet.write(fleet.homes("a", "b", "c"), scope("new:", "c"), "");
    Json plan = fleet.plan();
    assertThat(plan.items("changes").stream().map(change -> change.text("what")))
        .containsExactly("home 'c'", "scope 'new:'");
    Json applied = fleet.apply();
    assertThat(applied.items("moves").getFirst().text("to")).isEqualTo("c");
    fleet.awaitAt("new:", "c");
    assertThat(fleet.plan().items("changes")).isEmpty();
  }

  @Test
  void aScopeIsAddedAlsoWhereNoGatewayRuns() throws Exception {
    AppliedFleet.GATEWAYS.forEach(number -> fleet.gateway(number).close());
    fleet.write(fleet.homes("a", "b"), scope("new:", "b"), "");
    assertThat(fleet.apply().texts("problems")).isEmpty();
    fleet.awaitAt("new:", "b");
  }

  @Test
  void aScopeWithKeysGoesToItsHomeByAMove() throws Exception {
    try (Counting counting = new Counting("app:")) {
      counting.awaitMore(200);
      fleet.write(fleet.homes("a", "b", "c"), scope("app:", "c") + scope("app:1:", "b"), "");
      assertThat(fleet.apply().texts("problems")).isEmpty();
      fleet.awaitAt("app:", "c");
      fleet.awaitAt("app:1:", "b");
      counting.awaitMore(200);
      counting.check();
    }
  }

  @Test
  void whatIsWrittenWhileAScopeIsAddedIsNotHidden() throws Exception {
    StringBuilder scopes = new StringBuilder();
    for (int round = 0; round < 8; round++) {
      String prefix = "r" + round + ":";
      scopes.append(scope(prefix, "b"));
      fleet.write(fleet.homes("a", "b"), scopes.toString(), "");
      Callable<List<String>> write =
          () -> {
            List<String> written = new ArrayList<>();
            try (RespConnection connection = fleet.connect(0)) {
              for (int n = 0; n < 300; n++) {
                Reply _ = connection.call("SET", prefix + n, "x");
                written.add(prefix + n);
              }
            }
            return written;
          };
      try (ExecutorService beside = Executors.newVirtualThreadPerTaskExecutor()) {
        Future<Json> applying = beside.submit(fleet::apply);
        TimeUnit.MILLISECONDS.sleep(8L * round);
        Future<List<String>> writing = beside.submit(write);
        assertThat(applying.get().texts("problems")).isEmpty();
        fleet.awaitAt(prefix, "b");
        try (RespConnection connection = fleet.connect(1)) {
          for (String key : writing.get()) {
            assertThat(connection.call("GET", key).text()).as(key).isEqualTo("x");
          }
        }
      }
    }
  }

  /// One name for two servers: each gateway would acknowledge writes that the other does not see.
  @Test
  void aGatewayThatReachesAHomeAtAnotherServerTakesNoPart() throws Exception {
    String mistaken = fleet.homes("a") + home("c", "127.0.0.1", fleet.port(1));
    fleet.write(fleet.homes("a", "b", "c"), scope("new:", "c"), "");
    fleet.write("g1", mistaken, scope("new:", "c"), "");
    List<String> problems = fleet.apply().texts("problems");
    assertThat(problems)
        .anyMatch(each -> each.contains("gateway 'g1'") && each.contains("these are two servers"))
        .anyMatch(each -> each.contains("scope 'new:' was not moved to home 'c'"));
    assertThat(fleet.at("new:")).isEqualTo("a");
    try (RespConnection one = fleet.connect(0);
        RespConnection other = fleet.connect(1)) {
      assertThat(one.call("INCR", "new:1").number()).isEqualTo(1);
      assertThat(other.call("INCR", "new:1").number()).isEqualTo(2);
    }
    assertThatThrownBy(() -> fleet.move("new:", "c")).hasMessageContaining("g1");
    assertThatThrownBy(fleet::restartGateway).hasMessageContaining("these are two servers");
    fleet.write("g1", fleet.homes("a", "b", "c"), scope("new:", "c"), "");
    fleet.gateway(1).reload();
    assertThat(fleet.apply().texts("problems")).isEmpty();
    fleet.move("new:", "c");
    try (RespConnection other = fleet.connect(1)) {
      assertThat(other.call("INCR", "new:1").number()).isEqualTo(3);
    }
  }

  @Test
  void aGatewayMayReachAHomeByAnotherNameOfItsServer() throws Exception {
    String byName = fleet.homes("a", "b") + home("c", "localhost", fleet.port(2));
    fleet.write(fleet.homes("a", "b", "c"), scope("new:", "c"), "");
    fleet.write("g1", byName, scope("new:", "c"), "");
    assertThat(fleet.apply().texts("problems")).isEmpty();
    fleet.awaitAt("new:", "c");
    fleet.restartGateway();
    fleet.move("new:", "b");
    fleet.move("new:", "c");
  }

  @Test
  void aNewLoginIsTriedBeforeItIsTaken() throws Exception {
    String wrong =
        fleet.homes("a")
            + "  - {name: b, host: 127.0.0.1, port: %d, password: wrong}\n"
                .formatted(fleet.port(1));
    fleet.write(wrong, "", "");
    assertThatThrownBy(fleet::apply)
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("home 'b' does not answer with its new settings")
        .hasMessageNotContaining("wrong");
  }

  @Test
  void oneConfigurationIsAppliedAtATime() throws Exception {
    try (ExecutorService beside = Executors.newVirtualThreadPerTaskExecutor()) {
      fleet.write(fleet.homes("a", "b", "c"), scope("new:", "c"), "");
      List<Future<Json>> all = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        all.add(beside.submit(fleet::apply));
      }
      int applied = 0;
      for (Future<Json> each : all) {
        try {
          assertThat(each.get().texts("problems")).isEmpty();
          applied++;
        } catch (ExecutionException e) {
          assertThat(e.getCause()).hasMessageContaining("is at a configuration already");
        }
      }
      assertThat(applied).isPositive();
    }
    fleet.awaitAt("new:", "c");
  }

  @Test
  void aServerThatStartsBesideGatewaysBringsANewScopeToItsHomeByAMove() throws Exception {
    try (RespConnection before = fleet.connect(0)) {
      fleet.write(fleet.homes("a", "b"), scope("late:", "b"), "");
      fleet.restartServer();
      fleet.awaitAt("late:", "b");
      assertThat(before.call("SET", "late:1", "x").text()).isEqualTo("OK");
    }
    try (RespConnection home = RedisBinary.connect(b.port())) {
      assertThat(home.call("GET", "late:1").text()).isEqualTo("x");
    }
  }

  @Test
  void aHomeIsRemovedOnlyIfNobodyNeedsIt() throws Exception {
    fleet.write(fleet.homes("a", "b", "c"), scope("new:", "c"), "");
    fleet.apply();
    fleet.awaitAt("new:", "c");
    fleet.write(fleet.homes("a", "b"), scope("new:", "b"), "");
    assertThatThrownBy(fleet::apply)
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("home 'c', where [redis/new:] is, is not in the configuration");
    fleet.move("new:", "b");
    Json applied = fleet.apply();
    assertThat(applied.texts("problems")).isEmpty();
    assertThatThrownBy(() -> fleet.move("new:", "c")).hasMessageContaining("no home 'c'");
    fleet.write(fleet.homes("b", "c"), scope("new:", "b"), "");
    assertThatThrownBy(fleet::apply).hasMessageContaining("defaultHome");
    // What was removed may come again.
    fleet.write(fleet.homes("a", "b", "c"), scope("new:", "b"), "");
    fleet.apply();
    fleet.move("new:", "c");
  }

  @Test
  void aScopeWhoseKeysWouldBeHiddenIsNotDropped() throws Exception {
    fleet.write(fleet.homes("a", "b"), scope("app:", "b"), "");
    fleet.apply();
    fleet.awaitAt("app:", "b");
    fleet.write(fleet.homes("a", "b"), "", "");
    Json change = fleet.apply().get("plan").items("changes").getFirst();
    assertThat(change.text("effect")).isEqualTo("REFUSED");
    assertThat(change.text("note")).contains("drover move redis/app: --to a");
    assertThat(fleet.at("app:")).isEqualTo("b");
  }

  @Test
  void aHomeMayHaveAnotherAddressIfItIsTheSameServer() throws Exception {
    try (Counting counting = new Counting("k")) {
      counting.awaitMore(100);
      String localhost = home("a", "localhost", fleet.port(0)) + fleet.homes("b");
      fleet.write(localhost, "", "");
      assertThat(fleet.apply().texts("problems")).isEmpty();
      counting.awaitMore(500);
      String other = home("a", "127.0.0.1", fleet.port(2)) + fleet.homes("b");
      fleet.write(other, "", "");
      assertThatThrownBy(fleet::apply).hasMessageContaining("is another one");
      // A gateway looks by itself.
      fleet.gateway(0).reload();
      counting.awaitMore(500);
      counting.check();
    }
    try (RespConnection c = RedisBinary.connect(fleet.port(2))) {
      assertThat(c.call("DBSIZE").number()).isZero();
    }
  }

  @Test
  void aGatewayWithAnotherFileIsNamed() throws Exception {
    fleet.write("server", fleet.homes("a", "b", "c"), scope("app:", "a"), "");
    fleet.write("g0", fleet.homes("a", "b", "c"), scope("app:", "a"), "");
    Json applied = fleet.apply();
    assertThat(applied.texts("problems"))
        .singleElement()
        .asString()
        .contains("gateway 'g1' does not follow: it does not know home 'c'");
    assertThat(fleet.at("app:")).isEqualTo("a");
    assertThatThrownBy(() -> fleet.move("app:", "c")).hasMessageContaining("g1");
    fleet.write("g1", fleet.homes("a", "b", "c"), scope("app:", "a"), "");
    assertThat(fleet.apply().texts("problems")).isEmpty();
    fleet.move("app:", "c");
  }

  @Test
  void limitsHoldFromThenOnAndConnectionsStay() throws Exception {
    try (RespConnection first = fleet.connect(0);
        RespConnection second = fleet.connect(0)) {
      assertThat(first.call("PING").text()).isEqualTo("PONG");
      assertThat(second.call("PING").text()).isEqualTo("PONG");
      fleet.write(fleet.homes("a", "b"), "", ", clients: 1");
      fleet.apply();
      assertThat(first.call("PING").text()).isEqualTo("PONG");
      assertThat(second.call("PING").text()).isEqualTo("PONG");
      awaitRefused();
    }
  }

  private void awaitRefused() throws Exception {
    for (int tries = 0; tries < 200; tries++) {
      try (RespConnection third = fleet.connect(0)) {
        Reply _ = third.call("PING");
      } catch (IOException e) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    throw new AssertionError("a third client is taken");
  }

  @Test
  void aFileThatCannotBeUsedChangesNothing() throws Exception {
    fleet.write("  - {name: a, hots: 127.0.0.1}\n", "", "");
    assertThatThrownBy(fleet::apply)
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("hots")
        .hasMessageContaining("Nothing was changed");
    fleet.gateway(0).reload();
    fleet.server().reload();
    fleet.write(fleet.homes("a", "b") + home("d", "127.0.0.1", 1), "", "");
    assertThatThrownBy(fleet::apply).hasMessageContaining("does not answer");
    fleet.write(fleet.homes("a", "b") + home("d", "localhost", fleet.port(1)), "", "");
    assertThatThrownBy(fleet::apply).hasMessageContaining("are one server");
    fleet.write(fleet.homes("a", "b", "c"), "", "");
    Json plan = fleet.plan();
    assertThatThrownBy(() -> fleet.client().post("/v1/configuration?digest=00000000", Map.of()))
        .hasMessageContaining("not the file that was looked at");
    assertThat(plan.items("changes")).hasSize(1);
    try (RespConnection connection = fleet.connect(0)) {
      assertThat(connection.call("PING").text()).isEqualTo("PONG");
    }
  }
}
