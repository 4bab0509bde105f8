package dev.drover.opensearch.move;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.core.HomeId;
import dev.drover.core.Placement;
import dev.drover.opensearch.server.NodeProgram.Release;
import dev.drover.opensearch.server.TestCluster;
import dev.drover.opensearch.wire.OpenSearchHome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a move has compared can be summed up again, at each kind of place.
@SuppressWarnings("NullAway.Init")
class HoldingsTest {
  private static final String SHAPE =
      "{\"settings\":{\"number_of_shards\":2},\"mappings\":{\"properties\":{\"n\":{\"type\":\"long\"}}}}";

  @TempDir static Path directory;
  private static Rig rig;

  @BeforeAll
  static void start() throws Exception {
    rig =
        new Rig(
            TestCluster.start(Release.THREE, directory.resolve("a")),
            TestCluster.start(Release.THREE, directory.resolve("b")),
            OpenSearchMoverOptions.DEFAULT.withPages(100));
  }

  @AfterAll
  static void end() {
    rig.clusters.values().forEach(TestCluster::close);
  }

  private static Holdings.Sum sum(HomeId home, String place) throws IOException {
    AtomicLong read = new AtomicLong();
    Holdings.Sum sum =
        Holdings.of(
            new OpenSearchHome(home, "127.0.0.1", rig.at(home).port()),
            "acme",
            new Placement(home, place),
            read::set);
    assertThat(read).hasValue(sum.items());
    return sum;
  }

  @Test
  void whatAMoveHasComparedIsSummedUpAgain() throws Exception {
    for (String index : new String[] {"all-orders", "all-bills"}) {
      rig.a().call("PUT", "/" + index, SHAPE);
    }
    rig.b().call("PUT", "/some-orders", SHAPE);
    rig.b().call("PUT", "/some-bills", SHAPE);
    TinyGateway gateway = new TinyGateway("acme", rig.a(), "shared:all-*");
    TinyGateway other = new TinyGateway("beta", rig.a(), "shared:all-*");
    for (int i = 0; i < 300; i++) {
      gateway.put(i % 3 == 0 ? "bills" : "orders", "d" + i, null, "{\"n\":" + i + "}");
      other.put("orders", "d" + i, null, "{\"n\":7}");
    }
    Holdings.Sum before = sum(Rig.A, "shared:all-*");
    assertThat(before.items()).isEqualTo(300);

    rig.move(rig.task("acme", Rig.A, "shared:all-*", Rig.B, "index:acme-*#1"), gateway);
    Holdings.Sum own = sum(Rig.B, "index:acme-*#1");
    assertThat(own).isEqualTo(before);
    assertThat(own.digest()).isEqualTo(rig.verification.digest());

    rig.move(rig.task("acme", Rig.B, "index:acme-*#1", Rig.B, "shared:some-*#2"), gateway);
    Holdings.Sum shared = sum(Rig.B, "shared:some-*#2");
    assertThat(shared).isEqualTo(before);
    assertThat(shared.digest()).isEqualTo(rig.verification.digest());

    gateway.put("orders", "d1", null, "{\"n\":1}");
    assertThat(sum(Rig.B, "shared:some-*#2").items()).isEqualTo(300);
    assertThat(sum(Rig.B, "shared:some-*#2").digest()).isNotEqualTo(before.digest());
  }

  @Test
  void whatIsNotTheTenantsIsToldAndNotSummedUp() throws Exception {
    rig.a().call("PUT", "/odd-orders", SHAPE);
    rig.a().call("PUT", "/odd-orders/_doc/stray?routing=acme&refresh=true", "{\"n\":1}");
    assertThatThrownBy(() -> sum(Rig.A, "shared:odd-*"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("around the gateways");
    assertThat(sum(Rig.A, "shared:none-*").items()).isZero();
  }
}
