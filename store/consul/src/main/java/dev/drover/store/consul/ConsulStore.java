package dev.drover.store.consul;

import dev.drover.store.StateStore;
import dev.drover.store.log.LogOptions;
import dev.drover.store.log.LogStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The state store in a Consul that somebody already runs: a log behind one key, as [ConsulCell]
/// says. Written by Consul's documentation, and never run against a real one.
public final class ConsulStore {
  static final String UNTRIED =
      "Drover's Consul store was written by Consul's documentation and tested against a double of it"
          + " only, never against a real Consul";

  private static final Logger LOG = LoggerFactory.getLogger(ConsulStore.class);

  private ConsulStore() {}

  /// Begins to connect, and does not wait for it.
  public static StateStore connect(ConsulStoreOptions options) {
    LOG.warn("{}. Try it with a fleet that may be lost before you rely on it", UNTRIED);
    return LogStore.open(
        new ConsulCell(options),
        new LogOptions(
            options.calls().timeout(),
            options.history().eventsMax(),
            options.history().bytesMax(),
            options.nanoClock()));
  }
}
