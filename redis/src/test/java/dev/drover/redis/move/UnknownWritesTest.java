package dev.drover.redis.move;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.core.mover.MoverSession;
import dev.drover.redis.testing.RawRedis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What MONITOR does not show, or commands do not tell, is noticed: then a key is looked through as
/// a whole.
@Timeout(120)
class UnknownWritesTest extends HotKeys {
  /// What MONITOR does not show is noticed by the number of elements, and a command that does not
  /// tell what it writes by its name: then the key is looked through as a whole.
  @ParameterizedTest
  @ValueSource(strings = {"SPOP", "SUNIONSTORE", "SREM without a line"})
  void aBigKeyThatIsWrittenInUnknownWaysIsLookedThroughAsAWhole(String way) throws Exception {
    settled(
        "set",
        rig -> {
          rig.atA.call("SADD", "app:other", "a", "b");
          switch (way) {
            case "SPOP" -> rig.atA.call("SPOP", "app:big", "1000");
            case "SUNIONSTORE" -> rig.atA.call("SUNIONSTORE", "app:big", "app:big", "app:other");
            // Nobody may write at the target; here it stands for a removal that was not shown.
            default -> {
              rig.atB.call("SADD", "app:big", "gone at the source");
              rig.atA.call("SADD", "app:big", "the last");
            }
          }
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "LINSERT app:big BEFORE field500 new",
        "LREM app:big 1 field500",
        "LPOP app:big 99999",
        "LTRIM app:big 200000 300000",
        "DEL app:big",
        "PEXPIRE app:big 1",
        "RPOPLPUSH app:other app:big",
        "BLMPOP 1 1 app:big LEFT",
        "BLMOVE app:big app:big LEFT RIGHT abc",
        "BRPOPLPUSH app:big app:big -1"
      })
  void aBigListThatIsWrittenInUnknownWaysIsLookedThroughAsAWhole(String command) throws Exception {
    settled(
        "queue",
        rig -> {
          rig.atA.call("RPUSH", "app:other", "a", "b");
          try {
            rig.atA.call(command.split(" "));
          } catch (RawRedis.Refused e) {
            assertThat(e.getMessage()).containsAnyOf("unknown command", "timeout");
          }
          rig.atA.call("RPUSH", "app:big", "the last");
        });
  }

  /// Nobody may write at the target; here that stands for changes of the source that were not
  /// shown, and leave it as long as it was.
  @Test
  void aBigListThatLiesElsewhereThanItsJournalTellsIsLookedThroughAsAWhole() throws Exception {
    settled(
        "queue",
        rig -> {
          rig.atB.call("LPOP", "app:big");
          rig.atB.call("RPUSH", "app:big", "moved");
          rig.atA.call("RPUSH", "app:big", "the last");
        });
  }

  /// A pop that fails, because the other key is no list, looks like one that was done; and a client
  /// that had blocked before pushes unseen.
  @Test
  void aPopThatFailedAndAPushThatWasNotShownAreNoticed() throws Exception {
    try (Rig rig = Rig.installed()) {
      fill(rig, "queue");
      rig.atA.call("SET", "app:text", "no list");
      CompletableFuture<String> blocked =
          CompletableFuture.supplyAsync(
              () -> {
                try (RawRedis client = rig.a.client()) {
                  return (String)
                      client.call("BLMOVE", "app:waiting", "app:big", "RIGHT", "RIGHT", "0");
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              },
              waiting -> Thread.ofVirtual().start(waiting));
      while (!rig.atA.call("INFO", "clients").toString().contains("blocked_clients:1")) {
        Thread.sleep(5);
      }
      CompletableFuture<Integer> writer = writer(rig, "queue");
      try (MoverSession session = rig.verified(1)) {
        followedByElements(rig, session);
        writing = false;
        assertThat(writer.get(10, TimeUnit.SECONDS)).isPositive();
        assertThatThrownBy(() -> rig.atA.call("LMOVE", "app:big", "app:text", "LEFT", "RIGHT"))
            .hasMessageContaining("WRONGTYPE");
        rig.atA.call("RPUSH", "app:waiting", "unseen");
        assertThat(blocked.get(10, TimeUnit.SECONDS)).isEqualTo("unseen");
        Rig.settled(session);
        rig.assertSame();
      } finally {
        writing = false;
      }
    }
  }

  /// A server does not show to MONITOR what it evicts: the bits that follow make the string as long
  /// as it was, with other content.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aBigStringThatWasEvictedAndMadeAnewIsLookedThroughAsAWhole(boolean counters)
      throws Exception {
    settled(
        "string",
        rig -> {
          long length = (Long) rig.atA.call("STRLEN", "app:big");
          rig.atA.call("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
          rig.atA.call("CONFIG", "SET", "maxmemory-samples", "64");
          Thread.sleep(2_100);
          for (Object other : (List<?>) rig.atA.call("KEYS", "drover:*")) {
            rig.atA.call("TOUCH", String.valueOf(other));
          }
          rig.atA.call("CONFIG", "SET", "maxmemory", "40mb");
          for (int i = 0; i < 100 && (Long) rig.atA.call("EXISTS", "app:big") == 1; i++) {
            rig.atA.call("SETBIT", "other", "0", "1");
          }
          rig.atA.call("CONFIG", "SET", "maxmemory", "0");
          if (counters) {
            rig.atA.call("CONFIG", "RESETSTAT");
          }
          rig.atA.call("SETRANGE", "app:big", "" + (length - 1), "x");
          assertThat(rig.atA.call("STRLEN", "app:big")).isEqualTo(length);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"SET app:big short", "GETSET app:big short", "GETDEL app:big"})
  void aBigStringThatIsMadeAnewIsLookedThroughAsAWhole(String command) throws Exception {
    settled(
        "string",
        rig -> {
          rig.atA.call(command.split(" "));
          rig.atA.call("SETBIT", "app:big", "" + STRING_BYTES * 8L, "1");
        });
  }
}
