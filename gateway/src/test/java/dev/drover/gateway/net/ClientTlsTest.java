package dev.drover.gateway.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.drover.store.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// Clients that speak TLS, and certificates that change while the gateway runs.
@Timeout(120)
class ClientTlsTest {
  private static final Duration LOOK = Duration.ofSeconds(2);
  private static final String OLD_STAYS = "new connections still get the old certificate";

  @TempDir private Path files;
  private final AtomicLong clock = new AtomicLong(1_000);
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(ClientTls.class);
  private Path certificate;
  private Path key;
  private final KeyStore first = Certificates.one();
  private ClientTls tls;
  private ServerRig rig;
  private long changes;
  private @Nullable LineSocket home;

  @BeforeEach
  void start() throws Exception {
    logged.start();
    logger.addAppender(logged);
    certificate = files.resolve("tls.crt");
    key = files.resolve("tls.key");
    Certificates.write(first, certificate, key);
    tls = new ClientTls(certificate, key, clock::get);
    ServerOptions usual = ServerOptions.onLoopback(1);
    rig =
        new ServerRig(
            new ServerOptions(
                usual.host(), 0, 1, 2, usual.drainMax(), usual.hold(), Optional.of(tls)));
  }

  @AfterEach
  void end() throws Exception {
    rig.close();
    logger.detachAppender(logged);
  }

  /// A client that trusts this certificate alone.
  private LineSocket client(KeyStore trusted) throws Exception {
    SSLSocket socket =
        (SSLSocket)
            Certificates.client(trusted)
                .getSocketFactory()
                .createSocket("127.0.0.1", rig.server.port());
    socket.startHandshake();
    return new LineSocket(socket);
  }

  private void served(LineSocket client) throws Exception {
    client.say("GET k");
    LineSocket at = atHome();
    assertThat(at.line()).isEqualTo("GET k");
    at.say("1");
    assertThat(client.line()).isEqualTo("1");
  }

  /// The gateway's connection to its home.
  private LineSocket atHome() throws Exception {
    LineSocket known = home;
    LineSocket at = known == null ? rig.a.next() : known;
    home = at;
    return at;
  }

  /// The files have another time, and the time has come to look at them.
  private void changed() throws IOException {
    changes++;
    FileTime time = FileTime.fromMillis(changes * 10_000);
    Files.setLastModifiedTime(certificate, time);
    Files.setLastModifiedTime(key, time);
    clock.addAndGet(LOOK.toNanos());
  }

  private boolean saidThatTheOldStays() {
    return logged.list.stream().anyMatch(e -> e.getFormattedMessage().startsWith(OLD_STAYS));
  }

  @Test
  void aClientSpeaksTls() throws Exception {
    try (LineSocket client = client(first)) {
      served(client);
    }
  }

  @Test
  void newConnectionsGetACertificateThatHasChangedAndOldOnesGoOn() throws Exception {
    try (LineSocket old = client(first)) {
      served(old);
      KeyStore second = Certificates.two();
      Certificates.write(second, certificate, key);
      changed();
      try (LineSocket fresh = client(second)) {
        served(fresh);
        served(old);
      }
    }
    rig.await("clients", 0);
    assertThatThrownBy(() -> client(first)).isInstanceOf(SSLException.class);
  }

  @Test
  void theFilesAreNotLookedAtWithEachConnection() throws Exception {
    KeyStore second = Certificates.two();
    Certificates.write(second, certificate, key);
    changed();
    clock.addAndGet(-LOOK.toNanos());
    try (LineSocket client = client(first)) {
      served(client);
    }
  }

  @Test
  void aFileThatIsNoCertificateLeavesTheOldOneAndIsReported() throws Exception {
    Files.writeString(certificate, "this is no certificate");
    changed();
    try (LineSocket client = client(first)) {
      served(client);
    }
    assertThat(saidThatTheOldStays()).isTrue();
    Certificates.write(Certificates.two(), certificate, key);
    Files.delete(key);
    logged.list.clear();
    clock.addAndGet(LOOK.toNanos());
    try (LineSocket client = client(first)) {
      served(client);
    }
    assertThat(saidThatTheOldStays()).isTrue();
  }

  @Test
  void aCertificateWhoseKeyHasNotComeYetLeavesTheOldOneUntilItHas() throws Exception {
    KeyStore second = Certificates.two();
    Certificates.writeCertificate(second, certificate);
    changed();
    try (LineSocket client = client(first)) {
      served(client);
    }
    assertThat(saidThatTheOldStays()).isTrue();
    Certificates.write(second, certificate, key);
    changed();
    try (LineSocket client = client(second)) {
      served(client);
    }
  }

  @Test
  void aGatewayDoesNotStartWithAKeyOfAnotherCertificate() throws Exception {
    Path other = files.resolve("other.crt");
    Certificates.writeCertificate(Certificates.two(), other);
    assertThatThrownBy(() -> new ClientTls(other, key, clock::get))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("are not a certificate and its key");
    assertThatThrownBy(() -> new ClientTls(files.resolve("none.crt"), key, clock::get))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot read");
  }

  @Test
  void aKeyOfRsaIsKnownAsItsCertificatesToo() throws Exception {
    Certificates.write(Certificates.rsa(), certificate, key);
    assertThat(new ClientTls(certificate, key, clock::get).get()).isNotNull();
    Path other = files.resolve("other.crt");
    Certificates.writeCertificate(first, other);
    assertThatThrownBy(() -> new ClientTls(other, key, clock::get))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whoIsOneTooManyIsToldSoByTlsToo() throws Exception {
    try (LineSocket one = client(first);
        LineSocket two = client(first)) {
      served(one);
      served(two);
      try (LineSocket three = client(first)) {
        assertThat(three.line()).isEqualTo("FULL");
        assertThat(three.line()).isEqualTo(LineSocket.CLOSED);
      }
      Await.until("it was counted", () -> rig.number("clients.refused") == 1);
    }
  }
}
