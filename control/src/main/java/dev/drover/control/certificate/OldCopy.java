package dev.drover.control.certificate;

/// How far the look for writes at the old home had come when a certificate was signed.
public enum OldCopy {
  /// The old copy is still being deleted, or waits for that: what arrives there meanwhile is not in
  /// the certificate yet.
  OWED,
  /// Nothing is left to do there, so the certificate names all that was found.
  SETTLED,
  /// The partition's record is gone, so nothing is known.
  UNKNOWN
}
