package dev.drover.store.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.store.PutResult;
import dev.drover.store.Recorder;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.Watch;
import dev.drover.store.memory.MemoryStore;
import dev.drover.store.testing.SelfSigned;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The wire under TLS.
@Timeout(60)
final class TlsTest {
  @TempDir Path directory;

  /// A context that has, and trusts, one certificate for 127.0.0.1.
  private SSLContext context() throws Exception {
    KeyStore keys = SelfSigned.in(directory);
    var mine = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    mine.init(keys, SelfSigned.PASSWORD);
    var trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusted.init(keys);
    var context = SSLContext.getInstance("TLS");
    context.init(mine.getKeyManagers(), trusted.getTrustManagers(), null);
    return context;
  }

  @Test
  void aStoreIsServedUnderTlsAndOnlyToWhoTrustsIt() throws Exception {
    SSLContext tls = context();
    try (var memory = MemoryStore.create();
        var server =
            StoreServer.start(
                memory,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                StoreServer.Options.defaults().withTls(tls))) {
      RemoteStore.Options plain = RemoteFixture.options(server.address().getPort());
      var recorder = new Recorder();
      try (RemoteStore client = RemoteStore.connect(plain.withTls(tls));
          Watch _ = client.watch("k", 0, recorder)) {
        assertThat(client.put("k", new byte[StateStore.VALUE_BYTES_MAX], StateStore.ABSENT, null))
            .isInstanceOf(PutResult.Applied.class);
        assertThat(client.get("k")).isPresent();
        assertThat(recorder.await(seen -> !seen.isEmpty())).hasSize(1);
      }
      for (RemoteStore.Options stranger :
          new RemoteStore.Options[] {plain, plain.withTls(SSLContext.getDefault())}) {
        try (RemoteStore client =
            RemoteStore.connect(stranger.withCallTimeout(Duration.ofMillis(500)))) {
          assertThatThrownBy(() -> client.get("k")).isInstanceOf(StoreException.Unavailable.class);
        }
      }
    }
  }
}
