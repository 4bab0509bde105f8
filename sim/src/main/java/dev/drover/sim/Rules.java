package dev.drover.sim;

import dev.drover.core.Partition;
import dev.drover.core.SourceFence;
import dev.drover.core.Undo;
import dev.drover.core.fleet.FleetView;
import dev.drover.core.fleet.LeaseKind;
import dev.drover.core.gate.Guard;
import java.util.List;

/// The protocol's rules that a simulated shell keeps, one method each. A wrong version of the
/// protocol overrides one of them, to show that the checks find it. The numbers are those of
/// docs/design.md.
class Rules {
  /// C2: whom a driver waits for, of those that the store has listed.
  ///
  /// @param kind LONG in Draining, SHORT in Cutover and Opening
  FleetView listed(FleetView view, LeaseKind kind, Partition record) {
    return view;
  }

  /// M9: what a driver is told of the homes that gateways know.
  FleetView knowing(FleetView view, Partition record) {
    return view;
  }

  /// G4: whether a receipt for Cutover waits until no pass of an earlier epoch is out.
  boolean receiptsWaitForPasses() {
    return true;
  }

  /// C3: whether the last tail is taken only once the receipts are in.
  boolean tailWaitsForReceipts() {
    return true;
  }

  /// G5: whether a home's answer may be passed on.
  ///
  /// @param serving whether the gateway's leases stand by now, whatever became of the guard
  boolean mayAnswer(Guard guard, boolean serving, long nowNanos) {
    return guard.stands(nowNanos);
  }

  /// G5: from when on a lease's time is counted.
  long leaseCountsFrom(long sentNanos, long answeredNanos) {
    return sentNanos;
  }

  /// G1: whether a gateway registers before it reads all partitions.
  boolean registersBeforeReading() {
    return true;
  }

  /// R2, R4: the record that a driver writes.
  ///
  /// @param before the record that it replaces
  Partition written(Partition before, Partition next) {
    return next;
  }

  /// C1, M1: whether homes refuse copies of an older term.
  boolean copiesAreFenced() {
    return true;
  }

  /// G10: the version that a record must still have for a gateway to reopen it.
  long reopenExpects(long version) {
    return version;
  }

  /// M3: whether a mover hears that its capture has broken.
  boolean captureTellsItsLoss() {
    return true;
  }

  /// G9: whether a fresh gateway reads the record again before it acknowledges.
  boolean freshWritesReadTwice() {
    return true;
  }

  /// G9: whether a fresh gateway reads the record again before it passes a read on.
  boolean freshReadsReadTwice() {
    return true;
  }

  /// R3: whether a driver that is asked to abort does not do so after the commit point.
  boolean commitIsFinal() {
    return true;
  }

  /// M6: whether a purge deletes a key only as it has seen it, and only if the owner holds the
  /// same.
  boolean purgesOnlyCopies() {
    return true;
  }

  /// M10: whether a mover proves by marks that the source still holds what was copied from it,
  /// before it writes at the target and before copies are removed.
  boolean copiesAreMarked() {
    return true;
  }

  /// M6: whom a source refuses in a hold.
  SourceFence sourceFence(SimHome source) {
    return source.sourceFence();
  }

  /// M7: what an abort owes for how far an engine has come.
  List<Undo> owedOnAbort(List<Undo> owed) {
    return owed;
  }

  /// M7: whether what was compensated may be compensated again.
  boolean compensationsMayBeRepeated() {
    return true;
  }

  /// M7: whether a step is written down before it is taken.
  boolean stepsAreWrittenDownFirst() {
    return true;
  }

  /// M7: whether a step is said to be taken only once it is.
  boolean statesFollowSteps() {
    return true;
  }

  /// M8: whether who takes a name away waits for what has come through it.
  boolean namesAreWaitedFor() {
    return true;
  }

  /// G2: whether what is under way takes a pass of a new partition's gate.
  boolean newGatesAdopt() {
    return true;
  }

  /// G2: whether what is under way takes a pass of the other gates when a partition is dropped.
  boolean gatesAdoptWhenOneGoes() {
    return true;
  }

  /// G5: whether what has taken a pass of another gate is answered only while that one's guard
  /// stands.
  boolean adoptersGuard() {
    return true;
  }

  /// C11: whether a partition is made known only while the one around it is at rest.
  boolean madeInWhatIsAtRest() {
    return true;
  }

  /// C11: whether a partition is made known where what it holds is looked for.
  boolean madeWhereItIsLookedFor() {
    return true;
  }

  /// C11: whether no move begins until the catalog shows what was made known and dropped.
  boolean catalogIsWaitedFor() {
    return true;
  }

  /// C11: whether a partition is made known and dropped under the lease by which a controller
  /// leads.
  boolean changedUnderTheLead() {
    return true;
  }

  /// C11: whether a controller that has taken the lead reads all partitions before it begins
  /// anything.
  boolean leadersReadAnew() {
    return true;
  }

  /// C11: whether a partition that was dropped goes on with its epochs and terms.
  boolean droppedGoOn() {
    return true;
  }

  /// C11: whether a catalog shows what was made known and dropped once it is as new as that; else
  /// once it has such a partition, or has it no more.
  boolean catalogShowsRevisions() {
    return true;
  }

  /// C11: whether the record of the partition around it is written again before one is made known
  /// or dropped.
  boolean outerIsTouched() {
    return true;
  }

  /// C11: whether a controller gives up its lease, and with it the lead, when it does not know what
  /// has become of what it wrote under it.
  boolean unknownEndsTheLead() {
    return true;
  }

  /// C11: whether a controller that has led under another lease ends that one before it leads
  /// again.
  boolean leasesEndBeforeTheNext() {
    return true;
  }

  /// M11: whether the comparison waits until every gateway knows of the move.
  boolean comparesOnceAllKnow() {
    return true;
  }

  /// M11: whether gateways note what capture does not show.
  boolean gatewaysNote() {
    return true;
  }

  /// M11: whether a gateway notes it when the home has answered, if the partition has begun to move
  /// since it was sent.
  boolean notedAtTheAnswer() {
    return true;
  }

  /// M11: whether what was noted for one move is noted again at the answer, if another one has
  /// begun since.
  boolean notedForEachMove() {
    return true;
  }

  /// M11: whether a client is answered, and the pass given back, only once it is noted.
  boolean notedBeforeTheAnswer() {
    return true;
  }

  /// M11: whether the mover asks in the hold for what is noted.
  boolean notesAreReadInTheHold() {
    return true;
  }

  /// M11: whether it asks then again for what it has asked for before.
  boolean notesAreAskedForAgain() {
    return true;
  }

  /// G8: whether an unknown outcome is told as one.
  boolean unknownIsTold() {
    return true;
  }

  /// Done when somebody asks for an abort after the commit point, unless [#commitIsFinal].
  void abortAnyway(World world, SimController controller, Partition record) {}
}
