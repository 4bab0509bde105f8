package dev.drover.redis.move;

/// What a key is, however it is encoded: type, content, expiry.
///
/// @param type as TYPE says, `none` if there is no such key
/// @param expiresAt ms since 1970, [Expiries#NEVER] or [Expiries#GONE]
/// @param content sum over the elements
/// @param bytes payload, about
/// @param large whether it had to be read in pieces
record Fingerprint(String type, long expiresAt, Digest content, long bytes, boolean large) {
  /// By how much two expiries may differ if one of them was not read exactly.
  static final long INEXACT_MILLIS_MAX = 250;

  static final Fingerprint ABSENT = new Fingerprint("none", Expiries.GONE, new Digest(), 0, false);

  boolean absent() {
    return expiresAt == Expiries.GONE;
  }

  /// Whether the target has what the source has. A key that has run out by the later of both clocks
  /// counts as gone at both.
  boolean matches(Fingerprint target, long now, boolean exactExpiry) {
    boolean gone = absent() || expired(now);
    boolean targetGone = target.absent() || target.expired(now);
    if (gone || targetGone) {
      return gone && targetGone;
    }
    return type.equals(target.type) && content.same(target.content) && expiry(target, exactExpiry);
  }

  private boolean expiry(Fingerprint target, boolean exact) {
    if (exact || expiresAt < 0 || target.expiresAt < 0) {
      return expiresAt == target.expiresAt;
    }
    return Math.abs(expiresAt - target.expiresAt) <= INEXACT_MILLIS_MAX;
  }

  private boolean expired(long now) {
    return expiresAt >= 0 && expiresAt <= now;
  }

  /// Adds this key to the digest of a whole scope. An expiry that cannot be read exactly counts
  /// only as being there.
  void addTo(Digest scope, byte[] key, boolean exactExpiry) {
    long expiry = exactExpiry || expiresAt < 0 ? expiresAt : 1;
    scope.add(
        content.high() * 31 + content.low() + type.hashCode(), key, FencedWriter.decimal(expiry));
  }
}
