package dev.drover.torture.fleet;

import dev.drover.store.StateStore;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The store behind the fleet, whichever it is: its processes, which the nemesis kills and stops,
/// and how the others reach it.
public interface StoreUnderTest {
  /// Its processes; the server, if it lives in that one.
  List<Child> nodes();

  /// Whether its processes are its own.
  boolean apart();

  /// How long one of them may be stopped as things stand: if for longer, it does not keep its own
  /// promise.
  Duration pauseMax(Child node);

  /// What of it cannot be tortured, and why.
  Optional<String> omitted();

  /// A client of it, past all wires.
  StateStore connect();

  /// Lays the wires by which a process reaches it.
  void join(String party) throws IOException;

  /// The names of these wires.
  List<String> wires(String party);

  /// What stands under `server` in the configuration of a process.
  String underServer(String party);

  /// What else a process is told of it.
  String section(String party);

  /// The one whose data are on the small disk.
  default Child onDisk() {
    return nodes().getFirst();
  }

  /// Starts all of it, and waits until it serves.
  default void start(Duration atMost) throws IOException, InterruptedException {
    for (Child node : nodes()) {
      node.start();
    }
    for (Child node : nodes()) {
      if (!node.awaitReady(atMost)) {
        throw new IOException(node.name() + " did not start: " + node.logText().strip());
      }
    }
  }
}
