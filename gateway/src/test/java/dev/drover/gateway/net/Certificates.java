package dev.drover.gateway.net;

import dev.drover.store.testing.SelfSigned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// Certificates that are made when a test first needs them, and who trusts them.
final class Certificates {
  private static final int RSA_BITS = 2_048;
  private static final Map<String, KeyStore> MADE = new ConcurrentHashMap<>();

  private Certificates() {}

  /// For 127.0.0.1.
  static KeyStore one() {
    return MADE.computeIfAbsent("one", _ -> made(SelfSigned::in));
  }

  /// Another one for 127.0.0.1.
  static KeyStore two() {
    return MADE.computeIfAbsent("two", _ -> made(SelfSigned::in));
  }

  /// For some other machine.
  static KeyStore elsewhere() {
    return MADE.computeIfAbsent(
        "elsewhere", _ -> made(directory -> SelfSigned.ofAnother(directory, "example.org")));
  }

  /// For 127.0.0.1, with a key of RSA.
  static KeyStore rsa() {
    return MADE.computeIfAbsent(
        "rsa", _ -> made(directory -> SelfSigned.in(directory, "RSA", RSA_BITS)));
  }

  private interface Made {
    KeyStore in(Path directory) throws Exception;
  }

  private static KeyStore made(Made how) {
    try {
      Path directory = Files.createTempDirectory("keys");
      try {
        return how.in(directory);
      } finally {
        delete(directory);
      }
    } catch (Exception e) {
      throw new IllegalStateException("no certificate was made", e);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  /// A server that shows this certificate.
  static SSLContext server(KeyStore keys) throws Exception {
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, SelfSigned.PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  /// A client that trusts this certificate and no other.
  static SSLContext client(KeyStore trusted) throws Exception {
    KeyStore trust = KeyStore.getInstance("PKCS12");
    trust.load(null, null);
    trust.setCertificateEntry("t", trusted.getCertificate(SelfSigned.ALIAS));
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trust);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }

  /// Writes certificate and key as a gateway reads them.
  static void write(KeyStore keys, Path certificate, Path key) throws Exception {
    writeCertificate(keys, certificate);
    SelfSigned.pem(
        key, "PRIVATE KEY", keys.getKey(SelfSigned.ALIAS, SelfSigned.PASSWORD).getEncoded());
  }

  static void writeCertificate(KeyStore keys, Path file) throws Exception {
    SelfSigned.pem(file, "CERTIFICATE", keys.getCertificate(SelfSigned.ALIAS).getEncoded());
  }
}
