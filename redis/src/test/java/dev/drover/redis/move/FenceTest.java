package dev.drover.redis.move;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.core.EngineState;
import dev.drover.core.Undo;
import dev.drover.core.mover.MoverException;
import dev.drover.core.mover.MoverSession;
import dev.drover.redis.testing.RawRedis;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FenceTest {
  private static final String KEY = "drover:fence:app:";

  /// What EXEC answers if something watched has changed.
  private static final List<Object> REFUSED = List.of();

  /// A copy of term 1 on its way to B, all but its end.
  private static RawRedis lateCopy(Rig rig) throws Exception {
    RawRedis late = rig.b.client();
    late.call("WATCH", KEY);
    assertThat(late.call("GET", KEY)).isEqualTo("1");
    late.call("MULTI");
    late.call("SET", "app:late", "1");
    return late;
  }

  /// The server's numbers of all connections to B.
  private static List<String> connections(Rig rig) throws Exception {
    return ((String) rig.atB.call("CLIENT", "LIST"))
        .lines()
        .map(line -> line.substring(3, line.indexOf(' ')))
        .toList();
  }

  private static void liftAtA(Rig rig, long term) throws Exception {
    Undo lift = rig.mover.owedOnAbort(rig.task(term), EngineState.NONE).getLast();
    rig.mover.undo(rig.task(term).partition(), rig.task(term).to(), term, lift, rig.listener);
  }

  @ParameterizedTest
  @ValueSource(strings = {"garbage", "-5", "", "99999999999999999999"})
  void garbageInTheFenceIsNamedWithWhatToDo(String garbage) throws Exception {
    try (Rig rig = Rig.installed()) {
      rig.atA.call("SET", "app:1", "1");
      rig.atB.call("SET", KEY, garbage);
      assertThatThrownBy(() -> rig.verified(1))
          .isInstanceOf(MoverException.Refused.class)
          .hasMessageContaining(KEY)
          .hasMessageContaining("delete");
      assertThat(rig.atB.call("EXISTS", "app:1")).isEqualTo(0L);
    }
  }

  @Test
  void aFenceOfAnotherTypeIsNamedToo() throws Exception {
    try (Rig rig = Rig.installed()) {
      rig.atA.call("SET", "app:1", "1");
      rig.atB.call("RPUSH", KEY, "1");
      assertThatThrownBy(() -> rig.verified(1))
          .isInstanceOf(MoverException.Refused.class)
          .hasMessageContaining(KEY);
    }
  }

  @Test
  void aLateCopyOfTheSameTermIsRefusedOnceItsDriverHasReconnected() throws Exception {
    try (Rig rig = Rig.installed()) {
      rig.atA.call("SET", "app:1", "1");
      try (MoverSession session = rig.verified(1)) {
        List<String> ofTheSession = connections(rig);
        try (RawRedis late = lateCopy(rig)) {
          for (String id : ofTheSession) {
            if (!rig.atB.call("CLIENT", "ID").toString().equals(id)) {
              rig.atB.call("CLIENT", "KILL", "ID", id);
            }
          }
          rig.atA.call("SET", "app:1", "2");
          session.follow();
          assertThat(rig.losses).as("it has reconnected").isNotEmpty();
          assertThat(late.call("EXEC")).isEqualTo(REFUSED);
        }
        session.verify();
        Rig.settled(session);
        rig.assertSame();
      }
    }
  }

  @Test
  void aLateCopyOfTheSameTermIsRefusedOnceItsDriverHasUndone() throws Exception {
    try (Rig rig = Rig.installed()) {
      rig.verified(1).close();
      try (RawRedis late = lateCopy(rig)) {
        rig.undoAll(1);
        assertThat(late.call("EXEC")).isEqualTo(REFUSED);
      }
      assertThat(rig.atB.call("KEYS", "app:*")).isEqualTo(List.of());
    }
  }

  @Test
  void raisingAgainOnTheSameConnectionsDisturbsNoCopyAndStillSeesAHigherTerm() throws Exception {
    try (Rig rig = Rig.installed()) {
      rig.atA.call("SET", "app:1", "1");
      try (MoverSession session = rig.verified(1)) {
        session.raiseFence();
        session.prepare();
        rig.atA.call("SET", "app:1", "2");
        session.follow();
        session.verify();
        Rig.settled(session);
        assertThat(rig.losses).isEmpty();
        rig.assertSame();
        rig.atB.call("SET", KEY, "2");
        assertThatThrownBy(session::raiseFence)
            .isInstanceOf(MoverException.Fenced.class)
            .hasMessageContaining("term 2");
        assertThat(rig.atB.call("GET", KEY)).isEqualTo("2");
      }
    }
  }

  @Test
  void theFenceOfAFullHomeIsRaisedAndNotLowered() throws Exception {
    try (Rig rig = Rig.installed()) {
      rig.atA.call("CONFIG", "SET", "maxmemory", "1");
      assertThatThrownBy(() -> rig.atA.call("SET", "app:1", "1")).hasMessageContaining("OOM");
      liftAtA(rig, 2);
      assertThat(rig.atA.call("GET", KEY)).isEqualTo("2");
      liftAtA(rig, 3);
      assertThat(rig.atA.call("GET", KEY)).isEqualTo("3");
      assertThatThrownBy(() -> liftAtA(rig, 1)).isInstanceOf(MoverException.Fenced.class);
      assertThat(rig.atA.call("GET", KEY)).isEqualTo("3");
    }
  }
}
