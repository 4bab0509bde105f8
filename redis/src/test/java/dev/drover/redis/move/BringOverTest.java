package dev.drover.redis.move;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.core.Undo;
import dev.drover.core.mover.MoverException;
import dev.drover.core.mover.MoverOptions;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a lost home holds is brought over once; here home a was lost and b took over.
class BringOverTest {
  private static final MoverOptions TAKEOVER =
      new MoverOptions(0, 0, false, false, true, List.of());

  private static void bringOver(Rig rig, long term) throws Exception {
    for (Undo undo : rig.mover.owedOnComplete(rig.task(term))) {
      rig.mover.undo(rig.task(term).partition(), rig.task(term).to(), term, undo, rig.listener);
    }
  }

  @Test
  void whatTheFallbackLacksIsBroughtOverAndWhatWasWrittenAnewIsSetAside() throws Exception {
    try (Rig rig = Rig.installed()) {
      rig.moverOptions = TAKEOVER;
      rig.atA.call("SET", "app:1", "old");
      rig.atA.call("SET", "app:2", "old", "EX", "1000");
      rig.atB.call("SET", "app:1", "anew");
      bringOver(rig, 2);
      assertThat(rig.found)
          .containsExactly(
              "a: 1 keys that the fallback lacked were brought over; 1 that were written anew there stay as they are, and their old values are set aside at 'a' as drover:aside:");
      assertThat(rig.atB.call("GET", "app:1")).isEqualTo("anew");
      assertThat(rig.atB.call("GET", "app:2")).isEqualTo("old");
      assertThat((Long) rig.atB.call("TTL", "app:2")).isBetween(900L, 1_000L);
      assertThat(rig.atA.call("GET", "drover:aside:move-1:app:1")).isEqualTo("old");
      assertThat(rig.atA.everything("app:")).isEmpty();
      assertThat(rig.atB.everything("drover:arrived:")).isEmpty();
    }
  }

  @Test
  void aKeyThatArrivedAndWasDeletedThereDoesNotComeBackWithTheNextDriver() throws Exception {
    try (Rig rig = Rig.installed();
        Detour detour =
            new Detour(
                rig.a.port(),
                "UNLINK",
                () -> {
                  rig.atB.call("DEL", "app:1");
                  return false;
                })) {
      rig.moverOptions = TAKEOVER;
      rig.atA.call("SET", "app:1", "old");
      rig.atA.call("SET", "app:2", "old");
      rig.homes.put(Rig.A, RedisHome.plain(Rig.A, "127.0.0.1", detour.port()));
      assertThatThrownBy(() -> bringOver(rig, 2)).isInstanceOf(MoverException.class);
      assertThat(detour.happened()).isTrue();
      assertThat(rig.atA.everything("app:")).as("not removed yet").hasSize(2);

      rig.homes.put(Rig.A, RedisHome.plain(Rig.A, rig.a.host(), rig.a.port()));
      bringOver(rig, 3);
      assertThat(rig.atB.everything("app:")).containsOnlyKeys("app:2");
      assertThat(rig.atA.everything("app:")).isEmpty();
      assertThat(rig.atA.everything("drover:aside:")).isEmpty();
      assertThat(rig.atB.everything("drover:arrived:")).isEmpty();
    }
  }
}
