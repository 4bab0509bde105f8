package dev.drover.control;

import dev.drover.control.ControlException.Kind;
import dev.drover.core.Clocks;
import dev.drover.core.MoveId;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.Transition;
import dev.drover.core.Undo;
import dev.drover.core.mover.Kept;
import dev.drover.core.mover.Mover;
import dev.drover.store.Entry;
import dev.drover.store.PutResult;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.records.KeptRecord;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Knows what movers have set aside at homes (under `kept/MOVE` in the store) and writes down what
/// operators decide on it.
final class Keeping {
  private static final Logger LOG = LoggerFactory.getLogger(Keeping.class);

  private final Clocks clocks;
  private final StateStore store;
  private final Movers movers;
  private volatile long undecided;

  Keeping(Clocks clocks, StateStore store, Movers movers) {
    this.movers = movers;
    this.clocks = clocks;
    this.store = store;
  }

  /// Writes down what stands aside after a debt was worked off. Returns once the store has it.
  ///
  /// @return the strays among it, by name, for the certificate
  List<String> keep(PartitionId partition, Undo undo, Kept kept) throws InterruptedException {
    while (true) {
      try {
        write(partition, undo, kept);
        return kept.strays() ? shown(kept.items(), kept.names()) : List.of();
      } catch (StoreException e) {
        LOG.warn(
            "partition '{}': what is set aside at '{}' cannot be written down yet: {}",
            partition,
            undo.at().home(),
            e.getMessage());
        Thread.sleep(Controller.ROUND_MILLIS);
      }
    }
  }

  private void write(PartitionId partition, Undo undo, Kept kept) throws StoreException {
    String key = Keys.kept(undo.move());
    Optional<KeptRecord> before = find(undo.move());
    if (kept.nothing()) {
      // Of another home, such as the one where only a fence was lifted, this says nothing.
      if (before.isPresent() && before.get().home().equals(undo.at().home())) {
        store.delete(key, StateStore.ANY);
      }
      return;
    }
    KeptRecord record =
        new KeptRecord(
            undo.move(),
            partition,
            kept.home(),
            undo.at().locator(),
            kept.strays(),
            kept.why(),
            kept.items(),
            kept.names(),
            before.map(KeptRecord::sinceMillis).orElse(clocks.wallMillis()),
            false);
    store.put(key, Records.encode(record), StateStore.ANY, null);
    LOG.error("{}", problem(record));
  }

  private static List<String> shown(long items, List<String> first) {
    List<String> names = new ArrayList<>(first);
    if (items > names.size()) {
      names.add("(and " + (items - names.size()) + " more)");
    }
    return names;
  }

  List<KeptRecord> all() throws StoreException {
    List<KeptRecord> all = new ArrayList<>();
    for (Entry entry : store.list(Keys.KEPT).entries()) {
      all.add(Records.decode(entry.key(), entry.value(), KeptRecord.class));
    }
    undecided = all.stream().filter(k -> !k.accepted()).mapToLong(KeptRecord::items).sum();
    return all;
  }

  /// How many items wait for a decision, as far as the store tells.
  long undecided() {
    try {
      all();
    } catch (StoreException e) {
      LOG.debug("what is set aside is not known right now: {}", e.getMessage());
    }
    return undecided;
  }

  /// What people have to decide on, a line each.
  List<String> problems() throws StoreException {
    return all().stream().filter(k -> !k.accepted()).map(this::problem).toList();
  }

  private String problem(KeptRecord k) {
    String items = movers.traits(k.partition().engine()).nouns().items();
    return "%,d %s of '%s' are set aside at home '%s' since move %s (such as %s): %s. Nothing of them is deleted: decide with 'drover strays'"
        .formatted(
            k.items(), items, k.partition(), k.home(), k.move(), k.names().getFirst(), k.why());
  }

  Optional<KeptRecord> find(MoveId move) throws StoreException {
    Optional<Entry> entry = store.get(Keys.kept(move));
    return entry.isEmpty()
        ? Optional.empty()
        : Optional.of(Records.decode(entry.get().key(), entry.get().value(), KeptRecord.class));
  }

  /// The strays of a move, by name, for its certificate.
  List<String> strays(MoveId move) throws StoreException {
    return find(move)
        .filter(KeptRecord::strays)
        .map(k -> shown(k.items(), k.names()))
        .orElse(List.of());
  }

  KeptRecord existing(MoveId move) throws StoreException, ControlException {
    return find(move).orElseThrow(() -> new ControlException(Kind.NOT_FOUND, nothingKept(move)));
  }

  private static String nothingKept(MoveId move) {
    return "nothing is set aside of a move '" + move + "'; 'drover strays' lists all";
  }

  /// It may stay where it is.
  void accept(MoveId move) throws StoreException, ControlException {
    Entry before =
        store
            .get(Keys.kept(move))
            .orElseThrow(() -> new ControlException(Kind.NOT_FOUND, nothingKept(move)));
    KeptRecord kept = Records.decode(before.key(), before.value(), KeptRecord.class);
    store.put(
        before.key(), Records.encodeOver(before.value(), kept.accept()), StateStore.ANY, null);
  }

  /// Has it dropped or brought: that is owed from now on, and worked off like any debt.
  void decide(KeptRecord kept, Kept.Decision decision, Catalog.Known known, Mover mover)
      throws StoreException, ControlException {
    Partition partition = known.partition();
    if (!partition.owed().isEmpty()) {
      throw new ControlException(
          Kind.CONFLICT,
          "'"
              + partition.owed().getFirst()
              + "' of partition '"
              + partition.id()
              + "' is being worked off; try again when that is done");
    }
    Placement at = new Placement(kept.home(), kept.locator());
    Undo owed = mover.decided(decision, at, kept.move());
    switch (Transition.owe(partition, owed)) {
      case Transition.Refused refused ->
          throw new ControlException(Kind.CONFLICT, refused.why().message());
      case Transition.Granted granted -> {
        PutResult result =
            store.put(
                Keys.partition(partition.id()),
                Records.encode(granted.next()),
                known.version(),
                null);
        if (!(result instanceof PutResult.Applied)) {
          throw new ControlException(
              Kind.CONFLICT, "partition '" + partition.id() + "' has changed meanwhile; try again");
        }
      }
    }
  }
}
