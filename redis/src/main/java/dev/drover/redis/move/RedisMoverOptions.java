package dev.drover.redis.move;

import java.time.Duration;

/// The limits of the mover.
///
/// @param lanes how many pairs of connections copy at the same time
/// @param streamsMax how many streams a scope may have
/// @param settleRoundsMax how many rounds a settle may take
public record RedisMoverOptions(
    Timeouts timeouts,
    int lanes,
    PieceLimits pieces,
    BatchLimits batch,
    DirtyLimits dirty,
    int streamsMax,
    int settleRoundsMax) {
  static final int LANES_MAX = 16;

  public static final RedisMoverOptions DEFAULT =
      new RedisMoverOptions(
          new Timeouts(3_000, 10_000, Duration.ofSeconds(30)),
          2,
          new PieceLimits(64 * 1024, 64 * 1024, 500, 256 * 1024),
          new BatchLimits(512, 512 * 1024),
          new DirtyLimits(500_000, 24L << 20),
          100_000,
          10);

  public RedisMoverOptions {
    if (lanes < 1 || lanes > LANES_MAX) {
      throw new IllegalArgumentException("1 to " + LANES_MAX + " lanes, but was " + lanes);
    }
    if (pieces.itemsMax() < 1 || batch.keysMax() < 1 || settleRoundsMax < 2) {
      throw new IllegalArgumentException("a limit is too small");
    }
  }

  /// How long a home is waited for.
  ///
  /// @param connectMillisMax how long connecting may take
  /// @param readMillisMax how long one answer may take
  /// @param reconnectFor how long a lost home is tried again before the step fails
  public record Timeouts(int connectMillisMax, int readMillisMax, Duration reconnectFor) {}

  /// What goes in pieces, and how large a piece is.
  ///
  /// @param valueBytesMax a string longer than this goes in pieces
  /// @param packedBytesMax a collection that takes more memory than this goes in pieces
  /// @param itemsMax how many elements a piece may have
  /// @param bytesMax about how many bytes a piece may have
  public record PieceLimits(int valueBytesMax, int packedBytesMax, int itemsMax, int bytesMax) {}

  /// How large a transaction at the target is.
  ///
  /// @param keysMax how many commands it may have
  /// @param bytesMax about how many bytes it may have
  public record BatchLimits(int keysMax, int bytesMax) {}

  /// How many changed keys are remembered.
  ///
  /// @param keysMax one more means a comparing rescan
  /// @param bytesMax the same, by bytes
  public record DirtyLimits(int keysMax, long bytesMax) {
    KeySet newSet() {
      return new KeySet(keysMax, bytesMax);
    }
  }

  public RedisMoverOptions withReconnectFor(Duration limit) {
    Timeouts other = new Timeouts(timeouts.connectMillisMax(), timeouts.readMillisMax(), limit);
    return new RedisMoverOptions(other, lanes, pieces, batch, dirty, streamsMax, settleRoundsMax);
  }

  public RedisMoverOptions withDirtyKeysMax(int keys) {
    DirtyLimits other = new DirtyLimits(keys, dirty.bytesMax());
    return new RedisMoverOptions(
        timeouts, lanes, pieces, batch, other, streamsMax, settleRoundsMax);
  }
}
