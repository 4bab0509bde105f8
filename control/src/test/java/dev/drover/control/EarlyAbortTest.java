package dev.drover.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.Clocks;
import dev.drover.core.Engine;
import dev.drover.core.HomeId;
import dev.drover.core.MoveId;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.store.memory.MemoryStore;
import dev.drover.store.records.Keys;
import dev.drover.store.testing.Await;
import dev.drover.store.testing.FaultyStore;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EarlyAbortTest {
  private static final PartitionId ONE = new PartitionId(Engine.FIRST, "one:");

  /// The catalog still says that the partition rests. Then the abort took the move out of the
  /// queue, or found nothing to abort, and the move went on.
  @Test
  void aMoveThatHasJustBegunIsAbortedAlthoughTheCatalogDoesNotKnowOfItYet() throws Exception {
    Clocks clocks = new Clocks(System::nanoTime, System::currentTimeMillis);
    CountDownLatch never = new CountDownLatch(1);
    try (MemoryStore plain = MemoryStore.create()) {
      FaultyStore store = new FaultyStore(plain);
      store.deaf(Keys.PARTITIONS);
      try (Controller controller =
          new Controller(
              TestControllers.options(1, Map.of(), clocks),
              store,
              Map.of(Engine.FIRST, new NothingMover(Engine.FIRST, never::await)),
              TestControllers.HOMES)) {
        controller.create(ONE, new Placement(new HomeId("a"), "one:"));
        controller.start();
        MoveId move = controller.submit(MoveBody.of("one:", "b"));
        Await.until("it has begun", () -> controller.shell(ONE).isPresent());
        controller.abort(ONE, "not wanted");
        Await.until("it has ended", () -> controller.history().find(move).isPresent());
        assertThat(controller.history().find(move).orElseThrow().reason()).contains("not wanted");
      }
    }
  }
}
