package dev.drover.redis.move;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.mover.MoverSession;
import dev.drover.core.mover.Tail;
import dev.drover.redis.testing.RedisServerProcess.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Big keys that keep changing are captured by what changed, and not looked through as a whole.
@Timeout(120)
@Tag("alone")
class HotKeysTest extends HotKeys {
  @ParameterizedTest
  @CsvSource({
    "hash, 6.2",
    "hash, 7.0",
    "set, 7.0",
    "zset, 7.0",
    "list, 7.0",
    "queue, 6.2",
    "queue, 7.0",
    "stack, 7.0",
    "string, 6.2",
    "string, 7.0",
    "stream, 6.2",
    "stream, 7.0",
    "trimmed, 7.0",
    "late, 7.0",
    "reading, 7.0"
  })
  void aBigKeyThatKeepsChangingIsCapturedByWhatChanged(String type, String version)
      throws Exception {
    Version from = version.equals("6.2") ? Version.V6_2 : Version.INSTALLED;
    try (Rig rig = new Rig(from, from)) {
      fill(rig, List.of("reading", "trimmed", "late").contains(type) ? "stream" : type);
      CompletableFuture<Integer> writer = writer(rig, type);
      try (MoverSession session = rig.verified(1)) {
        followedByElements(rig, session);
        writing = false;
        assertThat(writer.get(10, TimeUnit.SECONDS)).isPositive();
        long began = System.nanoTime();
        Rig.settled(session);
        System.out.printf(
            "%s on %s: settled in %d ms%n", type, version, (System.nanoTime() - began) / 1_000_000);
        rig.assertSame();
      } finally {
        writing = false;
      }
    }
  }

  @Test
  void aBigStreamThatTakesThePlaceOfAnotherOneIsBuiltAnew() throws Exception {
    try (Rig rig = Rig.installed()) {
      List<String[]> commands = new ArrayList<>();
      fill(rig, "stream");
      for (int i = 1; i <= ELEMENTS; i++) {
        commands.add(new String[] {"XADD", "app:new", ELEMENTS + i + "-1", "field", "value" + i});
      }
      Rig.pipeline(rig.atA, commands);
      rig.atA.call("XDEL", "app:big", "500-1");
      try (MoverSession session = rig.verified(1)) {
        session.follow();
        rig.atA.call("RENAME", "app:new", "app:big");
        Rig.settled(session);
        rig.assertSame();
      }
    }
  }

  @Test
  void aBigKeyThatHasToBeLookedThroughIsNamedAndSettledOnceItsWritersAreHeld() throws Exception {
    try (Rig rig = Rig.installed()) {
      fill(rig, "list");
      CompletableFuture<Integer> writer = writer(rig, "inserts");
      try (MoverSession session = rig.verified(1)) {
        for (int i = 0; i < 5; i++) {
          session.follow();
        }
        Tail tail = session.follow();
        assertThat(tail.slowest())
            .contains("key app:big")
            .contains(" elements")
            .contains("(LINSERT does not tell which elements it writes)");
        assertThat(tail.floorNanos()).isGreaterThan(5_000_000);
        writing = false;
        assertThat(writer.get(10, TimeUnit.SECONDS)).isPositive();
        Rig.settled(session);
        rig.assertSame();
      } finally {
        writing = false;
      }
    }
  }

  /// A target takes such pending entries only in a stream that is built anew.
  @Test
  void aBigStreamWhoseEntriesAreDeletedWhileTheyArePendingIsNamed() throws Exception {
    try (Rig rig = Rig.installed()) {
      fill(rig, "stream");
      CompletableFuture<Integer> writer = writer(rig, "deleted");
      try (MoverSession session = rig.verified(1)) {
        Tail tail = session.follow();
        for (int i = 0; i < 50 && !tail.slowest().contains("while they are pending"); i++) {
          tail = session.follow();
        }
        assertThat(tail.slowest())
            .contains("key app:big")
            .contains("(entries are deleted while they are pending, so it is built anew)");
        writing = false;
        assertThat(writer.get(10, TimeUnit.SECONDS)).isPositive();
        Rig.settled(session);
        rig.assertSame();
      } finally {
        writing = false;
      }
    }
  }
}
