package dev.drover.opensearch.gateway;

import java.util.Base64;

/// Ids for documents that come without one: 120 random bits, 20 characters as OpenSearch's own.
/// Thread-safe.
final class FreshIds {
  private static final int BYTES = 15;

  private final Chance chance;

  FreshIds(Chance chance) {
    this.chance = chance;
  }

  String next() {
    byte[] bytes = new byte[BYTES];
    chance.fill(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
