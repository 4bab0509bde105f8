package dev.drover.control;

import dev.drover.core.ControllerId;
import dev.drover.core.Engine;
import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.store.StateStore;
import dev.drover.store.memory.MemoryStore;
import dev.drover.store.records.Keys;
import dev.drover.store.testing.Await;
import dev.drover.store.testing.FaultyStore;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A server that takes the lead from another one.
@Timeout(60)
final class NewLeaderTest {
  private static final PartitionId OUTER = new PartitionId(Engine.FIRST, "app:");
  private static final PartitionId INNER = new PartitionId(Engine.FIRST, "app:in:");
  private static final HomeId A = new HomeId("a");

  private static Controller controller(String name, StateStore store) {
    ControllerOptions plain = TestControllers.options(4, Map.of());
    return new Controller(
        new ControllerOptions(
            name,
            new ControllerId(name + ".1"),
            plain.process(),
            plain.moveIds(),
            plain.tuning(),
            plain.lease(),
            true,
            plain.clocks()),
        store,
        Map.of(Engine.FIRST, new BeginningsTest.Nesting(new NothingMover(Engine.FIRST))),
        TestControllers.HOMES);
  }

  /// A store that tells nothing of partitions to those who watch them.
  private static StateStore late(StateStore store) {
    FaultyStore late = new FaultyStore(store);
    late.deaf(Keys.PARTITIONS);
    return late;
  }

  /// By an older list it would take what is inside along with a move of the outer one.
  @Test
  void itGoesByThePartitionsThatTheFormerOneHasMade() throws Exception {
    try (MemoryStore store = MemoryStore.create();
        Controller second = controller("second", late(store))) {
      try (Controller first = controller("first", store)) {
        first.create(OUTER, new Placement(A, "app:"));
        first.start();
        Await.until("the first one leads", () -> first.leadership().leads());
        second.start();
        first.createServed(INNER, new Placement(A, "app:in:"));
      }
      Await.until("the second one leads", () -> second.leadership().leads());
      Await.until("it knows what is inside", () -> knows(second, INNER));
    }
  }

  private static boolean knows(Controller controller, PartitionId id) {
    try {
      return controller.find(id).version() > 0;
    } catch (ControlException e) {
      return false;
    }
  }
}
