package dev.drover.opensearch.move;

import dev.drover.core.mover.MoverException;
import dev.drover.opensearch.wire.HomeFailure;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Brings the changes of one shard over, up to a checkpoint. The next page is read while the last
/// ones are written: within one view no two pages hold the same document.
///
/// @param compare whether to look afterwards at what the target holds
/// @param notes is told what has been written: a document that is deleted again must be asked for
record Lane(Wiring wiring, Track track, int shard, long upTo, boolean compare, Notes notes)
    implements Callable<Lane.Done> {
  private static final int WRITING_MAX = 2;

  /// What has been done.
  ///
  /// @param items written
  /// @param bytes of their sources
  /// @param differing what the target does not hold although it was written
  record Done(long items, long bytes, List<Change> differing) {
    static final Done NOTHING = new Done(0, 0, List.of());

    Done and(Done more) {
      List<Change> both = new ArrayList<>(differing);
      both.addAll(more.differing);
      return new Done(items + more.items, bytes + more.bytes, both);
    }
  }

  private record Writing(Future<Done> page, long at) {}

  @Override
  public Done call() throws HomeFailure, MoverException, InterruptedException {
    ShardReader reader =
        new ShardReader(
            wiring.from().client(),
            new ShardReader.Range(
                track.source(), shard, wiring.from().only(), track.upTo().get(shard), upTo, true),
            wiring.options());
    Deque<Writing> writing = new ArrayDeque<>();
    Done done = Done.NOTHING;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        while (!reader.done()) {
          List<Doc> docs = reader.next();
          int most = reader.reopened() ? 0 : WRITING_MAX - 1;
          while (writing.size() > most) {
            done = done.and(ended(writing));
          }
          wiring.pace(docs);
          writing.add(new Writing(threads.submit(() -> write(docs)), reader.at()));
        }
        while (!writing.isEmpty()) {
          done = done.and(ended(writing));
        }
      } finally {
        writing.forEach(each -> each.page().cancel(true));
        reader.release();
      }
    }
    return done;
  }

  /// Waits for the first page that is being written.
  private Done ended(Deque<Writing> writing)
      throws HomeFailure, MoverException, InterruptedException {
    Writing first = writing.getFirst();
    Done done = Together.got(first.page());
    writing.removeFirst();
    track.upTo().set(shard, first.at());
    return done;
  }

  private Done write(List<Doc> docs) throws HomeFailure, MoverException, InterruptedException {
    if (docs.isEmpty()) {
      return Done.NOTHING;
    }
    List<Change> changes = new ArrayList<>(docs.size());
    for (Doc doc : docs) {
      changes.add(wiring.translation().put(doc));
    }
    wiring.shapes().sync(track);
    wiring.writer().write(track.target(), changes);
    docs.forEach(doc -> notes.copied(track.source(), doc.id()));
    long bytes = docs.stream().mapToLong(Doc::bytes).sum();
    wiring.progress().count(docs.size(), bytes);
    return new Done(
        docs.size(),
        bytes,
        compare ? Contents.differing(wiring.to().client(), track.target(), changes) : List.of());
  }
}
