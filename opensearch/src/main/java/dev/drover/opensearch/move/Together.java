package dev.drover.opensearch.move;

import dev.drover.core.mover.MoverException;
import dev.drover.opensearch.wire.HomeFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Does things beside each other, each on a virtual thread. What fails ends the others; nothing
/// goes on once all have come back.
final class Together {
  private static final long TELL_MILLIS = 200;

  /// What the waiting thread does meanwhile.
  interface Tick {
    void tick() throws InterruptedException;
  }

  private Together() {}

  /// Does all of them, and gives back what each gives, in order.
  ///
  /// @param tick is called by this thread from time to time
  static <T> List<T> all(List<? extends Callable<T>> tasks, Tick tick)
      throws HomeFailure, MoverException, InterruptedException {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      CompletionService<T> ended = new ExecutorCompletionService<>(threads);
      List<Future<T>> all = new ArrayList<>();
      for (Callable<T> task : tasks) {
        all.add(ended.submit(task));
      }
      try {
        for (int i = 0; i < all.size(); i++) {
          Future<T> next = ended.poll(TELL_MILLIS, TimeUnit.MILLISECONDS);
          while (next == null) {
            tick.tick();
            next = ended.poll(TELL_MILLIS, TimeUnit.MILLISECONDS);
          }
          T _ = got(next);
        }
        List<T> results = new ArrayList<>();
        for (Future<T> each : all) {
          results.add(got(each));
        }
        return results;
      } catch (HomeFailure | MoverException | InterruptedException | RuntimeException e) {
        all.forEach(each -> each.cancel(true));
        throw e;
      }
    }
  }

  static <T> T got(Future<T> future) throws HomeFailure, MoverException, InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw failed(e.getCause());
    }
  }

  private static RuntimeException failed(@Nullable Throwable cause)
      throws HomeFailure, MoverException, InterruptedException {
    switch (cause) {
      case HomeFailure failure -> throw failure;
      case MoverException failure -> throw failure;
      case InterruptedException interrupted -> throw interrupted;
      case RuntimeException bug -> throw bug;
      case Error error -> throw error;
      case null, default -> throw new IllegalStateException(cause);
    }
  }
}
