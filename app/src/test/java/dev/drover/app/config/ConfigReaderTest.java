package dev.drover.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.drover.app.OpenHomes;
import dev.drover.app.StartException;
import dev.drover.core.HomeId;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.engine.Plugs;
import dev.drover.engine.config.Address;
import dev.drover.engine.config.Units;
import dev.drover.redis.RedisEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConfigReaderTest {
  private static final Path FILE = Path.of("/etc/drover/drover.yaml");

  private static final String SOUND =
      """
      homes:
        - name: blue
          host: 127.0.0.1
        - name: green
          host: 127.0.0.2
          port: 6380
      scopes:
        - prefix: "app:"
          home: blue
      gateways:
        - name: g1
          listen: 127.0.0.1:7379
      """;

  private static List<String> faults(String text) {
    ConfigException e =
        catchThrowableOfType(ConfigException.class, () -> ConfigReader.parse(FILE, text));
    return e == null
        ? List.of()
        : e.faults().stream().map(f -> f.line() + ": " + f.message()).toList();
  }

  /// The line of `SOUND` that begins with `from` is replaced.
  private static List<String> with(String from, String to) {
    assertThat(SOUND).contains(from);
    return faults(SOUND.replace(from, to));
  }

  @Test
  void theFileOfInitParsesAndSaysTheDefaults() throws Exception {
    Config init = ConfigReader.parse(FILE, InitFile.text(Plugs.all().getFirst()));
    Config least = ConfigReader.parse(FILE, SOUND);
    assertThat(init.times()).isEqualTo(least.times());
    assertThat(init.server().listen()).isEqualTo(least.server().listen());
    assertThat(init.gateways().getFirst().capacity())
        .isEqualTo(least.gateways().getFirst().capacity());
    assertThat(init.homes()).hasSize(2);
  }

  @Test
  void everyDefaultThatInitCommentsOutIsTheDefault() throws Exception {
    String text =
        InitFile.text(Plugs.all().getFirst())
            .replaceAll(
                "(?m)^( *)# (name: drover|listen: |store: |data: |movesPerHome|abortTimeout|storeLog)",
                "$1$2")
            .replaceAll(
                "(?m)^( *)# (engine|tls: |mode: |loops: |clients: |time: |bytes: |requests)",
                "$1$2")
            .replaceAll(
                "(?m)^( *)# (kind: embedded|defaultHome|long: |short: |keepAlive|drift:"
                    + " |budget|rate: )",
                "$1$2");
    Config spelledOut = ConfigReader.parse(FILE, text);
    Config init = ConfigReader.parse(FILE, InitFile.text(Plugs.all().getFirst()));
    assertThat(spelledOut).usingRecursiveComparison().isEqualTo(init);
  }

  @Test
  void whatIsLeftOutTakesItsDefault() throws Exception {
    Config config = ConfigReader.parse(FILE, SOUND);
    assertThat(config.server().name()).isEqualTo("drover");
    assertThat(config.server().data()).isEqualTo(Path.of("/etc/drover/drover-data/server"));
    assertThat(config.server().limits().movesPerHome()).isEqualTo(4);
    assertThat(config.server().limits().storeLogBytes()).isEqualTo(8L << 20);
    assertThat(config.server().limits().abortTimeout()).isEqualTo(Duration.ofHours(1));
    assertThat(config.rest()).isEqualTo(Map.of(RedisEngine.NAME, new HomeId("blue")));
    Config.Gateway gateway = config.gateways().getFirst();
    assertThat(gateway.mode()).isEqualTo(GatewayMode.LEASED);
    assertThat(gateway.capacity().hold().time()).isEqualTo(Duration.ofMillis(3_500));
    assertThat(gateway.data()).isEqualTo(Path.of("/etc/drover/drover-data/g1"));
  }

  @Test
  void unknownKeysAreToldWithTheirLineAndTheNearestOne() {
    assertThat(with("    port: 6380", "    prot: 6380"))
        .containsExactly("6: unknown key 'prot' in 'homes[2]'; did you mean 'port'?");
    assertThat(faults(SOUND + "hoems: []\n"))
        .containsExactly("13: unknown key 'hoems'; did you mean 'homes'?");
  }

  @Test
  void wrongTypesAreToldWithTheirLine() {
    assertThat(with("port: 6380", "port: many"))
        .containsExactly("6: 'homes[2].port': 'many' is not a whole number");
    assertThat(with("port: 6380", "port: 70000"))
        .containsExactly("6: 'homes[2].port': lies between 1 and 65535, but is 70000");
    assertThat(with("listen: 127.0.0.1:7379", "listen: [1, 2]"))
        .containsExactly("12: 'gateways[1].listen' should be a single value, but is a list");
    assertThat(faults("homes: blue\n")).anyMatch(f -> f.startsWith("1: 'homes' should be a list"));
    assertThat(faults(SOUND + "leases: 3s\n"))
        .containsExactly("13: leases should hold keys with values, but '3s' stands here");
    assertThat(faults(SOUND + "leases:\n  short: fast\n"))
        .containsExactly(
            "14: 'leases.short': 'fast' is not a duration: write it like 500ms, 3s, 10m or 1h");
  }

  @Test
  void aStoreIsEmbeddedUnlessAnotherIsNamed() throws Exception {
    assertThat(ConfigReader.parse(FILE, SOUND).store()).isEqualTo(new Config.Store.Embedded());
    Config.Store etcd =
        ConfigReader.parse(
                FILE,
                SOUND + "store:\n  kind: etcd\n  endpoints: ['10.0.0.1:2379', '[::1]:2380']\n")
            .store();
    assertThat(((Config.Store.Etcd) etcd).endpoints())
        .containsExactly(new Address("10.0.0.1", 2379), new Address("::1", 2380));
    assertThat(((Config.Store.Etcd) etcd).prefix()).isEqualTo("drover/");
    Config.Store redis =
        ConfigReader.parse(
                FILE,
                SOUND
                    + """
                    store:
                      kind: redis
                      address: 10.0.0.1:6379
                      passwordEnv: STORE
                      prefix: "d:"
                      acceptDataLoss: true
                    """)
            .store();
    assertThat(((Config.Store.Redis) redis).acceptDataLoss()).isTrue();
    assertThat(((Config.Store.Redis) redis).prefix()).isEqualTo("d:");
    assertThat(redis.toString()).contains("(secret)");
  }

  @Test
  void aStoreCanBeAnIndexOfOpenSearchOrAConsul() throws Exception {
    Config.Store search =
        ConfigReader.parse(
                FILE,
                SOUND
                    + """
                    store:
                      kind: opensearch
                      endpoints: [a:9200, b:9200]
                      copies: 3
                      user: me
                      password: geheim
                    """)
            .store();
    assertThat(((Config.Store.OpenSearch) search).endpoints())
        .containsExactly(new Address("a", 9200), new Address("b", 9200));
    assertThat(((Config.Store.OpenSearch) search).index()).isEqualTo("drover-store");
    assertThat(((Config.Store.OpenSearch) search).copies()).isEqualTo(3);
    assertThat(search.toString()).contains("(secret)").doesNotContain("geheim");
    Config.Store consul =
        ConfigReader.parse(
                FILE,
                SOUND
                    + """
                    store:
                      kind: consul
                      endpoints: ["127.0.0.1:8500"]
                      token: geheim
                    """)
            .store();
    assertThat(((Config.Store.Consul) consul).prefix()).isEqualTo("drover/");
    assertThat(consul.toString()).contains("(secret)").doesNotContain("geheim");
  }

  @Test
  void whatIsWrongWithAnIndexOrAConsulIsToldWithItsLine() {
    assertThat(faults(SOUND + "store:\n  kind: opensearch\n  endpoints: [a:1]\n  index: Big*\n"))
        .containsExactly(
            "16: 'store.index': 'Big*' cannot be an index: take small letters, digits, '-', '_'"
                + " and '.', 1 to 200");
    assertThat(faults(SOUND + "store:\n  kind: opensearch\n"))
        .containsExactly(
            "14: 'store.endpoints' is empty: name at least one node of the cluster, as host:port"
                + " (its HTTP port, often 9200)");
    assertThat(faults(SOUND + "store:\n  kind: opensearch\n  endpoints: [a:1]\n  copies: 9\n"))
        .singleElement()
        .asString()
        .startsWith("16: 'store.copies'");
    assertThat(faults(SOUND + "store:\n  kind: consul\n  endpoints: [a:1]\n  user: me\n"))
        .anyMatch(f -> f.contains("unknown key 'user' in 'store'"));
  }

  @Test
  void whatIsWrongWithAStoreIsToldWithItsLine() {
    assertThat(faults(SOUND + "store:\n  kind: etdc\n  endpoints: []\n"))
        .containsExactly("14: 'store.kind': there is no store 'etdc'; did you mean 'etcd'?");
    assertThat(faults(SOUND + "store:\n  kind: zookeeper\n"))
        .containsExactly(
            "14: 'store.kind': there is no store 'zookeeper'; it is one of embedded, etcd, redis, opensearch, consul");
    assertThat(faults(SOUND + "store:\n  kind: etcd\n"))
        .containsExactly(
            "14: 'store.endpoints' is empty: name at least one member of the etcd, as host:port"
                + " (its clients' port, often 2379)");
    assertThat(faults(SOUND + "store:\n  kind: etcd\n  endpoints: [here]\n"))
        .containsExactly("15: 'store.endpoints': 'here' is not host:port");
    assertThat(faults(SOUND + "store:\n  kind: etcd\n  endpionts: ['a:1']\n"))
        .anyMatch(f -> f.contains("unknown key 'endpionts' in 'store'; did you mean 'endpoints'?"));
    assertThat(faults(SOUND + "store:\n  kind: redis\n"))
        .containsExactly("14: 'store.address' is missing");
    assertThat(faults(SOUND + "store:\n  kind: redis\n  address: a:1\n  user: me\n"))
        .containsExactly("16: 'store.user' needs a password");
    assertThat(
            faults(
                SOUND
                    + "server:\n"
                    + "  store: 127.0.0.1:7401\n"
                    + "store:\n"
                    + "  kind: etcd\n"
                    + "  endpoints: ['a:1']\n"))
        .containsExactly(
            "14: 'server.store' is where the embedded store is reached; it has no use with this"
                + " store.kind");
  }

  @Test
  void unknownHomesAreToldWithTheNearestOne() {
    assertThat(with("    home: blue", "    home: bleu"))
        .containsExactly("9: 'scopes[1].home': there is no home 'bleu'; did you mean 'blue'?");
    assertThat(faults(SOUND + "defaultHome: red\n"))
        .containsExactly("13: 'defaultHome': there is no home 'red'; homes: blue, green");
  }

  @Test
  void whatStandsTwiceIsTold() {
    assertThat(with("  - name: green", "  - name: blue"))
        .containsExactly("4: there is a home 'blue' on line 2 already");
    assertThat(faults(SOUND + "scopes: []\n"))
        .containsExactly("13: 'scopes' stands on line 7 already");
    assertThat(with("    home: blue", "    home: blue\n  - prefix: \"app:\"\n    home: green"))
        .containsExactly("10: there is a scope 'app:' on line 8 already");
  }

  @Test
  void twoHomesAtOneAddressAreTold() {
    assertThat(
            faults(
                """
                homes:
                  - {name: blue, host: 127.0.0.1, port: 6401}
                  - {name: green, host: 127.0.0.1, port: 6401}
                  - {name: red, host: 10.0.0.1, port: 6401}
                """))
        .singleElement()
        .asString()
        .startsWith("3: the home on line 2 has the address 127.0.0.1:6401 already")
        .contains("one server");
  }

  @Test
  void scopesMayLieInsideOthers() throws Exception {
    String nested =
        SOUND.replace("    home: blue", "    home: blue\n  - prefix: \"app:x:\"\n    home: green");
    assertThat(ConfigReader.parse(FILE, nested).partitions()).hasSize(2);
  }

  @Test
  void aPortThatIsTakenTwiceIsTold() {
    assertThat(with("listen: 127.0.0.1:7379", "listen: 127.0.0.1:7400"))
        .containsExactly(
            "12: 'gateways[1].listen': server.listen on line 1 listens on 127.0.0.1:7400 already");
    assertThat(
            faults(
                SOUND.replace(
                    "listen: 127.0.0.1:7379",
                    "listen: 127.0.0.1:7379\n    health: localhost:7379")))
        .hasSize(1)
        .first()
        .asString()
        .startsWith("13: ");
  }

  @Test
  void leasesAreCheckedAgainstEachOtherAndAgainstTheHold() {
    assertThat(faults(SOUND + "leases:\n  short: 1s\n"))
        .hasSize(1)
        .first()
        .asString()
        .startsWith("14: 'leases': the short lease");
    assertThat(faults(SOUND + "    hold:\n      time: 1s\n"))
        .hasSize(1)
        .first()
        .asString()
        .startsWith("14: 'gateways[1].hold.time' is 1s, but a hold can last for");
  }

  @Test
  void aCertificateNeedsItsKeyAndAuthoritiesAreReadable() {
    assertThat(faults(SOUND + "server:\n  tls:\n    certificate: a.pem\n"))
        .containsExactly("15: 'server.tls.certificate' needs 'server.tls.key' beside it");
    assertThat(faults(SOUND + "server:\n  tls:\n    caFile: gone.pem\n"))
        .containsExactly("15: cannot read /etc/drover/gone.pem");
  }

  @Test
  void listeningElsewhereThanOnLoopbackTakesASecret() {
    assertThat(faults(SOUND + "server:\n  listen: 0.0.0.0:7400\n"))
        .hasSize(1)
        .first()
        .asString()
        .startsWith("14: 'server.listen' can be reached from other machines")
        .contains("set server.token");
    assertThat(faults(SOUND + "server:\n  listen: 0.0.0.0:7400\n  token: abc\n")).isEmpty();
    assertThat(with("listen: 127.0.0.1:7379", "listen: 10.0.0.1:7379")).hasSize(1);
    assertThat(with("listen: 127.0.0.1:7379", "listen: 10.0.0.1:7379\n    password: p")).isEmpty();
  }

  @Test
  void fencingTheUserThatDroverLogsInWithIsRefused() {
    assertThat(with("    port: 6380", "    fence:\n      users: [default]"))
        .containsExactly(
            "7: user 'default' is fenced, but Drover itself logs in with it: give Drover a user of"
                + " its own");
  }

  @Test
  void everythingIsToldAtOnceInTheOrderOfLines() {
    String broken =
        SOUND
            .replace("port: 6380", "port: x")
            .replace("home: blue", "home: red")
            .replace("7379", "99999");
    assertThat(faults(broken)).hasSize(3);
    assertThat(faults(broken).stream().map(f -> f.substring(0, f.indexOf(':'))))
        .containsExactly("6", "9", "12");
  }

  @Test
  void whatIsNotYamlIsToldWithItsLine() {
    assertThat(faults("homes:\n  - {name: blue\n"))
        .hasSize(1)
        .first()
        .asString()
        .contains("not YAML");
    assertThat(faults("")).anyMatch(f -> f.contains("'homes' is empty"));
  }

  @Test
  void secretsAreNeverPrinted() throws Exception {
    Config config =
        ConfigReader.parse(
            FILE,
            SOUND.replace("    port: 6380", "    password: hunter2\n    user: me")
                + "server:\n  token: s3cret\n");
    assertThat(config.toString()).doesNotContain("hunter2").doesNotContain("s3cret");
    assertThat(config.server().token().orElseThrow().reveal(Map.of())).isEqualTo("s3cret");
  }

  @Test
  void aSecretIsGivenOnce() {
    assertThat(with("    port: 6380", "    password: a\n    passwordEnv: B"))
        .containsExactly("7: 'homes[2].password' is given more than once");
  }

  @Test
  void aSecretOfTheEnvironmentIsLookedUpWhenItIsNeeded() throws Exception {
    Config config =
        ConfigReader.parse(
            FILE, SOUND.replace("    port: 6380", "    passwordEnv: GREEN_PASSWORD"));
    assertThat(OpenHomes.of(config, Map.of("GREEN_PASSWORD", "x")).all()).hasSize(2);
    assertThat(catchThrowableOfType(StartException.class, () -> OpenHomes.of(config, Map.of())))
        .hasMessageContaining("home 'green': ")
        .hasMessageContaining("GREEN_PASSWORD is not set");
  }

  @ParameterizedTest
  @CsvSource({"500ms,500000000", "3s,3000000000", "1h,3600000000000", "1.5s,1500000000"})
  void durationsAreRead(String text, long nanos) {
    assertThat(Units.duration(text).toNanos()).isEqualTo(nanos);
    assertThat(Units.duration(Units.text(Units.duration(text)))).isEqualTo(Units.duration(text));
  }

  @Test
  void sizesAndRatesAreRead() {
    assertThat(Units.size("64MB")).isEqualTo(64L << 20);
    assertThat(Units.size("1.5GB")).isEqualTo(3L << 29);
    assertThat(Units.rate("50000/s")).isEqualTo(new Units.Rate(50_000, 0));
    assertThat(Units.rate("20MB/s")).isEqualTo(new Units.Rate(0, 20L << 20));
    assertThat(Units.rate("unlimited")).isEqualTo(Units.Rate.UNLIMITED);
    assertThat(catchThrowableOfType(IllegalArgumentException.class, () -> Units.rate("fast")))
        .hasMessageContaining("is not a rate");
  }

  @Test
  void deepAliasedAndEndlessFilesAreRefusedWithTheirLine(@TempDir Path directory) throws Exception {
    String laughs = SOUND + "x: &a [1]\ny: &b [*a, *a]\n";
    assertThat(faults(laughs).getFirst()).startsWith((lines(SOUND) + 2) + ":").contains("alias");
    String deep = SOUND + "x:\n  " + "[".repeat(100_000);
    assertThat(faults(deep).getFirst()).startsWith((lines(SOUND) + 2) + ":").contains("20 levels");
    Path large = Files.writeString(directory.resolve("l.yaml"), "# a line\n".repeat(200_000));
    assertThatThrownBy(() -> ConfigReader.read(large))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("l.yaml:116509: the file is larger than 1048576 bytes");
    assertThatThrownBy(() -> ConfigReader.read(Path.of("/dev/zero")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("larger than");
  }

  private static int lines(String text) {
    return (int) text.lines().count();
  }

  @Test
  void aTokenIsMadeOnceForItsOwnerOnly(@TempDir Path directory) throws Exception {
    Path data = directory.resolve("data");
    assertThat(TokenFile.read(data, TokenFile.NAME)).isEmpty();
    String token = TokenFile.in(data, TokenFile.NAME);
    assertThat(token).matches("[0-9a-f]{64}").isEqualTo(TokenFile.in(data, TokenFile.NAME));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("token"))))
        .isEqualTo("rw-------");
    try (var files = Files.list(data)) {
      assertThat(files).hasSize(1);
    }
  }
}
