package dev.drover.app.past;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.app.GatewayProcess;
import dev.drover.app.ServerProcess;
import dev.drover.app.client.Text;
import dev.drover.app.config.Config;
import dev.drover.engine.Ports;
import dev.drover.redis.testing.RawRedis;
import dev.drover.redis.testing.RedisServerProcess;
import dev.drover.redis.testing.RedisServerProcess.Version;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A home that does not answer, at rest and without any fallback.
@Timeout(90)
class SilentHomeTest {
  @TempDir Path directory;

  @Test
  void aServerStartsWhileAHomeHangs() throws Exception {
    try (RedisServerProcess blue = RedisServerProcess.start(Version.V6_2);
        RedisServerProcess green = RedisServerProcess.start(Version.V6_2)) {
      Site site = new Site(directory, blue, green);
      Config config = site.config();
      site.server(config).close();
      blue.pauseProcess();
      try (ServerProcess _ = site.server(config)) {
        while (problems(site).isEmpty()) {
          TimeUnit.MILLISECONDS.sleep(50);
        }
        assertThat(problems(site)).singleElement().asString().contains("home 'blue'", "no answer");
      } finally {
        blue.resumeProcess();
      }
    }
  }

  /// As one does while it loads its data: it answers, but not yet what it is asked.
  @Test
  void aServerStartsWhileAHomeIsBusy() throws Exception {
    try (RedisServerProcess blue =
            RedisServerProcess.start(Version.V6_2, "--lua-time-limit", "10");
        RedisServerProcess green = RedisServerProcess.start(Version.V6_2)) {
      Site site = new Site(directory, blue, green);
      Config config = site.config();
      site.server(config).close();
      try (RawRedis busy = new RawRedis(blue.port());
          RawRedis other = new RawRedis(blue.port())) {
        busy.send("EVAL", "while true do end", "0");
        busy.flush();
        while (!busy(other)) {
          TimeUnit.MILLISECONDS.sleep(10);
        }
        site.server(config).close();
        other.call("SCRIPT", "KILL");
      }
    }
  }

  private static boolean busy(RawRedis home) throws IOException {
    try {
      home.call("GET", "x");
      return false;
    } catch (RawRedis.Refused e) {
      return String.valueOf(e.getMessage()).contains("BUSY");
    }
  }

  @Test
  void aHomeWhoseOwnKeysAreNotDroversIsNamed() throws Exception {
    try (RedisServerProcess blue = RedisServerProcess.start(Version.V6_2);
        RedisServerProcess green = RedisServerProcess.start(Version.V6_2);
        RawRedis home = new RawRedis(blue.port())) {
      Site site = new Site(directory, blue, green);
      home.call("SET", "drover:served", "garbage");
      assertThatThrownBy(() -> site.server(site.config()).close())
          .hasMessageContaining("home blue")
          .hasMessageContaining("WRONGTYPE")
          .hasMessageContaining("keys that begin with 'drover:'");
    }
  }

  @Test
  void aHomeThatDoesNotAnswerShowsWithinSecondsEverywhere() throws Exception {
    int health = Ports.free();
    try (RedisServerProcess blue = RedisServerProcess.start(Version.V6_2);
        RedisServerProcess green = RedisServerProcess.start(Version.V6_2)) {
      Site site = new Site(directory, blue, green);
      Config config = site.configWithHealth(health);
      try (ServerProcess _ = site.server(config);
          GatewayProcess _ = site.gateway(config)) {
        assertThat(problems(site)).isEmpty();
        assertThat(get(health, "/metrics"))
            .contains("drover_gateway_homes_silent 0")
            .contains(
                "# TYPE drover_gateway_refused_total counter\ndrover_gateway_refused_total 0.0")
            .doesNotContainPattern("# HELP \\S+ \n");
        blue.pauseProcess();
        long since = System.nanoTime();
        while (problems(site).isEmpty() || !get(health, "/health").contains("home 'blue'")) {
          TimeUnit.MILLISECONDS.sleep(50);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(10));
        assertThat(problems(site)).singleElement().asString().contains("home 'blue'", "no answer");
        assertThat(Text.waits(site.client().json("/v1/explain?partition=app%3A")))
            .anyMatch(line -> line.contains("home 'blue'"));
        assertThat(new String(site.client().get("/metrics"), StandardCharsets.UTF_8))
            .contains("drover_homes_silent 1");
        assertThat(get(health, "/metrics")).contains("drover_gateway_homes_silent 1");
        blue.resumeProcess();
        while (!problems(site).isEmpty()) {
          TimeUnit.MILLISECONDS.sleep(50);
        }
      }
    }
  }

  @Test
  void aHomeThatRefusesTheLoginIsNamedForThat() throws Exception {
    try (RedisServerProcess blue = RedisServerProcess.start(Version.V6_2);
        RedisServerProcess green = RedisServerProcess.start(Version.V6_2)) {
      Site site = new Site(directory, blue, green);
      try (ServerProcess _ = site.server(site.config());
          RawRedis home = new RawRedis(blue.port())) {
        assertThat(problems(site)).isEmpty();
        home.call("CONFIG", "SET", "requirepass", "changed");
        while (problems(site).isEmpty()) {
          TimeUnit.MILLISECONDS.sleep(50);
        }
        assertThat(problems(site))
            .singleElement()
            .asString()
            .contains("home 'blue'", "refuses Drover's login (NOAUTH", "user and password");
        assertThat(Text.waits(site.client().json("/v1/explain?partition=app%3A")))
            .anyMatch(line -> line.contains("refuses Drover's login"));
        home.call("CONFIG", "SET", "requirepass", "");
        while (!problems(site).isEmpty()) {
          TimeUnit.MILLISECONDS.sleep(50);
        }
      }
    }
  }

  private static List<String> problems(Site site) throws Exception {
    return site.client().json("/v1/status").texts("problems");
  }

  private static String get(int port, String path) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + port + path);
      return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }
}
