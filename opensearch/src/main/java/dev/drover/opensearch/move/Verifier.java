package dev.drover.opensearch.move;

import dev.drover.core.mover.MoverException;
import dev.drover.core.mover.Verification;
import dev.drover.opensearch.wire.HomeFailure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;

/// Compares all of the source with all of the target, while writers go on. What has changed after
/// the last round is left to the next one.
///
/// @param tracks as far as the last round has brought them
record Verifier(Wiring wiring, List<Track> tracks) {
  private static final int MENDS_MAX = 3;
  private static final int NAMED_MAX = 5;

  /// What one shard has shown.
  private record Part(long items, long bytes, long mended, Digest digest, List<String> differing) {
    static Part none() {
      return new Part(0, 0, 0, new Digest(), new ArrayList<>());
    }

    Part and(Part more) {
      digest.add(more.digest);
      differing.addAll(more.differing);
      return new Part(
          items + more.items, bytes + more.bytes, mended + more.mended, digest, differing);
    }
  }

  Verification run(Together.Tick tick) throws HomeFailure, MoverException, InterruptedException {
    List<Callable<Part>> parts = new ArrayList<>();
    for (Track track : tracks) {
      for (int shard : track.shards()) {
        parts.add(() -> documents(track, shard));
      }
    }
    Part all = Part.none();
    for (Part each : together(parts, tick)) {
      all = all.and(each);
    }
    wiring.to().refresh(tracks.stream().map(Track::target).toList());
    for (Part each : together(orphans(), tick)) {
      all = all.and(each);
    }
    if (!all.differing().isEmpty()) {
      throw new MoverException.Mismatch(
          "tenant '%s': %d documents keep differing between %s and %s although they were written again, among them %s. Abort the move, and look at one of them at both homes"
              .formatted(
                  wiring.from().tenant(),
                  all.differing().size(),
                  wiring.from(),
                  wiring.to(),
                  String.join(", ", all.differing().stream().limit(NAMED_MAX).toList())));
    }
    return new Verification(all.items(), all.bytes(), all.mended(), all.digest().toString());
  }

  /// A few at once: each holds pages in memory.
  private static List<Part> together(List<Callable<Part>> parts, Together.Tick tick)
      throws HomeFailure, MoverException, InterruptedException {
    List<Part> all = new ArrayList<>();
    int atOnce = 2;
    for (int i = 0; i < parts.size(); i += atOnce) {
      all.addAll(Together.all(parts.subList(i, Math.min(parts.size(), i + atOnce)), tick));
    }
    return all;
  }

  /// The source's documents at the target.
  private Part documents(Track track, int shard)
      throws HomeFailure, MoverException, InterruptedException {
    Part part = Part.none();
    Canon canon = new Canon();
    ShardReader reader =
        new ShardReader(
            wiring.from().client(),
            new ShardReader.Range(
                track.source(), shard, wiring.from().only(), -1, track.upTo().get(shard), true),
            wiring.options());
    try {
      while (!reader.done()) {
        List<Doc> docs = reader.next();
        if (!docs.isEmpty()) {
          part = part.and(page(track, docs, canon));
        }
      }
    } finally {
      reader.release();
    }
    return part;
  }

  private Part page(Track track, List<Doc> docs, Canon canon)
      throws HomeFailure, MoverException, InterruptedException {
    Translation translation = wiring.translation();
    List<Change> changes = new ArrayList<>(docs.size());
    List<Doc> clients = new ArrayList<>(docs.size());
    for (Doc doc : docs) {
      Doc client = translation.clientDoc(doc);
      clients.add(client);
      changes.add(translation.putClients(client));
    }
    List<Change> differing = Contents.differing(wiring.to().client(), track.target(), changes);
    long mended = differing.size();
    for (int i = 0; i < MENDS_MAX && !differing.isEmpty(); i++) {
      wiring.shapes().sync(track);
      wiring.writer().write(track.target(), differing);
      differing = Contents.differing(wiring.to().client(), track.target(), differing);
    }
    Set<Change> left = new HashSet<>(differing);
    Digest digest = new Digest();
    long bytes = 0;
    for (int i = 0; i < docs.size(); i++) {
      Doc doc = docs.get(i);
      if (!left.contains(changes.get(i))) {
        bytes += doc.bytes();
        digest.add(
            canon.document(
                track.logical(),
                translation.clientId(doc.id()),
                translation.clientRouting(doc.routing()),
                doc.version(),
                clients.get(i)));
      }
    }
    wiring.progress().count(docs.size(), bytes);
    List<String> names =
        new ArrayList<>(differing.stream().map(each -> track.target() + "/" + each.id()).toList());
    return new Part(docs.size() - left.size(), bytes, mended, digest, names);
  }

  /// The target's documents at the source.
  private List<Callable<Part>> orphans() throws HomeFailure, InterruptedException {
    Map<String, Shards> there =
        Shards.look(wiring.to().client(), tracks.stream().map(Track::target).toList());
    List<Callable<Part>> parts = new ArrayList<>();
    for (Track track : tracks) {
      Shards shards = there.get(track.target());
      if (shards == null) {
        throw HomeFailure.answered(
            wiring.to().home(),
            404,
            "index_not_found_exception",
            "index '%s' is gone while it is copied to".formatted(track.target()));
      }
      for (int shard : wiring.to().shards(track.target())) {
        parts.add(() -> orphans(track, shard, shards.of().get(shard).global()));
      }
    }
    return parts;
  }

  private Part orphans(Track track, int shard, long upTo)
      throws HomeFailure, MoverException, InterruptedException {
    long removed = 0;
    ShardReader reader =
        new ShardReader(
            wiring.to().client(),
            new ShardReader.Range(track.target(), shard, wiring.to().only(), -1, upTo, false),
            wiring.options());
    try {
      while (!reader.done()) {
        removed += removed(track, reader.next());
      }
    } finally {
      reader.release();
    }
    return new Part(0, 0, removed, new Digest(), new ArrayList<>());
  }

  /// Removes those that are not at the source.
  private long removed(Track track, List<Doc> docs)
      throws HomeFailure, MoverException, InterruptedException {
    List<Doc> mine = new ArrayList<>();
    List<Gets.Key> keys = new ArrayList<>();
    for (Doc doc : docs) {
      Optional<Gets.Key> key = wiring.translation().back(doc);
      if (key.isPresent()) {
        mine.add(doc);
        keys.add(key.get());
      }
    }
    List<Optional<Doc>> there = Gets.some(wiring.from().client(), track.source(), keys, false);
    List<Change> gone = new ArrayList<>();
    for (int i = 0; i < mine.size(); i++) {
      if (there.get(i).isEmpty()) {
        gone.add(new Change(mine.get(i).id(), mine.get(i).routing(), null));
      }
    }
    if (!gone.isEmpty()) {
      wiring.writer().write(track.target(), gone);
    }
    return gone.size();
  }
}
