package dev.drover.redis.move;

import dev.drover.core.mover.MoverException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Spreads pages of keys over the lanes, each lane on a thread of its own. The pages come from the
/// caller's thread through a short queue, so memory stays bounded.
final class PageWorkers {
  /// Where the pages come from.
  interface Pages {
    /// @return the next page; null after the last one
    @Nullable List<byte[]> next() throws IOException, MoverException, InterruptedException;
  }

  /// What a lane does with a page.
  interface Work {
    void on(CopyLane lane, List<byte[]> page)
        throws IOException, MoverException, InterruptedException;
  }

  private static final int QUEUE_PAGES = 2;
  private static final long WAIT_MILLIS = 200;

  /// Comes after the last page; no other page is empty.
  private static final List<byte[]> END = List.of();

  private PageWorkers() {}

  /// Works on all pages and waits until everything has arrived.
  ///
  /// @param beat called on the caller's thread after each page and while it waits
  static void run(List<CopyLane> lanes, Pages pages, Work work, Runnable beat)
      throws IOException, MoverException, InterruptedException {
    BlockingQueue<List<byte[]>> queue = new ArrayBlockingQueue<>(QUEUE_PAGES);
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (CopyLane lane : lanes) {
      threads.add(
          Thread.ofPlatform()
              .daemon()
              .name("drover-lane-" + threads.size())
              .start(() -> lane(lane, queue, work, failure)));
    }
    boolean whole = false;
    try {
      for (List<byte[]> page = pages.next(); page != null; page = pages.next()) {
        if (!page.isEmpty() && !put(queue, page, failure, beat)) {
          break;
        }
        beat.run();
      }
      put(queue, END, failure, beat);
      whole = true;
      for (Thread thread : threads) {
        while (!thread.join(java.time.Duration.ofMillis(WAIT_MILLIS))) {
          beat.run();
        }
      }
    } finally {
      if (!whole || Thread.currentThread().isInterrupted() || alive(threads)) {
        threads.forEach(Thread::interrupt);
      }
    }
    rethrow(failure.get());
  }

  private static boolean alive(List<Thread> threads) {
    return threads.stream().anyMatch(Thread::isAlive);
  }

  private static boolean put(
      BlockingQueue<List<byte[]>> queue,
      List<byte[]> page,
      AtomicReference<@Nullable Throwable> failure,
      Runnable beat)
      throws InterruptedException {
    while (failure.get() == null) {
      if (queue.offer(page, WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
        return true;
      }
      beat.run();
    }
    return false;
  }

  private static void lane(
      CopyLane lane,
      BlockingQueue<List<byte[]>> queue,
      Work work,
      AtomicReference<@Nullable Throwable> failure) {
    try {
      while (failure.get() == null) {
        List<byte[]> page = queue.poll(WAIT_MILLIS, TimeUnit.MILLISECONDS);
        if (page != null && page.isEmpty()) {
          lane.writer().drain();
          // For the next lane.
          queue.put(END);
          return;
        }
        if (page != null) {
          work.on(lane, page);
        }
      }
    } catch (IOException | MoverException | InterruptedException | RuntimeException | Error e) {
      failure.compareAndSet(null, e);
    }
  }

  private static void rethrow(@Nullable Throwable failure)
      throws IOException, MoverException, InterruptedException {
    switch (failure) {
      case null -> {}
      case IOException e -> throw e;
      case MoverException e -> throw e;
      case InterruptedException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(failure);
    }
  }
}
