package dev.drover.opensearch.move;

import dev.drover.core.mover.MoverException;
import dev.drover.opensearch.wire.Answer;
import dev.drover.opensearch.wire.HomeClient;
import dev.drover.opensearch.wire.HomeFailure;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import tools.jackson.databind.JsonNode;

/// Writes at the target, under the fence. Thread-safe; nobody may write the same document twice at
/// once.
///
/// A document gets the source's version. Where the target has a higher one, it is left from an
/// earlier stay or a delete, for the tenant's documents are written by one driver at a time: then
/// the document is written with the next version there.
///
/// A bulk that gave no answer may still be under way. So before anything else is written, the
/// writer waits until the home does not show it any more.
final class TargetWriter {
  private static final String BULK =
      "/_bulk?pipeline=_none&require_alias=true&timeout=30s&filter_path=errors,items.*.status,items.*.error.type,items.*.error.reason,items.*.error.caused_by.reason";
  private static final long PAUSE_MILLIS_MIN = 20;
  private static final long PAUSE_MILLIS_MAX = 2_000;
  private static final byte[] NO_ERRORS = "{\"errors\":false".getBytes(StandardCharsets.UTF_8);

  private final HomeClient client;
  private final Fence fence;
  private final int bulkBytes;
  private final Duration busyMax;
  private final Semaphore bulks;
  private final Progress progress;
  private final LongSupplier nanoClock;
  private final AtomicLong conflicts = new AtomicLong();
  private final Set<String> unsure = new HashSet<>();

  TargetWriter(
      HomeClient client,
      Fence fence,
      OpenSearchMoverOptions options,
      Progress progress,
      LongSupplier nanoClock) {
    this.client = client;
    this.fence = fence;
    this.bulkBytes = options.pageBytes();
    this.busyMax = options.times().answerMax();
    this.bulks = new Semaphore(options.bulksMax());
    this.progress = progress;
    this.nanoClock = nanoClock;
  }

  /// How many documents did not get the source's version.
  long conflicts() {
    return conflicts.get();
  }

  /// Writes all of them; none may name a document that another one names.
  ///
  /// @param index the target's
  void write(String index, List<Change> changes)
      throws HomeFailure, MoverException, InterruptedException {
    settleUnsure();
    List<Change> part = new ArrayList<>();
    long bytes = 0;
    for (Change change : changes) {
      if (!part.isEmpty() && bytes + change.bytes() > bulkBytes) {
        send(index, part);
        part = new ArrayList<>();
        bytes = 0;
      }
      part.add(change);
      bytes += change.bytes();
    }
    if (!part.isEmpty()) {
      send(index, part);
    }
  }

  private void send(String index, List<Change> changes)
      throws HomeFailure, MoverException, InterruptedException {
    bulks.acquire();
    try {
      List<Change> newer = sent(index, changes, true);
      conflicts.addAndGet(newer.size());
      List<Change> left = sent(index, newer, false);
      if (!left.isEmpty()) {
        throw new IllegalStateException("a write without a version had a conflict");
      }
    } finally {
      bulks.release();
    }
  }

  /// @return those that are older than what the target has
  private List<Change> sent(String index, List<Change> changes, boolean versioned)
      throws HomeFailure, MoverException, InterruptedException {
    List<Change> newer = new ArrayList<>();
    List<Change> left = changes;
    long end = nanoClock.getAsLong() + busyMax.toNanos();
    long pause = PAUSE_MILLIS_MIN;
    while (!left.isEmpty()) {
      HomeFailure failure;
      try {
        BulkResult result = once(index, left, versioned);
        newer.addAll(result.newer());
        left = result.busy();
        failure = result.failure();
      } catch (HomeFailure e) {
        failure = e;
      }
      if (failure != null) {
        if (!failure.retryable() || nanoClock.getAsLong() - end > 0) {
          throw failure;
        }
        progress.stalled(client.home() + ", which is busy: " + failure.reason());
        TimeUnit.MILLISECONDS.sleep(pause);
        pause = Math.min(PAUSE_MILLIS_MAX, pause * 2);
      }
    }
    return newer;
  }

  private BulkResult once(String index, List<Change> changes, boolean versioned)
      throws HomeFailure, MoverException, InterruptedException {
    settleUnsure();
    int bytes = changes.stream().mapToInt(Change::bytes).sum();
    ByteArrayOutputStream lines = new ByteArrayOutputStream(bytes + 1_024);
    String alias = fence.alias(index);
    changes.forEach(change -> change.write(lines, alias, versioned));
    String mark = fence.mark();
    boolean answered = false;
    try {
      Answer answer = client.marked(mark).done("POST", BULK, lines.toByteArray());
      answered = true;
      return starts(answer.bytes()) ? BulkResult.DONE : read(answer.json(), index, changes);
    } catch (HomeFailure e) {
      answered = e.kind() != HomeFailure.Kind.SILENT;
      throw e;
    } finally {
      if (!answered) {
        doubt(mark);
      }
    }
  }

  private synchronized void doubt(String mark) {
    unsure.add(mark);
  }

  /// Waits until what gave no answer is not under way any more.
  private void settleUnsure() throws HomeFailure, MoverException, InterruptedException {
    for (String mark : doubted()) {
      fence.awaitGone(mark);
      undoubted(mark);
    }
  }

  private synchronized Set<String> doubted() {
    return unsure.isEmpty() ? Set.of() : Set.copyOf(unsure);
  }

  private synchronized void undoubted(String mark) {
    unsure.remove(mark);
  }

  private static boolean starts(byte[] answer) {
    for (int i = 0; i < NO_ERRORS.length; i++) {
      if (i >= answer.length || answer[i] != NO_ERRORS[i]) {
        return false;
      }
    }
    return true;
  }

  private BulkResult read(JsonNode answer, String index, List<Change> changes)
      throws HomeFailure, MoverException, InterruptedException {
    JsonNode items = answer.path("items");
    if (items.size() != changes.size()) {
      throw HomeFailure.odd(
          client.home(),
          "it answered %d of the %d items of a bulk".formatted(items.size(), changes.size()),
          null);
    }
    BulkResult.Builder result = new BulkResult.Builder(client.home());
    for (int i = 0; i < changes.size(); i++) {
      JsonNode item = items.get(i).iterator().next();
      if (!result.add(changes.get(i), item, index)) {
        fence.check();
        throw fence.lost();
      }
    }
    return result.built();
  }
}
