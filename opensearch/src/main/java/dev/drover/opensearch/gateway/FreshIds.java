package dev.drover.opensearch.gateway;

import java.security.SecureRandom;
import java.util.Base64;

/// Ids for documents that come without one: 120 random bits, 20 characters as OpenSearch's own.
/// Thread-safe.
final class FreshIds {
  private static final int BYTES = 15;

  private final SecureRandom random = new SecureRandom();

  String next() {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
