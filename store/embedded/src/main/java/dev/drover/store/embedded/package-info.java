/// A file-backed store in one process: an append-only log, synced at every commit.
@NullMarked
package dev.drover.store.embedded;

import org.jspecify.annotations.NullMarked;
