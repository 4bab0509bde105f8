package dev.drover.redis.gateway;

/// What a client has said of itself on its connection.
final class ClientState {
  /// Whether it speaks RESP3.
  boolean resp3;

  boolean authenticated;

  String name = "";

  /// Whether it goes on only when all of its replies are there.
  boolean waitsForReplies;
}
