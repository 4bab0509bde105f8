package dev.drover.opensearch.move;

import dev.drover.core.Placement;
import dev.drover.core.mover.MoverException;
import dev.drover.opensearch.wire.HomeClient;
import dev.drover.opensearch.wire.HomeFailure;
import dev.drover.opensearch.wire.OpenSearchHome;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.LongConsumer;

/// What a tenant has at a place, summed up as a move sums up what it compares. Used by one thread.
public final class Holdings {
  private static final long ANSWER_BYTES_MAX = 512L << 20;

  private final Place place;
  private final OpenSearchMoverOptions options;
  private final LongConsumer progress;
  private final Canon canon = new Canon();
  private final Digest digest = new Digest();
  private long items;

  private Holdings(Place place, OpenSearchMoverOptions options, LongConsumer progress) {
    this.place = place;
    this.options = options;
    this.progress = progress;
  }

  /// @param items documents
  /// @param digest as that of a move's verification
  public record Sum(long items, String digest) {}

  /// Reads all of it. Nothing is changed there.
  ///
  /// @param progress is told how many documents were read so far
  /// @throws IOException if the home does not answer, or holds what cannot be the tenant's
  public static Sum of(OpenSearchHome home, String tenant, Placement at, LongConsumer progress)
      throws IOException {
    OpenSearchMoverOptions options = OpenSearchMoverOptions.DEFAULT;
    try (HomeClient client = HomeClient.of(home, options.times().answerMax(), ANSWER_BYTES_MAX)) {
      return new Holdings(Place.of(client, tenant, at), options, progress).read();
    } catch (MoverException e) {
      throw new IOException(e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private Sum read() throws HomeFailure, MoverException, InterruptedException {
    SortedMap<String, IndexLook> indices = place.indices();
    List<String> names = indices.values().stream().map(IndexLook::name).toList();
    place.refresh(names);
    Map<String, Shards> shards = Shards.look(place.client(), names);
    for (Map.Entry<String, IndexLook> each : indices.entrySet()) {
      String index = each.getValue().name();
      Shards of = shards.get(index);
      if (of == null) {
        throw new MoverException.Refused(
            "index '%s' of %s was deleted while it was read".formatted(index, place), null);
      }
      for (int shard : place.shards(index)) {
        read(each.getKey(), index, shard, of.of().get(shard).max());
      }
    }
    return new Sum(items, digest.toString());
  }

  private void read(String logical, String index, int shard, long upTo)
      throws HomeFailure, MoverException, InterruptedException {
    var names = new Translation(place, place);
    ShardReader reader =
        new ShardReader(
            place.client(),
            new ShardReader.Range(index, shard, place.only(), -1, upTo, true),
            options);
    try {
      while (!reader.done()) {
        List<Doc> docs = reader.next();
        if (reader.reopened()) {
          throw new MoverException.Refused(
              "index '%s' of %s could not be read in one view: it was written meanwhile, or the cluster dropped the view. Try again"
                  .formatted(index, place),
              null);
        }
        for (Doc doc : docs) {
          digest.add(
              canon.document(
                  logical,
                  names.clientId(doc.id()),
                  names.clientRouting(doc.routing()),
                  doc.version(),
                  names.clientDoc(doc)));
        }
        items += docs.size();
        progress.accept(items);
      }
    } finally {
      reader.release();
    }
  }
}
