package dev.drover.core.mover;

/// The outcome of comparing both homes by content.
///
/// @param items how many were compared
/// @param bytes payload compared
/// @param mended how many differed and were brought over again
/// @param digest order-independent digest over names, types, contents and expiries, as lower-case
///   hex; equal for equal content whatever its encoding
public record Verification(long items, long bytes, long mended, String digest) {}
