package dev.drover.control;

import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.driver.Outcome;
import dev.drover.core.mover.Mover;
import dev.drover.store.Entry;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.records.Keys;
import dev.drover.store.records.KnownFleet;
import dev.drover.store.records.Records;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The drivers that run here, one at most for each partition.
final class Drivers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Drivers.class);

  private final ControllerOptions options;
  private final StateStore store;
  private final Formats formats;
  private final Movers movers;
  private final DriverClaims claims;
  private final Keeping keeping;
  private final Endings endings;
  private final Runnable ended;
  private final KnownFleet.Decoded gateways = new KnownFleet.Decoded();
  private final Map<PartitionId, DriverShell> shells = new ConcurrentHashMap<>();
  private final Set<PartitionId> strange = ConcurrentHashMap.newKeySet();

  /// @param ended told when a driver has ended and its partition is given back
  Drivers(
      ControllerOptions options,
      StateStore store,
      Movers movers,
      DriverClaims claims,
      Keeping keeping,
      Endings endings,
      Runnable ended) {
    this.options = options;
    this.store = store;
    this.formats = new Formats(store);
    this.movers = movers;
    this.claims = claims;
    this.keeping = keeping;
    this.endings = endings;
    this.ended = ended;
  }

  @Nullable DriverShell of(PartitionId id) {
    return shells.get(id);
  }

  Optional<DriverShell> find(PartitionId id) {
    return Optional.ofNullable(shells.get(id));
  }

  Collection<DriverShell> all() {
    return List.copyOf(shells.values());
  }

  Set<PartitionId> partitions() {
    return Set.copyOf(shells.keySet());
  }

  KnownFleet.Decoded gateways() {
    return gateways;
  }

  /// What another party has changed is told to the driver whose partition it is.
  void recordSeen(Catalog.Known found) {
    DriverShell shell = shells.get(found.partition().id());
    if (shell != null) {
      shell.recordSeen(found.partition(), found.version());
    }
  }

  /// Begins to drive everything that moves or owes and that nobody drives.
  void takeOver(List<Catalog.Known> unsettled) throws StoreException {
    for (Catalog.Known known : unsettled) {
      Partition partition = known.partition();
      if (!shells.containsKey(partition.id())
          && hasEngine(partition.id())
          && claims.claim(partition.id())) {
        Optional<Catalog.Known> now = unsettled(partition.id());
        if (now.isEmpty()) {
          claims.release(partition.id());
          continue;
        }
        takeOver(now.get());
      }
    }
  }

  /// The record as it is since nobody else can drive it: the catalog may not have heard of the end
  /// of a move that was driven here. A driver that took that one up again would prepare its target
  /// once more, under the same term.
  private Optional<Catalog.Known> unsettled(PartitionId id) throws StoreException {
    Optional<Entry> entry = store.get(Keys.partition(id));
    if (entry.isEmpty()) {
      return Optional.empty();
    }
    try {
      Partition now = Records.decode(entry.get().key(), entry.get().value(), Partition.class);
      return now.moving() || !now.owed().isEmpty()
          ? Optional.of(new Catalog.Known(now, entry.get().version()))
          : Optional.empty();
    } catch (StoreException.Corrupt e) {
      LOG.debug("{}", e.getMessage()); // the catalog says so
      return Optional.empty();
    }
  }

  private void takeOver(Catalog.Known known) {
    Partition partition = known.partition();
    LOG.info(
        "taking over partition '{}': {}",
        partition.id(),
        partition.moving()
            ? "its move is in " + partition.ownership().label()
            : "it owes " + partition.owed());
    DriverShell shell = drive(partition, known.version());
    if (shell != null && partition.move().filter(options::tooOld).isPresent()) {
      shell.abort("the move is older than the abort timeout of " + options.abortTimeout());
    }
  }

  /// Whether this server can drive a partition; what it cannot drive it does not claim, and says so
  /// once.
  private boolean hasEngine(PartitionId id) {
    boolean has = movers.find(id.engine()).isPresent();
    if (!has && strange.add(id)) {
      LOG.error(
          "partition '{}' needs a driver, but this server has no engine '{}'", id, id.engine());
    }
    return has;
  }

  /// Has a driver that works off debts let go of its partition, for a move that does not wait for
  /// them: whoever ends that move works them off.
  ///
  /// @return false if it is to be tried again
  boolean letGo(PartitionId id) throws StoreException {
    DriverShell repaying = shells.get(id);
    if (repaying == null) {
      return true;
    }
    if (!repaying.letGo()) {
      return false;
    }
    shells.remove(id, repaying);
    Outcome soFar = Summaries.soFar(repaying.driver().stage());
    endings.count(repaying, soFar);
    endings.write(repaying, soFar);
    return true;
  }

  /// Begins to drive a partition.
  ///
  /// @return null if this server does not have its engine
  @Nullable DriverShell drive(Partition partition, long version) {
    Mover mover = movers.find(partition.id().engine()).orElse(null);
    if (mover == null) {
      LOG.error(
          "partition '{}' needs a driver, but this server has no engine '{}'",
          partition.id(),
          partition.id().engine());
      return null;
    }
    DriverShell shell =
        new DriverShell(
            options.clocks(),
            store,
            options.self(),
            partition,
            version,
            mover,
            states(partition.id()),
            gateways,
            keeping,
            this::ended);
    shells.put(partition.id(), shell);
    shell.start();
    return shell;
  }

  /// Whether an engine's state may stand in records.
  private boolean states(PartitionId id) {
    try {
      Set<String> older = formats.older(Records.FORMAT);
      if (!older.isEmpty()) {
        LOG.info(
            "partition '{}': {} are of an older version, so whoever takes this move over begins its"
                + " copy anew",
            id,
            older);
      }
      return older.isEmpty();
    } catch (StoreException e) {
      LOG.info("partition '{}': who reads what is not known: {}", id, e.getMessage());
      return false;
    }
  }

  private void ended(DriverShell shell, Outcome outcome) {
    endings.count(shell, outcome);
    Thread.ofVirtual()
        .name("ended " + shell.partition())
        .start(
            () -> {
              try {
                endings.conclude(shell, outcome);
              } finally {
                shells.remove(shell.partition(), shell);
                ended.run();
              }
            });
  }

  @Override
  public void close() {
    shells.values().forEach(DriverShell::close);
  }
}
