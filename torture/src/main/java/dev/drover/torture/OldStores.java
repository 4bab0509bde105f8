package dev.drover.torture;

import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.engine.HomeMemory;
import dev.drover.torture.fleet.Child;
import dev.drover.torture.fleet.Fleet;
import dev.drover.torture.plan.Strike;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes copies of the embedded store while it runs, and puts an old one in the newest one's place:
/// a server that starts on it would send clients to homes that scopes have left. It must refuse to.
/// Afterwards the newest one is put back.
///
/// Only what a home can bear witness to has to be noticed by the server: that a scope has left the
/// home that the old record says, or that a fence has a higher term than it. So that no home is
/// away when it is asked, this is done while nothing else is wrong.
final class OldStores {
  private static final Logger LOG = LoggerFactory.getLogger(OldStores.class);
  private static final Duration END_MAX = Duration.ofSeconds(45);
  private static final String LOST = "the store has lost the past";
  private static final String NOT_ASKED = "so it was not asked whether the store is older";
  private static final int FAILED = 1;

  private final Fleet fleet;
  private final Timeline timeline;
  private final Set<String> failures;
  private final Path old;
  private final Path newest;

  OldStores(Fleet fleet, Timeline timeline, Set<String> failures) {
    this.fleet = fleet;
    this.timeline = timeline;
    this.failures = failures;
    this.old = fleet.aside("store-old");
    this.newest = fleet.aside("store-newest");
  }

  /// Takes a copy to be played back later, unless there is one that was not. A store that changes
  /// its files just then is copied another time.
  void copy() throws IOException {
    if (Files.exists(old)) {
      return;
    }
    try {
      StoreLook.copy(fleet.storeData(), old);
    } catch (IOException e) {
      LOG.debug("the store cannot be copied just now: {}", e.getMessage());
      if (Files.exists(old)) {
        Fleet.remove(old);
      }
    }
  }

  /// To be called while nothing else is wrong.
  void playBack(Strike strike) throws IOException, InterruptedException {
    if (!Files.exists(old)) {
      timeline.skipped();
      return;
    }
    Child server = fleet.store().onDisk();
    long from = System.nanoTime();
    server.kill();
    Path data = fleet.storeData();
    List<Partition> then = StoreLook.recordsIn(old, fleet.aside("store-looked"));
    List<Partition> now = StoreLook.recordsIn(data, fleet.aside("store-looked"));
    boolean older = mustBeNoticed(then, now);
    if (older) {
      StoreLook.copy(data, newest);
      Fleet.remove(data);
      StoreLook.copy(old, data);
      judge(server);
      server.kill();
      Fleet.remove(data);
      StoreLook.copy(newest, data);
      Fleet.remove(newest);
    }
    server.start();
    if (!server.awaitReady(END_MAX)) {
      failures.add(server.name() + " did not come back on its newest store; see " + server.log());
    }
    if (older) {
      timeline.struck(new Timeline.Window(strike.kind(), server.name(), from, System.nanoTime()));
      // Every other time the same copy is played back once more, when it is older yet.
      if (strike.victim() % 2 == 0) {
        Fleet.remove(old);
      }
    } else {
      timeline.skipped();
    }
  }

  private void judge(Child server) throws IOException, InterruptedException {
    server.start();
    boolean started = server.awaitReady(END_MAX);
    String log = server.logText();
    if (started) {
      if (!log.contains(NOT_ASKED)) {
        failures.add(
            "a server has started on a store that is older than what a home bears witness to; see "
                + server.log());
      }
      return;
    }
    OptionalInt code = server.ended(END_MAX);
    if (code.isEmpty() || code.getAsInt() != FAILED || !log.contains(LOST)) {
      failures.add(
          "a server on an old store ended with %s, and did not say that it has lost the past; see %s"
              .formatted(code, server.log()));
    }
  }

  /// A scope that may be lost may be so together with its witness.
  private boolean hasMoved(Partition was, Partition is) {
    return !was.ownership().reads().home().equals(is.ownership().reads().home())
        && !is.id().equals(fleet.partition(fleet.losable()));
  }

  /// Whether a home can bear witness to it.
  private boolean mustBeNoticed(List<Partition> then, List<Partition> now) throws IOException {
    Map<PartitionId, Partition> before = new HashMap<>();
    then.forEach(record -> before.put(record.id(), record));
    for (String home : fleet.allHomes()) {
      try (HomeMemory memory = fleet.configuration().memory(home)) {
        for (Partition record : now) {
          Partition was = before.get(record.id());
          if (was != null && (memory.term(record.id()) > was.term() || hasMoved(was, record))) {
            return true;
          }
        }
      }
    }
    return false;
  }
}
