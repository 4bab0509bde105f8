package dev.drover.store.map;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.WatchListener;
import dev.drover.store.memory.MemoryStore;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class MapStoreTest {
  private static final String KEY = "key";

  private static final int ATTEMPTS_MAX = 20;

  /// A thread that wakes up takes a CPU, which the prompt ones need just then. A watch whose own
  /// thread is awake already, because it has just begun, need not be woken: so it is tried again.
  @Test
  void promptListenersAreToldBeforeOthersAreWoken() throws Exception {
    boolean wokenBefore = true;
    for (int i = 0; i < ATTEMPTS_MAX && wokenBefore; i++) {
      wokenBefore = wokenBefore();
    }
    assertThat(wokenBefore).isFalse();
  }

  private static boolean wokenBefore() throws Exception {
    CountDownLatch woken = new CountDownLatch(1);
    AtomicBoolean before = new AtomicBoolean();
    try (StateStore store = MemoryStore.create()) {
      store.watch(KEY, 0, listener(false, woken::countDown));
      store.watch(KEY, 0, listener(true, () -> before.set(cameWithin(woken, 100))));
      store.put(KEY, new byte[] {1}, StateStore.ABSENT, null);
      assertThat(cameWithin(woken, 10_000)).isTrue();
    }
    return before.get();
  }

  private static boolean cameWithin(CountDownLatch latch, long millis) {
    try {
      return latch.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static WatchListener listener(boolean prompt, Runnable told) {
    return new WatchListener() {
      @Override
      public boolean prompt() {
        return prompt;
      }

      @Override
      public void changed(List<Event> events) {
        told.run();
      }

      @Override
      public void lost(StoreException why) {}
    };
  }
}
