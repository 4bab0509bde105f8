package dev.drover.control.certificate;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The public half of the key that a server signs certificates with (Ed25519, RFC 8032).
///
/// @param encoded as X.509 SubjectPublicKeyInfo (RFC 8410), in Base64
public record VerifyKey(String encoded) {
  private static final Pattern PEM =
      Pattern.compile("-----BEGIN PUBLIC KEY-----([^-]*)-----END PUBLIC KEY-----");
  private static final String ALGORITHM = "Ed25519";

  public VerifyKey {
    // A text that is no key is refused here.
    decoded(encoded);
  }

  static VerifyKey of(PublicKey key) {
    return new VerifyKey(Base64.getEncoder().encodeToString(key.getEncoded()));
  }

  /// The keys of a file in PEM; other text in it is passed over.
  ///
  /// @throws IllegalArgumentException if there is none, or one cannot be read
  public static List<VerifyKey> ofPem(String text) {
    List<VerifyKey> all = new ArrayList<>();
    Matcher each = PEM.matcher(text);
    while (each.find()) {
      all.add(new VerifyKey(each.group(1).replaceAll("\\s", "")));
    }
    if (all.isEmpty()) {
      throw new IllegalArgumentException(
          "there is no public key in it ('-----BEGIN PUBLIC KEY-----'); 'drover certificate --key' prints one");
    }
    return all;
  }

  public String pem() {
    return "-----BEGIN PUBLIC KEY-----\n" + encoded + "\n-----END PUBLIC KEY-----";
  }

  /// A short name for the key, such as `SHA256:0f3a…`, of all its bytes.
  public String fingerprint() {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(Base64.getDecoder().decode(encoded));
      return "SHA256:" + HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /// Whether the owner of this key has signed these bytes.
  ///
  /// @param signature in Base64; what is no signature is a wrong one
  boolean signed(byte[] bytes, String signature) {
    try {
      Signature verifier = Signature.getInstance(ALGORITHM);
      verifier.initVerify(decoded(encoded));
      verifier.update(bytes);
      return verifier.verify(Base64.getDecoder().decode(signature));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return false;
    }
  }

  private static PublicKey decoded(String encoded) {
    try {
      return KeyFactory.getInstance(ALGORITHM)
          .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(encoded)));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalArgumentException("not an Ed25519 public key", e);
    }
  }
}
