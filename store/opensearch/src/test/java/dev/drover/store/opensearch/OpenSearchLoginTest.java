package dev.drover.store.opensearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.log.HttpNodes.Host;
import dev.drover.store.opensearch.OpenSearchStoreOptions.Login;
import dev.drover.store.testing.SelfSigned;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How a cluster is spoken to that has a password and certificates. What answers here is no
/// OpenSearch: it refuses everybody.
final class OpenSearchLoginTest {
  private static final String SECRET = "not-to-be-seen";

  @TempDir Path directory;

  @Test
  void thePasswordIsSentOverTlsAndNeverTold() throws Exception {
    KeyStore keys = SelfSigned.in(directory);
    List<String> seen = new CopyOnWriteArrayList<>();
    HttpsServer server = refusing(keys, seen);
    try {
      Login login = new Login("drover", SECRET);
      assertThat(login.toString()).doesNotContain(SECRET);
      OpenSearchStoreOptions options =
          OpenSearchStoreOptions.defaults(
                  List.of(
                      new Host("127.0.0.1", 1),
                      new Host("127.0.0.1", server.getAddress().getPort())))
              .withLogin(Optional.of(login))
              .withTls(trusting(keys));
      try (StateStore store = OpenSearchStore.connect(options)) {
        assertThatThrownBy(() -> store.get("k"))
            .isInstanceOf(StoreException.Refused.class)
            .hasMessageContaining("401")
            .hasMessageNotContaining(SECRET);
      }
      String basic =
          Base64.getEncoder().encodeToString(("drover:" + SECRET).getBytes(StandardCharsets.UTF_8));
      assertThat(new ArrayList<>(seen)).isNotEmpty().allMatch(("Basic " + basic)::equals);
      try (StateStore mistrusting =
          OpenSearchStore.connect(
              options
                  .withLogin(Optional.of(new Login("drover", "for another")))
                  .withTls(SSLContext.getDefault())
                  .withTimeouts(Duration.ofSeconds(1), Duration.ofSeconds(1)))) {
        assertThatThrownBy(() -> mistrusting.get("k"))
            .isInstanceOf(StoreException.Unavailable.class);
      }
      assertThat(new ArrayList<>(seen))
          .as("nothing is told to a stranger")
          .allMatch(("Basic " + basic)::equals);
    } finally {
      server.stop(0);
    }
  }

  private static HttpsServer refusing(KeyStore keys, List<String> seen) throws Exception {
    KeyManagerFactory keyManagers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keyManagers.init(keys, SelfSigned.PASSWORD);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(keyManagers.getKeyManagers(), null, null);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    server.createContext(
        "/",
        exchange -> {
          seen.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(401, -1);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static SSLContext trusting(KeyStore keys) throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    trusted.setCertificateEntry("node", keys.getCertificate(SelfSigned.ALIAS));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, trust.getTrustManagers(), null);
    return tls;
  }
}
