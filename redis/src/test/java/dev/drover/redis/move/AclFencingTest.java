package dev.drover.redis.move;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.core.EngineState;
import dev.drover.core.Undo;
import dev.drover.core.mover.MoverException;
import dev.drover.core.mover.MoverSession;
import dev.drover.redis.testing.RawRedis;
import dev.drover.redis.testing.RedisServerProcess.Version;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class AclFencingTest {
  private static RedisHome fenced(Rig rig) {
    return fenced(rig, rig.a.port());
  }

  private static RedisHome fenced(Rig rig, int port) {
    return RedisHome.plain(Rig.A, rig.a.host(), port)
        .withAclFence(
            new RedisHome.AclFence(List.of("writer"), List.of("app:", "other:", "third:")));
  }

  private static RawRedis writer(Rig rig) throws Exception {
    RawRedis client = rig.a.client();
    client.call("AUTH", "writer", "secret");
    return client;
  }

  @Test
  void aFencedSourceRefusesItsUsersInTheScopeOnlyAndTheUndoRestoresThem() throws Exception {
    try (Rig rig = Rig.installed()) {
      rig.homes.put(Rig.A, fenced(rig));
      rig.atA.call(
          "ACL",
          "SETUSER",
          "writer",
          "on",
          ">secret",
          "~app:*",
          "~other:*",
          "+@all",
          "(+get ~special:*)");
      Object before = rig.atA.call("ACL", "LIST");
      rig.atA.call("SET", "app:a", "1");
      try (MoverSession session = rig.verified(1)) {
        assertThat(session.fenceSource()).isTrue();
        assertThat(session.fenceSource()).isTrue();
        try (RawRedis client = writer(rig)) {
          assertThatThrownBy(() -> client.call("SET", "app:a", "2")).hasMessageContaining("NOPERM");
          assertThat(client.call("GET", "app:a")).isEqualTo("1");
          assertThat(client.call("SET", "other:a", "2")).isEqualTo("OK");
        }
        Rig.settled(session);
        session.unfenceSource();
        assertThat(rig.atA.call("ACL", "LIST")).isEqualTo(before);
        session.fenceSource();
      }
      rig.undoAll(1);
      rig.undoAll(1);
      assertThat(rig.atA.call("ACL", "LIST")).isEqualTo(before);
      assertThat(rig.atA.call("KEYS", "drover:acl*")).isEqualTo(List.of());
    }
  }

  @Test
  void twoFencesAtOneHomeAreLiftedInAnyOrder() throws Exception {
    try (Rig rig = Rig.installed()) {
      RedisHome home = fenced(rig);
      rig.homes.put(Rig.A, home);
      rig.atA.call("ACL", "SETUSER", "writer", "on", ">secret", "~*", "+@all");
      Object before = rig.atA.call("ACL", "LIST");
      try (MoverSession app = rig.open(1)) {
        rig.prefix = "other:";
        try (MoverSession other = rig.open(1)) {
          assertThat(app.fenceSource()).isTrue();
          assertThat(other.fenceSource()).isTrue();
          app.unfenceSource();
          try (RawRedis client = writer(rig)) {
            assertThat(client.call("SET", "app:a", "2")).isEqualTo("OK");
            assertThatThrownBy(() -> client.call("SET", "other:a", "2"))
                .hasMessageContaining("NOPERM");
          }
          other.unfenceSource();
          assertThat(rig.atA.call("ACL", "LIST")).isEqualTo(before);
        }
      }
    }
  }

  private static void liftUnder(Rig rig, long term) throws Exception {
    Undo lift = rig.mover.owedOnAbort(rig.task(term), EngineState.NONE).getLast();
    assertThat(lift.action()).isEqualTo(Undoing.LIFT_FENCE);
    rig.mover.undo(rig.task(term).partition(), rig.task(term).to(), term, lift, rig.listener);
  }

  private static void assertOvertakenAtHomeA(ThrowingCallable what) {
    assertThatThrownBy(what)
        .isInstanceOf(MoverException.Fenced.class)
        .hasMessageContaining("home a")
        .hasMessageContaining("term 2");
  }

  @Test
  void whoWasOvertakenNeitherFencesNorLifts() throws Exception {
    try (Rig rig = Rig.installed()) {
      rig.homes.put(Rig.A, fenced(rig));
      rig.atA.call("ACL", "SETUSER", "writer", "on", ">secret", "~*", "+@all");
      Object before = rig.atA.call("ACL", "LIST");
      try (MoverSession stale = rig.open(1);
          MoverSession now = rig.open(2)) {
        assertThat(stale.fenceSource()).isTrue();
        assertThat(now.fenceSource()).isTrue();
        assertOvertakenAtHomeA(stale::unfenceSource);
        assertOvertakenAtHomeA(() -> liftUnder(rig, 1));
        assertThat(rig.atA.call("ACL", "LIST")).isNotEqualTo(before);
        liftUnder(rig, 2);
        assertOvertakenAtHomeA(stale::fenceSource);
        assertThat(rig.atA.call("ACL", "LIST")).isEqualTo(before);
      }
    }
  }

  @Test
  void whoIsOvertakenWhileItFencesDoesNot() throws Exception {
    try (Rig rig = Rig.installed();
        Detour detour =
            new Detour(
                rig.a.port(),
                "SADD",
                () -> {
                  liftUnder(rig, 2);
                  return true;
                })) {
      rig.atA.call("ACL", "SETUSER", "writer", "on", ">secret", "~*", "+@all");
      Object before = rig.atA.call("ACL", "LIST");
      rig.homes.put(Rig.A, fenced(rig, detour.port()));
      try (MoverSession stale = rig.open(1)) {
        rig.homes.put(Rig.A, fenced(rig));
        assertOvertakenAtHomeA(stale::fenceSource);
      }
      assertThat(detour.happened()).isTrue();
      assertThat(rig.atA.call("ACL", "LIST")).isEqualTo(before);
    }
  }

  @Test
  void aSourceThatCannotBeFencedForThisScopeAloneIsNot() throws Exception {
    try (Rig rig = new Rig(Version.V6_2, Version.V6_2)) {
      rig.homes.put(Rig.A, fenced(rig));
      try (MoverSession session = rig.open(1)) {
        assertThat(session.fenceSource()).isFalse();
        session.unfenceSource();
      }
    }
    try (Rig rig = Rig.installed()) {
      rig.homes.put(Rig.A, fenced(rig));
      rig.prefix = "app:nested:";
      try (MoverSession session = rig.open(1)) {
        assertThat(session.fenceSource()).isFalse();
      }
    }
  }
}
