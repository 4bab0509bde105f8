package dev.drover.redis.move;

import java.time.Duration;

/// The limits of the mover.
///
/// @param connectMillisMax how long connecting may take
/// @param readMillisMax how long one answer may take
/// @param reconnectFor how long a lost home is tried again before the step fails
/// @param lanes how many pairs of connections copy at the same time
/// @param valueBytesMax a string longer than this goes in pieces
/// @param packedBytesMax a collection that takes more memory than this goes in pieces
/// @param pieceItemsMax how many elements a piece may have
/// @param pieceBytesMax about how many bytes a piece may have
/// @param batchKeysMax how many commands a transaction at the target may have
/// @param batchBytesMax about how many bytes a transaction at the target may have
/// @param dirtyKeysMax how many changed keys are remembered; one more means a comparing rescan
/// @param dirtyBytesMax how many bytes of changed keys are remembered
/// @param streamsMax how many streams a scope may have
/// @param settleRoundsMax how many rounds a settle may take
public record RedisMoverOptions(
    int connectMillisMax,
    int readMillisMax,
    Duration reconnectFor,
    int lanes,
    int valueBytesMax,
    int packedBytesMax,
    int pieceItemsMax,
    int pieceBytesMax,
    int batchKeysMax,
    int batchBytesMax,
    int dirtyKeysMax,
    long dirtyBytesMax,
    int streamsMax,
    int settleRoundsMax) {
  static final int LANES_MAX = 16;

  public static final RedisMoverOptions DEFAULT =
      new RedisMoverOptions(
          3_000,
          10_000,
          Duration.ofSeconds(30),
          2,
          64 * 1024,
          64 * 1024,
          500,
          256 * 1024,
          512,
          512 * 1024,
          500_000,
          24L << 20,
          100_000,
          10);

  public RedisMoverOptions {
    if (lanes < 1 || lanes > LANES_MAX) {
      throw new IllegalArgumentException("1 to " + LANES_MAX + " lanes, but was " + lanes);
    }
    if (pieceItemsMax < 1 || batchKeysMax < 1 || settleRoundsMax < 2) {
      throw new IllegalArgumentException("a limit is too small");
    }
  }

  public RedisMoverOptions withReconnectFor(Duration limit) {
    return new RedisMoverOptions(
        connectMillisMax,
        readMillisMax,
        limit,
        lanes,
        valueBytesMax,
        packedBytesMax,
        pieceItemsMax,
        pieceBytesMax,
        batchKeysMax,
        batchBytesMax,
        dirtyKeysMax,
        dirtyBytesMax,
        streamsMax,
        settleRoundsMax);
  }

  public RedisMoverOptions withDirtyKeysMax(int keys) {
    return new RedisMoverOptions(
        connectMillisMax,
        readMillisMax,
        reconnectFor,
        lanes,
        valueBytesMax,
        packedBytesMax,
        pieceItemsMax,
        pieceBytesMax,
        batchKeysMax,
        batchBytesMax,
        keys,
        dirtyBytesMax,
        streamsMax,
        settleRoundsMax);
  }
}
