package dev.drover.control;

import dev.drover.core.Certificate;
import dev.drover.core.MoveId;
import dev.drover.store.Entry;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What has ended: summaries under `history/`, certificates under `certificates/`.
final class History {
  /// Older summaries than this many are dropped; certificates stay.
  static final int SUMMARIES_MAX = 10_000;

  private static final String PREFIX = "history/";
  private final StateStore store;

  History(StateStore store) {
    this.store = store;
  }

  void add(MoveSummary summary) throws StoreException {
    store.put(key(summary.id()), Records.encode(summary), StateStore.ANY, null);
  }

  /// Newest first.
  List<MoveSummary> newest(int max) throws StoreException {
    List<MoveSummary> all = new ArrayList<>();
    for (Entry entry : store.list(PREFIX).entries()) {
      all.add(Records.decode(entry.key(), entry.value(), MoveSummary.class));
    }
    all.sort(Comparator.comparingLong(MoveSummary::endedMillis).reversed());
    for (MoveSummary old : all.subList(Math.min(SUMMARIES_MAX, all.size()), all.size())) {
      store.delete(key(old.id()), StateStore.ANY);
    }
    return List.copyOf(all.subList(0, Math.min(max, all.size())));
  }

  Optional<MoveSummary> find(MoveId id) throws StoreException {
    Optional<Entry> entry = store.get(key(id));
    return entry.isEmpty()
        ? Optional.empty()
        : Optional.of(Records.decode(key(id), entry.get().value(), MoveSummary.class));
  }

  Optional<Certificate> certificate(MoveId id) throws StoreException {
    String key = Keys.certificate(id);
    Optional<Entry> entry = store.get(key);
    return entry.isEmpty()
        ? Optional.empty()
        : Optional.of(Records.decode(key, entry.get().value(), Certificate.class));
  }

  /// A certificate names the strays that were found after its driver had ended.
  void amend(Certificate certificate, List<String> strays) throws StoreException {
    if (!strays.isEmpty() && !certificate.strays().equals(strays)) {
      store.put(
          Keys.certificate(certificate.move()),
          Records.encode(certificate.strayedBy(strays)),
          StateStore.ANY,
          null);
    }
  }

  private static String key(MoveId id) {
    return PREFIX + id;
  }
}
