package dev.drover.app;

import dev.drover.app.config.Config;
import dev.drover.engine.Trust;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/// TLS towards the server, and of the server.
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
    return server.tls().map(tls -> Trust.in(tls.caFile()));
  }
}
