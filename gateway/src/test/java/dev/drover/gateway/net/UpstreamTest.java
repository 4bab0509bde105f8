package dev.drover.gateway.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.HomeId;
import dev.drover.store.testing.Await;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// One connection to a home: answers, pushes, how it ends, and its time limits.
@Timeout(120)
class UpstreamTest {
  private final LoopRig rig = new LoopRig();
  private LineHome home;

  @BeforeEach
  void start() throws Exception {
    home = LineHome.start("a");
  }

  @AfterEach
  void end() throws Exception {
    rig.close();
    home.close();
  }

  // --- answers

  @Test
  void answersGoToTheRequestsInTheirOrder() throws Exception {
    LineUpstream to = rig.connect(home, true);
    Asked first = rig.ask(to, "GET 1");
    Asked second = rig.ask(to, "GET 2");
    LineSocket at = home.next();
    assertThat(at.line()).isEqualTo("GET 1");
    assertThat(at.line()).isEqualTo("GET 2");
    at.sayRaw("one\ntwo\n");
    assertThat(first.next()).isEqualTo("one");
    assertThat(second.next()).isEqualTo("two");
  }

  @Test
  void aRequestMayHaveAnyNumberOfAnswers() throws Exception {
    LineUpstream to = rig.connect(home, true);
    Asked list = rig.ask(to, new Asked(new Asked.Plain("LIST"), 3), "LIST");
    Asked behind = rig.ask(to, "GET 1");
    LineSocket at = home.next();
    at.say("x").say("y");
    assertThat(list.next()).isEqualTo("x");
    assertThat(list.next()).isEqualTo("y");
    at.say("z").say("one");
    assertThat(list.next()).isEqualTo("z");
    assertThat(behind.next()).isEqualTo("one");
    assertThat(list.lastAsked).hasValue(3);
  }

  @Test
  void aLargeAnswerComesInPiecesAndSaysHowLargeItIs() throws Exception {
    LineUpstream to = rig.connect(home, true);
    Asked get = rig.ask(to, "GET big");
    LineSocket at = home.next();
    int bytes = 3 << 20;
    at.say("x".repeat(bytes - 1));
    assertThat(get.next()).isEqualTo(Asked.MUCH);
    assertThat(get.bytes).hasValue(bytes);
    assertThat(get.expected).isEqualTo(bytes);
    assertThat(get.lastAsked).hasValue(1);
    Asked small = rig.ask(to, "GET small");
    at.say("s");
    assertThat(small.next()).isEqualTo("s");
    assertThat(small.expected).isEqualTo(2);
  }

  @Test
  void aReplyThatNobodyAskedForClosesTheConnection() throws Exception {
    LineUpstream to = rig.connect(home, true);
    LineSocket at = home.next();
    Asked get = rig.ask(to, "GET 1");
    at.say("one").say("two");
    assertThat(get.next()).isEqualTo("one");
    assertThat(at.line()).isEqualTo("GET 1");
    assertThat(at.line()).isEqualTo(LineSocket.CLOSED);
    assertThat(rig.ask(to, "GET 2").next())
        .isEqualTo("failed (not sent): sent a reply that nobody asked for");
    assertThat(rig.homes.lost()).containsKey(home.id());
  }

  /// A client that hangs up must not make a home unreachable for others.
  @Test
  void whatIsClosedWhileItConnectsSaysNothingOfItsHome() throws Exception {
    for (Consumer<LineUpstream> end :
        List.<Consumer<LineUpstream>>of(LineUpstream::cutOff, LineUpstream::close)) {
      rig.run(
          () -> {
            LineUpstream own =
                new LineUpstream(rig.around(LoopRig.LIMITS), home.endpoint(), false, false);
            own.connect(null);
            end.accept(own);
          });
      // What the system says of the connection comes in a later turn of the loop.
      assertThat(rig.ask(rig.connect(home, true), "GET 1").heardNothing()).isTrue();
      assertThat(rig.homes.lost()).isEmpty();
    }
  }

  // --- pushes

  @Test
  void aPushGoesToTheOneWhoseConnectionItIs() throws Exception {
    LineUpstream to = rig.connect(home, false);
    BlockingQueue<String> pushes = new LinkedBlockingQueue<>();
    rig.run(() -> to.onPushes(message -> pushes.add(taken(message))));
    Asked asked = rig.ask(to, "SUBSCRIBE");
    LineSocket at = home.next();
    at.say("!early").say("ok").sayRaw("!la").sayRaw("te\n");
    assertThat(pushes.poll(60, TimeUnit.SECONDS)).isEqualTo("!early");
    assertThat(asked.next()).isEqualTo("ok");
    assertThat(pushes.poll(60, TimeUnit.SECONDS)).isEqualTo("!late");
  }

  @Test
  void aPushThatNobodyAskedForClosesTheConnection() throws Exception {
    LineUpstream to = rig.connect(home, true);
    Asked asked = rig.ask(to, "GET 1");
    LineSocket at = home.next();
    assertThat(at.line()).isEqualTo("GET 1");
    at.say("!what");
    assertThat(asked.next()).isEqualTo("failed (sent): sent something that nobody asked for");
    assertThat(at.line()).isEqualTo(LineSocket.CLOSED);
  }

  @Test
  void whoWaitsForPushesIsNotIdle() throws Exception {
    LineUpstream to = rig.connect(home, false);
    BlockingQueue<String> pushes = new LinkedBlockingQueue<>();
    rig.run(() -> to.onPushes(message -> pushes.add(taken(message))));
    Asked asked = rig.ask(to, "SUBSCRIBE");
    LineSocket at = home.next();
    at.say("ok");
    assertThat(asked.next()).isEqualTo("ok");
    rig.pass(Duration.ofHours(1), to);
    at.say("!still here");
    assertThat(pushes.poll(60, TimeUnit.SECONDS)).isEqualTo("!still here");
    rig.run(() -> to.onPushes(null));
    rig.pass(Duration.ofHours(1), to);
    assertThat(at.line()).isEqualTo("SUBSCRIBE");
    assertThat(at.line()).isEqualTo(LineSocket.CLOSED);
  }

  private static String taken(ByteBuf message) {
    String text = message.toString(StandardCharsets.US_ASCII).stripTrailing();
    message.release();
    return text;
  }

  // --- how it ends

  @Test
  void whatWaitsWhenTheHomeClosesMayHaveBeenDone() throws Exception {
    LineUpstream to = rig.connect(home, true);
    Asked first = rig.ask(to, "PUT 1");
    Asked second = rig.ask(to, "PUT 2");
    LineSocket at = home.next();
    assertThat(at.line()).isEqualTo("PUT 1");
    assertThat(at.line()).isEqualTo("PUT 2");
    at.close();
    assertThat(first.next()).isEqualTo("failed (sent): has closed the connection");
    assertThat(second.next()).isEqualTo("failed (sent): has closed the connection");
    assertThat(to.usable()).isFalse();
  }

  @Test
  void aHomeThatNobodyListensAtWasSentNothing() throws Exception {
    home.close();
    LineUpstream to = rig.connect(home, true);
    assertThat(rig.ask(to, "PUT 1").next()).startsWith("failed (not sent): cannot be reached");
  }

  @Test
  void aConnectionThatIsTakenOutOfUseAnswersWhatItHas() throws Exception {
    LineUpstream to = rig.connect(home, true);
    Asked asked = rig.ask(to, "PUT 1");
    LineSocket at = home.next();
    assertThat(at.line()).isEqualTo("PUT 1");
    rig.run(to::closeWhenIdle);
    assertThat(to.takesNew()).isFalse();
    assertThat(to.usable()).isTrue();
    rig.pass(Duration.ofSeconds(1), to);
    at.say("done");
    assertThat(asked.next()).isEqualTo("done");
    rig.pass(Duration.ofSeconds(1), to);
    assertThat(at.line()).isEqualTo(LineSocket.CLOSED);
    assertThat(rig.homes.lost()).isEmpty();
  }

  @Test
  void aConnectionWithoutRequestsIsClosedAtOnceWhenItIsTakenOutOfUse() throws Exception {
    LineUpstream to = rig.connect(home, true);
    rig.run(to::closeWhenIdle);
    assertThat(home.next().line()).isEqualTo(LineSocket.CLOSED);
    Await.until("it is gone", () -> !to.usable());
  }

  // --- time limits

  @Test
  void aHomeThatDoesNotAnswerInTimeEndsWhatWaitsAndSaysWhoWasFirst() throws Exception {
    LineUpstream to = rig.connect(home, true);
    Asked first = rig.ask(to, "PUT 1");
    Asked second = rig.ask(to, "PUT 2");
    LineSocket at = home.next();
    assertThat(at.line()).isEqualTo("PUT 1");
    rig.pass(Duration.ofSeconds(10), to);
    assertThat(first.heardNothing()).isTrue();
    rig.pass(Duration.ofSeconds(1), to);
    assertThat(first.next()).isEqualTo("failed (sent): has not answered for 11 s");
    assertThat(second.next()).isEqualTo("failed behind (sent): has not answered for 11 s");
    assertThat(at.line()).isEqualTo("PUT 2");
    assertThat(at.line()).isEqualTo(LineSocket.CLOSED);
  }

  @Test
  void eachPieceOfAnAnswerGivesTheHomeItsTimeAnew() throws Exception {
    LineUpstream to = rig.connect(home, true);
    Asked asked = rig.ask(to, "GET 1");
    LineSocket at = home.next();
    rig.pass(Duration.ofSeconds(9), to);
    at.sayRaw("on");
    Await.until("a piece came", () -> asked.bytes.get() == 2);
    rig.pass(Duration.ofSeconds(9), to);
    assertThat(to.usable()).isTrue();
    at.say("e");
    assertThat(asked.next()).isEqualTo("one");
  }

  @Test
  void aHomeThatDoesNotGreetWasSentNothing() throws Exception {
    LineUpstream to =
        rig.on(
            () -> {
              LineUpstream fresh =
                  new LineUpstream(rig.around(LoopRig.LIMITS), home.endpoint(), true, true);
              fresh.connect(null);
              return fresh;
            });
    Asked asked = rig.ask(to, "PUT 1");
    assertThat(home.next().line()).isEqualTo("HELLO");
    rig.pass(Duration.ofSeconds(11), to);
    assertThat(asked.next()).isEqualTo("failed (not sent): has not answered for 11 s");
  }

  @Test
  void requestsWaitForTheGreetingsAnswer() throws Exception {
    LineUpstream to =
        rig.on(
            () -> {
              LineUpstream fresh =
                  new LineUpstream(rig.around(LoopRig.LIMITS), home.endpoint(), true, true);
              fresh.connect(null);
              return fresh;
            });
    Asked asked = rig.ask(to, "PUT 1");
    LineSocket at = home.next();
    assertThat(at.line()).isEqualTo("HELLO");
    at.say("HELLO");
    assertThat(at.line()).isEqualTo("PUT 1");
    at.say("done");
    assertThat(asked.next()).isEqualTo("done");
  }

  @Test
  void aRequestWithAGraceLivesLongerAndIsToldOnceWhenThatIsOver() throws Exception {
    LineUpstream to = rig.connect(home, true);
    Asked slow = rig.ask(to, new Asked(new Asked.Plain(LineUpstream.SLOW), 1), "SLOW");
    LineSocket at = home.next();
    assertThat(at.line()).isEqualTo("SLOW");
    rig.pass(Duration.ofMillis(10_500), to);
    rig.pass(Duration.ofMillis(1), to);
    assertThat(to.gracesOver).hasValue(1);
    assertThat(slow.heardNothing()).isTrue();
    rig.pass(Duration.ofSeconds(1), to);
    assertThat(slow.next()).isEqualTo("failed (sent): has not answered for 11 s");
  }

  @Test
  void aClientThatHasNotSentAllDoesNotCountAgainstTheHome() throws Exception {
    LineUpstream to = rig.connect(home, false);
    Asked slow = Asked.one();
    slow.sending = true;
    rig.ask(to, slow, "PUT");
    LineSocket at = home.next();
    assertThat(at.line()).isEqualTo("PUT");
    rig.pass(Duration.ofHours(1), to);
    assertThat(slow.heardNothing()).isTrue();
    slow.sending = false;
    rig.pass(Duration.ofSeconds(1), to);
    assertThat(slow.next()).startsWith("failed (sent): has not answered");
  }

  @Test
  void onlyAConnectionThatIsNotSharedIsClosedWhenItIsIdle() throws Exception {
    LineUpstream shared = rig.connect(home, true);
    LineSocket sharedAt = home.next();
    LineUpstream own = rig.connect(home, false);
    LineSocket ownAt = home.next();
    Await.until("both are connected", () -> rig.on(() -> rig.set.all().iterator().hasNext()));
    rig.pass(Duration.ofSeconds(11), shared, own);
    assertThat(ownAt.line()).isEqualTo(LineSocket.CLOSED);
    Asked asked = rig.ask(shared, "GET 1");
    sharedAt.say("one");
    assertThat(asked.next()).isEqualTo("one");
    assertThat(rig.homes.lost()).isEmpty();
  }

  // --- giving up

  @Test
  void aHomeThatIsGivenUpEndsWhatWaitsAndRefusesWhatComes() throws Exception {
    LineUpstream to = rig.connect(home, true);
    Asked asked = rig.ask(to, "PUT 1");
    LineSocket at = home.next();
    assertThat(at.line()).isEqualTo("PUT 1");
    rig.homes.giveUp(home.id(), "it hangs");
    rig.run(() -> rig.set.giveUp(home.id(), "it hangs"));
    assertThat(asked.next()).isEqualTo("failed (sent): is given up: it hangs");
    LineUpstream next = rig.connect(home, true);
    assertThat(rig.ask(next, "PUT 2").next()).isEqualTo("failed (not sent): is given up: it hangs");
    rig.homes.takeUp(home.id());
    LineUpstream again = rig.connect(home, true);
    Asked later = rig.ask(again, "PUT 3");
    home.next().say("done");
    assertThat(later.next()).isEqualTo("done");
  }

  @Test
  void aHomeIsKnownByItsId() {
    Endpoint to = new Endpoint(new HomeId("h"), "example.invalid", 1, Optional.empty());
    assertThat(to).hasToString("home h (example.invalid:1)");
  }
}
