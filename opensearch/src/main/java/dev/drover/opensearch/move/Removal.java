package dev.drover.opensearch.move;

import dev.drover.core.mover.MoverException;
import dev.drover.opensearch.wire.Answer;
import dev.drover.opensearch.wire.HomeClient;
import dev.drover.opensearch.wire.HomeFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Takes a tenant's documents out of a place, under the fence.
final class Removal {
  private final Place at;
  private final Fence fence;
  private final TargetWriter writer;
  private final OpenSearchMoverOptions options;
  private final Progress progress;

  Removal(
      Place at,
      Fence fence,
      TargetWriter writer,
      OpenSearchMoverOptions options,
      Progress progress) {
    this.at = at;
    this.fence = fence;
    this.writer = writer;
    this.options = options;
    this.progress = progress;
  }

  /// Deletes the tenant's documents in some indices.
  void documents(List<String> indices) throws HomeFailure, MoverException, InterruptedException {
    if (indices.isEmpty()) {
      return;
    }
    fence.addNames(indices);
    fence.check();
    at.refresh(indices);
    for (Map.Entry<String, Shards> each : Shards.look(at.client(), indices).entrySet()) {
      for (int shard : at.shards(each.getKey())) {
        shard(each.getKey(), shard, each.getValue().of().get(shard).global());
      }
    }
  }

  private void shard(String index, int shard, long upTo)
      throws HomeFailure, MoverException, InterruptedException {
    ShardReader reader =
        new ShardReader(
            at.client(), new ShardReader.Range(index, shard, at.only(), -1, upTo, false), options);
    try {
      while (!reader.done()) {
        List<Change> gone = new ArrayList<>();
        for (Doc doc : reader.next()) {
          if (at.documents().called(doc.id()).isPresent()) {
            gone.add(new Change(doc.id(), doc.routing(), null));
          }
        }
        writer.write(index, gone);
        progress.count(gone.size(), 0);
        progress.tell();
      }
    } finally {
      reader.release();
    }
  }

  /// Deletes an index, if it still is the one that was seen.
  void index(String name, String uuid) throws HomeFailure, MoverException, InterruptedException {
    fence.check();
    Shards now = Shards.look(at.client(), List.of(name)).get(name);
    if (now == null || !now.uuid().equals(uuid)) {
      return;
    }
    Answer answer =
        at.client().marked(fence.mark()).ask("DELETE", "/" + HomeClient.escaped(name), new byte[0]);
    if (!answer.ok() && answer.status() != 404) {
      throw answer.failure();
    }
  }
}
