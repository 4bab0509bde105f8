package dev.drover.opensearch.move;

import dev.drover.core.MoveId;
import dev.drover.core.mover.MoverException;
import dev.drover.opensearch.wire.HomeFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import tools.jackson.databind.JsonNode;

/// Brings over what has changed at the source since the last round. Used by the session's thread.
///
/// A round reads the checkpoints of the source's primaries, **then** refreshes, **then** searches
/// for what lies between the last checkpoint and this one: so nothing that had a number by then is
/// missed.
final class Rounds {
  private static final int LANES_MAX = 4;
  private static final Duration QUIET_MAX = Duration.ofSeconds(2);
  private static final long QUIET_POLL_MILLIS = 5;

  private final Wiring wiring;
  private final MoveId move;
  private final List<Track> tracks;
  private final Notes notes;
  private final Memory targetMemory;
  private final LongSupplier nanoClock;
  private final Set<String> written = new HashSet<>();

  Rounds(Wiring wiring, MoveId move, List<Track> tracks, Notes notes, LongSupplier nanoClock) {
    this.wiring = wiring;
    this.move = move;
    this.tracks = List.copyOf(tracks);
    this.notes = notes;
    this.targetMemory = new Memory(wiring.to().client());
    this.nanoClock = nanoClock;
  }

  List<Track> tracks() {
    return tracks;
  }

  List<String> sources() {
    return tracks.stream().map(Track::source).toList();
  }

  /// What the source's primaries show, once it is known that they still hold what was copied.
  Map<String, Shards> look() throws HomeFailure, MoverException, InterruptedException {
    List<String> flushed = tracks.stream().filter(Track::flushed).map(Track::source).toList();
    if (!flushed.isEmpty()) {
      JsonNode _ = wiring.from().client().call("POST", "/" + Place.names(flushed) + "/_flush", "");
    }
    Map<String, Shards> now = Shards.look(wiring.from().client(), sources());
    for (Track track : tracks) {
      track.check(wiring.from(), now.get(track.source()));
    }
    return now;
  }

  /// As [#look], once all that had begun by now is done. Other tenants may go on writing.
  ///
  /// @return empty if it is not done in time
  Map<String, Shards> lookQuiet() throws HomeFailure, MoverException, InterruptedException {
    Map<String, Shards> first = look();
    Map<String, Shards> now = first;
    long end = nanoClock.getAsLong() + QUIET_MAX.toNanos();
    while (!reached(first, now)) {
      if (nanoClock.getAsLong() - end > 0) {
        return Map.of();
      }
      TimeUnit.MILLISECONDS.sleep(QUIET_POLL_MILLIS);
      now = look();
    }
    return now;
  }

  private boolean reached(Map<String, Shards> first, Map<String, Shards> now) {
    for (Track track : tracks) {
      List<Shards.Shard> then = of(first, track).of();
      for (int shard : track.shards()) {
        if (of(now, track).of().get(shard).global() < then.get(shard).max()) {
          return false;
        }
      }
    }
    return true;
  }

  private static Shards of(Map<String, Shards> all, Track track) {
    Shards shards = all.get(track.source());
    if (shards == null) {
      throw new IllegalStateException("no shards of " + track.source());
    }
    return shards;
  }

  /// Brings changes over.
  ///
  /// @param now as [#look] has shown
  /// @param compare whether to look afterwards at what the target holds
  Lane.Done changes(Map<String, Shards> now, boolean compare, Together.Tick tick)
      throws HomeFailure, MoverException, InterruptedException {
    Queue<Lane> lanes = new ConcurrentLinkedQueue<>();
    Set<String> changed = new HashSet<>();
    for (Track track : tracks) {
      for (int shard : track.shards()) {
        long upTo = of(now, track).of().get(shard).global();
        if (upTo > track.upTo().get(shard)) {
          lanes.add(new Lane(wiring, track, shard, upTo, compare, notes));
          changed.add(track.source());
          written.add(track.target());
        }
      }
    }
    if (lanes.isEmpty()) {
      return Lane.Done.NOTHING;
    }
    List<Callable<Boolean>> before =
        List.of(
            () -> {
              wiring.from().refresh(changed);
              return true;
            },
            () -> {
              witness(now);
              return true;
            });
    List<Boolean> _ = Together.all(before, tick);
    Callable<Lane.Done> worker = () -> worked(lanes);
    List<Callable<Lane.Done>> workers = new ArrayList<>();
    for (int i = 0; i < Math.min(LANES_MAX, lanes.size()); i++) {
      workers.add(worker);
    }
    return Together.all(workers, tick).stream().reduce(Lane.Done.NOTHING, Lane.Done::and);
  }

  private static Lane.Done worked(Queue<Lane> lanes)
      throws HomeFailure, MoverException, InterruptedException {
    Lane.Done done = Lane.Done.NOTHING;
    for (Lane lane = lanes.poll(); lane != null; lane = lanes.poll()) {
      done = done.and(lane.call());
    }
    return done;
  }

  /// Notes at the target what the source has to show, before anything of it is written there.
  private void witness(Map<String, Shards> now) throws HomeFailure, InterruptedException {
    List<CopyState.Copied> all = new ArrayList<>();
    for (Track track : tracks) {
      Shards shards = of(now, track);
      all.add(
          new CopyState.Copied(
              track.source(),
              shards.uuid(),
              shards.of().stream().map(Shards.Shard::global).toList(),
              track.histories()));
    }
    targetMemory.note(
        "copied", move, wiring.from().tenant(), new CopyState(true, false, all).json());
  }

  /// Removes at the target what is noted as deleted and is not at the source any more.
  Lane.Done deletes(boolean compare) throws HomeFailure, MoverException, InterruptedException {
    Lane.Done done = Lane.Done.NOTHING;
    Map<String, List<Notes.Note>> gone = notes.pending() == 0 ? new HashMap<>() : notes.gone();
    for (Track track : tracks) {
      List<Notes.Note> notes = gone.getOrDefault(track.source(), List.of());
      if (notes.isEmpty()) {
        continue;
      }
      List<Change> changes = new ArrayList<>();
      for (Notes.Note note : notes) {
        changes.add(wiring.translation().delete(note.id(), note.routing()));
      }
      written.add(track.target());
      wiring.writer().write(track.target(), changes);
      this.notes.brought(notes);
      List<Change> differing =
          compare ? Contents.differing(wiring.to().client(), track.target(), changes) : List.of();
      done = done.and(new Lane.Done(changes.size(), 0, differing));
    }
    return done;
  }

  /// Makes visible at the target what was written there.
  void refresh() throws HomeFailure, InterruptedException {
    wiring.to().refresh(written);
    written.clear();
  }

  void readNotes() throws HomeFailure, MoverException, InterruptedException {
    notes.read(sources());
  }

  int notesPending() {
    return notes.pending();
  }
}
