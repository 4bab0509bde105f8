package dev.drover.app;

import dev.drover.app.config.Config;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;

/// TLS towards homes and the server, and of the server.
public final class Tls {
  private Tls() {}

  /// A context that shows the server's certificate.
  ///
  /// @throws IllegalArgumentException saying what is wrong with the files, or that none are named
  static SSLContext serving(Config.ServerTls config) {
    Path certificate =
        config
            .certificate()
            .orElseThrow(
                () -> new IllegalArgumentException("the server needs 'certificate' and 'key'"));
    Path key = config.key().orElseThrow();
    for (Path file : List.of(certificate, key)) {
      if (!Files.isReadable(file)) {
        throw new IllegalArgumentException("cannot read " + file);
      }
    }
    try {
      SslContext context =
          SslContextBuilder.forServer(certificate.toFile(), key.toFile())
              .sslProvider(SslProvider.JDK)
              .build();
      return ((JdkSslContext) context).context();
    } catch (SSLException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s and %s are not a certificate and its key in PEM (PKCS #8, not encrypted): %s"
              .formatted(certificate, key, e.getMessage()),
          e);
    }
  }

  /// What gateways and commands speak to the server with; empty if it speaks plainly.
  ///
  /// @throws IllegalArgumentException saying what is wrong with the file
  public static Optional<SSLContext> towards(Config.Server server) {
    return server.tls().map(tls -> trusting(tls.caFile()));
  }

  /// A context that trusts the certificates of a PEM file, or those of the JDK.
  ///
  /// @throws IllegalArgumentException saying what is wrong with the file
  static SSLContext trusting(Optional<Path> caFile) {
    try {
      if (caFile.isEmpty()) {
        return SSLContext.getDefault();
      }
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      try (InputStream in = Files.newInputStream(caFile.get())) {
        int number = 0;
        for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
          trusted.setCertificateEntry("ca" + number++, each);
        }
      }
      if (trusted.size() == 0) {
        throw new IllegalArgumentException(caFile.get() + " holds no certificate");
      }
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException("the certificates cannot be read: " + e.getMessage(), e);
    }
  }
}
