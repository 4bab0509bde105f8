package dev.drover.redis.torture;

import dev.drover.engine.torture.KeyName;

/// As what a key stands in Redis. It follows from the key's family and index, so that whoever reads
/// it knows it: a client, the final look, the saboteur.
enum Form {
  /// A register or a counter.
  STRING,
  /// The same, as the field [#FIELD] of a hash.
  HASH,
  /// A counter that is the score of the member [#FIELD].
  SORTED_SET,
  /// A list.
  LIST,
  /// A list whose elements are the entries of a stream, each in the field [#FIELD].
  STREAM;

  /// The one field, or member, that is used.
  public static final String FIELD = "v";

  private static final int HASH_REGISTER = 3;
  private static final int HASH_COUNTER = 1;
  private static final int SORTED_SET_COUNTER = 2;
  private static final int STREAM_LIST = 1;

  public static Form of(KeyName key) {
    return switch (key.family()) {
      case REGISTER -> key.index() == HASH_REGISTER ? HASH : STRING;
      case COUNTER ->
          switch (key.index()) {
            case HASH_COUNTER -> HASH;
            case SORTED_SET_COUNTER -> SORTED_SET;
            default -> STRING;
          };
      case LIST -> key.index() == STREAM_LIST ? STREAM : LIST;
    };
  }
}
