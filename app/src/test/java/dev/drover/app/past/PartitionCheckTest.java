package dev.drover.app.past;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.app.GatewayProcess;
import dev.drover.app.ServerProcess;
import dev.drover.app.StartException;
import dev.drover.app.client.ApiException;
import dev.drover.app.config.Config;
import dev.drover.redis.testing.RedisServerProcess;
import dev.drover.redis.testing.RedisServerProcess.Version;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Configurations that would hide keys.
@Timeout(120)
class PartitionCheckTest {
  private static final String APP = "  - {prefix: \"app:\", home: blue}";

  @TempDir Path directory;
  private RedisServerProcess blue;
  private RedisServerProcess green;
  private Site site;

  @BeforeEach
  void start() throws Exception {
    blue = RedisServerProcess.start(Version.V6_2);
    green = RedisServerProcess.start(Version.V6_2);
    site = new Site(directory, blue, green);
  }

  @AfterEach
  void stop() {
    blue.close();
    green.close();
  }

  @Test
  void aNewScopeOverKeysThatStandElsewhereIsRefusedUnlessItBeginsThere() throws Exception {
    Site.set(blue.port(), "app:1", "1");
    Config hides =
        site.config(site.homes("blue", "green"), "  - {prefix: \"app:\", home: green}", "");

    assertThatThrownBy(() -> site.server(hides))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("keys of it stand at 'blue'")
        .hasMessageContaining("app:1")
        .hasMessageContaining("--adopt");
    try (ServerProcess _ =
            ServerProcess.start(hides, Map.of(), new ServerProcess.Accepted(false, true));
        GatewayProcess _ = site.gateway(hides)) {
      assertThat(site.getThroughGateway("app:1")).isEqualTo("1");
    }
  }

  @Test
  void aNewScopeInsideAnotherIsLookedForAtTheOuterOnesHome() throws Exception {
    String both = "  - {prefix: \"app:\", home: green}\n  - {prefix: \"app:x:\", home: blue}";
    try (ServerProcess _ =
        site.server(
            site.config(site.homes("blue", "green"), "  - {prefix: \"app:\", home: green}", ""))) {
      Site.set(green.port(), "app:x:1", "1");
    }
    assertThatThrownBy(() -> site.server(site.config(site.homes("blue", "green"), both, "")))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("the home of its outer scope 'redis/app:'")
        .hasMessageContaining("app:x:1");
  }

  @Test
  void aDefaultHomeIsNotChangedWhileKeysUnderNoScopeStandAtIt() throws Exception {
    Config first = site.config(site.homes("blue", "green"), APP, "defaultHome: blue");
    Config second = site.config(site.homes("blue", "green"), APP, "defaultHome: green");
    site.server(first).close();
    Site.set(blue.port(), "app:1", "1");
    site.server(second).close();
    site.server(first).close();
    Site.set(blue.port(), "other", "1");
    assertThatThrownBy(() -> site.server(second))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("such as 'other'")
        .hasMessageContaining("defaultHome: blue");
  }

  @Test
  void aHomeWithScopesIsNeitherRenamedNorRemovedNorSwapped() throws Exception {
    site.server(site.config()).close();
    assertThatThrownBy(
            () ->
                site.server(
                    site.config(
                        site.homes("azure", "green"), "  - {prefix: \"app:\", home: azure}", "")))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("home 'blue'")
        .hasMessageContaining("'azure'")
        .hasMessageContaining("old name");
    assertThatThrownBy(() -> site.server(site.config(site.homes("green", "blue"), APP, "")))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("home 'blue' was at")
        .hasMessageContaining("app:");
    assertThatThrownBy(() -> site.server(site.config(twice(), APP, "")))
        .hasMessageContaining("one server");
  }

  @Test
  void theHomeOfTheRestIsNotAnotherServerAllAtOnce() throws Exception {
    String empty = " []";
    Config first = site.config(site.homes("blue", "green"), empty, "defaultHome: blue");
    site.server(first).close();
    Site.set(blue.port(), "other", "1");
    Config swapped = site.config(site.homes("green", "blue"), empty, "defaultHome: blue");
    assertThatThrownBy(() -> site.server(swapped))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("defaultHome 'blue' was at")
        .hasMessageContaining("--adopt");
    Config localhost =
        site.config(
            site.homes("blue", "green").replace("127.0.0.1", "localhost"),
            empty,
            "defaultHome: blue");
    site.server(localhost).close();
  }

  private String twice() {
    return "  - {name: blue, host: 127.0.0.1, port: %d}\n  - {name: green, host: localhost, port: %d}"
        .formatted(blue.port(), blue.port());
  }

  @Test
  void aScopeIsDroppedOnlyWhereItsKeysWouldBeLookedFor() throws Exception {
    Config config = site.config();
    try (ServerProcess _ = site.server(config);
        GatewayProcess _ = site.gateway(config)) {
      site.setThroughGateway("app:1", "1");
      site.move("green");
      assertThatThrownBy(() -> site.client().delete("/v1/partitions?partition=app%3A"))
          .isInstanceOf(ApiException.class)
          .hasMessageContaining("Move it there first: drover move redis/app: --to blue");
      site.move("blue");
      site.client().delete("/v1/partitions?partition=app%3A");
      assertThat(site.client().json("/v1/partitions").items()).isEmpty();
      assertThat(site.getThroughGateway("app:1")).isEqualTo("1");
    }
    // The configuration still names it: it goes on above the terms that homes remember.
    try (ServerProcess _ = site.server(config);
        GatewayProcess _ = site.gateway(config)) {
      site.move("green");
      assertThat(site.getThroughGateway("app:1")).isEqualTo("1");
    }
  }
}
