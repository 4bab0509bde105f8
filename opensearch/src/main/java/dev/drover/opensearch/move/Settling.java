package dev.drover.opensearch.move;

import dev.drover.core.MoveId;
import dev.drover.core.mover.MoverException;
import dev.drover.core.mover.Settlement;
import dev.drover.opensearch.wire.HomeFailure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The end of a move, while writers wait: the last tail, its comparison, and afterwards what has
/// come to the source all the same. What does not depend on each other is asked at once. Used by
/// the session's thread.
final class Settling {
  private static final int STRAYS_MAX = 100;

  private final Wiring wiring;
  private final MoveId move;
  private final Fence fence;
  private final Memory sourceMemory;

  /// How far the source was when all was settled; null if it is not.
  private @Nullable Map<String, Shards> settled;

  private List<Track> tracks = List.of();
  private boolean blocked;
  private boolean doubtful;

  Settling(Wiring wiring, MoveId move, Fence fence) {
    this.wiring = wiring;
    this.move = move;
    this.fence = fence;
    this.sourceMemory = new Memory(wiring.from().client());
  }

  /// The source refuses writes from now on.
  void blocked() {
    blocked = true;
  }

  /// The source takes writes again, or may.
  void forget() {
    settled = null;
    blocked = false;
  }

  /// Whether all is settled.
  boolean settled() {
    return settled != null;
  }

  /// Whether only a comparison can tell what the target holds.
  boolean doubtful() {
    return doubtful;
  }

  /// @param verifiedOn the target's nodes when it was compared
  Settlement settle(Rounds rounds, Nodes verifiedOn)
      throws HomeFailure, MoverException, InterruptedException {
    settled = null;
    doubtful = false;
    tracks = rounds.tracks();
    wiring.progress().begin("settle", -1);
    AtomicReference<Map<String, Shards>> looked = new AtomicReference<>(Map.of());
    List<Callable<String>> looks = new ArrayList<>();
    looks.add(
        () -> {
          looked.set(rounds.lookQuiet());
          return looked.get().isEmpty() && !tracks.isEmpty()
              ? "writes at the source are still under way"
              : "";
        });
    looks.add(
        () -> {
          rounds.readNotes();
          return "";
        });
    looks.add(this::sameIndices);
    looks.add(() -> nodes(verifiedOn));
    Optional<String> problem = first(looks);
    if (problem.isPresent()) {
      return new Settlement.Unsettled(problem.get());
    }
    Map<String, Shards> now = looked.get();
    Lane.Done done = rounds.changes(now, true, wiring.progress()::tell);
    done = done.and(rounds.deletes(true));
    if (!done.differing().isEmpty()) {
      doubtful = true;
      return new Settlement.Unsettled(
          "document '%s' is not at the target as it was written"
              .formatted(done.differing().getFirst().id()));
    }
    problem = first(lastLooks(rounds, now, verifiedOn));
    if (problem.isPresent()) {
      return new Settlement.Unsettled(problem.get());
    }
    settled = now;
    return new Settlement.Settled(position(now), -1, done.items(), done.items());
  }

  /// The first that finds something to say.
  private Optional<String> first(List<Callable<String>> looks)
      throws HomeFailure, MoverException, InterruptedException {
    return Together.all(looks, wiring.progress()::tell).stream()
        .filter(said -> !said.isEmpty())
        .findFirst();
  }

  private List<Callable<String>> lastLooks(
      Rounds rounds, Map<String, Shards> now, Nodes verifiedOn) {
    List<Callable<String>> looks = new ArrayList<>();
    looks.add(
        () -> {
          rounds.refresh();
          return "";
        });
    looks.add(
        () -> {
          sourceMemory.note("settled", move, wiring.from().tenant(), settledState().json());
          return "";
        });
    looks.add(
        () -> {
          fence.check();
          return "";
        });
    looks.add(() -> nodes(verifiedOn));
    if (blocked) {
      looks.add(() -> unchanged(rounds, now));
    }
    for (Track track : tracks) {
      looks.add(
          () -> {
            wiring.shapes().sync(track);
            return "";
          });
    }
    return looks;
  }

  private CopyState settledState() {
    List<CopyState.Copied> all = new ArrayList<>();
    for (Track track : tracks) {
      all.add(track.copied());
    }
    return new CopyState(true, blocked, all);
  }

  /// Clients may make and delete indices of their own.
  private String sameIndices() throws HomeFailure, InterruptedException {
    List<String> now =
        wiring.from().indices().values().stream().map(IndexLook::name).sorted().toList();
    List<String> then = tracks.stream().map(Track::source).sorted().toList();
    return now.equals(then)
        ? ""
        : "the tenant's indices are not those that are copied: it has %s, and %s are copied"
            .formatted(now, then);
  }

  private String nodes(Nodes verifiedOn) throws HomeFailure, InterruptedException {
    if (verifiedOn.lost(Nodes.look(wiring.to().client()))) {
      doubtful = true;
      return "a node of the target was lost since it was compared";
    }
    return "";
  }

  /// That a source which refuses writes has not changed.
  private String unchanged(Rounds rounds, Map<String, Shards> then)
      throws HomeFailure, MoverException, InterruptedException {
    return rounds.look().equals(then)
        ? ""
        : "the source has changed although it refuses writes: somebody has lifted the block";
  }

  private static String position(Map<String, Shards> now) {
    StringBuilder text = new StringBuilder();
    now.forEach(
        (index, shards) -> {
          text.append(text.isEmpty() ? "" : ", ").append(index).append(' ');
          for (int i = 0; i < shards.of().size(); i++) {
            text.append(i == 0 ? "" : "/").append(shards.of().get(i).global());
          }
        });
    return text.toString();
  }

  /// What has been written at the source since.
  List<String> strays() throws HomeFailure, MoverException, InterruptedException {
    Map<String, Shards> then = settled;
    if (then == null || blocked) {
      return List.of();
    }
    Map<String, Shards> now =
        new HashMap<>(
            Shards.look(wiring.from().client(), tracks.stream().map(Track::source).toList()));
    wiring.from().refresh(now.keySet());
    List<String> strays = new ArrayList<>();
    for (Track track : tracks) {
      Shards shards = now.get(track.source());
      if (shards == null) {
        continue;
      }
      for (int shard : track.shards()) {
        stray(track, shard, shards.of().get(shard).global(), strays);
      }
    }
    return List.copyOf(strays.subList(0, Math.min(STRAYS_MAX, strays.size())));
  }

  private void stray(Track track, int shard, long upTo, List<String> strays)
      throws HomeFailure, InterruptedException {
    ShardReader reader =
        new ShardReader(
            wiring.from().client(),
            new ShardReader.Range(
                track.source(), shard, wiring.from().only(), track.upTo().get(shard), upTo, false),
            wiring.options());
    try {
      while (!reader.done() && strays.size() < STRAYS_MAX) {
        reader.next().forEach(doc -> strays.add(track.source() + "/" + doc.id()));
      }
    } finally {
      reader.release();
    }
  }
}
