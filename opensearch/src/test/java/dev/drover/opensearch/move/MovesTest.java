package dev.drover.opensearch.move;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.HomeId;
import dev.drover.core.mover.MoverTask;
import dev.drover.opensearch.server.NodeProgram.Release;
import dev.drover.opensearch.server.TestCluster;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Tenants move between all kinds of places and back while a client writes.
class MovesTest {
  @TempDir static Path directory;
  private static Rig rig;

  @BeforeAll
  static void start() throws Exception {
    TestCluster a = TestCluster.start(Release.THREE, directory.resolve("a"));
    TestCluster b = TestCluster.start(Release.THREE, directory.resolve("b"));
    rig = new Rig(a, b, OpenSearchMoverOptions.DEFAULT.withPages(100));
  }

  @AfterAll
  static void end() {
    rig.clusters.values().forEach(TestCluster::close);
  }

  private static void make(TestCluster cluster, String index) throws Exception {
    cluster.call(
        "PUT",
        "/" + index,
        """
        {"settings":{"number_of_shards":3,"number_of_replicas":0},
         "mappings":{"properties":{"n":{"type":"long"},"text":{"type":"text"}%s}}}
        """
            .formatted(index.startsWith("tagged") ? ",\"tenant\":{\"type\":\"keyword\"}" : ""));
  }

  @ParameterizedTest
  @CsvSource({
    "t1,index:t1-*,index:t1-*",
    "t2,index:t2-*,shared:all-*",
    "t3,index:t3-orders=orders,cluster",
    "t4,shared:all-*,shared:all-*",
    "t5,shared:all-*,cluster",
    "t6,cluster,cluster",
    "t7,shared:all-*,index:t7-new=orders",
    "t8,shared:all-*,shared:tagged-*:tenant",
    "t9,shared:tagged-*:tenant,index:t9-*",
  })
  void aTenantMovesThereAndBackUnderItsWriters(String tenant, String at, String to)
      throws Exception {
    for (TestCluster cluster : rig.clusters.values()) {
      cluster.call("DELETE", "/_all?expand_wildcards=open", "");
      make(cluster, "all-orders");
      make(cluster, "tagged-orders");
      for (int i = 0; i < 10; i++) {
        cluster.call("PUT", "/all-orders/_doc/other:" + i + "?routing=other", "{\"n\":" + i + "}");
      }
    }
    if (to.equals("cluster")) {
      rig.b().call("DELETE", "/all-orders,tagged-orders", "");
    }
    if (at.equals("cluster")) {
      rig.a().call("DELETE", "/all-orders,tagged-orders", "");
    }
    TinyGateway gateway = new TinyGateway(tenant, rig.a(), at);
    if (!at.startsWith("shared")) {
      make(rig.a(), dev.drover.opensearch.tenant.Locator.parse(at).atHome("orders").orElseThrow());
    }
    Map<String, String> there = new HashMap<>();
    for (int i = 0; i < 300; i++) {
      String body = "{\"n\":" + i + "}";
      there.put("old" + i, gateway.put("orders", "old" + i, null, body) + " " + body);
    }
    try (Traffic traffic = new Traffic(gateway, there)) {
      go(tenant, gateway, Rig.A, at, Rig.B, to + "#1");
      for (Map.Entry<String, String> each : there.entrySet()) {
        assertThat(gateway.get("orders", each.getKey(), null)).isEqualTo(each.getValue());
      }
      go(tenant, gateway, Rig.B, to + "#1", Rig.A, at + "#2");
      traffic.check(!at.startsWith("shared"));
    }
    assertThat(Rig.all(rig.a())).noneMatch(each -> each.contains("drover-"));
    assertThat(Rig.all(rig.b())).noneMatch(each -> each.contains("drover-"));
    assertThat(Rig.all(rig.b())).noneMatch(each -> each.contains(tenant));
    for (TestCluster cluster : rig.clusters.values()) {
      if (cluster.ask("GET", "/all-orders", "").status() == 200) {
        assertThat(
                cluster
                    .call("GET", "/all-orders/_count?routing=other&q=_routing:other", "")
                    .path("count")
                    .asLong())
            .isEqualTo(10);
      }
    }
    assertThat(rig.kept).isEmpty();
  }

  private static void go(
      String tenant, TinyGateway gateway, HomeId from, String at, HomeId to, String locator)
      throws Exception {
    Thread.sleep(200);
    MoverTask task = rig.task(tenant, from, at, to, locator);
    rig.move(task, gateway);
    System.out.println(
        "%s %s to %s: settled in %d ms, %s"
            .formatted(tenant, at, locator, rig.settleMillis, rig.verification));
    Thread.sleep(100);
  }
}
