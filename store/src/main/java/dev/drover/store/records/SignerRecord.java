package dev.drover.store.records;

/// A key by which a server signs certificates: under [Keys#SIGNERS] and the key's fingerprint. It
/// stays when the server's key changes, so that older certificates can be checked.
///
/// @param key its public half (X.509 SubjectPublicKeyInfo, Base64)
/// @param sinceMillis when that server last started with it, by its wall clock
public record SignerRecord(String server, String key, long sinceMillis) {}
