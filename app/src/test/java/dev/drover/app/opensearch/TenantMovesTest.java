package dev.drover.app.opensearch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.app.client.Json;
import dev.drover.opensearch.server.NodeProgram;
import dev.drover.opensearch.server.TestCluster;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tenants move between all kinds of places of two real clusters while two gateways write and read.
@Tag("alone")
@SuppressWarnings("NullAway.Init")
class TenantMovesTest {
  private static final String SHARED =
      "{\"settings\":{\"number_of_shards\":2,\"number_of_replicas\":0},\"mappings\":{\"dynamic\":\"strict\",\"properties\":{\"n\":{\"type\":\"long\"},\"w\":{\"type\":\"keyword\"}}}}";

  @TempDir static Path directory;
  private static TestCluster a;
  private static TestCluster b;

  @BeforeAll
  static void start() throws Exception {
    a = TestCluster.start(NodeProgram.Release.THREE, directory.resolve("a"));
    b = TestCluster.start(NodeProgram.Release.THREE, directory.resolve("b"));
    a.call("PUT", "/orders", SHARED);
    b.call("PUT", "/all-orders", SHARED);
  }

  @AfterAll
  static void stop() {
    a.close();
    b.close();
  }

  @Test
  void aTenantMovesThroughAllKindsOfPlacesWhileItIsWritten() throws Exception {
    try (TenantFleet fleet =
            new TenantFleet(
                directory,
                a.port(),
                b.port(),
                List.of(
                    "{name: acme, home: a, place: \"shared:orders\"}",
                    "{name: beta, home: a, place: \"shared:orders\"}"));
        TenantWriters writers = new TenantWriters(fleet.gateways, "acme")) {
      writers.fill("beta", 50);
      writers.start();
      for (String to :
          List.of(
              "b/index:acme-*",
              "a/shared:orders",
              "b/shared:all-*",
              "b/index:acme-orders=orders",
              "a/index:acme-*",
              "a/shared:orders")) {
        Json moved = fleet.move("acme", to);
        assertThat(moved.text("outcome")).as("%s: %s", to, moved).isEqualTo("COMPLETED");
      }
      writers.stop();
      writers.check();
      assertThat(writers.count("beta")).isEqualTo(50);
      assertThat(b.ask("HEAD", "/acme-orders", "").status()).isEqualTo(404);
      assertThat(a.ask("HEAD", "/acme-orders", "").status()).isEqualTo(404);
    }
  }
}
