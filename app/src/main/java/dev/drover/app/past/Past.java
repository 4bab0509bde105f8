package dev.drover.app.past;

import dev.drover.core.Hlc;
import dev.drover.core.HomeId;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.engine.Plugs;
import dev.drover.store.records.DroppedRecord;
import dev.drover.store.records.StoreIdentity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What a store knows, beside what others bear witness to. Decides, and reads and writes nothing.
///
/// @param identity empty if the store has none: it is new, or of an earlier version
/// @param configured where configured partitions begin
record Past(
    Optional<StoreIdentity> identity,
    Map<PartitionId, Partition> records,
    Map<PartitionId, DroppedRecord> dropped,
    Map<PartitionId, Placement> configured,
    List<PastWord> words) {
  /// Witnesses that nobody has asked may have seen a little more.
  private static final long MARGIN = 1_000;

  Past {
    records = Map.copyOf(records);
    dropped = Map.copyOf(dropped);
    configured = Map.copyOf(configured);
    words = List.copyOf(words);
  }

  /// A record as it would be written, with the reason for its home.
  ///
  /// @param at empty if the witnesses do not agree on a home, or it is not known what the partition
  ///   is called there
  record Planned(PartitionId partition, Optional<Placement> at, long epoch, long term, String why) {
    Partition record(long wallMillis) {
      return new Partition(
          partition,
          epoch,
          term,
          new Ownership.Active(at.orElseThrow()),
          List.of(),
          new Hlc(wallMillis, 0));
    }
  }

  /// What speaks against this store, a line each; empty if nothing does.
  List<String> contradictions() {
    List<String> all = new ArrayList<>();
    for (PastWord word : words) {
      against(word).ifPresent(why -> all.add(word.by() + ": " + why));
    }
    return all;
  }

  private Optional<String> against(PastWord word) {
    PartitionId partition = word.partition();
    if (!word.store().isEmpty() && identity.filter(i -> i.stands(word.store())).isEmpty()) {
      return Optional.of(
          "'%s' was served by store %s, and this is %s"
              .formatted(
                  partition,
                  word.store(),
                  identity.map(i -> "store " + i.id()).orElse("a store without a name")));
    }
    Partition record = records.get(partition);
    if (record == null && !dropped.containsKey(partition)) {
      return Optional.of(
          "'" + partition + "' was served before, and the store knows nothing of it");
    }
    long epoch = knownEpoch(partition);
    if (word.epoch() > epoch) {
      return Optional.of(
          "'%s' was in epoch %d%s, and the store knows only epoch %d%s"
              .formatted(
                  partition,
                  word.epoch(),
                  word.home().map(home -> " at home '" + home + "'").orElse(""),
                  epoch,
                  record == null ? "" : " at home '" + record.ownership().reads().home() + "'"));
    }
    long term = knownTerm(partition);
    return word.term() > term
        ? Optional.of(
            "a driver of '%s' had term %d, and the store knows only term %d"
                .formatted(partition, word.term(), term))
        : Optional.empty();
  }

  private long knownEpoch(PartitionId partition) {
    Partition record = records.get(partition);
    DroppedRecord last = dropped.get(partition);
    return Math.max(record == null ? -1 : record.epoch(), last == null ? -1 : last.epoch());
  }

  private long knownTerm(PartitionId partition) {
    Partition record = records.get(partition);
    DroppedRecord last = dropped.get(partition);
    return Math.max(record == null ? -1 : record.term(), last == null ? -1 : last.term());
  }

  /// All partitions of which anybody knows, except those that were dropped.
  Set<PartitionId> partitions() {
    Set<PartitionId> all = new TreeSet<>(configured.keySet());
    all.addAll(records.keySet());
    words.forEach(word -> all.add(word.partition()));
    all.removeIf(partition -> dropped.containsKey(partition) && !records.containsKey(partition));
    return all;
  }

  /// Each partition stays where the store says, or where the configuration does if the store knows
  /// nothing of it; terms and epochs above those of all witnesses.
  List<Planned> accepted() {
    List<Planned> all = new ArrayList<>();
    for (PartitionId partition : partitions()) {
      Partition record = records.get(partition);
      Optional<HomeId> home =
          record == null
              ? Optional.ofNullable(configured.get(partition)).map(Placement::home)
              : Optional.of(record.ownership().reads().home());
      if (home.isPresent()) {
        all.add(planned(partition, home, record == null ? "the configuration" : "the store"));
      }
    }
    return all;
  }

  /// Each partition goes where the witnesses and what it holds are.
  ///
  /// @param holding the homes at which items of a partition stand
  /// @param told what the operator has decided
  List<Planned> repaired(Map<PartitionId, Set<HomeId>> holding, Map<PartitionId, HomeId> told) {
    List<Planned> all = new ArrayList<>();
    for (PartitionId partition : partitions()) {
      HomeId decided = told.get(partition);
      Set<HomeId> keys = holding.getOrDefault(partition, Set.of());
      all.add(
          decided != null
              ? planned(partition, Optional.of(decided), "you say so")
              : byWitnesses(partition, keys));
    }
    return all;
  }

  private Planned byWitnesses(PartitionId partition, Set<HomeId> keys) {
    Optional<PastWord> newest =
        words.stream()
            .filter(word -> word.partition().equals(partition) && word.home().isPresent())
            .max(Comparator.comparingLong(PastWord::epoch));
    long highestTerm =
        words.stream()
            .filter(word -> word.partition().equals(partition))
            .mapToLong(PastWord::term)
            .max()
            .orElse(-1);
    Partition record = records.get(partition);
    if (newest.isPresent()
        && newest.get().epoch() > knownEpoch(partition)
        && newest.get().term() >= highestTerm) {
      return ifKeys(partition, newest.get().home().orElseThrow(), keys, newest.get().by());
    }
    if (record != null && highestTerm <= record.term()) {
      return ifKeys(partition, record.ownership().reads().home(), keys, "the store");
    }
    if (keys.size() == 1) {
      return planned(
          partition,
          Optional.of(keys.iterator().next()),
          items(partition) + " of it stand there alone");
    }
    if (keys.isEmpty()) {
      Optional<HomeId> home =
          Optional.ofNullable(configured.get(partition))
              .map(Placement::home)
              .or(() -> Optional.ofNullable(record).map(r -> r.ownership().reads().home()));
      return planned(partition, home, "no reachable home holds " + items(partition) + " of it");
    }
    return planned(partition, Optional.empty(), items(partition) + " of it stand at " + keys);
  }

  private Planned ifKeys(PartitionId partition, HomeId home, Set<HomeId> keys, String by) {
    return keys.isEmpty() || keys.contains(home)
        ? planned(partition, Optional.of(home), by)
        : planned(
            partition,
            Optional.empty(),
            "%s says home '%s', but %s of it stand at %s"
                .formatted(by, home, items(partition), keys));
  }

  private Planned planned(PartitionId partition, Optional<HomeId> home, String why) {
    long epoch = knownEpoch(partition);
    long term = knownTerm(partition);
    for (PastWord word : words) {
      if (word.partition().equals(partition)) {
        epoch = Math.max(epoch, word.epoch());
        term = Math.max(term, word.term());
      }
    }
    Optional<String> locator = locator(partition);
    return new Planned(
        partition,
        home.flatMap(id -> locator.map(called -> new Placement(id, called))),
        epoch + MARGIN,
        term + MARGIN,
        locator.isPresent()
            ? why
            : "nothing says what it is called at its homes: name it in the configuration");
  }

  /// What a partition is called at its homes; empty if nothing says so.
  Optional<String> locator(PartitionId partition) {
    Partition record = records.get(partition);
    Placement begins = configured.get(partition);
    return record != null
        ? Optional.of(record.ownership().reads().locator())
        : begins != null
            ? Optional.of(begins.locator())
            : Plugs.of(partition.engine()).locator(partition);
  }

  private static String items(PartitionId partition) {
    return Plugs.of(partition.engine()).traits().nouns().items();
  }
}
