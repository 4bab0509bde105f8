package dev.drover.app.whole;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.control.Api;
import dev.drover.control.ApiOptions;
import dev.drover.control.MoveBody;
import dev.drover.control.MoveSummary;
import dev.drover.control.Views;
import dev.drover.core.Certificate;
import dev.drover.core.MoveId;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.gateway.net.GatewayServer;
import dev.drover.redis.testing.RawRedis;
import dev.drover.redis.testing.RedisServerProcess;
import dev.drover.redis.testing.RedisServerProcess.Version;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What is not known to be a copy is set aside, named, and seen to as an operator decides.
@Timeout(180)
class SetAsideTest {
  @TempDir Path data;
  private volatile boolean writing = true;

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
      Thread.sleep(10);
    }
  }

  private static String ask(Api api, String method, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + path))
              .header("Content-Type", "application/json")
              .header("Authorization", "Bearer hush")
              .method(method, HttpRequest.BodyPublishers.ofString("{}"))
              .build();
      return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
  }

  private static Api api(Fleet fleet) {
    Api api =
        new Api(
            fleet.controller(),
            new ApiOptions(
                "127.0.0.1",
                0,
                java.util.List.of(),
                java.util.Optional.of("hush"),
                java.util.Optional.empty(),
                Fleet.SIGNER));
    api.start();
    return api;
  }

  private static void fill(RawRedis client, int keys) throws Exception {
    for (int i = 0; i < keys; i++) {
      client.send("SET", "app:" + i, "value" + i);
    }
    for (int i = 0; i < keys; i++) {
      client.receive();
    }
  }

  @Test
  void aSourceThatIsKilledInMidCopyAndComesBackEmptyEndsTheMoveAndTheCopyIsKept() throws Exception {
    try (RedisServerProcess a = RedisServerProcess.start(Version.V6_2);
        RedisServerProcess b = RedisServerProcess.start(Version.V6_2);
        Fleet fleet = new Fleet(data, a, b);
        RawRedis atB = b.client()) {
      GatewayServer gateway = fleet.gateway("g1", GatewayMode.LEASED);
      assertThat(gateway.port()).isPositive();
      try (RawRedis atA = a.client()) {
        fill(atA, 20_000);
      }
      MoveId move =
          fleet
              .controller()
              .submit(
                  new MoveBody(
                      "app:", "b", null, null, new MoveBody.Rates(5_000L, null), null, null, null));
      await(() -> (Long) atB.call("DBSIZE") > 5_000);
      a.kill();
      a.restart();
      MoveSummary end = fleet.await(move);
      assertThat(end.outcome()).isEqualTo(MoveSummary.Result.ABORTED);
      assertThat(end.reason()).contains("holds less than it did").contains("drover strays");
      assertThat(atB.everything("app:")).isEmpty();
      String aside = "drover:aside:" + move + ":";
      List<String> names =
          atB.everything(aside).keySet().stream().map(n -> n.substring(aside.length())).toList();
      int kept = names.size();
      assertThat(kept).isGreaterThan(5_000);

      assertThat(new Views(fleet.controller()).status().problems())
          .anyMatch(p -> p.contains("set aside at home 'b'") && p.contains("may be the only one"));
      try (Api api = api(fleet);
          RawRedis atA = a.client()) {
        assertThat(ask(api, "GET", "/metrics")).contains("drover_strays_items " + kept + ".0");
        assertThat(ask(api, "GET", "/v1/strays")).contains("\"items\":{\"count\":" + kept);
        String again = names.getFirst();
        atA.call("SET", again, "written since");
        assertThat(ask(api, "POST", "/v1/strays/" + move + "?decision=bring")).contains("bring");
        await(() -> ask(api, "GET", "/v1/strays").contains("\"items\":{\"count\":1,"));
        assertThat(atA.everything("app:")).containsOnlyKeys(names.toArray(String[]::new));
        assertThat(atA.call("GET", again)).isEqualTo("written since");
        assertThat(ask(api, "POST", "/v1/strays/" + move + "?decision=keep")).contains("keep");
        assertThat(ask(api, "GET", "/metrics")).contains("drover_strays_items 0.0");
        assertThat(new Views(fleet.controller()).status().problems()).isEmpty();
        fleet.awaitReleased();
        assertThat(ask(api, "POST", "/v1/strays/" + move + "?decision=drop")).contains("drop");
        await(() -> ask(api, "GET", "/v1/strays").equals("[]"));
        assertThat(atB.everything("drover:aside")).isEmpty();
        assertThat(ask(api, "POST", "/v1/strays/" + move + "?decision=drop"))
            .contains("nothing is set aside");
      }
    }
  }

  private Map<String, String> writeAround(RedisServerProcess a) {
    Map<String, String> written = new TreeMap<>();
    try (RawRedis client = a.client()) {
      for (int i = 0; writing; i++) {
        String key = "app:" + (i % 2 == 0 ? i % 20_000 : "around:" + i);
        client.call("SET", key, "stray" + i);
        written.put(key, "stray" + i);
        Thread.sleep(1);
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    return written;
  }

  @Test
  void writesAtTheOldHomeAreBroughtOverOrKeptThroughoutAMoveAndItsPurge() throws Exception {
    try (RedisServerProcess a = RedisServerProcess.start(Version.V6_2);
        RedisServerProcess b = RedisServerProcess.start(Version.V6_2);
        Fleet fleet = new Fleet(data, a, b);
        RawRedis atA = a.client();
        RawRedis atB = b.client()) {
      GatewayServer gateway = fleet.gateway("g1", GatewayMode.LEASED);
      assertThat(gateway.port()).isPositive();
      fill(atA, 50_000);
      CompletableFuture<Map<String, String>> writer =
          CompletableFuture.supplyAsync(() -> writeAround(a));
      MoveSummary end;
      try {
        end = fleet.move("b");
        assertThat(end.outcome()).as(end.reason()).isEqualTo(MoveSummary.Result.COMPLETED);
      } finally {
        writing = false;
      }
      Map<String, String> written = writer.get(10, TimeUnit.SECONDS);
      Map<String, String> inPlace = atA.everything("app:");
      Map<String, String> aside = atA.everything("drover:aside:" + end.id() + ":");
      Map<String, String> moved = atB.everything("app:");
      long nowhere =
          written.entrySet().stream()
              .filter(
                  one ->
                      !holds(moved, one.getKey(), one.getValue())
                          && !holds(inPlace, one.getKey(), one.getValue())
                          && !holds(
                              aside,
                              "drover:aside:" + end.id() + ":" + one.getKey(),
                              one.getValue()))
              .count();
      System.out.printf(
          "%d keys written around the gateway: %d set aside, %d in place, %d nowhere%n",
          written.size(), aside.size(), inPlace.size(), nowhere);
      assertThat(nowhere).isZero();
      assertThat(aside).isNotEmpty();

      Views views = new Views(fleet.controller());
      await(() -> !fleet.certificate(end.id()).certificate().strays().isEmpty());
      Certificate certificate = fleet.certificate(end.id()).certificate();
      assertThat(certificate.strays().getFirst()).startsWith("app:");
      assertThat(fleet.failing(end.id()))
          .singleElement()
          .asString()
          .contains("at the old home was found after the flip: app:");
      assertThat(views.status().problems())
          .anyMatch(p -> p.contains("set aside at home 'a'") && p.contains("after the last tail"));
    }
  }

  private static boolean holds(Map<String, String> all, String key, String value) {
    String found = all.get(key);
    return found != null && found.contains(value);
  }
}
