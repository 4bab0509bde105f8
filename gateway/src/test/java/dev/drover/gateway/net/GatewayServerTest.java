package dev.drover.gateway.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.PartitionId;
import dev.drover.core.fleet.RequestUnderWay;
import dev.drover.core.gate.Gate;
import dev.drover.store.testing.Await;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A whole gateway: requests from clients to homes, holds, homes that are given up, and what is
/// counted.
@Timeout(120)
class GatewayServerTest {
  private ServerRig rig;
  private LineSocket client;

  @BeforeEach
  void start() throws Exception {
    rig = new ServerRig(ServerRig.holding(new HoldOptions(Duration.ofSeconds(30), 1_000, 2)));
    client = rig.client();
  }

  @AfterEach
  void end() throws Exception {
    client.close();
    rig.close();
  }

  /// The connection to a home, once it was asked this.
  private static LineSocket asked(LineHome home, String line) throws Exception {
    LineSocket at = home.next();
    assertThat(at.line()).isEqualTo(line);
    return at;
  }

  // --- requests

  @Test
  void requestsGoToTheHomesOfTheirPartitions() throws Exception {
    client.say("GET one:k").say("GET two:k").say("GET k");
    LineSocket atA = asked(rig.a, "GET one:k");
    atA.say("1");
    LineSocket atB = asked(rig.b, "GET two:k");
    atB.say("2");
    assertThat(atA.line()).isEqualTo("GET k");
    atA.say("3");
    assertThat(List.of(client.line(), client.line(), client.line())).containsExactly("1", "2", "3");
  }

  @Test
  void aFanOutIsAnsweredOnceBothHomesHave() throws Exception {
    client.say("FANOUT two:k one:k two:l");
    LineSocket atB = asked(rig.b, "FANOUT two:k two:l");
    LineSocket atA = asked(rig.a, "FANOUT one:k");
    assertThat(rig.number("passes")).isEqualTo(2);
    atB.say("from b");
    assertThat(rig.gate(ServerRig.TWO).passes()).isOne();
    atA.say("from a");
    assertThat(client.line()).isEqualTo("from b from a");
    rig.await("passes", 0);
  }

  @Test
  void aClientThatGoesAwayLeavesItsWritesTheirPasses() throws Exception {
    client.say("FANOUT one:k two:k");
    LineSocket atA = asked(rig.a, "FANOUT one:k");
    LineSocket atB = asked(rig.b, "FANOUT two:k");
    client.close();
    rig.await("clients", 0);
    atA.say("done");
    try (LineSocket other = rig.client()) {
      other.say("GET one:k");
      assertThat(atA.line()).isEqualTo("GET one:k");
      atA.say("1");
      assertThat(other.line()).isEqualTo("1");
    }
    assertThat(rig.number("passes")).isEqualTo(2);
    atB.say("done");
    rig.await("passes", 0);
  }

  @Test
  void anAnswerIsNotPassedOnWhenTheGuardOfOnePartitionHasBroken() throws Exception {
    client.say("FANOUT one:k two:k");
    LineSocket atA = asked(rig.a, "FANOUT one:k");
    LineSocket atB = asked(rig.b, "FANOUT two:k");
    rig.gate(ServerRig.TWO).route().guard().retire();
    atA.say("done");
    atB.say("done");
    assertThat(client.line()).isEqualTo("UNKNOWN no lease");
    rig.await("passes", 0);
  }

  @Test
  void aSubscriberHearsWhatNobodyAskedForAndTheNextOneWaitsForItsConnection() throws Exception {
    client.say("SUBSCRIBE k");
    LineSocket at = asked(rig.a, "SUBSCRIBE");
    at.say("ok").say("!news");
    assertThat(client.line()).isEqualTo("ok");
    assertThat(client.line()).isEqualTo("!news");
    try (LineSocket other = rig.client()) {
      other.say("SUBSCRIBE k");
      assertThat(other.line()).isEqualTo("WAIT");
      client.close();
      assertThat(at.line()).isEqualTo(LineSocket.CLOSED);
      LineSocket next = asked(rig.a, "SUBSCRIBE");
      next.say("ok");
      assertThat(other.line()).isEqualTo("ok");
    }
  }

  // --- partitions that come and go

  @Test
  void aWriteUnderWayInNoPartitionHoldsUpTheNewOneThatItMayBeIn() throws Exception {
    client.say("PUT k");
    LineSocket atA = asked(rig.a, "PUT k");
    PartitionId fresh = new PartitionId(ServerRig.ENGINE, "new:");
    Gate gate = rig.add(fresh);
    Await.until("it holds a pass", () -> gate.passes() == 1);
    rig.hold(fresh);
    assertThat(gate.quiet()).isFalse();
    assertThat(rig.confirmed(fresh)).isFalse();
    atA.say("done");
    assertThat(client.line()).isEqualTo("done");
    Await.until("the gateway confirms the hold", () -> rig.confirmed(fresh));
    assertThat(gate.passes()).isZero();
  }

  @Test
  void aWriteUnderWayInAPartitionThatIsGoneHoldsUpTheOthers() throws Exception {
    client.say("PUT two:k");
    LineSocket atB = asked(rig.b, "PUT two:k");
    Gate one = rig.gate(ServerRig.ONE);
    assertThat(one.passes()).isZero();
    rig.remove(ServerRig.TWO);
    Await.until("it holds a pass of the other one", () -> one.passes() == 1);
    rig.hold(ServerRig.ONE);
    assertThat(one.quiet()).isFalse();
    client.close();
    atB.say("done");
    Await.until("the gateway confirms the hold", () -> rig.confirmed(ServerRig.ONE));
  }

  // --- holds

  @Test
  void aFanOutWaitsWithoutPassesWhileOnePartitionIsHeldAndGoesOnAfterwards() throws Exception {
    rig.hold(ServerRig.TWO);
    client.say("FANOUT one:k two:k");
    rig.await("held.now", 1);
    assertThat(rig.number("passes")).isZero();
    assertThat(rig.number("kept.bytes")).isEqualTo("FANOUT one:k two:k\n".length());
    rig.reopen(ServerRig.TWO);
    asked(rig.a, "FANOUT one:k").say("1");
    asked(rig.b, "FANOUT two:k").say("2");
    assertThat(client.line()).isEqualTo("1 2");
    assertThat(rig.number("held.now")).isZero();
    assertThat(rig.number("kept.bytes")).isZero();
    assertThat(rig.number("held")).isEqualTo(1);
    assertThat(rig.front.routed).contains(ServerRig.TWO);
  }

  @Test
  void aRequestThatIsHeldForTooLongIsRefusedAndNothingIsSent() throws Exception {
    rig.hold(ServerRig.ONE);
    client.say("PUT one:k");
    rig.await("held.now", 1);
    rig.pass(Duration.ofSeconds(30));
    assertThat(client.line())
        .isEqualTo("QUIESCED this request was held for partition 'one:' for as long as allowed");
    assertThat(rig.number("held.now")).isZero();
    assertThat(rig.number("longest.hold.seconds")).isGreaterThanOrEqualTo(30);
    assertThat(rig.a.unasked()).isZero();
  }

  @Test
  void limitsHoldOverAllClientsAndAreGivenBackWhenClientsGoAway() throws Exception {
    rig.hold(ServerRig.ONE);
    try (LineSocket second = rig.client();
        LineSocket third = rig.client()) {
      client.say("PUT one:1");
      second.say("PUT one:2");
      rig.await("held.now", 2);
      third.say("PUT one:3");
      assertThat(third.line()).isEqualTo("QUIESCED too many requests are held at this gateway");
      second.hangUp();
      rig.await("held.now", 1);
      third.say("PUT one:3");
      rig.await("held.now", 2);
      assertThat(rig.number("held")).isEqualTo(3);
    }
  }

  @Test
  void unfinishedRequestsAreCountedDroppedForRoomAndForgottenWithTheirClients() throws Exception {
    client.sayRaw("x".repeat(300));
    rig.await("kept.bytes", 300);
    try (LineSocket second = rig.client()) {
      second.sayRaw("y".repeat(300));
      assertThat(client.line()).isEqualTo("TRYAGAIN no room");
      rig.await("kept.bytes", 300);
      assertThat(rig.number("unfinished.dropped")).isEqualTo(1);
    }
    rig.await("kept.bytes", 0);
  }

  @Test
  void whoIsHeldForAPartitionThatIsTakenAwayGoesOnAtOnce() throws Exception {
    rig.hold(ServerRig.TWO);
    client.say("PUT two:k");
    rig.await("held.now", 1);
    rig.remove(ServerRig.TWO);
    asked(rig.a, "PUT two:k").say("done");
    assertThat(client.line()).isEqualTo("done");
    Await.until("one partition less", () -> rig.number("partitions", "engine", "line") == 1);
  }

  @Test
  void theRequestsThatAHoldWaitsForAreNamed() throws Exception {
    client.say("PUT one:k");
    asked(rig.a, "PUT one:k");
    Gate gate = rig.gate(ServerRig.ONE);
    List<RequestUnderWay> all =
        UnderWay.of(List.of(rig.front.lane(0).parts), gate).get(60, TimeUnit.SECONDS);
    assertThat(all).hasSize(1);
    assertThat(all.getFirst().command()).isEqualTo("PUT");
    assertThat(all.getFirst().item()).isEqualTo("one:k");
    assertThat(all.getFirst().limit()).isEqualTo("then it ends as unknown");
    assertThat(all.getFirst().remedy()).isEqualTo("Look at home 'a'");
    assertThat(all.getFirst().endsInMillis()).isBetween(0L, 60_000L);
    assertThat(UnderWay.of(List.of(rig.front.lane(0).parts), rig.gate(ServerRig.TWO)).get())
        .isEmpty();
  }

  // --- homes

  @Test
  void aHomeThatIsGivenUpEndsItsWritesAndIsAskedAgainOnceItIsTakenUp() throws Exception {
    client.say("PUT one:k");
    asked(rig.a, "PUT one:k");
    rig.server.giveUp(rig.a.id(), "it hangs");
    assertThat(client.line()).isEqualTo("UNKNOWN is given up: it hangs");
    rig.await("passes", 0);
    client.say("PUT one:k");
    assertThat(client.line()).isEqualTo("TRYAGAIN is given up: it hangs");
    client.say("GET two:k");
    asked(rig.b, "GET two:k").say("2");
    assertThat(client.line()).isEqualTo("2");
    rig.server.takeUp(rig.a.id());
    client.say("PUT one:k");
    asked(rig.a, "PUT one:k").say("done");
    assertThat(client.line()).isEqualTo("done");
  }

  @Test
  void aHomeThatIsRetiredAnswersWhatItHasAndNewRequestsGoByANewConnection() throws Exception {
    client.say("PUT one:k");
    LineSocket at = asked(rig.a, "PUT one:k");
    rig.server.retire(rig.a.id());
    rig.front.lane(0).parts.loop().eventLoop().submit(() -> {}).get();
    try (LineSocket other = rig.client()) {
      other.say("GET one:k");
      asked(rig.a, "GET one:k").say("1");
      assertThat(other.line()).isEqualTo("1");
    }
    at.say("done");
    assertThat(client.line()).isEqualTo("done");
    assertThat(at.line()).isEqualTo(LineSocket.CLOSED);
  }

  // --- meters

  @Test
  void theMetersAreThereFromTheBeginning() throws Exception {
    rig.await("clients", 1);
    assertThat(rig.meters().getMeters())
        .extracting(each -> each.getId().getName())
        .containsExactlyInAnyOrder(
            "drover.gateway.clients",
            "drover.gateway.held.now",
            "drover.gateway.kept.bytes",
            "drover.gateway.passes",
            "drover.gateway.longest.hold.seconds",
            "drover.gateway.serving",
            "drover.gateway.partitions",
            "drover.gateway.held",
            "drover.gateway.unfinished.dropped",
            "drover.gateway.clients.refused");
    assertThat(rig.meters().getMeters())
        .allSatisfy(each -> assertThat(each.getId().getDescription()).isNotEmpty());
    assertThat(rig.number("partitions", "engine", "line")).isEqualTo(2);
    assertThat(rig.number("serving")).isEqualTo(1);
    assertThat(rig.number("clients.refused")).isZero();
    try (LineSocket second = rig.client()) {
      rig.await("clients", 2);
      assertThat(second.socket().isConnected()).isTrue();
    }
    rig.await("clients", 1);
    rig.pass(Duration.ofDays(1));
    assertThat(rig.number("serving")).isZero();
  }
}
