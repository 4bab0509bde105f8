package dev.drover.redis.move;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.core.mover.MoverSession;
import dev.drover.redis.testing.RawRedis;
import dev.drover.redis.testing.RedisServerProcess.Version;
import java.util.List;
import org.junit.jupiter.api.Test;

class AclFencingTest {
  private static RedisHome fenced(Rig rig) {
    return RedisHome.plain(Rig.A, rig.a.host(), rig.a.port())
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
