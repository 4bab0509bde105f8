package dev.drover.app.past;

import dev.drover.core.Hlc;
import dev.drover.core.HomeId;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
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
/// @param configured the homes where configured scopes begin
record Past(
    Optional<StoreIdentity> identity,
    Map<PartitionId, Partition> records,
    Map<PartitionId, DroppedRecord> dropped,
    Map<PartitionId, HomeId> configured,
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
  /// @param home empty if the witnesses do not agree on one
  record Planned(PartitionId scope, Optional<HomeId> home, long epoch, long term, String why) {
    Partition record(long wallMillis) {
      return new Partition(
          scope,
          epoch,
          term,
          new Ownership.Active(new Placement(home.orElseThrow(), scope.name())),
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
    PartitionId scope = word.scope();
    if (!word.store().isEmpty() && identity.filter(i -> i.stands(word.store())).isEmpty()) {
      return Optional.of(
          "'%s' was served by store %s, and this is %s"
              .formatted(
                  scope,
                  word.store(),
                  identity.map(i -> "store " + i.id()).orElse("a store without a name")));
    }
    Partition record = records.get(scope);
    if (record == null && !dropped.containsKey(scope)) {
      return Optional.of("'" + scope + "' was served before, and the store knows nothing of it");
    }
    long epoch = knownEpoch(scope);
    if (word.epoch() > epoch) {
      return Optional.of(
          "'%s' was in epoch %d%s, and the store knows only epoch %d%s"
              .formatted(
                  scope,
                  word.epoch(),
                  word.home().map(home -> " at home '" + home + "'").orElse(""),
                  epoch,
                  record == null ? "" : " at home '" + record.ownership().reads().home() + "'"));
    }
    long term = knownTerm(scope);
    return word.term() > term
        ? Optional.of(
            "a driver of '%s' had term %d, and the store knows only term %d"
                .formatted(scope, word.term(), term))
        : Optional.empty();
  }

  private long knownEpoch(PartitionId scope) {
    Partition record = records.get(scope);
    DroppedRecord last = dropped.get(scope);
    return Math.max(record == null ? -1 : record.epoch(), last == null ? -1 : last.epoch());
  }

  private long knownTerm(PartitionId scope) {
    Partition record = records.get(scope);
    DroppedRecord last = dropped.get(scope);
    return Math.max(record == null ? -1 : record.term(), last == null ? -1 : last.term());
  }

  /// All scopes of which anybody knows, except those that were dropped.
  Set<PartitionId> scopes() {
    Set<PartitionId> all = new TreeSet<>(configured.keySet());
    all.addAll(records.keySet());
    words.forEach(word -> all.add(word.scope()));
    all.removeIf(scope -> dropped.containsKey(scope) && !records.containsKey(scope));
    return all;
  }

  /// Each scope stays where the store says, or where the configuration does if the store knows
  /// nothing of it; terms and epochs above those of all witnesses.
  List<Planned> accepted() {
    List<Planned> all = new ArrayList<>();
    for (PartitionId scope : scopes()) {
      Partition record = records.get(scope);
      Optional<HomeId> home =
          record == null
              ? Optional.ofNullable(configured.get(scope))
              : Optional.of(record.ownership().reads().home());
      if (home.isPresent()) {
        all.add(planned(scope, home, record == null ? "the configuration" : "the store"));
      }
    }
    return all;
  }

  /// Each scope goes where the witnesses and its keys are.
  ///
  /// @param holding the homes at which keys of a scope stand
  /// @param told what the operator has decided
  List<Planned> repaired(Map<PartitionId, Set<HomeId>> holding, Map<PartitionId, HomeId> told) {
    List<Planned> all = new ArrayList<>();
    for (PartitionId scope : scopes()) {
      HomeId decided = told.get(scope);
      Set<HomeId> keys = holding.getOrDefault(scope, Set.of());
      all.add(
          decided != null
              ? planned(scope, Optional.of(decided), "you say so")
              : byWitnesses(scope, keys));
    }
    return all;
  }

  private Planned byWitnesses(PartitionId scope, Set<HomeId> keys) {
    Optional<PastWord> newest =
        words.stream()
            .filter(word -> word.scope().equals(scope) && word.home().isPresent())
            .max(Comparator.comparingLong(PastWord::epoch));
    long highestTerm =
        words.stream()
            .filter(word -> word.scope().equals(scope))
            .mapToLong(PastWord::term)
            .max()
            .orElse(-1);
    Partition record = records.get(scope);
    if (newest.isPresent()
        && newest.get().epoch() > knownEpoch(scope)
        && newest.get().term() >= highestTerm) {
      return ifKeys(scope, newest.get().home().orElseThrow(), keys, newest.get().by());
    }
    if (record != null && highestTerm <= record.term()) {
      return ifKeys(scope, record.ownership().reads().home(), keys, "the store");
    }
    if (keys.size() == 1) {
      return planned(scope, Optional.of(keys.iterator().next()), "its keys stand there alone");
    }
    if (keys.isEmpty()) {
      Optional<HomeId> home =
          Optional.ofNullable(configured.get(scope))
              .or(() -> Optional.ofNullable(record).map(r -> r.ownership().reads().home()));
      return planned(scope, home, "no reachable home holds a key of it");
    }
    return planned(scope, Optional.empty(), "keys of it stand at " + keys);
  }

  private Planned ifKeys(PartitionId scope, HomeId home, Set<HomeId> keys, String by) {
    return keys.isEmpty() || keys.contains(home)
        ? planned(scope, Optional.of(home), by)
        : planned(
            scope,
            Optional.empty(),
            "%s says home '%s', but its keys stand at %s".formatted(by, home, keys));
  }

  private Planned planned(PartitionId scope, Optional<HomeId> home, String why) {
    long epoch = knownEpoch(scope);
    long term = knownTerm(scope);
    for (PastWord word : words) {
      if (word.scope().equals(scope)) {
        epoch = Math.max(epoch, word.epoch());
        term = Math.max(term, word.term());
      }
    }
    return new Planned(scope, home, epoch + MARGIN, term + MARGIN, why);
  }
}
