package dev.drover.opensearch.move;

import dev.drover.opensearch.wire.HomeClient;
import dev.drover.opensearch.wire.HomeFailure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Compares what stands at the target with what has to.
final class Contents {
  private static final long BYTES_MAX = 16 << 20;

  private Contents() {}

  /// Those that the target does not hold so.
  static List<Change> differing(HomeClient client, String index, List<Change> changes)
      throws HomeFailure, InterruptedException {
    List<Change> differing = new ArrayList<>();
    int from = 0;
    long bytes = 0;
    for (int i = 0; i < changes.size(); i++) {
      bytes += changes.get(i).bytes();
      if (bytes > BYTES_MAX || i == changes.size() - 1) {
        differing.addAll(some(client, index, changes.subList(from, i + 1)));
        from = i + 1;
        bytes = 0;
      }
    }
    return differing;
  }

  private static List<Change> some(HomeClient client, String index, List<Change> changes)
      throws HomeFailure, InterruptedException {
    List<Gets.Key> keys =
        changes.stream().map(each -> new Gets.Key(each.id(), each.routing())).toList();
    boolean sources = changes.stream().anyMatch(each -> each.doc() != null);
    List<Optional<Doc>> there = Gets.some(client, index, keys, sources);
    Canon canon = new Canon();
    List<Change> differing = new ArrayList<>();
    for (int i = 0; i < changes.size(); i++) {
      if (!holds(canon, changes.get(i), there.get(i))) {
        differing.add(changes.get(i));
      }
    }
    return differing;
  }

  /// A higher version than the source's is that of a document that could not get the source's
  /// ([TargetWriter]).
  private static boolean holds(Canon canon, Change wanted, Optional<Doc> there) {
    Doc doc = wanted.doc();
    if (doc == null || there.isEmpty()) {
      return doc == null && there.isEmpty();
    }
    Doc found = there.get();
    return found.version() >= doc.version()
        && Objects.equals(found.routing(), wanted.routing())
        && (Arrays.equals(found.body(), found.from(), found.to(), doc.body(), doc.from(), doc.to())
            || Arrays.equals(canon.source(found), canon.source(doc)));
  }
}
