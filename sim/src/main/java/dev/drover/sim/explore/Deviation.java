package dev.drover.sim.explore;

/// A wrong version of the protocol, to show that the explorer finds it.
enum Deviation {
  /// C2: the driver lists no gateway in Cutover.
  NO_RECEIPT_WAITED_FOR,
  /// C2: the driver lists no gateway in Draining.
  NO_CONFIRMATION_OF_DRAINING,
  /// C3: the last tail is read when the hold begins.
  TAIL_BEFORE_RECEIPTS,
  /// G5: what a home has answered is passed on whatever became of the guard.
  ANSWER_WITHOUT_THE_GUARD,
  /// G1: a gateway reads the records before it registers.
  READS_ROUTES_BEFORE_IT_REGISTERS,
  /// C2: the driver lists no gateway in Opening.
  NO_OPENING_WAIT,
  /// C1: whoever takes over keeps the term.
  TAKEOVER_WITHOUT_A_NEW_TERM,
  /// M1: homes take copies of any term.
  COPY_WITHOUT_A_FENCE,
  /// §2: an abort is done in Opening too.
  ABORT_AFTER_COMMIT,
  /// M5: a debt is struck off without anything done about it.
  UNDO_FORGOTTEN
}
