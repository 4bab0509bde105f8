package dev.drover.store.log;

import java.util.List;

/// Changes that were written together.
///
/// @param client who wrote them
/// @param number which of its batches this is: they only grow
record Batch(String client, long number, List<Change> changes) {
  Batch {
    changes = List.copyOf(changes);
  }
}
