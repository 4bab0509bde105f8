package dev.drover.control;

import dev.drover.core.Barrier;
import dev.drover.core.Budget;
import dev.drover.core.Clocks;
import dev.drover.core.ControllerId;
import dev.drover.core.Engine;
import dev.drover.core.Hlc;
import dev.drover.core.HomeId;
import dev.drover.core.Move;
import dev.drover.core.MoveId;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.SourceFence;
import dev.drover.core.Transition;
import dev.drover.core.Undo;
import dev.drover.core.driver.Outcome;
import dev.drover.core.mover.MoverOptions;
import dev.drover.store.Entry;
import dev.drover.store.PutResult;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.records.Keys;
import dev.drover.store.records.KnownFleet;
import dev.drover.store.records.Records;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Real drivers that move a partition in which there is nothing, there and back, in a store that
/// nobody needs: what they run through has been loaded and compiled when writers wait for it first.
public final class Rehearsal {
  /// Of partitions that nobody has.
  public static final Engine ENGINE = new Engine("rehearsal");

  private static final PartitionId PARTITION = new PartitionId(ENGINE, "rehearsal");
  private static final ControllerId SELF = new ControllerId("rehearsal");
  private static final Placement HERE = new Placement(new HomeId("here"), "rehearsal");
  private static final Placement THERE = new Placement(new HomeId("there"), "rehearsal");

  /// What its gateway has to know.
  public static final List<HomeId> HOMES = List.of(HERE.home(), THERE.home());

  private static final long MOVE_SECONDS_MAX = 5;

  private final StateStore store;
  private final Clocks clocks;
  private final BlockingQueue<Outcome> ends = new LinkedBlockingQueue<>();

  public Rehearsal(StateStore store, Clocks clocks) {
    this.store = store;
    this.clocks = clocks;
  }

  /// Puts the partition into the store.
  public void prepare() throws StoreException {
    Partition partition = Partition.at(PARTITION, HERE, stamp());
    PutResult _ = store.put(Keys.partition(PARTITION), Records.encode(partition), 0, null);
  }

  /// Moves it once; returns when it has arrived.
  public void move(int number) throws StoreException, InterruptedException {
    String key = Keys.partition(PARTITION);
    Entry entry =
        store.get(key).orElseThrow(() -> new StoreException.Corrupt(key + " is gone", null));
    Partition partition = Records.decode(key, entry.value(), Partition.class);
    Placement to = partition.ownership().reads().equals(HERE) ? THERE : HERE;
    MoveId id = new MoveId("rehearsal-" + number);
    Undo owed = new Undo("nothing", partition.ownership().reads(), id, MoverOptions.DEFAULT);
    Move move =
        Move.begun(
            id,
            SELF,
            new Move.Plan(
                Budget.DEFAULT,
                Barrier.RECEIPTS,
                MoverOptions.DEFAULT,
                SourceFence.OUTSIDERS,
                List.of(owed)),
            List.of(owed),
            stamp());
    if (!(Transition.begin(partition, to, move, stamp()) instanceof Transition.Granted begun)
        || !(store.put(key, Records.encode(begun.next()), entry.version(), null)
            instanceof PutResult.Applied applied)) {
      throw new IllegalStateException("a rehearsed move could not begin from " + partition);
    }
    try (DriverShell shell =
        new DriverShell(
            clocks,
            store,
            SELF,
            begun.next(),
            applied.version(),
            new NothingMover(ENGINE),
            true,
            new KnownFleet.Decoded(),
            new Keeping(clocks, store, new Movers(Map.of())),
            (_, outcome) -> ends.add(outcome))) {
      shell.start();
      Outcome outcome = ends.poll(MOVE_SECONDS_MAX, TimeUnit.SECONDS);
      if (!(outcome instanceof Outcome.Completed)) {
        throw new IllegalStateException("a rehearsed move ended with " + outcome);
      }
    }
  }

  private Hlc stamp() {
    return new Hlc(clocks.wallMillis(), 0);
  }
}
