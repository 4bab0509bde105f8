package dev.drover.app.whole;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.control.ControlException;
import dev.drover.control.MoveSummary;
import dev.drover.control.Views;
import dev.drover.control.WaitView;
import dev.drover.control.certificate.OldCopy;
import dev.drover.core.GatewayId;
import dev.drover.core.MoveId;
import dev.drover.core.Ownership;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.gateway.net.GatewayServer;
import dev.drover.redis.testing.RedisServerProcess;
import dev.drover.redis.testing.RedisServerProcess.Version;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Gateways whose configuration does not name a move's target.
@Timeout(90)
@Tag("alone")
class UnknownTargetTest {
  private static final int KEYS = 3_000;

  @TempDir Path data;

  @Test
  void aMoveToAHomeThatAGatewayDoesNotKnowIsRefusedByItsName() throws Exception {
    try (RedisServerProcess a = RedisServerProcess.start(Version.V6_2);
        RedisServerProcess b = RedisServerProcess.start(Version.V6_2);
        Fleet fleet = new Fleet(data, a, b)) {
      fleet.gateway("g1", GatewayMode.LEASED);
      GatewayServer stranger = fleet.gatewayThatKnowsOnlyA("stranger");
      Views views = new Views(fleet.controller());

      assertThatThrownBy(() -> fleet.begin("b"))
          .isInstanceOf(ControlException.class)
          .hasMessageContaining("gateway stranger")
          .hasMessageContaining("home 'b'");
      assertThat(views.status().problems()).anyMatch(p -> p.contains("gateway stranger"));
      assertThat(differs(views, "g1")).isEmpty();
      assertThat(differs(views, "stranger")).containsExactly("it does not know home 'b'");
      stranger.close();
      assertCompleted(fleet.move("b"));
    }
  }

  @Test
  void aGatewayThatJoinsInTheMiddleOfAMoveKeepsItFromCuttingOverAndIsNamed() throws Exception {
    try (RedisServerProcess a = RedisServerProcess.start(Version.V6_2);
        RedisServerProcess b = RedisServerProcess.start(Version.V6_2);
        Fleet fleet = new Fleet(data, a, b)) {
      GatewayServer one = fleet.gateway("g1", GatewayMode.LEASED);
      RedisClient client = RedisClient.create("redis://127.0.0.1:" + one.port());
      try {
        RedisCommands<String, String> redis = client.connect().sync();
        for (int i = 0; i < KEYS; i++) {
          redis.set("app:" + i, "1");
        }
        MoveId move = fleet.beginSlowly("b", KEYS / 2);
        GatewayServer stranger = fleet.gatewayThatKnowsOnlyA("stranger");
        Views views = new Views(fleet.controller());
        Fleet.await(
            "the move to wait for the gateway alone",
            () -> waits(views).stream().allMatch(w -> w.startsWith("gateway stranger, whose")));
        assertThat(fleet.record().ownership()).isInstanceOf(Ownership.Draining.class);
        assertThat(stranger.health().problems()).anyMatch(p -> p.contains("home 'b'"));
        RedisClient other = RedisClient.create("redis://127.0.0.1:" + stranger.port());
        try {
          assertThat(other.connect().sync().get("app:1")).isEqualTo("1");
        } finally {
          other.shutdown();
        }
        stranger.close();
        assertCompleted(fleet.await(move));
        assertThat(redis.get("app:1")).isEqualTo("1");
      } finally {
        client.shutdown();
      }
    }
  }

  @Test
  void aLiveGatewayIsForgottenOnlyByForceAndNoticesAtOnce() throws Exception {
    try (RedisServerProcess a = RedisServerProcess.start(Version.V6_2);
        RedisServerProcess b = RedisServerProcess.start(Version.V6_2);
        Fleet fleet = new Fleet(data, a, b)) {
      GatewayServer one = fleet.gateway("g1", GatewayMode.LEASED);
      GatewayId id = new GatewayId("g1");

      assertThatThrownBy(() -> fleet.controller().forget(id, false))
          .isInstanceOf(ControlException.class)
          .hasMessageContaining("may be alive");
      assertThat(one.health().movingServed()).isTrue();
      Optional<Long> before = fleet.lease(id);
      fleet.controller().forget(id, true);
      long since = System.nanoTime();
      // It may have joined again before anybody can see that it did not serve.
      Fleet.await(
          "the gateway to register under another lease",
          () -> fleet.lease(id).isPresent() && !fleet.lease(id).equals(before));
      assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(3));
      Fleet.await("the gateway to join again", () -> one.health().movingServed());

      MoveSummary move = fleet.move("b");
      assertCompleted(move);
      Fleet.await(
          "the old copy to be deleted",
          () -> fleet.certificate(move.id()).oldCopy() == OldCopy.SETTLED);
      assertThat(fleet.failing(move.id()))
          .hasSize(2)
          .allMatch(what -> what.contains("an operator had ended the leases of g1"));
    }
  }

  private static List<String> waits(Views views) throws Exception {
    List<String> waits = views.explain(Fleet.SCOPE).waits().stream().map(WaitView::text).toList();
    return waits.isEmpty() ? List.of("nothing is said") : waits;
  }

  private static List<String> differs(Views views, String gateway) throws Exception {
    return views.gateways().stream()
        .filter(g -> g.id().equals(gateway))
        .findFirst()
        .orElseThrow()
        .differs();
  }

  private static void assertCompleted(MoveSummary move) {
    assertThat(move.outcome()).as(move.reason()).isEqualTo(MoveSummary.Result.COMPLETED);
  }
}
