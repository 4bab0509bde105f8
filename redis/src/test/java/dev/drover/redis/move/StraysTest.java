package dev.drover.redis.move;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.core.Undo;
import dev.drover.core.mover.Kept;
import dev.drover.core.mover.MoverException;
import dev.drover.core.mover.MoverSession;
import dev.drover.redis.testing.RawRedis;
import dev.drover.redis.testing.RedisServerProcess.Version;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What arrives at the old home after the last tail is never deleted unseen.
@Timeout(120)
class StraysTest {
  private volatile boolean writing = true;

  /// Writes over old keys and new ones at the old home, each with a value of its own.
  private Map<String, String> write(Rig rig, CountDownLatch begun) throws Exception {
    Map<String, String> written = new HashMap<>();
    try (RawRedis client = rig.a.client()) {
      for (int i = 0; writing; i++) {
        String key = i % 2 == 0 ? "app:" + i * 37 % 20_000 : "app:new:" + i;
        client.call("SET", key, "stray" + i);
        written.put(key, "stray" + i);
        begun.countDown();
      }
    }
    return written;
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void whatIsWrittenBetweenTheCommitAndTheEndOfThePurgeIsKept(Version version) throws Exception {
    try (Rig rig = new Rig(version, Version.INSTALLED)) {
      rig.fill(20_000);
      try (MoverSession session = rig.verified(1)) {
        Rig.settled(session);
        assertThat(session.strays()).isEmpty();
      }
      CountDownLatch begun = new CountDownLatch(100);
      CompletableFuture<Map<String, String>> writer =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return write(rig, begun);
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              });
      assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
      rig.purge(1);
      writing = false;
      Map<String, String> written = writer.get(30, TimeUnit.SECONDS);

      Map<String, String> inPlace = rig.atA.everything("app:");
      Map<String, String> aside = rig.atA.everything("drover:aside");
      long nowhere =
          written.entrySet().stream()
              .filter(
                  one ->
                      !one.getValue().equals(text(inPlace.get(one.getKey())))
                          && aside.entrySet().stream()
                              .noneMatch(
                                  a ->
                                      a.getKey().endsWith(":move-1:" + one.getKey())
                                          && one.getValue().equals(text(a.getValue()))))
              .count();
      System.out.printf(
          "%d keys written around the gateways: %d set aside, %d in place, %d nowhere%n",
          written.size(), aside.size(), inPlace.size(), nowhere);
      assertThat(nowhere).isZero();
      assertThat(inPlace.values()).allMatch(value -> text(value).startsWith("stray"));
      Kept kept = rig.kept.getFirst();
      assertThat(kept.home()).isEqualTo(Rig.A);
      assertThat(kept.strays()).isTrue();
      assertThat(kept.items()).isEqualTo(aside.size());
      assertThat(kept.why()).contains("written at the old home after the last tail");
      assertThat(rig.losses).isEmpty();
    }
  }

  private static String text(@Nullable Object value) {
    String shown = String.valueOf(value);
    int at = shown.indexOf("stray");
    return at < 0 ? shown : shown.substring(at).replaceAll("[^a-z0-9].*", "");
  }

  @Test
  void withoutCaptureOnlyWhatTheNewHomeHoldsJustSoIsRemoved() throws Exception {
    try (Rig rig = Rig.installed()) {
      Samples.small(rig.atA, rig.prefix);
      Samples.big(rig.atA, "app:big:", 3_000);
      rig.fill(1_000);
      try (MoverSession session = rig.verified(1)) {
        Rig.settled(session);
      }
      rig.atA.call("SET", "app:1", "stray");
      rig.atA.call("SET", "app:stray", "late");
      rig.atB.call("SET", "app:2", "changed at the new home");
      rig.purge(rig.newMover(), 2);
      assertThat(rig.atA.everything("app:")).isEmpty();
      assertThat(rig.atA.everything("drover:aside:move-1:"))
          .containsOnlyKeys(
              "drover:aside:move-1:app:1",
              "drover:aside:move-1:app:2",
              "drover:aside:move-1:app:stray");
      assertThat(rig.kept.getFirst().why()).contains("it is not known whether");
      assertThat(rig.kept.getFirst().names())
          .containsExactlyInAnyOrder("app:1", "app:2", "app:stray");
    }
  }

  /// What a server that is killed and started again leaves behind: nobody has written around the
  /// gateways, and what clients have written at the new home is set aside, with the reason.
  @Test
  void whatClientsChangedBeforeASuccessorPurgesIsSetAsideAndSaidToBeThat() throws Exception {
    try (Rig rig = Rig.installed()) {
      rig.fill(1_000);
      try (MoverSession session = rig.verified(1)) {
        Rig.settled(session);
      }
      rig.atB.call("SET", "app:2", "changed by a client");
      rig.atB.call("DEL", "app:3");
      rig.atB.call("SET", "app:new", "made by a client");
      rig.purge(rig.newMover(), 2);
      assertThat(rig.atA.everything("app:")).isEmpty();
      assertThat(rig.atA.everything("drover:aside:move-1:"))
          .containsOnlyKeys("drover:aside:move-1:app:2", "drover:aside:move-1:app:3");
      assertThat(rig.kept.getFirst().why())
          .contains("clients have changed them there since the move")
          .endsWith("because another driver than the one that saw the last tail purges");
    }
  }

  @Test
  void aNewHomeThatLostItsCopyLeavesTheOldOne() throws Exception {
    try (Rig rig = Rig.installed()) {
      rig.fill(1_000);
      try (MoverSession session = rig.verified(1)) {
        Rig.settled(session);
      }
      rig.restartB();
      rig.purge(1);
      assertThat(rig.atA.everything("drover:aside:move-1:app:")).hasSize(1_000);
      assertThat(rig.kept.getFirst().why()).contains("came back with less");
      assertThat(rig.kept.getFirst().strays()).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void anOldHomeThatIsFullIsPurgedAllTheSame(Version version) throws Exception {
    try (Rig rig = new Rig(version, Version.INSTALLED)) {
      rig.fill(2_000);
      try (MoverSession session = rig.verified(1)) {
        Rig.settled(session);
      }
      rig.atA.call("SET", "app:1", "stray");
      rig.atA.call("CONFIG", "SET", "maxmemory", "1");
      rig.purge(1);
      assertThat(rig.atA.everything("app:")).isEmpty();
      assertThat(rig.atA.everything("drover:aside:")).hasSize(1);
      assertThat(rig.atA.call("GET", "drover:aside:move-1:app:1")).isEqualTo("stray");
    }
  }

  @Test
  void keysThatCameToTheTargetAfterThePreflightAreNotWrittenOver() throws Exception {
    try (Rig rig = Rig.installed()) {
      rig.fill(10);
      rig.atB.call("SET", "app:stray", "late");
      try (MoverSession session = rig.open(1)) {
        session.raiseFence();
        assertThatThrownBy(session::prepare)
            .isInstanceOf(MoverException.Refused.class)
            .hasMessageContaining("home b")
            .hasMessageContaining("holds keys under app:");
      }
      rig.undoAll(1);
      assertThat(rig.atB.everything("")).containsOnlyKeys("app:stray", "drover:fence:app:");
    }
  }

  private static Kept decide(Rig rig, Kept.Decision decision) throws Exception {
    Undo owed = rig.mover.decided(decision, rig.task(1).from(), rig.task(1).move());
    return rig.mover.undo(rig.task(1).partition(), rig.task(1).to(), 3, owed, rig.listener);
  }

  private static void strayed(Rig rig) throws Exception {
    rig.fill(100);
    try (MoverSession session = rig.verified(1)) {
      Rig.settled(session);
    }
    rig.atA.call("SET", "app:1", "stray", "PX", "500000");
    rig.atA.call("RPUSH", "app:new", "a", "b");
    rig.purge(1);
    assertThat(rig.kept.getFirst().items()).isEqualTo(2);
  }

  @Test
  void whatIsSetAsideIsDroppedOnlyWhenToldTo() throws Exception {
    try (Rig rig = Rig.installed()) {
      strayed(rig);
      assertThat(decide(rig, Kept.Decision.DROP).nothing()).isTrue();
      assertThat(rig.atA.call("KEYS", "*")).isEqualTo(List.of("drover:fence:app:"));
    }
  }

  @Test
  void whatIsSetAsideIsBroughtToWhereThePartitionIs() throws Exception {
    try (Rig rig = Rig.installed()) {
      strayed(rig);
      Kept left = decide(rig, Kept.Decision.BRING);
      assertThat(left.names()).containsExactly("app:1");
      assertThat(rig.atB.call("LRANGE", "app:new", "0", "-1")).isEqualTo(List.of("a", "b"));
      assertThat(rig.atB.call("GET", "app:1")).isEqualTo("value1");

      assertThat(decide(rig, Kept.Decision.REPLACE).nothing()).isTrue();
      assertThat(rig.atB.call("GET", "app:1")).isEqualTo("stray");
      assertThat((Long) rig.atB.call("PTTL", "app:1")).isBetween(400_000L, 500_000L);
      assertThat(rig.atA.everything("drover:aside")).isEmpty();
      assertThat(rig.atB.everything("drover:arrived")).isEmpty();
    }
  }

  @Test
  void aKeyThatStandsAsideAlreadyIsNotWrittenOver() throws Exception {
    try (Rig rig = Rig.installed()) {
      strayed(rig);
      rig.atA.call("SET", "app:1", "stray once more");
      rig.purge(rig.newMover(), 2);
      assertThat(rig.atA.call("GET", "drover:aside:move-1:app:1")).isEqualTo("stray");
      assertThat(rig.atA.call("GET", "drover:aside#1:move-1:app:1")).isEqualTo("stray once more");
      decide(rig, Kept.Decision.REPLACE);
      assertThat(rig.atB.call("GET", "app:1")).isEqualTo("stray once more");
    }
  }
}
