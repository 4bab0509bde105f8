package dev.drover.gateway.net;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The certificate that a gateway shows its clients. When the files change, new connections get the
/// new one, and those that are there keep theirs; files that are no certificate and its key leave
/// the old one in place, and are reported.
public final class ClientTls implements Supplier<SslContext> {
  private static final Logger LOG = LoggerFactory.getLogger(ClientTls.class);

  /// How often the files are looked at, while clients connect.
  private static final long LOOK_NANOS = 2_000_000_000L;

  private final Path certificate;
  private final Path key;
  private final LongSupplier nanoClock;
  private SslContext context;
  private List<FileTime> changed;
  private long lookedNanos;

  /// @param certificate a chain in PEM
  /// @param key in PEM (PKCS #8, not encrypted)
  /// @throws IllegalArgumentException saying what is wrong with the files
  public ClientTls(Path certificate, Path key, LongSupplier nanoClock) {
    this.certificate = certificate;
    this.key = key;
    this.nanoClock = nanoClock;
    this.changed = times();
    this.context = read();
    this.lookedNanos = nanoClock.getAsLong();
  }

  @Override
  public synchronized SslContext get() {
    long now = nanoClock.getAsLong();
    if (now - lookedNanos >= LOOK_NANOS) {
      lookedNanos = now;
      reload();
    }
    return context;
  }

  /// Reads the files again if they have changed.
  private void reload() {
    try {
      List<FileTime> times = times();
      if (!times.equals(changed)) {
        context = read();
        changed = times;
        LOG.info("new connections get the certificate in {} that has changed", certificate);
      }
    } catch (IllegalArgumentException e) {
      LOG.error("new connections still get the old certificate: {}", e.getMessage());
    }
  }

  private List<FileTime> times() {
    try {
      return List.of(Files.getLastModifiedTime(certificate), Files.getLastModifiedTime(key));
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot read " + e.getMessage(), e);
    }
  }

  private SslContext read() {
    try {
      SslContext read =
          SslContextBuilder.forServer(certificate.toFile(), key.toFile())
              .sslProvider(SslProvider.JDK)
              .build();
      CertificateKey.check(certificate, key);
      return read;
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s and %s are not a certificate and its key in PEM (PKCS #8, not encrypted): %s"
              .formatted(certificate, key, e.getMessage()),
          e);
    }
  }
}
