package dev.drover.store.records;

import dev.drover.core.Barrier;
import dev.drover.core.Budget;
import dev.drover.core.Certificate;
import dev.drover.core.Checkpoint;
import dev.drover.core.ControllerId;
import dev.drover.core.Engine;
import dev.drover.core.GatewayId;
import dev.drover.core.Hlc;
import dev.drover.core.HomeId;
import dev.drover.core.Move;
import dev.drover.core.MoveId;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.Proof;
import dev.drover.core.Step;
import dev.drover.core.Undo;
import dev.drover.core.fleet.FleetView.GivenReceipt;
import dev.drover.core.mover.MoverOptions;
import dev.drover.core.mover.Settlement.Settled;
import dev.drover.core.mover.Verification;
import dev.drover.store.StoreException;
import java.util.List;

/// Writes and reads each kind of record a few hundred times, so that a process does it at full
/// speed when writers first wait for it: building a reader for a type that was never read takes
/// tens of milliseconds, and the records of a hold are read for the first time in the hold.
public final class WarmUp {
  private static final int ROUNDS = 300;
  private static final Hlc STAMP = new Hlc(1, 0);
  private static final Placement FROM = new Placement(new HomeId("a"), "p");
  private static final Placement TO = new Placement(new HomeId("b"), "p");

  private WarmUp() {}

  /// Does it on a thread of its own.
  public static void start() {
    Thread.ofVirtual()
        .name("warm-up")
        .start(
            () -> {
              try {
                for (int i = 0; i < ROUNDS; i++) {
                  round();
                }
              } catch (StoreException.Corrupt e) {
                throw new IllegalStateException("a record of our own does not check", e);
              }
            });
  }

  private static void round() throws StoreException.Corrupt {
    Undo undo = new Undo("undo", TO, new MoveId("m"), MoverOptions.DEFAULT);
    Move move =
        new Move(
            new MoveId("m"),
            new ControllerId("c"),
            Step.COPY,
            1,
            Checkpoint.NONE,
            Budget.DEFAULT,
            Barrier.RECEIPTS,
            MoverOptions.DEFAULT,
            List.of(undo),
            List.of(undo),
            STAMP);
    Proof proof =
        new Proof(
            List.of(new Proof.Receipt(new GatewayId("g"), 1, 1, true)),
            new Settled("end", 1, 1, 1),
            new Verification(1, 1, 0, "00"),
            false,
            1,
            1);
    Ownership.Opening opening = new Ownership.Opening(FROM, TO, move, proof);
    for (Ownership each :
        List.of(
            new Ownership.Active(FROM),
            new Ownership.Draining(FROM, TO, move),
            new Ownership.Cutover(FROM, TO, move),
            opening)) {
      both(partition(each, undo), Partition.class);
    }
    both(Certificate.of(partition(opening, undo), opening), Certificate.class);
    both(new GivenReceipt(1, 1), GivenReceipt.class);
  }

  private static Partition partition(Ownership ownership, Undo undo) {
    return new Partition(new PartitionId("p"), Engine.REDIS, 1, 1, ownership, List.of(undo), STAMP);
  }

  private static void both(Object record, Class<?> type) throws StoreException.Corrupt {
    Object again = Records.decode("warm-up", Records.encode(record), type);
    if (!again.equals(record)) {
      throw new IllegalStateException("a record did not come back as it was written: " + record);
    }
  }
}
