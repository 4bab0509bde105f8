package dev.drover.control;

import dev.drover.core.PartitionId;
import dev.drover.store.Entry;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.Watch;
import dev.drover.store.WatchListener;
import dev.drover.store.records.DriverRecord;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which of the servers on one store drives: the one that holds the key `controller` under its
/// lease. The others answer the API, take requests, and wait for that key to vanish.
///
/// Because one server begins all moves, the limit of moves at a home holds for all servers
/// together.
final class Leadership implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

  private final ControllerOptions options;
  private final StateStore store;
  private final DriverClaims claims;
  private final Runnable changed;
  private volatile boolean leads;
  private volatile boolean followed;
  private Watch watch = () -> {};
  private long renewedNanos;

  /// @param changed told when whoever leads has changed; must not block
  Leadership(ControllerOptions options, StateStore store, DriverClaims claims, Runnable changed) {
    this.options = options;
    this.store = store;
    this.claims = claims;
    this.changed = changed;
  }

  /// Takes this server's name, and the lead if nobody has it. An earlier run that was killed keeps
  /// the name for as long as its lease lasts.
  ///
  /// @throws StoreException.Refused if another server of this name runs on the same store
  void start() throws StoreException, InterruptedException {
    long untilNanos = options.clocks().nanos() + 3 * options.lease().toNanos();
    while (!named(options.clocks().nanos() > untilNanos)) {
      if (options.clocks().nanos() > untilNanos) {
        throw new StoreException.Refused(
            "another server named '"
                + options.name()
                + "' runs on this store: give each a server.name of its own",
            null);
      }
      TimeUnit.MILLISECONDS.sleep(Controller.ROUND_MILLIS);
    }
  }

  /// A lease that ends before the name stands under it, because this process was held up, is no
  /// reason not to start: the next try takes a new one.
  private boolean named(boolean last) throws StoreException {
    try {
      renew();
      return claims.named();
    } catch (StoreException.Refused e) {
      if (last) {
        throw e;
      }
      LOG.info("this server's name could not be taken, and is tried again: {}", e.getMessage());
      return false;
    }
  }

  boolean leads() {
    return leads;
  }

  /// Whether it is time to renew, although there is always something else to do.
  boolean due() {
    long sinceNanos = options.clocks().nanos() - renewedNanos;
    return sinceNanos > TimeUnit.MILLISECONDS.toNanos(Controller.ROUND_MILLIS);
  }

  /// Keeps what this server has, and takes the lead if nobody has it.
  void renew() throws StoreException {
    boolean before = leads;
    renewedNanos = options.clocks().nanos();
    leads = claims.renew();
    if (leads != before) {
      LOG.info(leads ? "this server drives" : "this server does not drive any more");
    }
    if (!followed) {
      follow();
    }
  }

  /// To look at once when whoever leads is gone; without the watch the next round would find it.
  private void follow() throws StoreException {
    watch.close();
    long revision = store.list(Keys.CONTROLLER).revision();
    // Before it begins: it may be lost at once.
    followed = true;
    try {
      watch = store.watch(Keys.CONTROLLER, revision, new Follower());
    } catch (StoreException e) {
      followed = false;
      throw e;
    }
  }

  private final class Follower implements WatchListener {
    @Override
    public void changed(List<Event> events) {
      changed.run();
    }

    @Override
    public void lost(StoreException why) {
      followed = false;
    }
  }

  /// Who drives a partition; empty if nobody has claimed it.
  Optional<DriverRecord> driver(PartitionId id) throws StoreException {
    return record(Keys.driver(id));
  }

  /// Who leads; empty if nobody does right now.
  Optional<DriverRecord> leader() throws StoreException {
    return record(Keys.CONTROLLER);
  }

  private Optional<DriverRecord> record(String key) throws StoreException {
    Optional<Entry> entry = store.get(key);
    return entry.isEmpty()
        ? Optional.empty()
        : Optional.of(Records.decode(key, entry.get().value(), DriverRecord.class));
  }

  @Override
  public void close() {
    watch.close();
  }
}
