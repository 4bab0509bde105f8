package dev.drover.redis.gateway;

import dev.drover.core.PartitionId;
import dev.drover.redis.move.RedisHome;

/// What a connection to a home is for.
///
/// @param resp3 whether its replies are in RESP3
record Way(RedisHome home, boolean resp3, Use use) {
  private static final Use SHARED = new Use.Shared();
  private static final Use OWN = new Use.Own();

  /// Who uses it.
  sealed interface Use {
    /// All clients of the event loop.
    record Shared() implements Use {}

    /// The scripts of one scope, as a user of the home that is kept to its keys.
    record Scripts(PartitionId scope) implements Use {}

    /// One client.
    record Own() implements Use {}
  }

  static Way shared(RedisHome home, boolean resp3) {
    return new Way(home, resp3, SHARED);
  }

  static Way scripts(RedisHome home, boolean resp3, PartitionId scope) {
    return new Way(home, resp3, new Use.Scripts(scope));
  }

  static Way own(RedisHome home, boolean resp3) {
    return new Way(home, resp3, OWN);
  }

  boolean isScripts() {
    return use instanceof Use.Scripts;
  }

  boolean isOwn() {
    return use instanceof Use.Own;
  }

  /// By what differs most: a home's name is enough of it.
  @Override
  public int hashCode() {
    return (home.id().hashCode() * 31 + use.hashCode()) * 31 + (resp3 ? 1 : 0);
  }
}
