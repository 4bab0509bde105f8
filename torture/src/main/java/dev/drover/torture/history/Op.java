package dev.drover.torture.history;

import dev.drover.engine.torture.KeyName;

/// One operation of one client. Times are those of the machine's monotonic clock, which all
/// processes share.
///
/// @param client the run of a client process
/// @param id its number within that run
/// @param key see [KeyName#packed]
/// @param gateway through which it went
/// @param startNanos before it was sent
/// @param endNanos after its answer was read; [Long#MAX_VALUE] if there was none
/// @param a see [Kind]
/// @param b see [Kind]
public record Op(
    int client,
    int id,
    long key,
    Kind kind,
    Outcome outcome,
    int gateway,
    long startNanos,
    long endNanos,
    long a,
    long b) {
  /// What a register holds that nobody has written.
  public static final long ABSENT = 0;

  /// When its effect has been there at the latest: a write whose outcome is unknown may take effect
  /// at any later time.
  public long effectiveEndNanos() {
    return outcome == Outcome.DONE ? endNanos : Long.MAX_VALUE;
  }

  /// The same, if it was answered, as one of unknown outcome.
  public Op doubted() {
    return outcome == Outcome.DONE
        ? new Op(client, id, key, kind, Outcome.UNKNOWN, gateway, startNanos, endNanos, a, b)
        : this;
  }

  /// Whether it has ended before the other began.
  public boolean before(Op other) {
    return effectiveEndNanos() < other.startNanos;
  }

  @Override
  public String toString() {
    String end = endNanos == Long.MAX_VALUE ? "never" : Long.toString(endNanos);
    return "%s %s %s a=%d b=%d by client %d op %d through g%d, %d .. %s"
        .formatted(
            KeyName.unpacked(key), kind, outcome, a, b, client, id, gateway + 1, startNanos, end);
  }
}
