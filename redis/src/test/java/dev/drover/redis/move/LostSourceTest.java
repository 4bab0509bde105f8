package dev.drover.redis.move;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.core.EngineState;
import dev.drover.core.mover.Kept;
import dev.drover.core.mover.MoverException;
import dev.drover.core.mover.MoverOptions;
import dev.drover.core.mover.MoverSession;
import dev.drover.core.mover.Settlement;
import dev.drover.redis.testing.RedisServerProcess.Version;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A source that comes back with less than it had ends the move, and the target's copy is kept.
@Timeout(120)
class LostSourceTest {
  private static final int KEYS = 3_000;

  private static void assertEnds(MoverSession session) {
    assertThatThrownBy(session::follow)
        .isInstanceOf(MoverException.Refused.class)
        .hasMessageContaining("home a")
        .hasMessageContaining("holds less than it did")
        .hasMessageContaining("drover strays");
  }

  private static void assertCopyIsKept(Rig rig, int keys) throws Exception {
    rig.undoAll(2);
    rig.undoAll(2);
    Kept kept = rig.kept.getFirst();
    assertThat(kept.home()).isEqualTo(Rig.B);
    assertThat(kept.items()).isEqualTo(keys);
    assertThat(kept.names()).hasSize(100).allMatch(name -> name.startsWith("app:"));
    assertThat(kept.why()).contains("may be the only one");
    assertThat(rig.atB.everything("app:")).isEmpty();
    assertThat(rig.atB.everything("drover:aside:move-1:app:")).hasSize(keys);
    assertThat(rig.atB.call("GET", "drover:aside:move-1:app:7")).isEqualTo("value7");
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void aSourceThatIsRestartedEmptyEndsTheMoveAndTheCopyIsKept(Version version) throws Exception {
    try (Rig rig = new Rig(version, Version.INSTALLED)) {
      rig.fill(KEYS);
      try (MoverSession session = rig.verified(1)) {
        rig.restartA();
        assertThat(rig.atA.call("DBSIZE")).isEqualTo(0L);
        rig.atA.call("SET", "app:after", "1");
        assertEnds(session);
      }
      assertCopyIsKept(rig, KEYS);
      assertThat(rig.atA.everything("")).containsOnlyKeys("app:after", "drover:fence:app:");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"FLUSHALL", "FLUSHDB"})
  void aFlushEndsTheMoveAndTheCopyIsKept(String flush) throws Exception {
    try (Rig rig = Rig.installed()) {
      rig.fill(KEYS);
      try (MoverSession session = rig.verified(1)) {
        rig.atA.call(flush);
        rig.atA.call("SET", "app:after", "1");
        assertThat(session.settle()).isInstanceOf(Settlement.Unsettled.class);
        assertEnds(session);
      }
      assertCopyIsKept(rig, KEYS);
    }
  }

  @Test
  void aSourceThatIsFlushedWhileItIsCopiedTakesNothingFromTheTarget() throws Exception {
    try (Rig rig = Rig.installed()) {
      rig.fill(KEYS);
      rig.moverOptions = new MoverOptions(2_000, 0, false, false);
      try (MoverSession session = rig.open(1)) {
        session.raiseFence();
        session.prepare();
        CompletableFuture<Void> copy =
            CompletableFuture.runAsync(
                () -> {
                  try {
                    session.copy();
                    session.verify();
                  } catch (Exception e) {
                    throw new CompletionException(e);
                  }
                });
        while (rig.atB.everything("app:").size() < KEYS / 4) {
          Thread.onSpinWait();
        }
        rig.atA.call("FLUSHALL");
        assertThat(copy)
            .failsWithin(Duration.ofSeconds(60))
            .withThrowableOfType(ExecutionException.class)
            .withCauseInstanceOf(MoverException.Refused.class)
            .withMessageContaining("holds less than it did");
      }
      int copied = rig.atB.everything("app:").size();
      assertThat(copied).isGreaterThanOrEqualTo(KEYS / 4);
      rig.undoAll(1);
      assertThat(rig.atB.everything("drover:aside:")).hasSize(copied);
    }
  }

  @Test
  void aSourceThatComesBackFromAnOldFileEndsTheMove() throws Exception {
    try (Rig rig = Rig.installed()) {
      rig.fill(KEYS);
      try (MoverSession session = rig.verified(1)) {
        rig.atA.call("SAVE");
        rig.atA.call("SET", "app:late", "1");
        session.follow();
        assertThat(rig.atB.call("GET", "app:late")).isEqualTo("1");
        rig.restartA();
        assertThat(rig.atA.call("GET", "app:1")).isEqualTo("value1");
        assertThat(rig.atA.call("EXISTS", "app:late")).isEqualTo(0L);
        assertEnds(session);
      }
      assertCopyIsKept(rig, KEYS + 1);
    }
  }

  @Test
  void aSourceThatComesBackWithAllThatItHadIsMovedOn() throws Exception {
    try (Rig rig = Rig.fromSource("--appendonly", "yes", "--appendfsync", "always")) {
      rig.fill(KEYS);
      try (MoverSession session = rig.verified(1)) {
        rig.atA.call("SET", "app:late", "1");
        session.follow();
        rig.restartA();
        rig.atA.call("DEL", "app:1");
        session.follow();
        session.verify();
        Rig.settled(session);
        rig.assertSame();
        assertThat(rig.atB.call("GET", "app:late")).isEqualTo("1");
      }
    }
  }

  @Test
  void aNewDriverSeesThatTheSourceHasLess() throws Exception {
    try (Rig rig = Rig.installed()) {
      rig.fill(KEYS);
      rig.verified(1).close();
      rig.restartA();
      try (MoverSession session = rig.open(2)) {
        assertThatThrownBy(session::raiseFence)
            .isInstanceOf(MoverException.Refused.class)
            .hasMessageContaining("holds less than it did");
      }
      assertCopyIsKept(rig, KEYS);
    }
  }

  @Test
  void anAbortBeforeAnybodyHasNoticedKeepsTheCopy() throws Exception {
    try (Rig rig = Rig.installed()) {
      rig.fill(KEYS);
      rig.verified(1).close();
      rig.restartA();
      assertCopyIsKept(rig, KEYS);
    }
  }

  @Test
  void anAbortWhileTheSourceIsAwayKeepsTheCopy() throws Exception {
    try (Rig rig = Rig.installed()) {
      rig.fill(KEYS);
      rig.verified(1).close();
      rig.atA.close();
      rig.a.kill();
      Kept kept =
          rig.mover.undo(
              rig.task(1).partition(),
              rig.task(1).from(),
              1,
              rig.mover.owedOnAbort(rig.task(1), EngineState.NONE).getFirst(),
              rig.listener);
      assertThat(kept.items()).isEqualTo(KEYS);
      assertThat(rig.atB.everything("drover:aside:move-1:app:")).hasSize(KEYS);
    }
  }

  @Test
  void aFullTargetIsFreedOfItsCopies() throws Exception {
    try (Rig rig = Rig.installed()) {
      rig.fill(KEYS);
      rig.verified(1).close();
      rig.atB.call("CONFIG", "SET", "maxmemory", "1");
      rig.undoAll(1);
      assertThat(rig.atB.everything("app:")).isEmpty();
      assertThat(rig.kept).allMatch(Kept::nothing);
    }
  }

  @Test
  void anAbortOfAMoveThatCopiedNothingLeavesTheTargetAlone() throws Exception {
    try (Rig rig = Rig.installed()) {
      rig.atB.call("SET", "app:old", "1");
      rig.undoAll(1);
      assertThat(rig.atB.everything("")).containsOnlyKeys("app:old", "drover:fence:app:");
      assertThat(rig.kept).allMatch(Kept::nothing);
    }
  }

  @Test
  void clientsMayDeleteEverything() throws Exception {
    try (Rig rig = Rig.installed()) {
      rig.fill(100);
      try (MoverSession session = rig.verified(1)) {
        for (int i = 0; i < 100; i++) {
          rig.atA.call("DEL", "app:" + i);
        }
        session.follow();
        Rig.settled(session);
        assertThat(rig.atB.everything("app:")).isEmpty();
      }
      rig.purge(1);
      assertThat(rig.atA.call("KEYS", "*")).isEqualTo(List.of("drover:fence:app:"));
      assertThat(rig.atB.call("KEYS", "*")).isEqualTo(List.of("drover:fence:app:"));
    }
  }
}
