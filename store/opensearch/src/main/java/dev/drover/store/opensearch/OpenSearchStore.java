package dev.drover.store.opensearch;

import dev.drover.store.StateStore;
import dev.drover.store.log.LogOptions;
import dev.drover.store.log.LogStore;

/// The state store in an index of an OpenSearch cluster (tried with 3.8) that somebody already
/// runs: a log behind one document, as [IndexCell] says.
public final class OpenSearchStore {
  private OpenSearchStore() {}

  /// Begins to connect, and does not wait for it.
  public static StateStore connect(OpenSearchStoreOptions options) {
    return LogStore.open(
        new IndexCell(options),
        new LogOptions(
            options.calls().timeout(),
            options.history().eventsMax(),
            options.history().bytesMax(),
            options.nanoClock()));
  }
}
