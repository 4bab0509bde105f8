package dev.drover.gateway;

import dev.drover.store.Entry;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// Reads a record for one request, linearizably and without blocking: the data path of gateways in
/// `fresh` mode.
@FunctionalInterface
public interface RecordReader {
  /// Ends exceptionally with a store's exception.
  CompletableFuture<Optional<Entry>> read(String key);
}
