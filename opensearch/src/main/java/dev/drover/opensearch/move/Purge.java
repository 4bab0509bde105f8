package dev.drover.opensearch.move;

import dev.drover.core.MoveId;
import dev.drover.core.mover.MoverException;
import dev.drover.opensearch.wire.HomeClient;
import dev.drover.opensearch.wire.HomeFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Deletes the old copy. The last tail has noted up to where the source's changes were brought
/// over; what has changed after that is set aside first. Without that note all of it is.
final class Purge {
  private static final long POLL_MILLIS = 200;
  private static final int ROUNDS_MAX = 10;
  private static final String WHY =
      "it was written there after the last tail, around the gateways or by a write whose outcome nobody knew";

  private final MoveId move;
  private final Place at;
  private final Fence fence;
  private final Removal removal;
  private final Aside aside;
  private final OpenSearchMoverOptions options;
  private final Progress progress;

  Purge(
      MoveId move,
      Place at,
      Fence fence,
      Removal removal,
      Aside aside,
      OpenSearchMoverOptions options,
      Progress progress) {
    this.move = move;
    this.at = at;
    this.fence = fence;
    this.removal = removal;
    this.aside = aside;
    this.options = options;
    this.progress = progress;
  }

  void run() throws HomeFailure, MoverException, InterruptedException {
    CopyState settled =
        new Memory(at.client()).noted("settled", move).map(CopyState::read).orElse(CopyState.NONE);
    for (IndexLook index : at.indices().values()) {
      if (at.shared()) {
        purgeDocuments(index, settled);
      } else if (settled.of(index.name()).isPresent()) {
        purgeIndex(index, settled);
      }
    }
  }

  /// Up to where a shard's changes were brought over.
  private static long upTo(CopyState settled, IndexLook index, int shard) {
    Optional<CopyState.Copied> copied =
        settled.of(index.name()).filter(each -> each.uuid().equals(index.uuid()));
    return copied.isPresent() ? copied.get().upTo().get(shard) : -1;
  }

  private void purgeIndex(IndexLook index, CopyState settled)
      throws HomeFailure, MoverException, InterruptedException {
    awaitReaders(index.name());
    at.refresh(List.of(index.name()));
    Map<String, Shards> now = Shards.look(at.client(), List.of(index.name()));
    Shards shards = now.get(index.name());
    for (int shard = 0; shards != null && shard < shards.of().size(); shard++) {
      long known = upTo(settled, index, shard);
      long max = shards.of().get(shard).max();
      if (max > known) {
        aside.shard(index.name(), shard, known, max, WHY);
      }
    }
    removal.index(index.name(), index.uuid());
  }

  /// Scrolls and views that were opened before the move go on reading, for a while.
  private void awaitReaders(String index) throws HomeFailure, InterruptedException {
    long open = openContexts(index);
    for (long waited = 0;
        waited < options.times().contextsMax().toMillis() && open > 0;
        waited += POLL_MILLIS) {
      progress.waiting(
          "%d scrolls on index '%s', at most %d s"
              .formatted(open, index, options.times().contextsMax().toSeconds()));
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      open = openContexts(index);
    }
  }

  private long openContexts(String index) throws HomeFailure, InterruptedException {
    return at.client()
        .get("/%s/_stats/search".formatted(HomeClient.escaped(index)))
        .path("_all")
        .path("total")
        .path("search")
        .path("open_contexts")
        .asLong(0);
  }

  /// Each document goes only in the state in which it was seen.
  private void purgeDocuments(IndexLook index, CopyState settled)
      throws HomeFailure, MoverException, InterruptedException {
    for (int i = 0; i < ROUNDS_MAX; i++) {
      at.refresh(List.of(index.name()));
      Shards shards = Shards.look(at.client(), List.of(index.name())).get(index.name());
      if (shards == null) {
        return;
      }
      long found = 0;
      for (int shard : at.shards(index.name())) {
        long known = upTo(settled, index, shard);
        long max = shards.of().get(shard).global();
        if (max > known) {
          aside.shard(index.name(), shard, known, max, WHY);
        }
        found += delete(index.name(), shard, max);
      }
      if (found == 0) {
        return;
      }
    }
    throw new MoverException.Unreachable(
        "%s: somebody goes on writing documents of tenant '%s', which has moved away. Find out who; the old copy is deleted once that ends"
            .formatted(at, at.tenant()),
        null);
  }

  private long delete(String index, int shard, long upTo)
      throws HomeFailure, MoverException, InterruptedException {
    long found = 0;
    ShardReader reader =
        new ShardReader(
            at.client(), new ShardReader.Range(index, shard, at.only(), -1, upTo, false), options);
    try {
      while (!reader.done()) {
        List<Doc> docs = new ArrayList<>();
        for (Doc doc : reader.next()) {
          if (at.documents().called(doc.id()).isPresent()) {
            docs.add(doc);
          }
        }
        StateDeletes.send(at.client(), fence, index, docs);
        found += docs.size();
        progress.count(docs.size(), 0);
        progress.tell();
      }
    } finally {
      reader.release();
    }
    return found;
  }
}
