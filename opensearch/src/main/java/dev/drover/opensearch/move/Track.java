package dev.drover.opensearch.move;

import dev.drover.core.mover.MoverException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;

/// One index of a move: what it is called, and how far it has been copied. Thread-safe.
///
/// @param logical what clients call it
/// @param source its name at the source
/// @param target its name at the target
/// @param uuid of the source's index
/// @param histories of the source's shards
/// @param shards those that the tenant's documents can be in
/// @param upTo for each shard of the source, up to where all changes are at the target
/// @param flushed whether the source counts a change as done only once it is flushed
record Track(
    String logical,
    String source,
    String target,
    String uuid,
    List<String> histories,
    List<Integer> shards,
    AtomicLongArray upTo,
    boolean flushed) {
  Track {
    histories = List.copyOf(histories);
    shards = List.copyOf(shards);
  }

  CopyState.Copied copied() {
    List<Long> all = new ArrayList<>();
    for (int i = 0; i < upTo.length(); i++) {
      all.add(upTo.get(i));
    }
    return new CopyState.Copied(source, uuid, all, histories);
  }

  /// Goes on where an earlier driver has come to.
  void resume(CopyState.Copied copied) {
    if (copied.uuid().equals(uuid) && copied.upTo().size() == upTo.length()) {
      for (int i = 0; i < upTo.length(); i++) {
        upTo.set(i, copied.upTo().get(i));
      }
    }
  }

  /// That a source still holds what was copied from it.
  ///
  /// @param now what it shows; null if the index is not there
  /// @throws MoverException.Refused if it does not show that
  void check(Place from, @org.jspecify.annotations.Nullable Shards now)
      throws MoverException.Refused {
    String lost = lost(copied(), now);
    if (!lost.isEmpty()) {
      throw new MoverException.Refused(
          "%s: %s. It is not known to hold what was copied from it, so the move ends. Abort it; what was copied is set aside at the target then, not deleted"
              .formatted(from, lost),
          null);
    }
  }

  /// What shows that an index does not hold any more what was copied from it; empty if nothing
  /// does.
  static String lost(CopyState.Copied copied, @org.jspecify.annotations.Nullable Shards now) {
    if (now == null || !now.uuid().equals(copied.uuid())) {
      return "index '%s' was deleted%s since the move began"
          .formatted(copied.name(), now == null ? "" : " and made anew");
    }
    for (int i = 0; i < copied.upTo().size(); i++) {
      Shards.Shard shard = now.of().get(i);
      if (!shard.history().equals(copied.histories().get(i))
          || shard.max() < copied.upTo().get(i)) {
        return "shard %d of index '%s' has lost changes: it ends at %d, and changes up to %d were copied"
            .formatted(i, copied.name(), shard.max(), copied.upTo().get(i));
      }
    }
    return "";
  }
}
