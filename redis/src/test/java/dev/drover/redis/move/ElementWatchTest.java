package dev.drover.redis.move;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.redis.testing.RawRedis;
import dev.drover.redis.testing.RedisServerProcess.Version;
import dev.drover.redis.wire.RespConnection;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What MONITOR shows, and what is made of it.
@Timeout(60)
class ElementWatchTest {
  private static final String NAME = "app:\0 \"\\\n\u00ff]";
  private static final byte[] KEY = bytes(NAME);

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String text(byte[] word) {
    return new String(word, StandardCharsets.ISO_8859_1);
  }

  private static MonitorLine line(String database, String words) throws Exception {
    StringBuilder all = new StringBuilder("1339518083.107412 [" + database + " 127.0.0.1:60866]");
    for (String word : words.split(" ", -1)) {
      all.append(" \"").append(word).append('"');
    }
    return MonitorLine.parse(all.toString().getBytes(StandardCharsets.US_ASCII));
  }

  private static String written(MonitorLine line) {
    Optional<List<byte[]>> names =
        SparingCommands.spare(line, bytes("k"))
            ? Optional.of(List.of())
            : ElementWrites.of(line, bytes("k"));
    return names
        .map(
            all ->
                String.join(
                    " ",
                    all.stream()
                        .map(name -> new String(name, StandardCharsets.ISO_8859_1))
                        .toList()))
        .orElse("?");
  }

  @ParameterizedTest
  @CsvSource({
    "0, HSET k a 1 b 2, a b",
    "0, hmset k a k, a",
    "0, HSETNX k a 1, a",
    "0, HINCRBY k a 1, a",
    "0, HINCRBYFLOAT k a 1.5, a",
    "0, HDEL k a b, a b",
    "0, HSET other k v, ''",
    "0, SADD k a b, a b",
    "0, SREM k a, a",
    "0, SMOVE k other a, a",
    "0, SMOVE other k a, a",
    "0, ZADD k nx CH 1 a 2 b, a b",
    "0, ZADD k 1 nx 2 ch, nx ch",
    "0, ZADD k incr 1 a, a",
    "0, ZINCRBY k 1 a, a",
    "0, ZREM k a b, a b",
    "0, HGETALL k, ''",
    "0, GETRANGE k 0 65536, ''",
    "0, EVAL script 1 k, ''",
    "0, SPOP k, ?",
    "0, ZPOPMIN k, ?",
    "0, DEL k, ?",
    "0, RENAME other k, ?",
    "0, COPY other k, ?",
    "0, RESTORE k 0 x, ?",
    "0, SINTERSTORE k a b, ?",
    "0, ZRANGESTORE k a 0 -1, ?",
    "0, GEOADD k 1 2 a, ?",
    "0, HEXPIRE k 1 FIELDS 1 a, ?",
    "0, HSETEX k FIELDS 1 a 1, ?",
    "0, SETEX k 1 v, ?",
    "0, no.such.command k, ?",
    "1, HSET k a 1, ''",
    "1, MOVE k 0, ?",
    "1, COPY other k DB 0, ?",
  })
  void whatACommandWritesIsToldByItsGrammar(String database, String words, String written)
      throws Exception {
    assertThat(written(line(database, words))).isEqualTo(written);
  }

  @Test
  void aCutLineSparesOnlyKeysThatItSurelyDoesNotName() throws Exception {
    assertThat(SparingCommands.spare(line("0", "SET other v"), bytes("k"))).isTrue();
    assertThat(SparingCommands.spare(line("0", "HMGET k a"), bytes("k"))).isTrue();
    assertThat(SparingCommands.spare(line("0", "HSET k a"), bytes("k"))).isFalse();
    assertThat(SparingCommands.spare(line("0", "MSET other v"), bytes("k"))).isFalse();
    assertThat(SparingCommands.spare(line("0", "SET"), bytes("k"))).isFalse();
    byte[] half = bytes("1.0 [0 unix:/a b] \"SET\" \"other\" \"v\\x0");
    assertThat(MonitorLine.parse(half).words()).hasSize(2);
  }

  /// Every byte, as the server writes it.
  @ParameterizedTest
  @EnumSource(Version.class)
  void theServersQuotingIsReadBackByteForByte(Version version) throws Exception {
    Random random = new Random(11);
    try (Rig rig = new Rig(version, Version.V6_2);
        ElementWatch watch = watching(rig);
        RawRedis client = rig.a.client()) {
      based(watch);
      KeySet wrote = NameJournal.names();
      for (int i = 0; i < 1_024; i++) {
        byte[] name = new byte[1 + random.nextInt(20)];
        random.nextBytes(name);
        name[0] = (byte) i;
        client.call("HSET", NAME, new String(name, StandardCharsets.ISO_8859_1), "v");
        wrote.add(name);
      }
      await(client, watch);
      KeySet seen = watch.take(KEY).orElseThrow().written();
      assertThat(seen.size()).isEqualTo(wrote.size());
      assertThat(wrote.page(0, wrote.size())).allMatch(seen::contains);
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void scriptsAndTransactionsShowWhatTheyWriteAndTheUnknownTakesTheBaseAway(Version version)
      throws Exception {
    try (Rig rig = new Rig(version, Version.V6_2);
        ElementWatch watch = watching(rig);
        RawRedis client = rig.a.client()) {
      based(watch);
      client.call("EVAL", "return redis.call('HSET', KEYS[1], 'by-script', '1')", "1", NAME);
      client.call("MULTI");
      client.call("HSET", NAME, "in-transaction", "1");
      client.call("EXEC");
      client.call("SET", "other", "x".repeat(2_000_000));
      await(client, watch);
      KeySet seen = watch.take(KEY).orElseThrow().written();
      assertThat(seen.page(0, 9)).containsExactly(bytes("by-script"), bytes("in-transaction"));
      client.call("RENAME", NAME, "elsewhere");
      await(client, watch);
      assertThat(watch.take(KEY)).isEmpty();
      based(watch);
      client.call("SWAPDB", "1", "2");
      await(client, watch);
      assertThat(watch.take(KEY)).isEmpty();
      based(watch);
      client.call("MSET", "other", "x".repeat(2_000_000));
      await(client, watch);
      assertThat(watch.take(KEY)).as("after a line too long to be read").isEmpty();
    }
  }

  /// It may be gone, and made anew, before the journal begins.
  @Test
  void aLifeThatWasMadeShortBeforeTheJournalBeganIsNoticed() throws Exception {
    try (Rig rig = new Rig(Version.V6_2, Version.V6_2);
        ElementWatch watch = watching(rig);
        RawRedis client = rig.a.client();
        RespConnection source =
            Homes.connect(
                Objects.requireNonNull(rig.homes.get(Rig.A)), RedisMoverOptions.DEFAULT)) {
      LaneWatch lane = new LaneWatch(source, watch, System::nanoTime);
      client.call("SET", NAME, "text");
      Lasting before = lane.lasting(KEY);
      client.call("PEXPIRE", NAME, "100000");
      assertThat(watch.begin(KEY, new NameJournal(new PieceWrites(10)), before)).isTrue();
      assertThat(lane.lasts(KEY)).isFalse();
      client.call("PERSIST", NAME);
      before = lane.lasting(KEY);
      assertThat(watch.begin(KEY, new NameJournal(new PieceWrites(10)), before)).isTrue();
      assertThat(lane.lasts(KEY)).isTrue();
      client.call("CONFIG", "RESETSTAT");
      assertThat(lane.lasts(KEY)).as("statistics that were set to 0").isFalse();
    }
  }

  /// A client may name an element as it likes.
  @Test
  void anElementThatIsNamedLikeAMarkIsAWriteAndNoMark() throws Exception {
    try (Rig rig = new Rig(Version.V6_2, Version.V6_2);
        ElementWatch watch = watching(rig);
        RawRedis client = rig.a.client()) {
      based(watch);
      Mark awaited = watch.expect();
      String mark = text(awaited.word());
      client.call("HSET", NAME, mark, mark);
      client.call("SET", mark, mark);
      watch.await(awaited, TimeUnit.MILLISECONDS.toNanos(300));
      assertThat(watch.problem()).contains("it lags");
      watch.watch(KEY);
      based(watch);
      awaited = watch.expect();
      mark = text(awaited.word());
      client.call("HSET", NAME, mark, mark);
      client.call("PING", mark);
      watch.await(awaited, TimeUnit.SECONDS.toNanos(10));
      assertThat(watch.take(KEY).orElseThrow().written().contains(bytes(mark))).isTrue();
    }
  }

  @Test
  void whoIsCutOffOrLagsIsNotBelieved() throws Exception {
    try (Rig rig = new Rig(Version.V6_2, Version.V6_2);
        ElementWatch cut = watching(rig);
        ElementWatch lagging = watching(rig);
        RawRedis client = rig.a.client()) {
      based(lagging);
      lagging.await(lagging.expect(), TimeUnit.MILLISECONDS.toNanos(50));
      assertThat(lagging.take(KEY)).isEmpty();
      assertThat(lagging.problem()).contains("it lags");
      lagging.watch(KEY);
      assertThat(lagging.problem()).isEmpty();
      assertThat(lagging.take(KEY)).isEmpty();
      based(cut);
      client.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
      cut.await(cut.expect(), TimeUnit.SECONDS.toNanos(10));
      assertThat(cut.take(KEY)).isEmpty();
      assertThat(cut.problem()).contains("no longer shows which elements");
    }
  }

  @Test
  void aHomeThatMayNotBeMonitoredIsNamed() throws Exception {
    try (Rig rig = new Rig(Version.V6_2, Version.V6_2)) {
      rig.atA.call("ACL", "SETUSER", "default", "-monitor");
      ElementWatch watch = watch(rig);
      watch.watch(KEY);
      assertThat(watch.problem()).contains("cannot be asked to MONITOR", "NOPERM");
      assertThat(watch.begin(KEY, new NameJournal(ElementWrites::of))).isFalse();
    }
  }

  private static ElementWatch watch(Rig rig) {
    return new ElementWatch(
        Objects.requireNonNull(rig.homes.get(Rig.A)), RedisMoverOptions.DEFAULT, System::nanoTime);
  }

  private static ElementWatch watching(Rig rig) {
    ElementWatch watch = watch(rig);
    watch.watch(KEY);
    assertThat(watch.problem()).isEmpty();
    return watch;
  }

  private static void based(ElementWatch watch) {
    assertThat(watch.begin(KEY, new NameJournal(ElementWrites::of))).isTrue();
    assertThat(watch.based(KEY)).isTrue();
  }

  private static void await(RawRedis client, ElementWatch watch) throws Exception {
    Mark mark = watch.expect();
    client.call("PING", text(mark.word()));
    watch.await(mark, TimeUnit.SECONDS.toNanos(10));
  }
}
