package dev.drover.sim.explore;

/// A wrong version of the protocol, to show that the explorer finds it. The numbers are those of
/// docs/design.md.
enum Deviation {
  /// C2: the driver lists no gateway in Cutover.
  NO_RECEIPT_WAITED_FOR,
  /// C2: the driver lists no gateway in Draining.
  NO_CONFIRMATION_OF_DRAINING,
  /// G4: a gateway gives its receipt while writes are out.
  RECEIPTS_BEFORE_WRITES_END,
  /// C3: the last tail is read when the hold begins.
  TAIL_BEFORE_RECEIPTS,
  /// G5: what a home has answered is passed on whatever became of the guard.
  ANSWER_WITHOUT_THE_GUARD,
  /// G5: … if the gateway serves again, under the next lease.
  BROKEN_GUARD_COMES_BACK,
  /// G5: the store's lease may end before the gateway's own view of it.
  LEASE_FROM_THE_ANSWER,
  /// G1: a gateway reads the records before it registers.
  READS_ROUTES_BEFORE_IT_REGISTERS,
  /// C2: the driver lists no gateway in Opening.
  NO_OPENING_WAIT,
  /// C1: whoever takes over keeps the term.
  TAKEOVER_WITHOUT_A_NEW_TERM,
  /// M1: homes take copies of any term.
  COPY_WITHOUT_A_FENCE,
  /// M1: raising the fence again does not break what is on its way under the same term.
  FENCE_WITHOUT_A_NUMBER,
  /// G10: a missed deadline reopens whatever the record says by then.
  REOPENS_WITHOUT_COMPARING,
  /// R3: an abort is done in Opening too.
  ABORT_AFTER_COMMIT,
  /// M6: writes are routed to a source again that refuses everybody, before its fence is lifted.
  REOPENS_BEFORE_UNFENCED,
  /// M5: a debt is struck off without anything done about it.
  UNDO_FORGOTTEN,
  /// G8: a client is told that its write has failed when that is not known.
  UNKNOWN_TAKEN_FOR_FAILURE,
  /// C1: nobody takes over from a controller that has crashed. Nothing wrong comes of it but that
  /// there is no end.
  NOBODY_TAKES_OVER,
  /// C2: a gateway that has crashed is waited for for ever. Again only the end is missing.
  DEAD_GATEWAYS_STAY_LISTED,
  /// G4: receipts that the store has forgotten are not given again. Again only the end is missing.
  FORGOTTEN_RECEIPTS_NOT_GIVEN_AGAIN
}
