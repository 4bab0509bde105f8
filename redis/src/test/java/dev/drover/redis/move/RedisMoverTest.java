package dev.drover.redis.move;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.core.mover.MoverException;
import dev.drover.core.mover.MoverOptions;
import dev.drover.core.mover.MoverSession;
import dev.drover.core.mover.Preflight;
import dev.drover.core.mover.Tail;
import dev.drover.core.mover.Verification;
import dev.drover.redis.testing.RedisServerProcess.Version;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisMoverTest {
  @ParameterizedTest
  @CsvSource({"V6_2,V6_2", "V6_2,INSTALLED", "INSTALLED,INSTALLED"})
  void everyTypeArrivesAsItWas(Version from, Version to) throws Exception {
    try (Rig rig = new Rig(from, to)) {
      Samples.small(rig.atA, rig.prefix);
      rig.atA.call("SET", "other:key", "stays");
      rig.atB.call("SET", "another:key", "stays");
      assertThat(rig.mover.preflight(rig.task(1)).refused()).isFalse();

      rig.move();

      assertThat(rig.atB.call("EXISTS", "other:key")).isEqualTo(0L);
      assertThat(rig.atB.call("GET", "another:key")).isEqualTo("stays");
      assertThat(rig.atB.everything(rig.prefix)).hasSizeGreaterThan(300);
    }
  }

  @ParameterizedTest
  @CsvSource({"V6_2,INSTALLED", "INSTALLED,INSTALLED"})
  void bigKeysArriveInPieces(Version from, Version to) throws Exception {
    try (Rig rig = new Rig(from, to)) {
      Samples.big(rig.atA, rig.prefix, 20_000);
      rig.move();
    }
  }

  @Test
  void aBigKeyThatChangedALittleIsCorrectedInPlace() throws Exception {
    try (Rig rig = Rig.installed()) {
      Samples.big(rig.atA, rig.prefix, 20_000);
      try (MoverSession session = rig.verified(1)) {
        rig.atA.call("HSET", "app:hash", "field7", "new", "extra", "1");
        rig.atA.call("HDEL", "app:hash", "field8", "field9");
        rig.atA.call("SREM", "app:set", "member1");
        rig.atA.call("SADD", "app:set", "extra");
        rig.atA.call("ZADD", "app:zset", "9", "member5");
        rig.atA.call("ZREM", "app:zset", "member6", "member19999");
        rig.atA.call("LSET", "app:list", "15000", "other");
        rig.atA.call("RPOP", "app:list");
        rig.atA.call("SETRANGE", "app:string", "100000", "other");
        rig.atA.call("XADD", "app:stream", "30000-1", "late", "entry");
        rig.atA.call("XDEL", "app:stream", "7-1");
        rig.atA.call("PERSIST", "app:zset");
        Rig.settled(session);
        rig.assertSame();

        // What tracking does not see.
        rig.atA.call("XACK", "app:stream", "workers", "5-1");
        rig.atA.call(
            "XREADGROUP", "GROUP", "idle", "new", "COUNT", "3", "STREAMS", "app:stream", ">");
        rig.atA.call("XGROUP", "DELCONSUMER", "app:stream", "workers", "two");
        Rig.settled(session);
        rig.assertSame();

        rig.atA.call("LPUSH", "app:list", "first");
        rig.atA.call("SET", "app:string", "0123456789".repeat(10_000));
        rig.atA.call("DEL", "app:hash", "app:set");
        rig.atA.call("RPUSH", "app:hash", "is a list now");
        rig.atA.call("XTRIM", "app:stream", "MAXLEN", "100");
        Rig.settled(session);
        rig.assertSame();
      }
    }
  }

  @Test
  void streamsAreLookedAtEvenIfNothingIsReported() throws Exception {
    try (Rig rig = new Rig(Version.V6_2, Version.INSTALLED)) {
      Samples.stream(rig.atA, "app:stream", 100);
      try (MoverSession session = rig.verified(1)) {
        rig.atA.call("XACK", "app:stream", "workers", "1-1");
        assertThat(session.follow().appliedItems()).isEqualTo(1);
        assertThat(session.follow().appliedItems()).isEqualTo(0);
        rig.atA.call("XGROUP", "CREATE", "app:stream", "another", "$");
        rig.atA.call("XGROUP", "CREATE", "app:born", "g", "$", "MKSTREAM");
        assertThat(Rig.settled(session).tailItems()).isEqualTo(2);
        rig.assertSame();
      }
    }
  }

  /// No name under a scope's prefix is left out, whatever it looks like.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\0drover:sentinel:",
        "\0drover:sentinel:move-1:1:1",
        "drover:fence:app:",
        "drover:aside:move-1:app:x",
        "drover:",
        ""
      })
  void aKeyThatIsNamedLikeOneOfDroversMovesAndIsFollowed(String name) throws Exception {
    try (Rig rig = new Rig(Version.V6_2, Version.V6_2)) {
      rig.atA.call("SET", "app:" + name, "copied");
      rig.atA.call("SET", "app:" + name + "2", "copied");
      try (MoverSession session = rig.verified(1)) {
        rig.atA.call("SET", "app:" + name + "2", "followed");
        rig.atA.call("SET", "app:" + name + "3", "followed");
        Rig.settled(session);
        assertThat(rig.atB.call("GET", "app:" + name)).isEqualTo("copied");
        assertThat(rig.atB.call("GET", "app:" + name + "2")).isEqualTo("followed");
        assertThat(rig.atB.call("GET", "app:" + name + "3")).isEqualTo("followed");
        rig.atA.call("SET", "app:" + name + "4", "late");
        assertThat(session.strays()).hasSize(1);
      }
    }
  }

  @Test
  void theTailIsFollowedAndSettled() throws Exception {
    try (Rig rig = Rig.installed()) {
      Samples.small(rig.atA, rig.prefix);
      try (MoverSession session = rig.verified(1)) {
        for (int i = 0; i < 500; i++) {
          rig.atA.call("SET", "app:tail:" + i, "v" + i);
        }
        Tail tail = session.follow();
        assertThat(tail.appliedItems()).isEqualTo(500);
        assertThat(tail.lagItems()).isZero();
        assertThat(tail.appliesPerSecond()).isPositive();
        assertThat(tail.floorNanos()).isPositive();
        rig.atA.call("DEL", "app:tail:1", "app:text");
        rig.atA.call("RENAME", "app:tail:2", "app:renamed");
        rig.atA.call("RENAME", "app:tail:3", "away:renamed");
        assertThat(Rig.settled(session).tailItems()).isEqualTo(5);
        rig.assertSame();
        assertThat(rig.atA.call("KEYS", "*sentinel*")).isEqualTo(List.of());
        assertThat(session.strays()).isEmpty();
        rig.atA.call("SET", "app:stray", "late");
        assertThat(session.strays()).containsExactly("app:stray");
      }
    }
  }

  @Test
  void verificationGivesTheSameDigestWhateverTheEncoding() throws Exception {
    try (Rig rig = Rig.installed();
        Rig other = new Rig(Version.INSTALLED, Version.INSTALLED)) {
      other.atA.call("CONFIG", "SET", "hash-max-listpack-entries", "0");
      other.atA.call("CONFIG", "SET", "zset-max-listpack-entries", "0");
      other.atA.call("CONFIG", "SET", "set-max-intset-entries", "0");
      other.atA.call("CONFIG", "SET", "list-max-listpack-size", "1");
      List<String[]> commands = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        commands.add(new String[] {"HSET", "app:h", "f" + i, "v" + i});
        commands.add(new String[] {"SADD", "app:s", Integer.toString(i)});
        commands.add(new String[] {"ZADD", "app:z", Integer.toString(i), "m" + i});
        commands.add(new String[] {"SET", "app:k" + i, "v"});
      }
      Rig.pipeline(rig.atA, commands);
      Rig.pipeline(other.atA, commands.reversed());
      rig.atA.call("RPUSH", "app:l", "a", "b");
      other.atA.call("RPUSH", "app:l", "a", "b");
      Verification one;
      try (MoverSession session = rig.verified(1);
          MoverSession second = other.verified(1)) {
        one = session.verify();
        assertThat(one.items()).isEqualTo(54);
        assertThat(second.verify().digest()).isEqualTo(one.digest());
        other.atA.call("HSET", "app:h", "f1", "changed");
        assertThat(second.verify().digest()).isNotEqualTo(one.digest());
      }
    }
  }

  @Test
  void aWrongCopyIsMended() throws Exception {
    try (Rig rig = Rig.installed()) {
      Samples.small(rig.atA, rig.prefix);
      try (MoverSession session = rig.verified(1)) {
        rig.atB.call("SET", "app:text", "damaged");
        rig.atB.call("DEL", "app:hash");
        rig.atB.call("SET", "app:too-much", "1");
        rig.atB.call("PERSIST", "app:expiring");
        assertThat(session.verify().mended()).isEqualTo(4);
        assertThat(session.verify().mended()).isZero();
        rig.assertSame();
      }
    }
  }

  @Test
  void aComparingCopyAlsoFindsDeletions() throws Exception {
    try (Rig rig = Rig.installed()) {
      Samples.small(rig.atA, rig.prefix);
      rig.verified(1).close();
      rig.atA.call("DEL", "app:text", "app:hash", "app:stream");
      rig.atA.call("HSET", "app:table", "field1", "changed");
      rig.atA.call("SET", "app:new", "1");
      try (MoverSession session = rig.verified(2)) {
        rig.assertSame();
        Rig.settled(session);
      }
    }
  }

  @Test
  void aNestedScopeIsLeftAlone() throws Exception {
    try (Rig rig = Rig.installed()) {
      rig.moverOptions = MoverOptions.DEFAULT.withExcluded(List.of("app:billing:"));
      rig.atA.call("SET", "app:a", "1");
      rig.atA.call("SET", "app:billing:a", "old");
      rig.atB.call("SET", "app:billing:b", "lives here");
      assertThat(rig.mover.preflight(rig.task(1)).refused()).isFalse();
      try (MoverSession session = rig.verified(1)) {
        rig.atA.call("SET", "app:billing:c", "1");
        assertThat(session.follow().appliedItems()).isZero();
        assertThat(session.verify().items()).isEqualTo(1);
        Rig.settled(session);
      }
      assertThat(rig.atB.call("KEYS", "app:billing:*")).isEqualTo(List.of("app:billing:b"));
      rig.purge(1);
      assertThat(rig.atA.call("EXISTS", "app:a", "app:billing:a")).isEqualTo(1L);
      rig.moverOptions =
          new MoverOptions(0, 0, true, false).withExcluded(rig.moverOptions.excluded());
      rig.verified(2).close();
      rig.undoAll(2);
      assertThat(rig.atB.everything("app:")).containsOnlyKeys("app:billing:b");
    }
  }

  @Test
  void aPrefixMayLookLikeAPattern() throws Exception {
    try (Rig rig = Rig.installed()) {
      rig.prefix = "a*[b]?\\:";
      rig.atA.call("SET", "a*[b]?\\:key", "in");
      rig.atA.call("SET", "axb:key", "out");
      try (MoverSession session = rig.verified(1)) {
        rig.atA.call("SET", "a*[b]?\\:other", "in");
        Rig.settled(session);
      }
      assertThat(rig.atB.call("GET", "a*[b]?\\:key")).isEqualTo("in");
      assertThat(rig.atB.call("GET", "a*[b]?\\:other")).isEqualTo("in");
      assertThat(rig.atB.call("EXISTS", "axb:key")).isEqualTo(0L);
    }
  }

  @Test
  void anAbortLeavesOnlyTheFenceAtTheTarget() throws Exception {
    try (Rig rig = Rig.installed()) {
      Samples.small(rig.atA, rig.prefix);
      Samples.big(rig.atA, "app:big:", 3_000);
      rig.verified(1).close();
      rig.undoAll(1);
      rig.undoAll(1);
      assertThat(rig.atB.call("KEYS", "*")).isEqualTo(List.of("drover:fence:app:"));
      assertThat(rig.atA.everything("app:")).isNotEmpty();
    }
  }

  @Test
  void aFinishedMoveEmptiesTheSourceExceptStrays() throws Exception {
    try (Rig rig = Rig.installed()) {
      Samples.small(rig.atA, rig.prefix);
      try (MoverSession session = rig.verified(1)) {
        Rig.settled(session);
        rig.atA.call("SET", "app:stray", "late");
        assertThat(session.strays()).containsExactly("app:stray");
      }
      rig.purge(1);
      assertThat(rig.atA.everything("app:")).isEmpty();
      assertThat(rig.atA.call("GET", "drover:aside:move-1:app:stray")).isEqualTo("late");
      rig.moverOptions = new MoverOptions(0, 0, false, true);
      assertThat(rig.mover.owedOnComplete(rig.task(1))).isEmpty();
    }
  }

  @Test
  void aKeyThatRunsOutIsNoMismatch() throws Exception {
    try (Rig rig = Rig.installed()) {
      List<String[]> commands = new ArrayList<>();
      for (int i = 0; i < 2_000; i++) {
        commands.add(new String[] {"SET", "app:" + i, "v", "PX", Integer.toString(1 + i)});
      }
      Rig.pipeline(rig.atA, commands);
      try (MoverSession session = rig.verified(1)) {
        assertThat(session.verify().mended()).isZero();
        Rig.settled(session);
      }
    }
  }

  @Test
  void preflightRefusesAnOlderTarget() throws Exception {
    try (Rig rig = new Rig(Version.INSTALLED, Version.V6_2)) {
      Preflight preflight = rig.mover.preflight(rig.task(1));
      assertThat(preflight.refused()).isTrue();
      assertThat(refusals(preflight)).containsExactly("version");
    }
  }

  @Test
  void preflightRefusesATargetThatHoldsKeysUnlessTheyMayBeOverwritten() throws Exception {
    try (Rig rig = Rig.installed()) {
      rig.atB.call("SET", "app:old", "1");
      rig.atA.call("SET", "app:new", "1");
      assertThat(refusals(rig.mover.preflight(rig.task(1)))).containsExactly("target-empty");
      rig.moverOptions = new MoverOptions(0, 0, true, false);
      assertThat(rig.mover.preflight(rig.task(1)).refused()).isFalse();
      rig.move();
      assertThat(rig.atB.everything("app:")).containsOnlyKeys("app:new");
    }
  }

  @Test
  void preflightRefusesATargetWithoutRoomAndACopyNamesIt() throws Exception {
    try (Rig rig = new Rig(Version.INSTALLED, Version.INSTALLED, "--maxmemory", "3mb")) {
      List<String[]> commands = new ArrayList<>();
      for (int i = 0; i < 10_000; i++) {
        commands.add(new String[] {"SET", "app:" + i, "x".repeat(1000)});
      }
      Rig.pipeline(rig.atA, commands);
      assertThat(refusals(rig.mover.preflight(rig.task(1)))).containsExactly("room");
      try (MoverSession session = rig.open(1)) {
        session.prepare();
        assertThatThrownBy(session::copy)
            .isInstanceOf(MoverException.Refused.class)
            .hasMessageContaining("home b")
            .hasMessageContaining("raise its maxmemory");
      }
      rig.undoAll(1);
      assertThat(rig.atB.everything("app:")).isEmpty();
    }
  }

  @Test
  void anUnknownHomeAndAnUnreachableOneAreNamed() throws Exception {
    try (Rig rig =
        new Rig(
            RedisMoverOptions.DEFAULT.withReconnectFor(java.time.Duration.ZERO),
            Version.V6_2,
            Version.V6_2)) {
      rig.b.kill();
      assertThatThrownBy(() -> rig.open(1))
          .isInstanceOf(MoverException.Unreachable.class)
          .hasMessageContaining("127.0.0.1:" + rig.b.port());
      rig.homes.remove(Rig.B);
      assertThatThrownBy(() -> rig.open(1)).hasMessageContaining("no redis home is called b");
    }
  }

  private static List<String> refusals(Preflight preflight) {
    return preflight.findings().stream()
        .filter(f -> f.severity() == Preflight.Severity.REFUSAL)
        .map(Preflight.Finding::check)
        .toList();
  }
}
