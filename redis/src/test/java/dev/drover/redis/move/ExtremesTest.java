package dev.drover.redis.move;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.mover.MoverSession;
import dev.drover.redis.testing.RawRedis;
import dev.drover.redis.testing.RedisServerProcess.Version;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Values at the ends of what a server can hold.
@Timeout(120)
class ExtremesTest {
  private static final String GREATEST = "18446744073709551615-18446744073709551615";

  private static void trimmed(RawRedis at, String key, int entries) throws Exception {
    List<String[]> commands = new ArrayList<>();
    for (int i = 1; i <= entries; i++) {
      commands.add(new String[] {"XADD", key, i + "-1", "field", "v".repeat(200) + i});
    }
    Rig.pipeline(at, commands);
    at.call("XGROUP", "CREATE", key, "g", "0");
    at.call("XGROUP", "CREATE", key, "h", "0");
    at.call("XREADGROUP", "GROUP", "g", "one", "COUNT", "2000", "STREAMS", key, ">");
    at.call("XREADGROUP", "GROUP", "h", "two", "COUNT", "1000", "STREAMS", key, ">");
    at.call("XTRIM", key, "MAXLEN", Integer.toString(entries / 2));
    at.call("XDEL", key, entries - 1 + "-1");
  }

  @ParameterizedTest
  @CsvSource({"V6_2, V6_2", "V6_2, INSTALLED", "INSTALLED, INSTALLED"})
  void aBigStreamWhosePendingListNamesTrimmedEntriesMoves(Version from, Version to)
      throws Exception {
    try (Rig rig = new Rig(from, to)) {
      trimmed(rig.atA, "app:stream", 4_000);
      try (MoverSession session = rig.verified(1)) {
        Rig.settled(session);
        rig.assertSame();
        // Delivered and deleted between two looks.
        rig.atA.call("XADD", "app:stream", "5000-1", "f", "v");
        rig.atA.call(
            "XREADGROUP", "GROUP", "h", "two", "COUNT", "5000", "STREAMS", "app:stream", ">");
        rig.atA.call("XDEL", "app:stream", "5000-1", "3999-1");
        session.follow();
        Rig.settled(session);
      }
      rig.assertSame();
      assertThat(rig.atB.call("XPENDING", "app:stream", "g"))
          .isEqualTo(rig.atA.call("XPENDING", "app:stream", "g"));
      assertThat(rig.atB.call("XPENDING", "app:stream", "h"))
          .isEqualTo(rig.atA.call("XPENDING", "app:stream", "h"));
      assertThat(rig.atB.call("XLEN", "app:stream")).isEqualTo(rig.atA.call("XLEN", "app:stream"));
    }
  }

  /// A server remembers that no entry of a stream was ever deleted by name.
  @Test
  void aBigStreamThatWasOnlyTrimmedMoves() throws Exception {
    try (Rig rig = Rig.installed()) {
      for (int i = 1; i <= 4_000; i++) {
        rig.atA.call("XADD", "app:stream", i + "-1", "field", "v".repeat(200) + i);
      }
      rig.atA.call("XGROUP", "CREATE", "app:stream", "g", "0");
      rig.atA.call("XREADGROUP", "GROUP", "g", "c", "COUNT", "2000", "STREAMS", "app:stream", ">");
      rig.atA.call("XTRIM", "app:stream", "MAXLEN", "3000");
      try (MoverSession session = rig.verified(1)) {
        rig.atA.call("XTRIM", "app:stream", "MAXLEN", "1000");
        rig.atA.call("XADD", "app:stream", "5000-1", "f", "v");
        session.follow();
        Rig.settled(session);
      }
      rig.assertSame();
      assertThat(rig.atB.call("XINFO", "STREAM", "app:stream").toString())
          .contains("max-deleted-entry-id, 0-0");
    }
  }

  @Test
  void streamsWithTheGreatestIdMove() throws Exception {
    try (Rig rig = Rig.installed()) {
      for (String key : List.of("app:small", "app:big")) {
        rig.atA.call("XADD", key, "0-1", "", "");
        if (key.equals("app:big")) {
          for (int i = 1; i <= 4_000; i++) {
            rig.atA.call("XADD", key, i + "-" + i, "f", "v".repeat(200));
          }
        }
        rig.atA.call("XADD", key, GREATEST, "last", "one");
        rig.atA.call("XGROUP", "CREATE", key, "", "0");
        rig.atA.call("XREADGROUP", "GROUP", "", "", "COUNT", "9999", "STREAMS", key, ">");
      }
      rig.move();
      for (String key : List.of("app:small", "app:big")) {
        assertThat(rig.atB.call("XPENDING", key, "")).isEqualTo(rig.atA.call("XPENDING", key, ""));
        assertThat(rig.atB.call("XRANGE", key, GREATEST, "+").toString()).contains("last");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"10", "3000"})
  void scoresNamesAndSizesAtTheirEndsMove(int others) throws Exception {
    try (Rig rig = Rig.installed()) {
      List<String> scores =
          List.of(
              "inf",
              "-inf",
              "-0",
              "0",
              "4.9e-324",
              "1.7976931348623157e308",
              "-1e308",
              "0.1",
              "9007199254740993");
      for (int i = 0; i < scores.size(); i++) {
        rig.atA.call("ZADD", "app:zset", scores.get(i), "member" + i);
      }
      rig.atA.call("ZADD", "app:zset", "1", "");
      rig.atA.call("HSET", "app:hash", "", "", "\0", "\r\n", "field", "x".repeat(300_000));
      rig.atA.call("SADD", "app:set", "", "\0\0", "9223372036854775807", "-9223372036854775808");
      rig.atA.call("RPUSH", "app:list", "", "y".repeat(600_000), "");
      for (int i = 0; i < others; i++) {
        rig.atA.call("ZADD", "app:zset", Integer.toString(i), "other" + i);
        rig.atA.call("HSET", "app:hash", "other" + i, "z".repeat(30));
        rig.atA.call("SADD", "app:set", "other" + "z".repeat(30) + i);
        rig.atA.call("RPUSH", "app:list", "");
      }
      rig.atA.call("SET", "app:", "named as the prefix");
      rig.atA.call("SET", "app:\0\r\n*$", "");
      rig.atA.call("SET", "app:" + "k".repeat(200_000), "a long name");
      rig.atA.call("SETBIT", "app:bits", "8388607", "1");
      rig.atA.call("SET", "app:far", "1");
      rig.atA.call("PEXPIREAT", "app:far", "9223372036854775000");
      rig.atA.call("XGROUP", "CREATE", "app:empty-stream", "g", "$", "MKSTREAM");
      rig.move();
      assertThat(rig.atB.call("PEXPIRETIME", "app:far")).isEqualTo(9223372036854775000L);
      assertThat(rig.atB.call("ZSCORE", "app:zset", "member4"))
          .isEqualTo(rig.atA.call("ZSCORE", "app:zset", "member4"));
    }
  }
}
