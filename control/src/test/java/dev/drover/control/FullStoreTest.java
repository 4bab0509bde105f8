package dev.drover.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.Engine;
import dev.drover.core.HomeId;
import dev.drover.core.MoveId;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.memory.MemoryStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// A store that has no room just when a move has ended.
final class FullStoreTest {
  private static final PartitionId PARTITION = new PartitionId(Engine.FIRST, "app:");

  /// Refuses what it is told to, a few times.
  private static final class Full {
    final AtomicInteger refusals = new AtomicInteger(2);
    final CountDownLatch refused = new CountDownLatch(2);

    StateStore around(StateStore store) {
      return (StateStore)
          Proxy.newProxyInstance(
              StateStore.class.getClassLoader(),
              new Class<?>[] {StateStore.class},
              (proxy, method, arguments) -> call(store, method, arguments));
    }

    private Object call(StateStore store, Method method, Object[] arguments) throws Throwable {
      boolean history =
          method.getName().equals("put") && String.valueOf(arguments[0]).startsWith("history/");
      if (history && refusals.getAndDecrement() > 0) {
        refused.countDown();
        throw new StoreException.Refused("No space left on device", null);
      }
      try {
        return method.invoke(store, arguments);
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
    }
  }

  @Test
  void theEndOfAMoveComesIntoTheHistoryAsSoonAsThereIsRoomForIt() throws Exception {
    Full full = new Full();
    try (StateStore store = full.around(MemoryStore.create());
        Controller controller =
            new Controller(
                TestControllers.options(ControllerOptions.MOVES_PER_HOME_MAX, Map.of()),
                store,
                Map.of(Engine.FIRST, new NothingMover(Engine.FIRST)),
                TestControllers.HOMES)) {
      controller.create(PARTITION, new Placement(new HomeId("a"), "app:"));
      controller.start();
      MoveId id = controller.submit(MoveBody.of("app:", "b"));
      assertThat(full.refused.await(30, TimeUnit.SECONDS)).isTrue();
      long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (controller.history().find(id).isEmpty() && System.nanoTime() < end) {
        Thread.sleep(20);
      }
      assertThat(controller.history().find(id))
          .get()
          .extracting(MoveSummary::outcome)
          .isEqualTo(MoveSummary.Result.COMPLETED);
    }
  }
}
