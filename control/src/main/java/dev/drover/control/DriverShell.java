package dev.drover.control;

import dev.drover.core.Certificate;
import dev.drover.core.Clocks;
import dev.drover.core.ControllerId;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.driver.Driver;
import dev.drover.core.driver.DriverEffect;
import dev.drover.core.driver.DriverEvent;
import dev.drover.core.driver.Outcome;
import dev.drover.core.fleet.FleetView;
import dev.drover.core.mover.Mover;
import dev.drover.core.mover.MoverListener;
import dev.drover.store.Durability;
import dev.drover.store.Entry;
import dev.drover.store.PutResult;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.records.Keys;
import dev.drover.store.records.KnownFleet;
import dev.drover.store.records.Records;
import dev.drover.store.trace.Leg;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries out what one [Driver] decides: one thread with a mailbox, the mover's thread beside it.
final class DriverShell implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DriverShell.class);
  private static final int MAILBOX_MAX = 4_096;
  private static final long RETRY_MILLIS = 100;
  private static final long ABORT_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(500);

  /// @param nanos when it was, if that is recorded
  private record Posted(DriverEvent event, long nanos) {}

  private final Clocks clocks;
  private final StateStore store;
  private final PartitionId partition;
  private final Partition begun;
  private final BiConsumer<DriverShell, Outcome> ended;
  private final BlockingQueue<Posted> mailbox = new ArrayBlockingQueue<>(MAILBOX_MAX);
  private final AtomicBoolean fleetNews = new AtomicBoolean();
  private final AtomicReference<DriverEvent.@Nullable RecordSeen> recordNews =
      new AtomicReference<>();
  private final FleetFollower fleet;
  private final MoverThread mover;
  private final Progress progress;
  private final Thread thread;
  private final ReentrantLock certifying = new ReentrantLock();
  private volatile @Nullable Certificate lastCertificate;
  private volatile Driver driver;
  private volatile boolean closed;
  private long wakeAtNanos = Long.MAX_VALUE;

  /// @param partition a record that moves or owes, at `version`
  /// @param states whether all processes can read records with an engine's state
  /// @param gateways what the drivers of other partitions know of the gateways
  /// @param keeping is told what the mover sets aside
  /// @param ended told once, from this shell's thread, when there is nothing more to do
  DriverShell(
      Clocks clocks,
      StateStore store,
      ControllerId self,
      Partition partition,
      long version,
      Mover engine,
      boolean states,
      KnownFleet.Decoded gateways,
      Keeping keeping,
      BiConsumer<DriverShell, Outcome> ended) {
    this.clocks = clocks;
    this.store = store;
    this.partition = partition.id();
    this.begun = partition;
    this.ended = ended;
    this.driver = Driver.of(self, partition, version, engine.traits().gatewaysNote(), clocks.now());
    this.progress = new Progress(clocks);
    this.fleet = new FleetFollower(store, partition.id(), gateways, this::fleetChanged);
    MoverListener listener = progress;
    this.mover =
        new MoverThread(engine, states, partition.id().toString(), listener, keeping, this::post);
    // Of the platform, like the mover's: there are few, and writers wait for how soon they wake up.
    this.thread =
        Thread.ofPlatform().daemon().name("driver " + partition.id()).unstarted(this::run);
  }

  void start() {
    post(new DriverEvent.Woken());
    mover.start();
    thread.start();
    Thread.ofVirtual().name("fleet " + partition).start(this::follow);
  }

  PartitionId partition() {
    return partition;
  }

  /// The record with which it began.
  Partition begun() {
    return begun;
  }

  /// The machine as it is now.
  Driver driver() {
    return driver;
  }

  Progress progress() {
    return progress;
  }

  void abort(String reason) {
    post(new DriverEvent.AbortAsked(reason));
  }

  /// Waits a moment for an abort that was asked for to be heard, so that what is said next is true
  /// of it.
  void awaitAbort() throws InterruptedException {
    long end = clocks.nanos() + ABORT_NANOS_MAX;
    while (driver.partition().moving() && driver.abort().isEmpty() && clocks.nanos() - end < 0) {
      Thread.sleep(1);
    }
  }

  /// Stops without finishing, unless it has ended.
  ///
  /// @return whether it is another one's turn; if not, its end is being told
  synchronized boolean letGo() {
    if (driver.ended()) {
      return false;
    }
    close();
    return true;
  }

  /// @return whether it goes on
  private synchronized boolean decided(Driver next) {
    if (!closed) {
      driver = next;
    }
    return !closed;
  }

  /// Stops without finishing; whoever drives next resumes from the record.
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    mover.close();
    fleet.close();
  }

  private void follow() {
    try {
      fleet.start();
    } catch (StoreException e) {
      LOG.info("partition '{}': cannot follow the gateways yet: {}", partition, e.getMessage());
      sleepThen(this::follow);
    }
  }

  private void run() {
    try {
      while (!closed && !driver.ended()) {
        long waitNanos = Math.min(wakeAtNanos - clocks.nanos(), TimeUnit.SECONDS.toNanos(1));
        Posted posted = mailbox.poll(Math.max(0, waitNanos), TimeUnit.NANOSECONDS);
        if (posted != null) {
          Leg.ended(
              "driver wakes up",
              posted.event().getClass().getSimpleName(),
              epoch(),
              posted.nanos());
          take(newest(posted.event()));
        }
        if (wakeAtNanos != Long.MAX_VALUE && clocks.nanos() - wakeAtNanos >= 0) {
          wakeAtNanos = Long.MAX_VALUE;
          take(new DriverEvent.TimeCame());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error defect) {
      broken(defect);
    } finally {
      mover.close();
      fleet.close();
    }
  }

  /// The record says how far the move is, so another driver goes on from there.
  private void broken(Throwable defect) {
    LOG.error(
        "partition '{}': a defect stopped its driver; the next one takes over", partition, defect);
    if (!closed && !driver.ended()) {
      ended.accept(this, new Outcome.Overtaken("a defect stopped this driver: " + defect));
    }
  }

  private DriverEvent newest(DriverEvent event) {
    return switch (event) {
      case DriverEvent.FleetSeen _ -> {
        fleetNews.set(false);
        yield new DriverEvent.FleetSeen(fleet.view());
      }
      case DriverEvent.RecordSeen _ -> {
        DriverEvent newest = recordNews.getAndSet(null);
        yield newest == null ? event : newest;
      }
      default -> event;
    };
  }

  /// Decides on one event, carries out all of its effects in order, and only then takes the answers
  /// that came at once.
  private void take(DriverEvent event) {
    ArrayDeque<DriverEvent> answers = new ArrayDeque<>();
    answers.add(event);
    while (!answers.isEmpty()) {
      Driver before = driver;
      Driver.Decision decision = before.decide(answers.remove(), clocks.now());
      if (!decided(decision.next())) {
        return;
      }
      if (!before.stage().getClass().equals(driver.stage().getClass())) {
        LOG.debug("partition '{}': {} -> {}", partition, before.stage(), driver.stage());
        progress.stageChanged(before.stage());
      }
      for (DriverEffect effect : decision.effects()) {
        carryOut(effect, answers);
      }
    }
  }

  private void carryOut(DriverEffect effect, ArrayDeque<DriverEvent> answers) {
    switch (effect) {
      case DriverEffect.Write w -> answers.add(written(w));
      case DriverEffect.ReadRecord _ -> answers.add(read());
      case DriverEffect.ListFleet list -> listFleet(list.epoch(), answers);
      case DriverEffect.Ask ask -> mover.ask(ask, driver.partition());
      case DriverEffect.StateWritten written -> mover.stateWritten(written.state());
      case DriverEffect.CancelWork _ -> mover.cancel();
      case DriverEffect.Certify certify -> certify(certify.certificate(), answers);
      case DriverEffect.WakeAt wake -> wakeAtNanos = Math.min(wakeAtNanos, wake.nanos());
      case DriverEffect.End end -> ended.accept(this, end.outcome());
    }
  }

  /// Only the newest view counts, so one waits at most, and it is made when its turn comes: this
  /// may be called by the very thread that empties the mailbox, and once for each receipt.
  private void fleetChanged() {
    if (!fleetNews.getAndSet(true)) {
      post(new DriverEvent.FleetSeen(FleetView.EMPTY));
    }
  }

  /// The record has changed, by this driver or by another party. As with the fleet, only the newest
  /// counts.
  void recordSeen(Partition record, long version) {
    DriverEvent.RecordSeen seen = new DriverEvent.RecordSeen(record, version);
    if (recordNews.getAndSet(seen) == null) {
      post(seen);
    }
  }

  private long epoch() {
    return driver.partition().epoch();
  }

  private DriverEvent written(DriverEffect.Write write) {
    long begun = Leg.begun();
    try {
      byte[] bytes = Records.encode(write.next());
      return switch (store.put(Keys.partition(partition), bytes, write.expectedVersion(), null)) {
        case PutResult.Applied applied -> new DriverEvent.Written(applied.version());
        case PutResult.Conflict _ -> new DriverEvent.Conflicted();
      };
    } catch (StoreException.OutcomeUnknown e) {
      return new DriverEvent.OutcomeUnknown();
    } catch (StoreException e) {
      return new DriverEvent.StoreAway(String.valueOf(e.getMessage()));
    } finally {
      Leg.ended(
          "write " + write.next().ownership().getClass().getSimpleName(),
          partition,
          write.next().epoch(),
          begun);
    }
  }

  private DriverEvent read() {
    String key = Keys.partition(partition);
    try {
      Optional<Entry> entry = store.get(key);
      if (entry.isEmpty()) {
        return new DriverEvent.Unreadable("the record of partition '" + partition + "' is gone");
      }
      Partition found = Records.decode(key, entry.get().value(), Partition.class);
      return new DriverEvent.Read(found, entry.get().version());
    } catch (StoreException.Corrupt e) {
      return new DriverEvent.Unreadable(String.valueOf(e.getMessage()));
    } catch (StoreException e) {
      return new DriverEvent.StoreAway(String.valueOf(e.getMessage()));
    }
  }

  private void listFleet(long epoch, ArrayDeque<DriverEvent> answers) {
    try {
      answers.add(new DriverEvent.FleetListed(epoch, fleet.list()));
    } catch (StoreException e) {
      LOG.info("partition '{}': the gateways cannot be listed yet: {}", partition, e.getMessage());
      if (!closed) {
        Thread.ofVirtual().name("list-fleet").start(() -> listLater(epoch));
      }
    }
  }

  private void listLater(long epoch) {
    sleepThen(
        () -> {
          try {
            post(new DriverEvent.FleetListed(epoch, fleet.list()));
          } catch (StoreException e) {
            listLater(epoch);
          }
        });
  }

  /// On this thread, which has nothing to do until receipts come, and so needs no other one.
  private void certify(Certificate certificate, ArrayDeque<DriverEvent> answers) {
    lastCertificate = certificate;
    long begun = Leg.begun();
    if (certified()) {
      answers.add(new DriverEvent.Certified());
    } else {
      Thread.ofVirtual().name("certify " + partition).start(this::certifyUntilItIs);
    }
    Leg.ended("certificate", partition, certificate.epoch(), begun);
  }

  private void certifyUntilItIs() {
    try {
      do {
        Thread.sleep(RETRY_MILLIS);
        if (closed) {
          return;
        }
      } while (!certified());
      post(new DriverEvent.Certified());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// One at a time and always the last one, so that an earlier one never comes to stand over it.
  /// Ordered, not synced: what the driver writes next syncs it, and until then it would be written
  /// again.
  ///
  /// @return whether the store has it
  private boolean certified() {
    certifying.lock();
    try {
      Certificate certificate = Objects.requireNonNull(lastCertificate);
      store.put(
          Keys.certificate(certificate.move()),
          Records.encode(certificate),
          StateStore.ANY,
          null,
          Durability.ORDERED);
      return true;
    } catch (StoreException e) {
      LOG.info(
          "partition '{}': the certificate cannot be written yet: {}", partition, e.getMessage());
      return false;
    } finally {
      certifying.unlock();
    }
  }

  private void sleepThen(Runnable then) {
    try {
      Thread.sleep(RETRY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    if (!closed) {
      then.run();
    }
  }

  private void post(DriverEvent event) {
    if (closed) {
      return;
    }
    try {
      mailbox.put(new Posted(event, Leg.begun()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
