package dev.drover.gateway.net;

/// What ends a request that waits at a home, for people.
///
/// @param limit what ends it by itself, as a clause
/// @param remedy how to end it now, as a sentence
public record Explained(String limit, String remedy) {}
