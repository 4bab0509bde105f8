package dev.drover.gateway.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.gate.Gate;
import dev.drover.core.gate.Guard;
import dev.drover.store.testing.Await;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// How long a request keeps its passes that goes to two homes, and when its client may be answered.
@Timeout(120)
class ExchangeTest {
  private final LoopRig rig = new LoopRig();
  private final Gate one = LoopRig.gate("one", "a");
  private final Gate two = LoopRig.gate("two", "b");
  private final Exchange fanOut = new Asked.Plain("FANOUT");
  private LineHome a;
  private LineHome b;
  private LineUpstream toA;
  private LineUpstream toB;

  @BeforeEach
  void start() throws Exception {
    a = LineHome.start("a");
    b = LineHome.start("b");
    toA = rig.connect(a, true);
    toB = rig.connect(b, true);
  }

  @AfterEach
  void end() throws Exception {
    rig.close();
    a.close();
    b.close();
  }

  /// Sends it to both homes, with a pass of each gate.
  private List<Asked> sent(int answers) throws Exception {
    rig.run(
        () -> {
          var ways = (Admission.Several.Admitted) Admission.of(rig.loop, true, List.of(one, two));
          fanOut.admitted(ways.admissions());
        });
    return List.of(
        rig.ask(toA, new Asked(fanOut, answers), "PUT 1"),
        rig.ask(toB, new Asked(fanOut, answers), "PUT 2"));
  }

  private void drop(LineUpstream at, Asked leg) throws Exception {
    rig.run(() -> at.drop(leg));
  }

  /// Waits until the home's answer was taken, by one that comes behind it.
  private void answersUntil(LineSocket at, LineUpstream to, String answer) throws Exception {
    Asked behind = rig.ask(to, "PING");
    at.say(answer).say("pong");
    assertThat(behind.next()).isEqualTo("pong");
  }

  @Test
  void theAnswersOfBothHomesComeAndThePassesGoWhenTheClientIsAnswered() throws Exception {
    List<Asked> legs = sent(1);
    a.next().say("from a");
    b.next().say("from b");
    assertThat(legs.get(0).next()).isEqualTo("from a");
    assertThat(legs.get(1).next()).isEqualTo("from b");
    assertThat(fanOut.holds(one)).isTrue();
    assertThat(fanOut.holds(two)).isTrue();
    assertThat(one.passes() + two.passes()).isEqualTo(2);
    rig.run(() -> fanOut.leave(rig.loop));
    rig.run(() -> fanOut.leave(rig.loop));
    assertThat(one.quiet() && two.quiet()).isTrue();
    assertThat(fanOut.holds(one)).isFalse();
    assertThat(fanOut.holds(two)).isFalse();
  }

  @Test
  void droppedLegsKeepThePassesUntilAllHomesHaveGivenTheirLastAnswer() throws Exception {
    List<Asked> legs = sent(2);
    drop(toA, legs.get(0));
    drop(toB, legs.get(1));
    LineSocket atA = a.next();
    LineSocket atB = b.next();
    atA.say("first");
    answersUntil(atA, toA, "last");
    assertThat(one.passes()).isOne();
    atB.say("first");
    Await.until("b's first answer came", () -> legs.get(1).come.get() == 1);
    assertThat(two.passes()).isOne();
    answersUntil(atB, toB, "last");
    assertThat(one.quiet() && two.quiet()).isTrue();
    assertThat(legs.get(0).heardNothing() && legs.get(1).heardNothing()).isTrue();
  }

  @Test
  void aDroppedLegThatIsOverGivesNothingBackWhileAnotherHomeIsAtIt() throws Exception {
    List<Asked> legs = sent(1);
    drop(toA, legs.get(0));
    answersUntil(a.next(), toA, "done");
    assertThat(one.passes()).isOne();
    assertThat(two.passes()).isOne();
    b.next().say("done");
    assertThat(legs.get(1).next()).isEqualTo("done");
    rig.run(() -> fanOut.leave(rig.loop));
    assertThat(one.quiet() && two.quiet()).isTrue();
  }

  @Test
  void aClientThatIsAnsweredEarlyLeavesThePassesToTheLegThatWasDropped() throws Exception {
    List<Asked> legs = sent(1);
    drop(toB, legs.get(1));
    a.next().say("refused");
    assertThat(legs.get(0).next()).isEqualTo("refused");
    rig.run(() -> fanOut.leave(rig.loop));
    assertThat(one.passes()).isOne();
    assertThat(two.passes()).isOne();
    answersUntil(b.next(), toB, "done");
    assertThat(one.quiet() && two.quiet()).isTrue();
  }

  /// A driver does not wait for a gateway whose lease has ended, whatever passes are out.
  @Test
  void whatIsAdoptedCountsOnlyWhileThatGatesGuardStands() throws Exception {
    List<Asked> legs = sent(1);
    Gate inner = LoopRig.gate("inner", "a");
    Guard guard = inner.route().guard();
    rig.run(() -> fanOut.adoptedBy(inner, guard, rig.loop));
    assertThat(fanOut.stands(0)).isTrue();
    guard.retire();
    assertThat(fanOut.stands(0)).isFalse();
    a.next().say("done");
    b.next().say("done");
    assertThat(legs.get(0).next()).isEqualTo("done");
    assertThat(legs.get(1).next()).isEqualTo("done");
    assertThat(inner.quiet()).isTrue();
    assertThat(fanOut.stands(0)).as("once its homes have answered").isFalse();
  }

  @Test
  void aDroppedLegIsOverWhenItsConnectionIsClosed() throws Exception {
    List<Asked> legs = sent(1);
    drop(toA, legs.get(0));
    drop(toB, legs.get(1));
    answersUntil(a.next(), toA, "done");
    b.next().close();
    Await.until("the passes are back", () -> one.quiet() && two.quiet());
    assertThat(legs.get(1).heardNothing()).isTrue();
  }

  @Test
  void othersOnTheConnectionGetTheirAnswersWhenOneIsDropped() throws Exception {
    Asked before = rig.ask(toA, "GET 1");
    List<Asked> legs = sent(1);
    Asked after = rig.ask(toA, "GET 2");
    drop(toA, legs.getFirst());
    LineSocket at = a.next();
    at.say("one").say("dropped").say("two");
    assertThat(before.next()).isEqualTo("one");
    assertThat(after.next()).isEqualTo("two");
    assertThat(legs.getFirst().heardNothing()).isTrue();
  }

  @Test
  void aRequestThatIsCutOffIsNotDoneAndHearsNoMore() throws Exception {
    LineUpstream own = rig.connect(a, false);
    LineSocket shared = a.next();
    LineSocket at = a.next();
    Asked leg = Asked.one();
    rig.run(
        () -> {
          own.announce(leg);
          own.write(LoopRig.text("PUT k hal"));
        });
    rig.run(own::cutOff);
    assertThat(at.line()).isIn("PUT k hal", LineSocket.CLOSED);
    assertThat(at.line()).isEqualTo(LineSocket.CLOSED);
    assertThat(own.usable()).isFalse();
    assertThat(leg.heardNothing()).isTrue();
    assertThat(rig.homes.lost()).isEmpty();
    shared.close();
  }

  @Test
  void aDroppedLegThatIsCutOffGivesThePassesBack() throws Exception {
    Admission way = rig.on(() -> Admission.of(rig.loop, true, one));
    fanOut.admitted(Objects.requireNonNull(way));
    LineUpstream own = rig.connect(a, false);
    Asked leg = new Asked(fanOut, 1);
    rig.run(() -> own.announce(leg));
    rig.run(() -> own.drop(leg));
    assertThat(one.passes()).isOne();
    rig.run(own::cutOff);
    assertThat(one.quiet()).isTrue();
  }

  // --- guards

  @Test
  void theGuardsOfAllPartitionsMustStand() throws Exception {
    sent(1);
    assertThat(fanOut.stands(0)).isTrue();
    two.route().guard().retire();
    assertThat(fanOut.stands(0)).isFalse();
  }

  @Test
  void theGuardOfTheFirstPartitionMustStandToo() throws Exception {
    sent(1);
    one.route().guard().retire();
    assertThat(fanOut.stands(0)).isFalse();
  }

  @Test
  void theGuardsOfAllPartitionsMustStandAlsoOnceThePassesAreBack() throws Exception {
    sent(1);
    rig.run(() -> fanOut.leave(rig.loop));
    assertThat(fanOut.stands(0)).isTrue();
    two.route().guard().retire();
    assertThat(fanOut.stands(0)).isFalse();
  }

  @Test
  void onlyTheLastAdmissionCounts() throws Exception {
    sent(1);
    rig.run(() -> fanOut.leave(rig.loop));
    two.route().guard().retire();
    Admission again = rig.on(() -> Admission.of(rig.loop, false, one));
    fanOut.admitted(Objects.requireNonNull(again));
    assertThat(fanOut.stands(0)).isTrue();
  }
}
