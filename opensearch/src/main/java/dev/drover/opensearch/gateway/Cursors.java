package dev.drover.opensearch.gateway;

import dev.drover.core.HomeId;
import dev.drover.core.Placement;
import dev.drover.opensearch.rewrite.PitIds;
import dev.drover.opensearch.rewrite.Refused;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Ids of scrolls and points in time, sealed for clients. What a home calls one would open other
/// tenants' documents at a shared index. The sealed id says whose it is, and at which place it was
/// opened: there it is used to its end, wherever the tenant is by then. Every gateway with the same
/// key can open it. Thread-safe.
final class Cursors {
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final char BETWEEN = '\n';
  private static final int PARTS = 4;
  private static final String MARK = "dr1.";

  private final Optional<SecretKeySpec> key;
  private final Chance chance;

  /// @param secret from which the key is made; empty if there are no cursors
  Cursors(Optional<String> secret, Chance chance) {
    this.chance = chance;
    this.key = secret.map(Cursors::key);
  }

  private static SecretKeySpec key(String secret) {
    try {
      byte[] text = ("drover cursors\n" + secret).getBytes(StandardCharsets.UTF_8);
      return new SecretKeySpec(MessageDigest.getInstance("SHA-256").digest(text), "AES");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK has no SHA-256", e);
    }
  }

  /// One that was opened.
  record Opened(Placement at, String id) {}

  /// A tenant's at one place.
  ///
  /// @param tenant whose requests they are
  record At(Cursors all, String tenant, Placement place) implements PitIds, UnaryOperator<String> {
    /// Seals a home's id.
    @Override
    public String apply(String id) {
      return all.sealed(tenant, place, id);
    }

    @Override
    public String unseal(String id) throws Refused {
      Opened opened = all.opened(tenant, id);
      if (!opened.at().equals(place)) {
        throw Refused.argument(
            "this id was opened before the tenant moved: use it in a request of its own");
      }
      return opened.id();
    }
  }

  At at(String tenant, Placement place) {
    return new At(this, tenant, place);
  }

  /// @throws Refused if there are none
  void check() throws Refused {
    if (key.isEmpty()) {
      throw Refused.isolation(
          "scrolls and points in time are off at this gateway. The operator turns them on with 'cursorSecretFile'; or page with search_after");
    }
  }

  String sealed(String tenant, Placement place, String id) {
    SecretKeySpec by = key.orElseThrow();
    String all =
        String.join(String.valueOf(BETWEEN), tenant, place.home().value(), place.locator(), id);
    try {
      byte[] nonce = new byte[NONCE_BYTES];
      chance.fill(nonce);
      Cipher cipher = Cipher.getInstance(CIPHER);
      cipher.init(Cipher.ENCRYPT_MODE, by, new GCMParameterSpec(TAG_BITS, nonce));
      byte[] sealed = cipher.doFinal(all.getBytes(StandardCharsets.UTF_8));
      byte[] both = ByteBuffer.allocate(NONCE_BYTES + sealed.length).put(nonce).put(sealed).array();
      return MARK + Base64.getUrlEncoder().withoutPadding().encodeToString(both);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK cannot seal by " + CIPHER, e);
    }
  }

  /// @throws Refused if it is not this tenant's, or none at all
  Opened opened(String tenant, String sealed) throws Refused {
    check();
    if (!sealed.startsWith(MARK)) {
      throw none();
    }
    try {
      byte[] both = Base64.getUrlDecoder().decode(sealed.substring(MARK.length()));
      if (both.length <= NONCE_BYTES) {
        throw none();
      }
      Cipher cipher = Cipher.getInstance(CIPHER);
      cipher.init(
          Cipher.DECRYPT_MODE,
          key.orElseThrow(),
          new GCMParameterSpec(TAG_BITS, Arrays.copyOf(both, NONCE_BYTES)));
      String all =
          new String(
              cipher.doFinal(both, NONCE_BYTES, both.length - NONCE_BYTES), StandardCharsets.UTF_8);
      String[] parts = all.split(String.valueOf(BETWEEN), PARTS);
      if (parts.length != PARTS || !parts[0].equals(tenant)) {
        throw none();
      }
      return new Opened(new Placement(new HomeId(parts[1]), parts[2]), parts[3]);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw none();
    }
  }

  private static Refused none() {
    return new Refused(
        404, "search_context_missing_exception", "No search context found for this id");
  }
}
