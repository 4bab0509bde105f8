package dev.drover.gateway.net;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Whether a private key belongs to a certificate. While the two files are being replaced, one of
/// them may be new and the other old: with these no client could connect.
final class CertificateKey {
  private static final Pattern PEM =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");
  private static final byte[] PROBE = "drover".getBytes(StandardCharsets.US_ASCII);

  private CertificateKey() {}

  /// Signs something with the key, and verifies that with the certificate.
  ///
  /// @throws GeneralSecurityException if they do not belong together
  static void check(Path certificate, Path key) throws IOException, GeneralSecurityException {
    PublicKey open;
    try (InputStream in = Files.newInputStream(certificate)) {
      open = CertificateFactory.getInstance("X.509").generateCertificate(in).getPublicKey();
    }
    String algorithm = algorithm(open);
    Matcher pem = PEM.matcher(Files.readString(key, StandardCharsets.ISO_8859_1));
    if (algorithm == null || !pem.find()) {
      return;
    }
    PrivateKey secret =
        KeyFactory.getInstance(open.getAlgorithm())
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1))));
    Signature probe = Signature.getInstance(algorithm);
    probe.initSign(secret);
    probe.update(PROBE);
    byte[] signed = probe.sign();
    probe.initVerify(open);
    probe.update(PROBE);
    if (!probe.verify(signed)) {
      throw new InvalidKeyException("the key is another certificate's");
    }
  }

  /// How keys of this kind sign; null if they are of a kind that is not checked.
  private static @Nullable String algorithm(PublicKey key) {
    return switch (key.getAlgorithm()) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      default -> null;
    };
  }
}
