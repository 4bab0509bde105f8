package dev.drover.gateway.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.store.testing.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Which clients are taken, and how they end with the gateway.
@Timeout(120)
class ListenerTest {
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final int MANY_BYTES = 40 << 20;

  private static ServerOptions options(int clientsMax, Duration drainMax) {
    return ServerRig.options(clientsMax, drainMax, HoldOptions.DEFAULT);
  }

  private static Thread closing(ServerRig rig) {
    return Thread.ofPlatform().start(rig.server::close);
  }

  /// Whether nobody listens any more.
  private static boolean deaf(ServerRig rig) {
    try (LineSocket one = rig.client()) {
      return one == null;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void whoIsOneTooManyIsToldSoAndCounted() throws Exception {
    try (ServerRig rig = new ServerRig(options(2, LONG))) {
      LineSocket one = rig.client();
      LineSocket two = rig.client();
      rig.await("clients", 2);
      try (LineSocket three = rig.client()) {
        assertThat(three.line()).isEqualTo("FULL");
        assertThat(three.line()).isEqualTo(LineSocket.CLOSED);
      }
      assertThat(rig.number("clients.refused")).isEqualTo(1);
      rig.await("clients", 2);
      one.close();
      rig.await("clients", 1);
      try (LineSocket four = rig.client()) {
        four.say("GET k");
        rig.a.next().say("1");
        assertThat(four.line()).isEqualTo("1");
        two.close();
      }
      assertThat(rig.number("clients.refused")).isEqualTo(1);
    }
  }

  @Test
  void aClientThatItsFrontClosesAtOnceIsForgotten() throws Exception {
    try (ServerRig rig = new ServerRig(options(1, LONG))) {
      rig.front.atAccept =
          () -> {
            throw new IllegalStateException("a bug of this test");
          };
      try (LineSocket one = rig.client()) {
        assertThat(one.line()).isEqualTo(LineSocket.CLOSED);
      }
      rig.await("clients", 0);
      rig.front.atAccept = () -> {};
      try (LineSocket two = rig.client()) {
        rig.await("clients", 1);
        two.say("GET k");
        rig.a.next().say("1");
        assertThat(two.line()).isEqualTo("1");
      }
    }
  }

  @Test
  void atTheEndNobodyIsAcceptedAndWhatIsUnderWayIsFinished() throws Exception {
    ServerRig rig = new ServerRig(options(10, LONG));
    LineSocket busy = rig.client();
    LineSocket idle = rig.client();
    busy.say("PUT one:k");
    LineSocket at = rig.a.next();
    assertThat(at.line()).isEqualTo("PUT one:k");
    rig.await("clients", 2);
    Thread closing = closing(rig);
    assertThat(idle.line()).isEqualTo(LineSocket.CLOSED);
    Await.until("nobody listens", () -> deaf(rig));
    assertThat(closing.isAlive()).isTrue();
    at.say("done");
    assertThat(busy.line()).isEqualTo("done");
    assertThat(busy.line()).isEqualTo(LineSocket.CLOSED);
    idle.close();
    busy.close();
    closing.join();
    rig.close();
  }

  @Test
  void aClientThatComesWhileTheGatewayEndsIsToldTooAndNotWaitedFor() throws Exception {
    ServerOptions usual = ServerOptions.onLoopback(2);
    ServerOptions patient =
        new ServerOptions(usual.host(), 0, 2, 10, LONG, usual.hold(), usual.tls());
    ServerRig rig = new ServerRig(patient);
    // The listener is on the first loop, and the first client on the second one.
    CountDownLatch go = new CountDownLatch(1);
    rig.front.lane(1).parts.loop().execute(() -> awaited(go));
    try (LineSocket late = rig.client();
        LineSocket next = rig.client()) {
      // Once the next one is served, on the first loop, the late one waits at the second.
      String nextAddress = ":" + next.socket().getLocalPort();
      Await.until(
          "the next one is served",
          () -> rig.front.clients.stream().anyMatch(each -> each.address().endsWith(nextAddress)));
      Thread closing = closing(rig);
      Await.until("nobody listens", () -> deaf(rig));
      go.countDown();
      assertThat(late.line()).isEqualTo(LineSocket.CLOSED);
      closing.join();
      String address = ":" + late.socket().getLocalPort();
      assertThat(rig.front.clients)
          .filteredOn(each -> each.address().endsWith(address))
          .singleElement()
          .matches(LineClient::wasDrained);
    }
    assertThat(rig.server.clients()).isZero();
    rig.close();
  }

  private static void awaited(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aClientThatNeverFinishesOrNeverReadsDoesNotKeepTheGateway() throws Exception {
    ServerRig rig = new ServerRig(options(10, Duration.ofMillis(300)));
    try (LineSocket waits = rig.client();
        LineSocket deaf = rig.client()) {
      waits.say("PUT one:k");
      assertThat(rig.a.next().line()).isEqualTo("PUT one:k");
      deaf.say("GET two:k");
      LineSocket at = rig.b.next();
      assertThat(at.line()).isEqualTo("GET two:k");
      at.say("x".repeat(MANY_BYTES));
      Await.until("it does not take its answer", () -> stuck(rig));
      rig.server.close();
      assertThat(waits.line()).isEqualTo(LineSocket.CLOSED);
    }
    rig.close();
  }

  /// Whether a client does not take what is there for it.
  private static boolean stuck(ServerRig rig) {
    return rig.front.clients.stream().anyMatch(each -> !each.writable());
  }

  @Test
  void aPortThatSomebodyHasIsNamed() throws Exception {
    try (ServerRig rig = new ServerRig()) {
      ServerOptions usual = ServerOptions.onLoopback(1);
      ServerOptions same =
          new ServerOptions(
              usual.host(), rig.server.port(), 1, 10, LONG, usual.hold(), usual.tls());
      assertThatThrownBy(() -> new ServerRig(same))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot listen on 127.0.0.1:" + rig.server.port());
    }
  }
}
