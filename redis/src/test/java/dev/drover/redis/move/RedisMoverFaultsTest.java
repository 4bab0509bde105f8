package dev.drover.redis.move;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.core.EngineState;
import dev.drover.core.Undo;
import dev.drover.core.mover.MoverException;
import dev.drover.core.mover.MoverSession;
import dev.drover.core.mover.Settlement;
import dev.drover.redis.testing.RawRedis;
import dev.drover.redis.testing.RedisServerProcess.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RedisMoverFaultsTest {
  private static void fill(RawRedis client, int keys) throws Exception {
    List<String[]> commands = new ArrayList<>();
    for (int i = 0; i < keys; i++) {
      commands.add(new String[] {"SET", "app:" + i, "value" + i});
    }
    Rig.pipeline(client, commands);
  }

  /// Ends every connection that has tracking on.
  private static void killTracking(RawRedis client) throws Exception {
    String list = (String) client.call("CLIENT", "LIST");
    for (String line : list.lines().toList()) {
      if (line.contains("flags=t") || line.contains("flags=tB") || line.contains("flags=B")) {
        String id = line.substring(3, line.indexOf(' '));
        assertThat(client.call("CLIENT", "KILL", "ID", id)).isEqualTo(1L);
      }
    }
  }

  @Test
  void aLostCaptureConnectionLeadsToAComparingCopyThatFindsDeletions() throws Exception {
    try (Rig rig = Rig.installed()) {
      fill(rig.atA, 3_000);
      try (MoverSession session = rig.verified(1)) {
        killTracking(rig.atA);
        rig.atA.call("DEL", "app:1");
        rig.atA.call("SET", "app:2", "changed");
        Settlement settlement = session.settle();
        assertThat(settlement).isInstanceOf(Settlement.Unsettled.class);
        session.follow();
        assertThat(rig.losses).isNotEmpty();
        // The follow has compared everything again.
        assertThat(session.settle()).isInstanceOf(Settlement.Settled.class);
        rig.assertSame();
      }
    }
  }

  @Test
  void moreChangesThanMayBeRememberedLeadToAComparingCopy() throws Exception {
    RedisMoverOptions options = RedisMoverOptions.DEFAULT.withDirtyKeysMax(100);
    try (Rig rig = new Rig(options, Version.INSTALLED, Version.INSTALLED)) {
      fill(rig.atA, 1_000);
      try (MoverSession session = rig.verified(1)) {
        for (int i = 0; i < 500; i++) {
          rig.atA.call("SET", "app:" + i, "changed");
        }
        assertThat(session.settle()).isInstanceOf(Settlement.Unsettled.class);
        session.follow();
        assertThat(rig.losses).anyMatch(r -> r.contains("more keys changed"));
        session.verify();
        Rig.settled(session);
        rig.assertSame();
      }
    }
  }

  @Test
  void aStaleDriversBatchIsRefusedWhileTheNewOneWorks() throws Exception {
    try (Rig rig = Rig.installed()) {
      fill(rig.atA, 1_000);
      try (MoverSession stale = rig.verified(1);
          MoverSession now = rig.verified(2)) {
        rig.atA.call("SET", "app:1", "changed");
        now.follow();
        rig.atA.call("SET", "app:1", "changed again");
        assertThatThrownBy(stale::follow)
            .isInstanceOf(MoverException.Fenced.class)
            .hasMessageContaining("term 2");
        assertThatThrownBy(stale::raiseFence).isInstanceOf(MoverException.Fenced.class);
        assertThat(rig.atB.call("GET", "app:1")).isEqualTo("changed");
        for (Undo undo : rig.mover.owedOnAbort(rig.task(1), EngineState.NONE).subList(0, 1)) {
          assertThatThrownBy(
                  () ->
                      rig.mover.undo(
                          rig.task(1).partition(), rig.task(1).to(), 1, undo, rig.listener))
              .isInstanceOf(MoverException.Fenced.class);
        }
        Rig.settled(now);
        rig.assertSame();
      }
    }
  }

  @Test
  void aStaleDriverCannotSettle() throws Exception {
    try (Rig rig = Rig.installed();
        MoverSession stale = rig.verified(1);
        MoverSession now = rig.open(2)) {
      now.raiseFence();
      assertThatThrownBy(stale::settle).isInstanceOf(MoverException.Fenced.class);
    }
  }

  @Test
  void aTargetThatLostItsDataIsFilledAgain() throws Exception {
    try (Rig rig = Rig.installed()) {
      fill(rig.atA, 3_000);
      try (MoverSession session = rig.verified(1)) {
        rig.atB.close();
        rig.b.kill();
        rig.b.restart();
        rig.atB = rig.b.client();
        assertThat(rig.atB.call("DBSIZE")).isEqualTo(0L);
        assertThat(session.settle()).isInstanceOf(Settlement.Unsettled.class);
        session.follow();
        session.verify();
        Rig.settled(session);
        rig.assertSame();
        assertThat(rig.atB.call("GET", "drover:fence:app:")).isEqualTo("1");
      }
    }
  }

  @Test
  void aFlushedTargetIsFilledAgain() throws Exception {
    try (Rig rig = Rig.installed()) {
      fill(rig.atA, 3_000);
      try (MoverSession session = rig.verified(1)) {
        rig.atB.call("FLUSHALL");
        rig.atA.call("SET", "app:1", "changed");
        assertThat(session.settle()).isInstanceOf(Settlement.Unsettled.class);
        session.follow();
        session.verify();
        Rig.settled(session);
        rig.assertSame();
      }
    }
  }

  @Test
  void aTargetThatDiesInTheCopyIsWaitedFor() throws Exception {
    try (Rig rig = new Rig(Version.INSTALLED, Version.INSTALLED, "--appendonly", "yes")) {
      fill(rig.atA, 20_000);
      CompletableFuture<?> killed =
          CompletableFuture.runAsync(
              () -> {
                for (long n = 0; n < 2_000; n = size(rig)) {
                  Thread.onSpinWait();
                }
                rig.b.kill();
                rig.b.restart();
              });
      try (MoverSession session = rig.verified(1)) {
        killed.get(30, TimeUnit.SECONDS);
        assertThat(rig.losses).isNotEmpty();
        rig.atB.close();
        rig.atB = rig.b.client();
        Rig.settled(session);
        rig.assertSame();
      }
    }
  }

  private static long size(Rig rig) {
    try {
      return (Long) rig.atB.call("DBSIZE");
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aSourceThatStaysAwayIsNamed() throws Exception {
    RedisMoverOptions options = RedisMoverOptions.DEFAULT.withReconnectFor(Duration.ofMillis(200));
    try (Rig rig = new Rig(options, Version.INSTALLED, Version.INSTALLED)) {
      fill(rig.atA, 1_000);
      try (MoverSession session = rig.verified(1)) {
        rig.a.kill();
        assertThat(session.settle()).isInstanceOf(Settlement.Unsettled.class);
        assertThatThrownBy(session::follow)
            .isInstanceOf(MoverException.Unreachable.class)
            .hasMessageContaining("127.0.0.1:" + rig.a.port());
      }
    }
  }

  @Test
  void anInterruptEndsACopySoon() throws Exception {
    try (Rig rig = Rig.installed()) {
      fill(rig.atA, 20_000);
      rig.moverOptions = new dev.drover.core.mover.MoverOptions(1_000, 0, false, false);
      AtomicReference<@org.jspecify.annotations.Nullable Throwable> end = new AtomicReference<>();
      Thread thread =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try (MoverSession session = rig.open(1)) {
                      session.prepare();
                      session.copy();
                    } catch (Exception e) {
                      end.set(e);
                    }
                  });
      Thread.sleep(500);
      thread.interrupt();
      assertThat(thread.join(Duration.ofSeconds(5))).isTrue();
      assertThat(end.get()).isInstanceOf(InterruptedException.class);
    }
  }

  @Test
  void aCopyKeepsToItsRate() throws Exception {
    try (Rig rig = Rig.installed()) {
      fill(rig.atA, 4_000);
      rig.moverOptions = new dev.drover.core.mover.MoverOptions(4_000, 0, false, false);
      long began = System.nanoTime();
      try (MoverSession session = rig.open(1)) {
        session.prepare();
        session.copy();
      }
      assertThat(System.nanoTime() - began).isGreaterThan(Duration.ofMillis(500).toNanos());
      rig.assertSame();
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void aFullSourceCanBeMovedAwayFrom(Version from) throws Exception {
    try (Rig rig = new Rig(from, Version.INSTALLED)) {
      fill(rig.atA, 2_000);
      rig.atA.call("CONFIG", "SET", "maxmemory", "1");
      assertThatThrownBy(() -> rig.atA.call("SET", "app:more", "1")).hasMessageContaining("OOM");
      try (MoverSession session = rig.verified(1)) {
        rig.atA.call("DEL", "app:1");
        assertThat(Rig.settled(session).tailItems()).isEqualTo(1);
        rig.assertSame();
      }
    }
  }

  @Test
  void aHomeWithAPasswordLetsDroverInAndAWrongOneIsNamed() throws Exception {
    try (Rig rig = new Rig(Version.INSTALLED, Version.INSTALLED)) {
      fill(rig.atA, 100);
      rig.atA.call("ACL", "SETUSER", "drover", "on", ">secret", "~*", "&*", "+@all");
      rig.homes.put(Rig.A, withPassword(rig, "secret"));
      rig.move();
      rig.homes.put(Rig.A, withPassword(rig, "wrong"));
      assertThat(rig.homes.get(Rig.A).toString()).doesNotContain("wrong");
      assertThatThrownBy(() -> rig.open(2))
          .isInstanceOf(MoverException.Refused.class)
          .hasMessageContaining("home a")
          .hasMessageContaining("password");
    }
  }

  private static RedisHome withPassword(Rig rig, String password) {
    return new RedisHome(
        Rig.A,
        rig.a.host(),
        rig.a.port(),
        Optional.of("drover"),
        Optional.of(password),
        Optional.empty(),
        Optional.empty());
  }
}
