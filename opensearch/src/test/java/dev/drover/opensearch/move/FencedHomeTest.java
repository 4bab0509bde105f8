package dev.drover.opensearch.move;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.core.HomeId;
import dev.drover.core.mover.MoverException;
import dev.drover.core.mover.MoverListener;
import dev.drover.opensearch.OpenSearchEngine;
import dev.drover.opensearch.server.NodeProgram.Release;
import dev.drover.opensearch.server.TestCluster;
import dev.drover.opensearch.wire.HomeClient;
import dev.drover.opensearch.wire.OpenSearchHome;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// A real cluster refuses older drivers.
class FencedHomeTest {
  private static final String INDEX = "acme-orders";

  @TempDir static Path directory;
  private static final Map<Release, TestCluster> CLUSTERS = new EnumMap<>(Release.class);

  @BeforeAll
  static void start() throws Exception {
    for (Release release : Release.values()) {
      CLUSTERS.put(release, TestCluster.start(release, directory.resolve(release.name())));
    }
  }

  @AfterAll
  static void end() {
    CLUSTERS.values().forEach(TestCluster::close);
  }

  @BeforeEach
  void clear() throws Exception {
    for (TestCluster cluster : CLUSTERS.values()) {
      cluster.call("DELETE", "/*?expand_wildcards=all", "");
      cluster.call("PUT", "/" + INDEX, "{\"settings\":{\"number_of_replicas\":0}}");
    }
  }

  private static TestCluster cluster(Release release) {
    return Objects.requireNonNull(CLUSTERS.get(release));
  }

  private static HomeClient client(Release release) {
    return HomeClient.of(
        new OpenSearchHome(new HomeId("a"), "127.0.0.1", cluster(release).port()),
        Duration.ofSeconds(30),
        64 << 20);
  }

  private static Fence fence(HomeClient client, long term, String random) {
    return new Fence(
        new AliasHome(client, "acme"),
        "acme",
        term,
        random,
        Duration.ofSeconds(30),
        System::nanoTime,
        new Progress(MoverListener.SILENT, System::nanoTime));
  }

  private static byte[] bulk(Fence fence, int items, boolean delete) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < items; i++) {
      if (delete) {
        lines.append(
            "{\"delete\":{\"_index\":\"%s\",\"_id\":\"%d\"}}\n".formatted(fence.alias(INDEX), i));
      } else {
        lines.append(
            "{\"index\":{\"_index\":\"%s\",\"_id\":\"%d\",\"require_alias\":true,\"version\":3,\"version_type\":\"external_gte\"}}\n{\"a\":%d}\n"
                .formatted(fence.alias(INDEX), i, i));
      }
    }
    return lines.toString().getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @EnumSource(Release.class)
  void whatAnOlderDriverSendsIsRefusedItemByItemAndNothingComesIntoBeing(Release release)
      throws Exception {
    try (HomeClient client = client(release)) {
      Fence old = fence(client, 5, "old");
      old.raise(List.of(INDEX));
      Fence next = fence(client, 6, "next");
      next.raise(List.of(INDEX));
      for (boolean delete : new boolean[] {true, false}) {
        JsonNode items =
            client
                .done("POST", "/_bulk?pipeline=_none&require_alias=true", bulk(old, 3, delete))
                .json()
                .path("items");
        assertThat(items).hasSize(3);
        for (JsonNode item : items) {
          assertThat(item.iterator().next().path("status").asInt()).isEqualTo(404);
        }
      }
      assertThat(client.find("/" + old.alias(INDEX))).isEmpty();
      assertThat(client.get("/" + INDEX + "/_count").path("count").asLong()).isZero();
      assertThatThrownBy(old::check).isInstanceOf(MoverException.Fenced.class);
      assertThatThrownBy(() -> old.raise(List.of(INDEX))).isInstanceOf(MoverException.Fenced.class);
      assertThat(client.get("/" + INDEX + "/_alias").path(INDEX).path("aliases").propertyNames())
          .containsExactly(next.alias(INDEX));
    }
  }

  /// Five times, with several bulks each: each item is either there when the fence is up, or never.
  @ParameterizedTest
  @EnumSource(Release.class)
  void aBulkOnItsWayIsDoneBeforeTheFenceIsUpOrNeverDone(Release release) throws Exception {
    try (HomeClient client = client(release);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Fence old = fence(client, 1, "old");
      old.raise(List.of(INDEX));
      long refused = 0;
      for (int round = 2; round < 7; round++) {
        Fence next = fence(client, round, "r" + round);
        List<Future<JsonNode>> bulks = new ArrayList<>();
        Fence before = old;
        for (int i = 0; i < 6; i++) {
          bulks.add(
              threads.submit(
                  () ->
                      client
                          .marked(before.mark())
                          .done("POST", "/_bulk", bulk(before, 3_000, false))
                          .json()));
        }
        Thread.sleep(15L * round);
        next.raise(List.of(INDEX));
        long up = changes(client);
        for (Future<JsonNode> each : bulks) {
          for (JsonNode item : each.get().path("items")) {
            refused += item.path("index").path("status").asInt() == 404 ? 1 : 0;
          }
        }
        assertThat(changes(client)).isEqualTo(up);
        old = next;
      }
      System.out.println(release + ": " + refused + " items were refused");
    }
  }

  private static long changes(HomeClient client) throws Exception {
    return Objects.requireNonNull(Shards.look(client, List.of(INDEX)).get(INDEX))
        .of()
        .getFirst()
        .max();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
  void ofTwoThatRaiseAtOnceOnlyTheHigherTermWrites(int round) throws Exception {
    try (HomeClient client = client(Release.THREE);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Fence lower = fence(client, 10, "l" + round);
      Fence higher = fence(client, 11, "h" + round);
      Callable<Boolean> low = () -> raised(lower);
      Callable<Boolean> high = () -> raised(higher);
      Future<Boolean> one = threads.submit(round % 2 == 0 ? low : high);
      Thread.sleep(round);
      Future<Boolean> two = threads.submit(round % 2 == 0 ? high : low);
      boolean _ = one.get();
      boolean _ = two.get();
      assertThat((round % 2 == 0 ? two : one).get()).isTrue();
      JsonNode late = client.done("POST", "/_bulk", bulk(lower, 1, false)).json();
      assertThat(late.path("errors").asBoolean()).isTrue();
      JsonNode mine = client.done("POST", "/_bulk", bulk(higher, 1, false)).json();
      assertThat(mine.path("errors").asBoolean()).isFalse();
    }
  }

  private static boolean raised(Fence fence) throws Exception {
    try {
      fence.raise(List.of(INDEX));
      return true;
    } catch (MoverException.Fenced e) {
      return false;
    }
  }

  @ParameterizedTest
  @EnumSource(Release.class)
  void aClusterRemembersTermsAndWhomItServed(Release release) throws Exception {
    OpenSearchHome home = new OpenSearchHome(new HomeId("a"), "127.0.0.1", cluster(release).port());
    try (HomeClient client = client(release);
        OpenSearchMemory memory = new OpenSearchMemory(home)) {
      var acme = OpenSearchEngine.tenant("acme");
      var beta = OpenSearchEngine.tenant("beta");
      assertThat(memory.term(acme)).isEqualTo(-1);
      assertThat(memory.served()).isEmpty();
      assertThat(memory.itemOf(acme, List.of())).isEmpty();
      fence(client, 5, "x").raise(List.of(INDEX));
      memory.serves(List.of(acme, beta), "store-1");
      memory.serves(List.of(beta), "store-2");
      assertThat(memory.term(acme)).isEqualTo(5);
      assertThat(memory.served()).isEqualTo(Map.of(acme, "store-1", beta, "store-2"));
      assertThat(memory.runId()).isEqualTo(memory.runId()).isNotEmpty();
      cluster(release).call("PUT", "/all/_doc/beta:1?routing=beta", "{}");
      assertThat(memory.itemOf(beta, List.of(acme))).contains("all/beta:1");
      assertThat(memory.itemOfNone(List.of(acme, beta))).isEmpty();
      assertThat(memory.itemOfNone(List.of(acme))).contains("all/beta:1");
      cluster(release).call("PUT", "/" + INDEX + "/_doc/7", "{}");
      assertThat(memory.itemOf(acme, List.of(beta))).contains(INDEX + "/7");
    }
  }
}
