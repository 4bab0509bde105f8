package dev.drover.store.log;

import dev.drover.store.Guarantees;
import dev.drover.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A cell in this process, whose answers can be lost and which can forget.
final class MemoryCell {
  private final Map<String, byte[]> blobs = new HashMap<>();
  private Cell.@Nullable Content content;
  private long numbers;
  private long names;
  private long term = 1;
  private Cell.@Nullable Content former;
  private final List<Runnable> late = new ArrayList<>();
  private Fault fault = Fault.NONE;

  /// What becomes of the next swap.
  enum Fault {
    NONE,
    DONE_WITHOUT_ANSWER,
    NOT_DONE_WITHOUT_ANSWER,
    /// It comes when the test says so.
    LATE_WITHOUT_ANSWER,
    REFUSED_CONNECTION
  }

  synchronized void next(Fault other) {
    fault = other;
  }

  /// What was sent and has not come yet comes now.
  synchronized void arrive() {
    late.forEach(Runnable::run);
    late.clear();
  }

  /// The last write is forgotten.
  synchronized void forgetLast() {
    content = former;
  }

  synchronized void forgetAll() {
    content = null;
    blobs.clear();
  }

  synchronized void newTerm() {
    term++;
  }

  synchronized int blobs() {
    return blobs.size();
  }

  synchronized Optional<Cell.Content> content() {
    return Optional.ofNullable(content);
  }

  private synchronized Optional<Cell.Position> swapped(
      Optional<Cell.Position> expected, byte[] bytes) {
    if (!Optional.ofNullable(content).map(Cell.Content::at).equals(expected)) {
      return Optional.empty();
    }
    former = content;
    Cell.Position at = new Cell.Position(term, ++numbers);
    content = new Cell.Content(at, bytes);
    return Optional.of(at);
  }

  private synchronized Optional<Cell.Position> swap(Optional<Cell.Position> expected, byte[] bytes)
      throws StoreException {
    Fault now = fault;
    fault = Fault.NONE;
    return switch (now) {
      case NONE -> swapped(expected, bytes);
      case REFUSED_CONNECTION -> throw new StoreException.Unavailable("refused", null);
      case DONE_WITHOUT_ANSWER -> {
        Optional<Cell.Position> _ = swapped(expected, bytes);
        throw new StoreException.OutcomeUnknown("no answer", null);
      }
      case NOT_DONE_WITHOUT_ANSWER -> throw new StoreException.OutcomeUnknown("no answer", null);
      case LATE_WITHOUT_ANSWER -> {
        late.add(
            () -> {
              Optional<Cell.Position> _ = swapped(expected, bytes);
            });
        throw new StoreException.OutcomeUnknown("no answer", null);
      }
    };
  }

  private synchronized String keep(byte[] bytes) {
    String name = "blob-" + ++names;
    blobs.put(name, bytes);
    return name;
  }

  private synchronized Optional<byte[]> kept(String name) {
    return Optional.ofNullable(blobs.get(name));
  }

  private synchronized void drop(List<String> all) {
    all.forEach(blobs::remove);
  }

  private synchronized String client() {
    return "client-" + ++names;
  }

  /// What one client has of it.
  Cell open() {
    return new Cell() {
      @Override
      public Optional<Content> read(Deadline deadline) {
        return content();
      }

      @Override
      public boolean moved(Position since, Duration atMost) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(2);
        return !content().map(Content::at).equals(Optional.of(since));
      }

      @Override
      public Optional<Position> swap(Optional<Position> expected, byte[] bytes, Deadline deadline)
          throws StoreException {
        return MemoryCell.this.swap(expected, bytes);
      }

      @Override
      public String keep(byte[] bytes, Deadline deadline) {
        return MemoryCell.this.keep(bytes);
      }

      @Override
      public Optional<byte[]> kept(String name, Deadline deadline) {
        return MemoryCell.this.kept(name);
      }

      @Override
      public void drop(List<String> names) {
        MemoryCell.this.drop(names);
      }

      @Override
      public String client(Deadline deadline) {
        return MemoryCell.this.client();
      }

      @Override
      public Guarantees guarantees() {
        return new Guarantees("cell", false, false, Duration.ofMillis(2), "");
      }

      @Override
      public void close() {}
    };
  }
}
