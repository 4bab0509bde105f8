package dev.drover.store.embedded;

import dev.drover.store.map.Mutation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Replaces the log by a snapshot and what was committed since, when it has grown enough. Writing
/// the snapshot is done beside the commits; they wait only for the end of it, a few syncs.
final class Compaction {
  private static final Logger LOG = LoggerFactory.getLogger(Compaction.class);

  private final CommitLog log;
  private final GroupCommit commits;
  private final Supplier<List<Mutation>> snapshot;
  private final Consumer<String> onUncertain;
  private final long afterBytes;

  // All below is guarded by `commits`.
  private long nextAtBytes;
  private @Nullable List<byte[]> since;
  private @Nullable Thread thread;
  private boolean closed;

  /// @param onUncertain told why it is not certain any more what a crash would leave
  Compaction(
      CommitLog log,
      GroupCommit commits,
      Supplier<List<Mutation>> snapshot,
      Consumer<String> onUncertain,
      long afterBytes) {
    this.log = log;
    this.commits = commits;
    this.snapshot = snapshot;
    this.onUncertain = onUncertain;
    this.afterBytes = afterBytes;
    nextAtBytes = afterBytes;
  }

  /// How much a new log has room for: what comes until the next compaction, and while it runs.
  static long spareBytes(long afterBytes) {
    return afterBytes + afterBytes / 4;
  }

  /// Called by the committer after each commit was written and published.
  void committed(byte[] payload) {
    if (since != null) {
      since.add(payload);
    } else if (log.bytesSinceSnapshot() >= nextAtBytes && !closed) {
      since = new ArrayList<>();
      List<Mutation> now = snapshot.get();
      thread = Thread.ofVirtual().name("compaction").start(() -> run(now));
    }
  }

  /// Waits for one under way.
  void close() {
    var running = new ArrayList<Thread>();
    commits.exclusively(
        () -> {
          closed = true;
          if (thread != null) {
            running.add(thread);
          }
        });
    boolean interrupted = false;
    for (Thread each : running) {
      while (each.isAlive()) {
        try {
          each.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(List<Mutation> now) {
    try {
      CommitLog.Successor successor = log.prepareSuccessor(now, spareBytes(afterBytes));
      commits.exclusively(() -> finish(successor));
    } catch (IOException e) {
      LOG.warn("The log could not be compacted; it goes on growing until that works", e);
      commits.exclusively(this::postpone);
    }
  }

  private void finish(CommitLog.Successor successor) {
    long snapshotBytes = successor.sizeBytes();
    try {
      if (closed) {
        successor.discard();
        return;
      }
      if (since != null) {
        for (byte[] payload : since) {
          successor.append(payload);
        }
      }
    } catch (IOException e) {
      abandon(successor, e);
      return;
    }
    since = null;
    nextAtBytes = next(snapshotBytes);
    try {
      log.switchTo(successor);
    } catch (IOException e) {
      onUncertain.accept("the log could not be replaced by its compacted form: " + e);
    }
  }

  /// As much again as the snapshot has, if that is more than asked for: commits then cause as many
  /// bytes of snapshots as of their own, however large the store is.
  private long next(long snapshotBytes) {
    return Math.max(afterBytes, Math.min(snapshotBytes, EmbeddedStore.COMPACT_AFTER_BYTES_MAX));
  }

  private void abandon(CommitLog.Successor successor, IOException why) {
    try {
      successor.discard();
    } catch (IOException e) {
      why.addSuppressed(e);
    }
    LOG.warn("The log could not be compacted; it goes on growing until that works", why);
    postpone();
  }

  private void postpone() {
    since = null;
    nextAtBytes = log.bytesSinceSnapshot() + afterBytes;
  }
}
