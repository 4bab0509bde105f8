package dev.drover.opensearch.move;

import dev.drover.core.mover.MoverException;
import dev.drover.opensearch.tenant.DeletesIndex;
import dev.drover.opensearch.wire.HomeClient;
import dev.drover.opensearch.wire.HomeFailure;
import dev.drover.opensearch.wire.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Deletes that gateways have noted at the source, in the index `drover-deletes`. A note says that
/// a document may be deleted: it is written before the delete is sent. So each noted document is
/// asked for until it is gone, and given up once it has stayed for longer than a delete is under
/// way. Used by the session's thread.
final class Notes {
  private final Place from;
  private final OpenSearchMoverOptions options;
  private final LongSupplier nanoClock;
  private final Map<Note, Long> pending = new LinkedHashMap<>();

  /// Those whose documents were gone, with when that was seen. Another delete of the same document
  /// may have been noted before that and be done later, after the document was written again.
  private final Map<Named, Gone> brought = new ConcurrentHashMap<>();

  private final Queue<Note> again = new ConcurrentLinkedQueue<>();
  private long cursor = -1;

  /// @param index the source's
  /// @param id at the source
  record Note(String index, String id, @Nullable String routing) {}

  /// A document, however it is routed.
  private record Named(String index, String id) {}

  private record Gone(Note note, long sinceNanos) {}

  Notes(Place from, OpenSearchMoverOptions options, LongSupplier nanoClock) {
    this.from = from;
    this.options = options;
    this.nanoClock = nanoClock;
  }

  static void make(HomeClient client) throws HomeFailure, InterruptedException {
    Memory.make(client, DeletesIndex.NAME, DeletesIndex.SHAPE);
  }

  /// How many documents are asked for each time.
  int pending() {
    askAgain();
    return pending.size();
  }

  /// A document has been brought over. If it was noted and gone before, it is asked for again.
  /// Called by any thread.
  void copied(String index, String id) {
    Gone before = brought.remove(new Named(index, id));
    if (before != null) {
      again.add(before.note());
    }
  }

  private void askAgain() {
    for (Note next = again.poll(); next != null; next = again.poll()) {
      pending.put(next, nanoClock.getAsLong());
    }
  }

  /// Reads what has been noted since the last time. A delete may have named an alias, which may
  /// lead elsewhere by now: such a document is asked for in each index. That it is in none of them
  /// is all that has to be known of it.
  ///
  /// @param indices the source's that are moved
  void read(Collection<String> indices) throws HomeFailure, MoverException, InterruptedException {
    Shards shards = Shards.look(from.client(), List.of(DeletesIndex.NAME)).get(DeletesIndex.NAME);
    if (shards == null) {
      throw new MoverException.Refused(
          "%s: index '%s' is gone, so deletes since the move began may be unknown. The move cannot go on; abort it"
              .formatted(from.home(), DeletesIndex.NAME),
          null);
    }
    long upTo = shards.of().getFirst().global();
    if (upTo <= cursor) {
      return;
    }
    from.refresh(List.of(DeletesIndex.NAME));
    ShardReader reader =
        new ShardReader(
            from.client(),
            new ShardReader.Range(
                DeletesIndex.NAME,
                0,
                Optional.of(new ShardReader.Only("partition", from.tenant())),
                cursor,
                upTo,
                true),
            options);
    try {
      while (!reader.done()) {
        for (Doc doc : reader.next()) {
          Note note = note(doc);
          for (String index : indices.contains(note.index()) ? Set.of(note.index()) : indices) {
            pending.put(new Note(index, note.id(), note.routing()), nanoClock.getAsLong());
          }
        }
      }
    } finally {
      reader.release();
    }
    cursor = upTo;
  }

  private Note note(Doc doc) throws MoverException.Refused {
    try {
      JsonNode note = Json.MAPPER.readTree(doc.body(), doc.from(), doc.bytes());
      JsonNode routing = note.path("routing");
      return new Note(
          note.path("index").asString(),
          note.path("id").asString(),
          routing.isString() ? routing.asString() : null);
    } catch (JacksonException e) {
      throw new MoverException.Refused(
          "%s: a note of a delete in '%s' cannot be read. Something else than a gateway writes there; the move cannot go on"
              .formatted(from.home(), DeletesIndex.NAME),
          e);
    }
  }

  /// The noted documents that are not at the source now, by its index; they are not asked for
  /// again, unless they are noted again.
  Map<String, List<Note>> gone() throws HomeFailure, InterruptedException {
    askAgain();
    long oldest = nanoClock.getAsLong() - options.times().noteMax().toNanos();
    brought.values().removeIf(each -> each.sinceNanos() - oldest < 0);
    Map<String, List<Note>> byIndex = new HashMap<>();
    for (Note note : pending.keySet()) {
      byIndex.computeIfAbsent(note.index(), _ -> new ArrayList<>()).add(note);
    }
    Map<String, List<Note>> gone = new HashMap<>();
    for (Map.Entry<String, List<Note>> each : byIndex.entrySet()) {
      List<Note> absent = new ArrayList<>();
      List<Note> present = new ArrayList<>();
      ask(each.getKey(), each.getValue(), absent, present);
      gone.put(each.getKey(), absent);
      for (Note note : present) {
        pending.computeIfPresent(note, (_, since) -> since - oldest < 0 ? null : since);
      }
    }
    return gone;
  }

  private void ask(String index, List<Note> notes, List<Note> absent, List<Note> present)
      throws HomeFailure, InterruptedException {
    List<Gets.Key> keys =
        notes.stream().map(note -> new Gets.Key(note.id(), note.routing())).toList();
    List<Optional<Doc>> there = Gets.some(from.client(), index, keys, false);
    for (int i = 0; i < notes.size(); i++) {
      (there.get(i).isEmpty() ? absent : present).add(notes.get(i));
    }
  }

  /// These are gone at the target too.
  void brought(Collection<Note> notes) {
    long now = nanoClock.getAsLong();
    for (Note note : notes) {
      pending.remove(note);
      brought.put(new Named(note.index(), note.id()), new Gone(note, now));
    }
  }
}
