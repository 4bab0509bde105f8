package dev.drover.app.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.app.GatewayProcess;
import dev.drover.app.ServerProcess;
import dev.drover.app.StartException;
import dev.drover.app.Tls;
import dev.drover.app.client.ApiClient;
import dev.drover.app.client.ApiException;
import dev.drover.app.config.Config;
import dev.drover.app.config.ConfigReader;
import dev.drover.engine.Ports;
import dev.drover.engine.Trust;
import dev.drover.redis.server.RedisBinary;
import dev.drover.redis.testing.RedisServerProcess;
import dev.drover.redis.testing.RedisServerProcess.Version;
import dev.drover.redis.wire.RespConnection;
import dev.drover.redis.wire.RespEndpoint;
import dev.drover.store.testing.SelfSigned;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class ServerTlsTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path directory;

  /// Makes `server.pem`, which is its own authority, and `server.key`.
  @BeforeEach
  void certify() throws Exception {
    KeyStore keys = SelfSigned.in(directory);
    SelfSigned.pem(
        directory.resolve("server.pem"),
        "CERTIFICATE",
        keys.getCertificate(SelfSigned.ALIAS).getEncoded());
    SelfSigned.pem(
        directory.resolve("server.key"),
        "PRIVATE KEY",
        keys.getKey(SelfSigned.ALIAS, SelfSigned.PASSWORD).getEncoded());
  }

  private Config config(int redis, String tls) throws Exception {
    return ConfigReader.parse(directory.resolve("drover.yaml"), text(redis, tls));
  }

  private static String text(int redis, String tls) throws Exception {
    return """
        server:
          listen: 127.0.0.1:%d
          store: 127.0.0.1:%d
          data: data
          token: hush
        %s
        homes:
          - name: blue
            host: 127.0.0.1
            port: %d
        scopes:
          - prefix: "app:"
            home: blue
        gateways:
          - name: g1
            listen: 127.0.0.1:0
            data: g1
        """
        .formatted(Ports.free(), Ports.free(), tls.indent(2).stripTrailing(), redis);
  }

  @Test
  void serverAndGatewaysAndClientsTalkUnderTls() throws Exception {
    try (RedisServerProcess redis = RedisServerProcess.start(Version.V6_2)) {
      Config config =
          config(
              redis.port(),
              "tls:\n  certificate: server.pem\n  key: server.key\n  caFile: server.pem");
      try (ServerProcess server = ServerProcess.start(config, Map.of());
          GatewayProcess gateway =
              GatewayProcess.start(config, config.gateways().getFirst(), Map.of())) {
        assertThat(server.ready()).contains("https://127.0.0.1:");
        assertThat(gateway.ready()).contains("gateway 'g1' is ready");
        String at = "127.0.0.1:" + server.apiPort();
        Optional<String> token = Optional.of("hush");
        ApiClient trusting = new ApiClient("https://" + at, token, Tls.towards(config.server()));
        assertThat(new String(trusting.get("/v1/gateways"), StandardCharsets.UTF_8)).contains("g1");
        assertThatThrownBy(() -> new ApiClient("https://" + at, token).get("/v1/status"))
            .isInstanceOf(ApiException.class)
            .hasMessageContaining("name who has signed it as server.tls.caFile");
        assertThatThrownBy(() -> new ApiClient("http://" + at, token).get("/v1/status"))
            .isInstanceOf(ApiException.class);
      }
    }
  }

  @Test
  void clientsOfAGatewaySpeakTls() throws Exception {
    try (RedisServerProcess redis = RedisServerProcess.start(Version.V6_2)) {
      int port = Ports.free();
      String text =
          text(redis.port(), "name: s")
              .replace(
                  "listen: 127.0.0.1:0",
                  "listen: 127.0.0.1:%d\n    tls: {certificate: server.pem, key: server.key}"
                      .formatted(port));
      Config config = ConfigReader.parse(directory.resolve("drover.yaml"), text);
      try (ServerProcess _ = ServerProcess.start(config, Map.of());
          GatewayProcess gateway =
              GatewayProcess.start(config, config.gateways().getFirst(), Map.of())) {
        assertThat(gateway.ready()).contains("rediss://127.0.0.1:" + port);
        RespEndpoint trusting =
            new RespEndpoint(
                "127.0.0.1",
                port,
                Optional.empty(),
                Optional.empty(),
                Optional.of(Trust.in(Optional.of(directory.resolve("server.pem")))),
                2_000,
                5_000);
        try (RespConnection client = RespConnection.open(trusting)) {
          assertThat(client.call("SET", "k", "v").text()).isEqualTo("OK");
        }
        assertThatThrownBy(() -> RedisBinary.connect(port).call("PING"))
            .isInstanceOf(IOException.class);
      }
    }
  }

  @Test
  void aServerWithoutAUsableCertificateSaysWhatItNeeds() throws Exception {
    Files.writeString(directory.resolve("bad.key"), "no key");
    assertThatThrownBy(() -> ServerProcess.start(config(1, "tls:\n  caFile: server.pem"), Map.of()))
        .isInstanceOf(StartException.class)
        .hasMessage("server.tls: the server needs 'certificate' and 'key'");
    assertThatThrownBy(
            () ->
                ServerProcess.start(
                    config(1, "tls:\n  certificate: server.pem\n  key: gone.key"), Map.of()))
        .isInstanceOf(StartException.class)
        .hasMessage("server.tls: cannot read " + directory.resolve("gone.key"));
    assertThatThrownBy(
            () ->
                ServerProcess.start(
                    config(1, "tls:\n  certificate: server.pem\n  key: bad.key"), Map.of()))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("are not a certificate and its key in PEM");
  }
}
