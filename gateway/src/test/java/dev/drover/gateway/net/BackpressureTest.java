package dev.drover.gateway.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Nobody is sent more than they read, in both directions.
@Timeout(120)
class BackpressureTest {
  private static final int PIECE_BYTES = 64 << 10;
  private static final int PIECES_MAX = 4_000;

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

  @Test
  void noMoreRequestsGoOutThanTheWindowHolds() throws Exception {
    UpstreamLimits two =
        new UpstreamLimits(2, 2, 64L << 20, Duration.ofSeconds(10), Duration.ofSeconds(10));
    LineUpstream to = rig.connect(home.endpoint(), true, two);
    Semaphore resumed = new Semaphore(0);
    Waiting client = resumed::release;
    for (int i = 0; i < 2; i++) {
      assertThat(rig.on(() -> to.hasRoom(client))).isTrue();
      rig.ask(to, "GET");
    }
    assertThat(rig.on(() -> to.hasRoom(client))).isFalse();
    LineSocket at = home.next();
    assertThat(at.line()).isEqualTo("GET");
    assertThat(resumed.availablePermits()).isZero();
    at.say("one");
    resumed.acquire();
    assertThat(rig.on(() -> to.hasRoom(client))).isTrue();
  }

  @Test
  void aWindowGrowsWithSmallAnswersAndShrinksWithALargeOne() throws Exception {
    UpstreamLimits limits =
        new UpstreamLimits(1, 8, 1L << 20, Duration.ofSeconds(10), Duration.ofSeconds(10));
    LineUpstream to = rig.connect(home.endpoint(), true, limits);
    LineSocket at = home.next();
    for (int i = 0; i < 8; i++) {
      Asked small = rig.ask(to, "GET");
      at.say("small");
      assertThat(small.next()).isEqualTo("small");
    }
    assertThat(taken(to, 7)).isEqualTo(7);
    Asked last = rig.ask(to, "GET last");
    assertThat(taken(to, 1)).isZero();
    at.sayRaw("small\n".repeat(7)).say("x".repeat(2 << 20));
    assertThat(last.next()).isEqualTo(Asked.MUCH);
    assertThat(taken(to, 8)).isEqualTo(1);
  }

  /// How many requests more it takes, up to a limit.
  private int taken(LineUpstream to, int most) throws Exception {
    return rig.on(
        () -> {
          int taken = 0;
          while (taken < most && to.hasRoom(() -> {})) {
            LoopRig.send(to, Asked.one(), "GET");
            taken++;
          }
          return taken;
        });
  }

  @Test
  void aHomeThatDoesNotReadIsSentNoMoreRequestsUntilItDoes() throws Exception {
    UpstreamLimits many =
        new UpstreamLimits(
            1 << 20, 1 << 20, 64L << 20, Duration.ofSeconds(10), Duration.ofSeconds(10));
    LineUpstream to = rig.connect(home.endpoint(), true, many);
    LineSocket at = home.next();
    CountDownLatch resumed = new CountDownLatch(1);
    AtomicInteger sent = new AtomicInteger();
    String request = "x".repeat(PIECE_BYTES);
    AtomicBoolean full = new AtomicBoolean();
    while (!full.get() && sent.get() < PIECES_MAX) {
      rig.run(
          () -> {
            if (to.hasRoom(resumed::countDown)) {
              sent.incrementAndGet();
              LoopRig.send(to, Asked.one(), request);
            } else {
              full.set(true);
            }
          });
    }
    assertThat(full).isTrue();
    assertThat(resumed.getCount()).isOne();
    for (int i = 0; i < sent.get(); i++) {
      assertThat(at.line()).hasSize(PIECE_BYTES);
    }
    assertThat(resumed.await(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aLargeRequestGoesInPiecesAsFastAsTheHomeReads() throws Exception {
    LineUpstream to =
        rig.connect(home.endpoint(), false, UpstreamLimits.oneByOne(Duration.ofSeconds(10)));
    Asked put = Asked.one();
    put.sending = true;
    Sender sender = new Sender(to, put, 256);
    rig.run(sender::resume);
    LineSocket at = home.next();
    assertThat(sender.waited.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(sender.left).hasPositiveValue();
    assertThat(at.line()).hasSize(256 * PIECE_BYTES);
    assertThat(sender.left).hasValue(0);
    at.say("done");
    assertThat(put.next()).isEqualTo("done");
  }

  /// A client whose request comes in pieces.
  private static final class Sender implements Waiting {
    private final LineUpstream to;
    private final Asked leg;
    private final CountDownLatch waited = new CountDownLatch(1);
    private final AtomicInteger left;
    private boolean announced;

    private Sender(LineUpstream to, Asked leg, int pieces) {
      this.to = to;
      this.leg = leg;
      this.left = new AtomicInteger(pieces);
    }

    @Override
    public void resume() {
      if (!announced) {
        announced = true;
        to.announce(leg);
      }
      while (left.get() > 0) {
        if (!to.takesPiece(this)) {
          waited.countDown();
          return;
        }
        ByteBuf piece =
            LoopRig.text("x".repeat(PIECE_BYTES) + (left.decrementAndGet() == 0 ? "\n" : ""));
        to.write(piece);
        piece.release();
      }
      leg.sending = false;
    }
  }

  @Test
  void anAnswerIsReadOnlyAsFastAsItsClientTakesIt() throws Exception {
    LineUpstream to = rig.connect(home, false);
    LineSocket at = home.next();
    Asked get = Asked.one();
    CountDownLatch stopped = new CountDownLatch(1);
    get.atPiece =
        () -> {
          if (stopped.getCount() > 0) {
            to.setAutoRead(false);
            stopped.countDown();
          }
        };
    rig.ask(to, get, "GET big");
    int bytes = 40 << 20;
    CountDownLatch written = new CountDownLatch(1);
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                at.say("x".repeat(bytes - 1));
                written.countDown();
              } catch (IOException e) {
                // Nobody hears that it was written.
              }
            });
    assertThat(stopped.await(60, TimeUnit.SECONDS)).isTrue();
    long before = rig.on(get.bytes::get);
    rig.pass(Duration.ofHours(1), to);
    assertThat(rig.on(get.bytes::get)).isEqualTo(before).isLessThan(bytes);
    assertThat(written.getCount()).isOne();
    assertThat(to.usable()).isTrue();
    rig.run(() -> to.setAutoRead(true));
    rig.pass(Duration.ofSeconds(1), to);
    assertThat(get.next()).isEqualTo(Asked.MUCH);
    assertThat(get.bytes).hasValue(bytes);
    assertThat(written.await(60, TimeUnit.SECONDS)).isTrue();
  }
}
