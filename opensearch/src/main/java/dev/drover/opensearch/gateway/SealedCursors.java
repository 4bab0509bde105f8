package dev.drover.opensearch.gateway;

import dev.drover.core.HomeId;
import dev.drover.core.Placement;
import dev.drover.opensearch.rewrite.Refused;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// What is known of a scroll or a point in time stands in the id itself, sealed. Every gateway with
/// the same key can open it, also after a restart. Thread-safe.
final class SealedCursors implements Cursors {
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final char BETWEEN = '\n';
  private static final int PARTS = 5;
  private static final String MARK = "dr2.";

  private final SecretKeySpec key;
  private final Chance chance;

  /// @param secret from which the key is made
  SealedCursors(String secret, Chance chance) {
    this.chance = chance;
    try {
      byte[] text = ("drover cursors\n" + secret).getBytes(StandardCharsets.UTF_8);
      this.key = new SecretKeySpec(MessageDigest.getInstance("SHA-256").digest(text), "AES");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK has no SHA-256", e);
    }
  }

  @Override
  public void check() {}

  @Override
  public String shown(Owner owner, Placement place, String id) {
    String all =
        String.join(
            String.valueOf(BETWEEN),
            owner.tenant(),
            named(owner.principal()),
            place.home().value(),
            place.locator(),
            id);
    try {
      byte[] nonce = new byte[NONCE_BYTES];
      chance.fill(nonce);
      Cipher cipher = Cipher.getInstance(CIPHER);
      cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
      byte[] sealed = cipher.doFinal(all.getBytes(StandardCharsets.UTF_8));
      byte[] both = ByteBuffer.allocate(NONCE_BYTES + sealed.length).put(nonce).put(sealed).array();
      return MARK + Base64.getUrlEncoder().withoutPadding().encodeToString(both);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK cannot seal by " + CIPHER, e);
    }
  }

  /// A name may hold anything, and this stands on one line.
  private static String named(String principal) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(principal.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public Opened opened(Owner owner, String shown) throws Refused {
    if (!shown.startsWith(MARK)) {
      throw Cursors.none();
    }
    try {
      byte[] both = Base64.getUrlDecoder().decode(shown.substring(MARK.length()));
      if (both.length <= NONCE_BYTES) {
        throw Cursors.none();
      }
      Cipher cipher = Cipher.getInstance(CIPHER);
      cipher.init(
          Cipher.DECRYPT_MODE,
          key,
          new GCMParameterSpec(TAG_BITS, Arrays.copyOf(both, NONCE_BYTES)));
      String all =
          new String(
              cipher.doFinal(both, NONCE_BYTES, both.length - NONCE_BYTES), StandardCharsets.UTF_8);
      String[] parts = all.split(String.valueOf(BETWEEN), PARTS);
      boolean its =
          parts.length == PARTS
              && parts[0].equals(owner.tenant())
              && parts[1].equals(named(owner.principal()));
      if (!its) {
        throw Cursors.none();
      }
      return new Opened(new Placement(new HomeId(parts[2]), parts[3]), parts[4]);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw Cursors.none();
    }
  }
}
