package dev.drover.app.opensearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.app.config.Config;
import dev.drover.app.config.ConfigException;
import dev.drover.app.config.ConfigReader;
import dev.drover.engine.Plug;
import dev.drover.engine.Plugs;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The configuration of tenants is checked before anything starts.
class TenantConfigTest {
  private static final String WELL =
      """
      server: {listen: "127.0.0.1:7000", store: "127.0.0.1:7001", data: server}
      homes:
        - {name: a, engine: opensearch, host: localhost, port: 9200}
        - {name: b, engine: opensearch, host: localhost, port: 9201, user: drover, password: secret}
      tenants:
        - {name: acme, home: a, place: "shared:orders"}
        - {name: globex, home: a, place: "index:globex-*"}
      gateways:
        - {name: g1, engine: opensearch, listen: "127.0.0.1:9300", data: g1}
      """;

  private static Config parsed(String text) throws ConfigException {
    return ConfigReader.parse(Path.of("drover.yaml"), text);
  }

  @Test
  void whatInitWritesCanBeRead() throws Exception {
    Plug.Example example = Plugs.of("opensearch").example();
    Config config =
        parsed(
            """
            server: {listen: "127.0.0.1:7000", store: "127.0.0.1:7001", data: server}
            """
                + example.homes()
                + example.partitions()
                + """
                gateways:
                  - name: g1
                    engine: opensearch
                    listen: 127.0.0.1:9300
                    data: g1
                """
                + example.gateway());
    assertThat(config.partitions()).hasSize(2);
  }

  @Test
  void aConfigurationOfTenantsIsRead() throws Exception {
    assertThat(parsed(WELL).partitions())
        .extracting(Config.Partition::locator)
        .containsExactly("shared:orders", "index:globex-*");
  }

  /// Otherwise whoever has a token of one tenant could name another one in a header.
  @Test
  void aTokenBindsItsClientUnlessTheOperatorSaysOtherwise(@TempDir Path directory)
      throws Exception {
    Path keys = Files.writeString(directory.resolve("jwks.json"), "{\"keys\":[]}");
    String tokens = "data: g1, tokens: {keys: \"%s\"}".formatted(keys);
    assertThat(tenantFrom("data: g1")).contains("Header[name=X-Tenant]").doesNotContain("Claim");
    assertThat(tenantFrom(tokens)).contains("Claim[]").doesNotContain("Header");
    assertThat(tenantFrom(tokens + ", tenantFrom: [claim, 'header:T']"))
        .contains("Claim[], Header[name=T]");
  }

  private static String tenantFrom(String gateway) throws ConfigException {
    Config config = parsed(WELL.replace("data: g1", gateway));
    return config.gateways().getFirst().front().toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "shared:orders|somewhere|is no place of a tenant",
        "shared:orders|index:*|would be every index",
        "shared:orders|cluster|could stand too",
        "shared:orders|index:globex-orders|could stand too",
        "shared:orders|index:globex-acme-*|could stand too",
        "name: acme|name: a:b|is no tenant's name",
        "shared:orders|index:orders:tenant|names a field",
        "name: acme, home: a, place: \"shared:orders\"|name: a-b, home: a, place: \"shared:orders:tenant\"|have no '-'",
        "index:globex-*|shared:orders:tenant|could stand too",
        "shared:orders|shared:orders#1|only moves do that",
        "data: g1}|data: g1, tenantFrom: [cookie]}|is no place where a tenant can be named",
        "data: g1}|data: g1, passThrough: [{prefix: _all, home: a}]}|begins with a letter or a digit",
        "data: g1}|data: g1, passThrough: [{prefix: drov, home: a}]}|kept for Drover itself",
        "data: g1}|data: g1, tenantFrom: [claim]}|'claim' needs",
        "user: drover, password: secret|user: drover|belong together",
        "data: g1}|data: g1, tenantFrom: ['field:']}|is no place where a tenant can be named",
        "data: g1}|data: g1, cursorSecretFile: x, cursorTable: {ttl: 1m}}|are two ways to do one thing",
        "data: g1}|data: g1, cursorTable: {capacity: 0}}|lies between 1",
        "data: g1}|data: g1, homeTimeOut: 1s}|did you mean 'homeTimeout'"
      })
  void whatIsWrongIsToldWithItsLine(String well, String wrong, String told) {
    assertThat(WELL).contains(well);
    assertThatThrownBy(() -> parsed(WELL.replaceFirst(java.util.regex.Pattern.quote(well), wrong)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(told);
  }
}
