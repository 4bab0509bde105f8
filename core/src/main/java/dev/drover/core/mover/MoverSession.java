package dev.drover.core.mover;

/// One driver's work on one move, connected to both homes. Used by one thread, except [#close].
///
/// The order is `raiseFence, prepare, copy, verify, follow*`, then in the hold `fenceSource,
/// settle`, and again from `follow` if the hold was given up (after `unfenceSource`). Every step
/// may be repeated, in this session or in a later one with a higher term. Blocking calls end with
/// [InterruptedException] soon after their thread is interrupted.
public interface MoverSession extends AutoCloseable {
  /// Makes the target refuse older terms than this session's, durably as far as the target is
  /// durable (docs/design.md, C1, M1).
  ///
  /// @throws MoverException.Fenced if the target has seen a higher term
  void raiseFence() throws MoverException, InterruptedException;

  /// Turns change capture on at the source (M2) and makes the target ready.
  void prepare() throws MoverException, InterruptedException;

  /// Copies everything. If an earlier term may have copied before, or capture may have missed
  /// something since, this compares and also removes from the target what is gone at the source
  /// (M3).
  void copy() throws MoverException, InterruptedException;

  /// Brings over what has changed since the last round and says how far behind the target still is.
  /// Runs a comparing copy again first if capture may have missed something.
  Tail follow() throws MoverException, InterruptedException;

  /// Compares source and target by type and content (M4), under writers: what differs and is not
  /// yet on its way is brought over and looked at again. Returns once all that is comparable
  /// compares equal.
  ///
  /// @throws MoverException if something keeps differing; the message names it
  Verification verify() throws MoverException, InterruptedException;

  /// In the hold, under this term: makes the source refuse writers who go around the gateways,
  /// where it can (M6). Idempotent.
  ///
  /// @return whether the source is fenced now; if not, the session watches for stray writes instead
  /// @throws MoverException.Fenced if a higher term was seen there
  boolean fenceSource() throws MoverException, InterruptedException;

  /// Lifts the fence at the source after a hold that was given up, under this term. Idempotent.
  ///
  /// @throws MoverException.Fenced if a higher term was seen there
  void unfenceSource() throws MoverException, InterruptedException;

  /// In the hold, after every receipt is in: takes the last tail to its very end, and verifies what
  /// has changed since [#verify].
  Settlement settle() throws MoverException, InterruptedException;

  /// Writes found at the old home since [#settle], by name, at most 100 of them; empty if there are
  /// none or the source is fenced. Drover calls it after the flip and raises an alarm for each.
  java.util.List<String> strays() throws MoverException, InterruptedException;

  /// Frees connections and memory; what is at the homes stays. May be called from any thread, and
  /// twice.
  @Override
  void close();
}
