package dev.drover.store.redis;

import dev.drover.store.Guarantees;
import java.time.Duration;

/// What a single Redis server promises, and what it does not.
final class Promises {
  private static final String CLOCK =
      "leases are measured by the server's wall clock: a clock that is set forward ends them early";
  private static final String FAILOVER =
      "a replica that takes its place may lack acknowledged writes";

  private Promises() {}

  /// @param fsync its setting `appendfsync`; empty if it does not tell
  static Guarantees of(Server server, String fsync) {
    String kept =
        !server.persists()
            ? "it keeps no append-only file: everything since its last snapshot is lost when it"
                + " stops"
            : fsync.equals("always")
                ? "it syncs every write"
                : "a crash of its machine loses up to a second of acknowledged writes"
                    + " (appendfsync is "
                    + (fsync.isEmpty() ? "not told" : fsync)
                    + ")";
    return new Guarantees(
        "redis", server.persists(), false, Duration.ZERO, kept + "; " + FAILOVER + "; " + CLOCK);
  }
}
