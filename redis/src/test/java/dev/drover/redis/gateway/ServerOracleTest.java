package dev.drover.redis.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.drover.redis.gateway.GatewayRig.Setup;
import dev.drover.redis.testing.RawRedis;
import dev.drover.redis.testing.RedisServerProcess;
import dev.drover.redis.testing.RedisServerProcess.Version;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The server as the judge of what the gateway thinks of a request: its own counter of changes, and
/// the keys that it says a command has.
@Timeout(300)
@Tag("oracle")
class ServerOracleTest {
  private static final int FORMS_EACH = 150;
  private static final long SEED = 20261129;
  private static final int RESEED_EVERY = 12;

  /// Writes that no form here makes change anything: they need what the pool does not hold.
  private static final Set<String> NEVER_SEEN_TO_WRITE =
      Set.of("evalsha", "restore", "pfcount", "fcall");

  private static final String ADD =
      "#!lua name=lib\nredis.register_function('add', function(keys, args) return"
          + " redis.call('SET', keys[1], 'f') end)";

  /// What the gateway would do with a request, by the classes that it decides with.
  private record Judged(@Nullable CommandSpec spec, List<String> keys, boolean refused) {}

  private static Judged judge(CommandTable table, List<String> words) throws Exception {
    ByteBuf in = Unpooled.buffer();
    Resp.request(
        in, words.stream().map(word -> word.getBytes(StandardCharsets.ISO_8859_1)).toList());
    RequestReader reader = new RequestReader();
    assertThat(reader.look(in)).isEqualTo(RequestReader.Found.WHOLE);
    CommandSpec spec = table.find(reader, in);
    if (spec == null
        || spec.kind() == CommandKind.REFUSED
        || spec.kind() == CommandKind.BLOCKS
        || LocalCommands.isLocal(spec)) {
      return new Judged(spec, List.of(), true);
    }
    Keys found = new Keys();
    int count = spec.keys().find(reader, in, found);
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      keys.add(words.get(found.place(i)));
    }
    return new Judged(spec, keys, count < 0 || (count == 0 && spec.write()));
  }

  private static CommandForms forms(long seed) throws IOException {
    assumeTrue(RedisServerProcess.available(Version.INSTALLED));
    try (RedisServerProcess documented = RedisServerProcess.start(Version.INSTALLED);
        RawRedis client = documented.client()) {
      return new CommandForms(client.call("COMMAND", "DOCS"), "app:", seed);
    }
  }

  private static void seed(RawRedis server, Version version) throws IOException {
    server.call("FLUSHALL");
    server.call("SET", "app:s", "value");
    server.call("SET", "app:n", "5");
    server.call("SET", "app:e", "5", "PX", "100000000");
    server.call("HSET", "app:h", "a", "1", "b", "2", "f", "3");
    server.call("RPUSH", "app:l", "a", "b", "1", "2");
    server.call("SADD", "app:t", "a", "b", "1");
    server.call("SADD", "app:t2", "b", "c");
    server.call("ZADD", "app:z", "1", "a", "2", "b", "3", "c");
    server.call("ZADD", "app:z2", "2", "b");
    server.call("XADD", "app:x", "1-1", "f", "v");
    server.call("XADD", "app:x", "2-1", "f", "v");
    server.call("XGROUP", "CREATE", "app:x", "g", "0");
    server.call("XREADGROUP", "GROUP", "g", "a", "COUNT", "1", "STREAMS", "app:x", ">");
    server.call("GEOADD", "app:g", "13.3", "45", "a", "13.4", "45", "b");
    server.call("PFADD", "app:p", "a", "b");
    server.call("PFADD", "app:p2", "c");
    if (version != Version.V6_2) {
      server.call("FUNCTION", "LOAD", "REPLACE", ADD);
    }
  }

  private static long changes(RawRedis server) throws IOException {
    String info = (String) server.call("INFO", "persistence");
    return info.lines()
        .filter(line -> line.startsWith("rdb_changes_since_last_save:"))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
        .findFirst()
        .orElseThrow();
  }

  private static Object send(RawRedis to, List<String> words) throws IOException {
    try {
      return to.call(words.toArray(String[]::new));
    } catch (RawRedis.Refused e) {
      return e;
    }
  }

  /// What the server showed of the forms of all commands that the gateway passes on.
  private record Verdict(
      List<String> changedByReads, List<String> otherKeys, Set<String> changed, int accepted) {}

  private static Verdict ask(RedisServerProcess server, Version version, CommandTable table)
      throws Exception {
    CommandForms forms = forms(SEED);
    Verdict verdict = new Verdict(new ArrayList<>(), new ArrayList<>(), new TreeSet<>(), 0);
    int accepted = 0;
    try (RawRedis client = server.client();
        RawRedis judge = server.client()) {
      for (String command : forms.commands()) {
        for (int i = 0; i < FORMS_EACH; i++) {
          List<String> words = forms.form(command);
          Judged judged = judge(table, words);
          if (judged.refused() || judged.spec() == null) {
            continue;
          }
          if (i % RESEED_EVERY == 0) {
            seed(judge, version);
          }
          long before = changes(judge);
          Object reply = send(client, words);
          boolean changed = changes(judge) != before;
          if (changed && !judged.spec().write()) {
            verdict.changedByReads().add(words.toString());
          }
          if (changed) {
            verdict.changed().add(judged.spec().name());
          }
          if (!(reply instanceof RawRedis.Refused)) {
            accepted++;
            compareKeys(judge, words, judged, verdict);
          }
        }
      }
    }
    return new Verdict(verdict.changedByReads(), verdict.otherKeys(), verdict.changed(), accepted);
  }

  private static void compareKeys(
      RawRedis judge, List<String> words, Judged judged, Verdict verdict) throws IOException {
    List<String> ask = new ArrayList<>(List.of("COMMAND", "GETKEYS"));
    ask.addAll(words);
    Object said = send(judge, ask);
    if (said instanceof RawRedis.Refused refused
        && String.valueOf(refused.getMessage()).contains("Invalid arguments")) {
      // 7.0 cannot tell the keys of PFMERGE without sources, which it accepts.
      return;
    }
    Set<String> theirs = new TreeSet<>();
    if (said instanceof List<?> list) {
      list.forEach(key -> theirs.add((String) key));
    }
    if (!theirs.equals(new TreeSet<>(judged.keys()))) {
      verdict.otherKeys().add(words + ": server " + theirs + ", gateway " + judged.keys());
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void whatChangesAHomeTakesAPassAndTheKeysAreThoseOfTheServer(Version version) throws Exception {
    assumeTrue(RedisServerProcess.available(version));
    try (RedisServerProcess server = RedisServerProcess.start(version)) {
      CommandTable table = tableOf(server);
      Verdict verdict = ask(server, version, table);
      assertThat(verdict.changedByReads()).isEmpty();
      assertThat(verdict.otherKeys()).isEmpty();
      assertThat(verdict.accepted()).isGreaterThan(4_000);
      // The other way round: what takes a pass is able to change something.
      Set<String> never = new TreeSet<>();
      for (CommandSpec spec : table.all()) {
        if (spec.write()) {
          never.add(spec.name());
        }
      }
      never.removeAll(verdict.changed());
      assertThat(NEVER_SEEN_TO_WRITE).containsAll(never);
    }
  }

  @Test
  void aWriteThatIsTakenForAReadIsFound() throws Exception {
    assumeTrue(RedisServerProcess.available(Version.INSTALLED));
    try (RedisServerProcess server = RedisServerProcess.start(Version.INSTALLED)) {
      for (String wrong : List.of("eval", "getex", "xreadgroup", "sort", "bitfield")) {
        List<CommandSpec> specs = new ArrayList<>(tableOf(server).all());
        specs.replaceAll(spec -> spec.name().equals(wrong) ? spec.as(CommandKind.READ) : spec);
        specs.removeIf(spec -> !spec.name().equals(wrong));
        Verdict verdict = ask(server, Version.INSTALLED, new CommandTable(specs));
        assertThat(verdict.changedByReads()).as(wrong).isNotEmpty();
      }
    }
  }

  private static CommandTable tableOf(RedisServerProcess server) throws IOException {
    HomeFacts facts =
        HomeFacts.ask(
            dev.drover.redis.move.RedisHome.plain(
                new dev.drover.core.HomeId("a"), "127.0.0.1", server.port()));
    return CommandCatalog.of(List.of(facts.commands()), Set.of());
  }

  /// The same forms and those of all other commands too, through a gateway whose scope is held.
  @ParameterizedTest
  @EnumSource(Version.class)
  void nothingThatChangesTheOldHomeReachesItInCutover(Version version) throws Exception {
    assumeTrue(RedisServerProcess.available(version));
    CommandForms forms = forms(SEED + 1);
    Setup setup =
        Setup.usual().servers(version).inner(false).hold(Duration.ofMillis(1), 64L << 20, 10_000);
    try (GatewayRig rig = new GatewayRig(setup);
        RawRedis home = rig.a.client()) {
      CommandTable table = tableOf(rig.a);
      seed(home, version);
      rig.drain();
      rig.hold();
      long before = changes(home);
      int sent = 0;
      for (String command : forms.commands()) {
        List<RawRedis> clients = new ArrayList<>();
        try {
          for (int i = 0; i < 25; i++) {
            List<String> words = forms.form(command);
            if (!judge(table, words).keys().stream().allMatch(key -> key.startsWith("app:"))) {
              // Keys under no scope are at this home, and nothing holds them.
              continue;
            }
            RawRedis client = new RawRedis(rig.gateway.port());
            clients.add(client);
            client.send(words.toArray(String[]::new));
            client.flush();
            sent++;
          }
          for (RawRedis client : clients) {
            answered(client);
          }
        } finally {
          clients.forEach(RawRedis::close);
        }
        assertThat(changes(home)).as(command).isEqualTo(before);
      }
      assertThat(sent).isGreaterThan(5_000);
      assertThat(rig.number("passes")).isZero();
    }
  }

  private static void answered(RawRedis client) throws IOException {
    try {
      client.receive();
    } catch (RawRedis.Refused | java.io.EOFException e) {
      // Whatever it says: what the home shows is what counts.
    }
  }
}
