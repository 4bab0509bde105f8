package dev.drover.store.log;

import dev.drover.store.StoreException;
import dev.drover.store.log.Cell.Content;
import dev.drover.store.log.Cell.Position;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The end of the log as this process knows it: reads what others have written, and writes.
///
/// A batch is written by a compare-and-set of the head that the replica was at, so whatever was
/// decided on the replica was decided on the newest state. If no answer came, the head is read
/// again: it has the batch, or is written once more without it, after which the batch cannot come
/// any more. Only if that is not to be had in time is the outcome unknown.
final class Log {
  private static final Logger LOG = LoggerFactory.getLogger(Log.class);
  private static final long PAUSE_MILLIS_MIN = 5;
  private static final long PAUSE_MILLIS_MAX = 100;

  /// After so many batches in a row, others that collide with them are let go first.
  private static final int IN_A_ROW_MAX = 16;

  private static final long LET_GO_MILLIS = 5;

  private final Cell cell;
  private final Replica replica;
  private final Blobs blobs;
  private final ReentrantLock lock = new ReentrantLock();
  private final AtomicLong arrivals = new AtomicLong();
  private volatile StoreException.@Nullable Corrupt lost;
  private volatile boolean closed;

  /// Where the replica is. Written under `lock`.
  private volatile @Nullable Known known;

  /// Calls that came up to here may rely on what was read. Guarded by `lock`.
  private long covered;

  private long batches;
  private long ownSeen;
  private int inARow;
  private @Nullable String client;

  /// @param head as it stands at that position
  private record Known(Position at, Head head) {}

  /// What a request comes to.
  ///
  /// @param changes nothing needs to be written if empty
  record Plan<R>(List<Change> changes, R answer) {}

  Log(Cell cell, Replica replica) {
    this.cell = cell;
    this.replica = replica;
    this.blobs = new Blobs(cell);
  }

  /// Where the replica is; null before anything was read.
  @Nullable Position position() {
    Known now = known;
    return now == null ? null : now.at();
  }

  /// Brings the replica to a state that has all that was acknowledged before this call.
  void refresh(Deadline deadline) throws StoreException {
    long mine = arrivals.incrementAndGet();
    acquire(deadline);
    try {
      if (covered < mine) {
        readPatiently(deadline);
      }
    } finally {
      lock.unlock();
    }
  }

  /// Decides a request on the newest state, writes what it comes to, and gives the answer.
  <R> R commit(Replica.Asking<Plan<R>> request, Deadline deadline) throws StoreException {
    long mine = arrivals.incrementAndGet();
    acquire(deadline);
    try {
      if (known == null) {
        readPatiently(deadline);
      }
      while (true) {
        Plan<R> plan = null;
        StoreException.Refused refused = null;
        try {
          plan = replica.ask(request);
        } catch (StoreException.Refused e) {
          refused = e;
        }
        if (plan != null && !plan.changes().isEmpty()) {
          if (push(plan.changes(), deadline)) {
            return plan.answer();
          }
          if (deadline.over()) {
            throw new StoreException.Unavailable(
                "others write so much that this could not be written in time", null);
          }
        } else if (covered < mine) {
          readPatiently(deadline);
        } else if (plan != null) {
          return plan.answer();
        } else if (refused != null) {
          throw refused;
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void acquire(Deadline deadline) throws StoreException {
    checkUsable();
    try {
      if (!lock.tryLock(deadline.leftNanos(), TimeUnit.NANOSECONDS)) {
        throw new StoreException.Unavailable("the store does not answer in time", null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException.Unavailable("interrupted", e);
    }
  }

  /// @throws StoreException if nothing is read any more
  void check() throws StoreException {
    checkUsable();
  }

  private void checkUsable() throws StoreException {
    StoreException.Corrupt why = lost;
    if (why != null) {
      throw new StoreException.Corrupt(String.valueOf(why.getMessage()), why);
    }
    if (closed) {
      throw new StoreException.Unavailable("this store is closed", null);
    }
  }

  private void pause(long millis, Deadline deadline, StoreException failure) throws StoreException {
    if (closed || deadline.leftNanos() <= TimeUnit.MILLISECONDS.toNanos(millis)) {
      throw failure;
    }
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure;
    }
  }

  private void readPatiently(Deadline deadline) throws StoreException {
    long pauseMillis = PAUSE_MILLIS_MIN;
    while (true) {
      try {
        read(deadline);
        return;
      } catch (StoreException.Unavailable e) {
        pause(pauseMillis, deadline, e);
        pauseMillis = Math.min(2 * pauseMillis, PAUSE_MILLIS_MAX);
      }
    }
  }

  private void read(Deadline deadline) throws StoreException {
    while (true) {
      checkUsable();
      long covers = arrivals.get();
      Optional<Content> found = cell.read(deadline);
      if (found.isEmpty()) {
        begin(deadline);
      } else if (take(found.get(), deadline)) {
        covered = covers;
        inARow = 0;
        return;
      } else if (deadline.over()) {
        throw new StoreException.Unavailable("the log changes faster than it can be read", null);
      }
    }
  }

  /// Writes the first head, unless somebody else has just done so.
  private void begin(Deadline deadline) throws StoreException {
    if (known != null) {
      throw lose("it is empty");
    }
    try {
      var _ = cell.swap(Optional.empty(), Codec.head(Head.empty(client(deadline))), deadline);
    } catch (StoreException.OutcomeUnknown e) {
      throw new StoreException.Unavailable("the store could not be begun: " + e.getMessage(), e);
    }
  }

  private String client(Deadline deadline) throws StoreException {
    String name = client;
    if (name == null) {
      name = cell.client(deadline);
      client = name;
    }
    return name;
  }

  /// Brings the replica to what was read.
  ///
  /// @return false if blobs of it are gone: then it is an old one
  private boolean take(Content content, Deadline deadline) throws StoreException {
    Known before = known;
    if (before != null && before.at().equals(content.at())) {
      return true;
    }
    Head head = Codec.head(content.bytes());
    try {
      if (before == null) {
        restore(head, deadline);
      } else {
        checkFollows(before.head(), head);
        follow(before.head(), head, deadline);
      }
    } catch (Blobs.Gone e) {
      return false;
    }
    now(content.at(), head);
    return true;
  }

  private void now(Position at, Head head) {
    Known before = known;
    known = new Known(at, head);
    if (before != null && before.at().term() != at.term()) {
      // While nobody accepted writes, no lease could be extended.
      replica.watchingBegins();
    }
  }

  private void checkFollows(Head before, Head head) throws StoreException {
    if (!head.generation().equals(before.generation())) {
      throw lose("it is another store, of generation " + head.generation());
    }
    if (head.index() < before.index()) {
      throw lose("it ends at change %d, and had %d before".formatted(head.index(), before.index()));
    }
  }

  private void follow(Head before, Head head, Deadline deadline) throws StoreException, Blobs.Gone {
    Optional<List<byte[]>> missed = blobs.after(before.index(), head, deadline);
    if (missed.isEmpty()) {
      LOG.warn("The store's log has gone on past what it keeps: reading its snapshot");
      restore(head, deadline);
      return;
    }
    long chain = before.chain();
    for (byte[] each : missed.get()) {
      chain = Codec.chained(chain, each);
    }
    if (chain != head.chain()) {
      throw lose("what follows change %d is not what followed it before".formatted(before.index()));
    }
    apply(missed.get());
  }

  private void restore(Head head, Deadline deadline) throws StoreException, Blobs.Gone {
    List<Change> map = blobs.snapshot(head.snapshot(), deadline);
    Optional<List<byte[]>> since = blobs.after(head.snapshot().index(), head, deadline);
    List<byte[]> batches =
        since.orElseThrow(
            () -> new StoreException.Corrupt("the store's log has a gap after its snapshot", null));
    long chain = head.snapshot().chain();
    for (byte[] each : batches) {
      chain = Codec.chained(chain, each);
    }
    if (chain != head.chain()) {
      throw new StoreException.Corrupt("the store's log does not check: it was damaged", null);
    }
    replica.restore(map);
    apply(batches);
  }

  private void apply(List<byte[]> batches) throws StoreException {
    for (byte[] each : batches) {
      Batch batch = Codec.batch(each);
      if (batch.client().equals(client)) {
        ownSeen = Math.max(ownSeen, batch.number());
      }
      replica.apply(batch.changes());
    }
  }

  /// From now on nothing is believed.
  private StoreException.Corrupt lose(String what) {
    StoreException.Corrupt why =
        new StoreException.Corrupt(
            "the database that holds the store has lost acknowledged writes: " + what, null);
    lost = why;
    replica.loseAll(why);
    return why;
  }

  /// Writes changes that were decided on the replica.
  ///
  /// @return false if they were not written, and have to be decided anew
  private boolean push(List<Change> changes, Deadline deadline) throws StoreException {
    Known from = known;
    if (from == null) {
      return false;
    }
    Batch batch = new Batch(client(deadline), ++batches, changes);
    byte[] bytes = Codec.batch(batch);
    letOthersGo();
    long covers = arrivals.get();
    Blobs.Prepared next = blobs.prepared(from.head(), bytes, deadline);
    try {
      Optional<Position> done =
          cell.swap(Optional.of(from.at()), Codec.head(next.head()), deadline);
      if (done.isPresent()) {
        now(done.get(), next.head());
        covered = covers;
        inARow++;
        replica.apply(changes);
        compactIfLong(deadline);
        return true;
      }
      readPatiently(deadline);
      boolean mine = ownSeen >= batch.number();
      if (!mine) {
        next.forget(cell);
      }
      return mine;
    } catch (StoreException.Unavailable e) {
      next.forget(cell);
      pause(PAUSE_MILLIS_MIN, deadline, e);
      return false;
    } catch (StoreException.OutcomeUnknown e) {
      return settled(from, batch, deadline, e);
    }
  }

  private void letOthersGo() {
    if (inARow >= IN_A_ROW_MAX) {
      inARow = 0;
      try {
        TimeUnit.MILLISECONDS.sleep(LET_GO_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// Finds out what became of a batch to which no answer came.
  private boolean settled(
      Known from, Batch batch, Deadline deadline, StoreException.OutcomeUnknown why)
      throws StoreException {
    try {
      while (true) {
        readPatiently(deadline);
        if (ownSeen >= batch.number()) {
          return true;
        }
        Known now = known;
        if (now == null || !now.at().equals(from.at())) {
          return settledElsewhere(from, now, why);
        }
        // It may yet come: it cannot once the head was written again.
        try {
          Optional<Position> fenced =
              cell.swap(Optional.of(now.at()), Codec.head(now.head()), deadline);
          if (fenced.isPresent()) {
            now(fenced.get(), now.head());
            return false;
          }
        } catch (StoreException.OutcomeUnknown e) {
          LOG.debug("not settled yet: {}", e.getMessage());
        }
      }
    } catch (StoreException.Unavailable | StoreException.OutcomeUnknown e) {
      why.addSuppressed(e);
      throw why;
    }
  }

  /// The head has moved on without the batch, so it cannot come any more; if its batches were all
  /// read.
  private static boolean settledElsewhere(
      Known from, @Nullable Known now, StoreException.OutcomeUnknown why)
      throws StoreException.OutcomeUnknown {
    if (now == null || now.head().snapshot().index() > from.head().index()) {
      throw why;
    }
    return false;
  }

  private void compactIfLong(Deadline deadline) {
    Known now = known;
    if (now == null || !now.head().isLong()) {
      return;
    }
    try {
      Head.Snapshot snapshot =
          blobs.kept(replica.snapshot(), now.head().index(), now.head().chain(), deadline);
      List<String> needless = now.head().dropped();
      Head compacted = now.head().compacted(snapshot);
      Optional<Position> done = cell.swap(Optional.of(now.at()), Codec.head(compacted), deadline);
      if (done.isPresent()) {
        now(done.get(), compacted);
        cell.drop(needless);
      } else {
        cell.drop(snapshot.blobs());
      }
    } catch (StoreException e) {
      LOG.info("The store's log could not be made shorter yet: {}", e.getMessage());
    }
  }

  StoreException.@Nullable Corrupt lost() {
    return lost;
  }

  boolean closed() {
    return closed;
  }

  void close() {
    closed = true;
  }
}
