package dev.drover.gateway.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.store.testing.Await;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Connections that are shared, and connections that one exchange has alone and gives back.
@Timeout(120)
class UpstreamPoolTest {
  private static final int EXCLUSIVE_MAX = 2;

  private final LoopRig rig = new LoopRig();
  private final UpstreamPool<String, LineUpstream> pool =
      new UpstreamPool<>(this::connect, EXCLUSIVE_MAX);
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

  private LineUpstream connect(String key) {
    boolean shared = key.startsWith("shared");
    LineUpstream fresh =
        new LineUpstream(rig.around(LoopRig.LIMITS), home.endpoint(), shared, false);
    fresh.connect(null);
    return fresh;
  }

  private LineUpstream shared(String key) throws Exception {
    return rig.on(() -> pool.shared(key));
  }

  private LineUpstream take() throws Exception {
    return Objects.requireNonNull(rig.on(() -> pool.take("own", () -> {})));
  }

  private boolean waits(Waiting who) throws Exception {
    return rig.on(() -> pool.take("own", who) == null);
  }

  private void giveBack(LineUpstream upstream, boolean clean) throws Exception {
    rig.run(() -> pool.giveBack("own", upstream, clean));
  }

  // --- shared

  @Test
  void allShareOneConnectionForEachKey() throws Exception {
    LineUpstream one = shared("shared 1");
    assertThat(shared("shared 1")).isSameAs(one);
    assertThat(shared("shared 2")).isNotSameAs(one);
  }

  @Test
  void aSharedConnectionThatIsOutOfUseIsReplaced() throws Exception {
    LineUpstream one = shared("shared");
    Asked asked = rig.ask(one, "GET 1");
    LineSocket at = home.next();
    assertThat(at.line()).isEqualTo("GET 1");
    rig.run(() -> rig.set.retire(home.id()));
    LineUpstream two = shared("shared");
    assertThat(two).isNotSameAs(one);
    at.say("one");
    assertThat(asked.next()).isEqualTo("one");
    Asked later = rig.ask(two, "GET 2");
    home.next().say("two");
    assertThat(later.next()).isEqualTo("two");
  }

  @Test
  void aSharedConnectionThatCannotBeHadIsNotKept() throws Exception {
    rig.homes.giveUp(home.id(), "it hangs");
    LineUpstream none = shared("shared");
    assertThat(none.usable()).isFalse();
    rig.homes.takeUp(home.id());
    assertThat(shared("shared").usable()).isTrue();
  }

  // --- one exchange's alone

  @Test
  void aConnectionThatWasGivenBackIsTakenAgain() throws Exception {
    LineUpstream one = take();
    LineUpstream two = take();
    assertThat(two).isNotSameAs(one);
    giveBack(two, true);
    assertThat(take()).isSameAs(two);
  }

  @Test
  void aConnectionThatIsNotCleanIsClosed() throws Exception {
    LineUpstream one = take();
    LineSocket at = home.next();
    giveBack(one, false);
    assertThat(at.line()).isEqualTo(LineSocket.CLOSED);
    assertThat(take()).isNotSameAs(one);
  }

  @Test
  void whoWaitsGetsAConnectionWhenAnotherIsGivenBackTheFirstOneFirst() throws Exception {
    LineUpstream one = take();
    LineUpstream two = take();
    List<String> told = new CopyOnWriteArrayList<>();
    assertThat(waits(() -> told.add("first"))).isTrue();
    assertThat(waits(() -> told.add("second"))).isTrue();
    assertThat(told).isEmpty();
    giveBack(one, true);
    assertThat(told.getFirst()).isEqualTo("first");
    assertThat(take()).isSameAs(one);
    giveBack(two, false);
    assertThat(told).contains("second");
  }

  @Test
  void whoWaitsNoMoreIsPassedOver() throws Exception {
    LineUpstream one = take();
    take();
    List<String> told = new CopyOnWriteArrayList<>();
    Waiting gone = () -> told.add("gone");
    assertThat(waits(gone)).isTrue();
    assertThat(waits(() -> told.add("there"))).isTrue();
    rig.run(() -> pool.waitsNoMore("own", gone));
    giveBack(one, true);
    assertThat(told).containsExactly("there");
  }

  @Test
  void whoIsToldAndTakesNoneDoesNotKeepOthersWaiting() throws Exception {
    LineUpstream one = take();
    take();
    List<String> told = new CopyOnWriteArrayList<>();
    assertThat(waits(() -> told.add("not interested"))).isTrue();
    assertThat(waits(() -> told.add("interested"))).isTrue();
    giveBack(one, true);
    assertThat(told).containsExactly("not interested", "interested");
  }

  /// A client that asks by a connection of its own, and gives it back with its answer.
  private final class Client implements Waiting {
    private final List<String> heard = new CopyOnWriteArrayList<>();

    @Override
    public void resume() {
      LineUpstream mine = pool.take("own", this);
      if (mine != null) {
        mine.send(new Hearing(this, mine), LoopRig.text("GET\n"));
      }
    }
  }

  private final class Hearing implements Leg {
    private final Client client;
    private final LineUpstream by;
    private final Exchange exchange = new Asked.Plain("GET");

    private Hearing(Client client, LineUpstream by) {
      this.client = client;
      this.by = by;
    }

    @Override
    public Exchange exchange() {
      return exchange;
    }

    @Override
    public void answered(
        Connection from, ByteBuf piece, boolean whole, long expectedBytes, long nowNanos) {
      piece.release();
      client.heard.add("answer");
      pool.giveBack("own", by, true);
    }

    @Override
    public void failed(Connection from, String why, boolean sent) {
      client.heard.add("failed");
      pool.giveBack("own", by, false);
    }
  }

  @Test
  void allWhoWaitAreToldWhenTheHomeIsGone() throws Exception {
    List<Client> clients = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      clients.add(new Client());
    }
    rig.run(() -> clients.forEach(Client::resume));
    LineSocket one = home.next();
    LineSocket two = home.next();
    home.close();
    rig.homes.giveUp(home.id(), "it is gone");
    one.close();
    two.close();
    for (Client each : clients) {
      Await.until("each is told", () -> !each.heard.isEmpty());
    }
    assertThat(clients).allSatisfy(each -> assertThat(each.heard).containsExactly("failed"));
  }

  @Test
  void connectionsThatClosedByThemselvesDoNotCount() throws Exception {
    LineUpstream one = take();
    LineUpstream two = take();
    List<String> told = new CopyOnWriteArrayList<>();
    assertThat(waits(() -> told.add("first"))).isTrue();
    home.next().close();
    home.next().close();
    Await.until("both are closed", () -> !one.usable() && !two.usable());
    LineUpstream three = take();
    assertThat(three.usable()).isTrue();
    giveBack(one, false);
    assertThat(told).containsExactly("first");
    giveBack(one, false);
    giveBack(two, false);
    take();
    assertThat(waits(() -> told.add("second"))).isTrue();
  }

  @Test
  void anIdleConnectionIsClosedAndAnotherIsMade() throws Exception {
    LineUpstream one = take();
    LineSocket at = home.next();
    Asked asked = rig.ask(one, "GET");
    at.say("done");
    assertThat(asked.next()).isEqualTo("done");
    giveBack(one, true);
    rig.pass(Duration.ofSeconds(11), one);
    assertThat(at.line()).isEqualTo("GET");
    assertThat(at.line()).isEqualTo(LineSocket.CLOSED);
    assertThat(take()).isNotSameAs(one);
  }
}
