package dev.drover.app.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.app.GatewayProcess;
import dev.drover.app.ServerProcess;
import dev.drover.app.Tls;
import dev.drover.app.client.ApiClient;
import dev.drover.app.client.ApiException;
import dev.drover.app.config.Config;
import dev.drover.app.config.ConfigReader;
import dev.drover.engine.Ports;
import dev.drover.redis.server.RedisBinary;
import dev.drover.redis.testing.RedisServerProcess;
import dev.drover.redis.testing.RedisServerProcess.Version;
import dev.drover.redis.wire.RespConnection;
import dev.drover.store.remote.RemoteStore;
import dev.drover.store.testing.SelfSigned;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Someone who answers at a home's or a server's address, with a certificate that is trusted but is
/// of another name, hears no password and no token.
@Timeout(120)
final class ImpostorTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path directory;

  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final Semaphore refused = new Semaphore(0);
  private SSLServerSocket socket;

  @BeforeEach
  void listen() throws Exception {
    KeyStore keys = SelfSigned.ofAnother(directory, "elsewhere.example");
    SelfSigned.pem(
        directory.resolve("ca.pem"),
        "CERTIFICATE",
        keys.getCertificate(SelfSigned.ALIAS).getEncoded());
    KeyManagerFactory mine = KeyManagerFactory.getInstance("PKIX");
    mine.init(keys, SelfSigned.PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(mine.getKeyManagers(), null, null);
    socket =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().name("impostor").start(this::accept);
  }

  @AfterEach
  void stop() throws IOException {
    socket.close();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        SSLSocket client = (SSLSocket) socket.accept();
        Thread.ofVirtual().start(() -> hear(client));
      } catch (IOException e) {
        assertThat(socket.isClosed()).as("%s", e).isTrue();
      }
    }
  }

  private void hear(SSLSocket client) {
    try (client) {
      client.startHandshake();
      byte[] some = client.getInputStream().readNBytes(1);
      heard.add(client.getSession().getProtocol() + ", " + some.length + " bytes");
    } catch (IOException e) {
      refused.release();
    }
  }

  private Config config(String tls, int green) throws Exception {
    String text =
        """
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
            password: secret
            tls: true
            caFile: ca.pem
          - name: green
            host: 127.0.0.1
            port: %d
        defaultHome: green
        scopes:
          - prefix: "app:"
            home: blue
        gateways:
          - name: g1
            listen: 127.0.0.1:%d
            data: g1
        """
            .formatted(Ports.free(), Ports.free(), tls, socket.getLocalPort(), green, Ports.free());
    return ConfigReader.parse(directory.resolve("drover.yaml"), text);
  }

  @Test
  void noHomeOfAnotherNameHearsThePassword() throws Exception {
    try (RedisServerProcess green = RedisServerProcess.start(Version.V6_2)) {
      noHomeOfAnotherNameHearsThePassword(config("", green.port()));
    }
    assertThat(heard).isEmpty();
  }

  private void noHomeOfAnotherNameHearsThePassword(Config config) throws Exception {
    Config.Gateway gateway = config.gateways().getFirst();
    try (ServerProcess _ = ServerProcess.start(config, Map.of());
        GatewayProcess _ = GatewayProcess.start(config, gateway, Map.of());
        RespConnection client = RedisBinary.connect(gateway.listen().port())) {
      refused.drainPermits();
      assertThatThrownBy(() -> client.call("GET", "app:1")).isInstanceOf(IOException.class);
      assertThat(refused.tryAcquire(3, 60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void noServerOfAnotherNameHearsTheToken() throws Exception {
    Config config = config("  tls: {caFile: ca.pem}", 1);
    Optional<SSLContext> tls = Tls.towards(config.server());
    ApiClient client =
        new ApiClient("https://127.0.0.1:" + socket.getLocalPort(), Optional.of("hush"), tls);
    assertThatThrownBy(() -> client.get("/v1/status")).isInstanceOf(ApiException.class);
    assertThat(refused.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
    try (RemoteStore store =
        RemoteStore.connect(
            RemoteStore.Options.defaults("127.0.0.1", socket.getLocalPort())
                .withToken("hush")
                .withTls(tls.orElseThrow())
                .withCallTimeout(Duration.ofSeconds(1)))) {
      assertThatThrownBy(() -> store.get("x")).hasMessageContaining("127.0.0.1");
    }
    assertThat(refused.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
    assertThat(heard).isEmpty();
  }
}
