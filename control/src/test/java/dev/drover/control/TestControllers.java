package dev.drover.control;

import dev.drover.core.Clocks;
import dev.drover.core.ControllerId;
import dev.drover.core.Engine;
import dev.drover.core.HomeId;
import dev.drover.core.MoveId;
import dev.drover.core.PartitionId;
import dev.drover.core.mover.HomeLook;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// What controllers under test have in common: two homes, a and b, and ordinary options.
final class TestControllers {
  static final Clocks CLOCKS = new Clocks(System::nanoTime, System::currentTimeMillis);
  static final Homes HOMES = new TwoHomes();

  private TestControllers() {}

  static ControllerOptions options(int movesPerHomeMax, Map<PartitionId, HomeId> fallbacks) {
    return options(movesPerHomeMax, fallbacks, CLOCKS);
  }

  static ControllerOptions options(
      int movesPerHomeMax, Map<PartitionId, HomeId> fallbacks, Clocks clocks) {
    AtomicInteger next = new AtomicInteger();
    ControllerOptions.Tuning tuning =
        new ControllerOptions.Tuning(
            movesPerHomeMax,
            ControllerOptions.ABORT_TIMEOUT,
            fallbacks,
            ControllerOptions.MoveDefaults.DEFAULT);
    return new ControllerOptions(
        "test",
        new ControllerId("test.1"),
        "1",
        () -> new MoveId("move-" + next.incrementAndGet()),
        () -> tuning,
        ControllerOptions.LEASE,
        false,
        clocks);
  }

  private record TwoHomes() implements Homes {
    @Override
    public List<Home> all() {
      return List.of(
          new Home(new HomeId("a"), Engine.FIRST, ""), new Home(new HomeId("b"), Engine.FIRST, ""));
    }

    @Override
    public HomeLook look(HomeId id) {
      return new HomeLook(true, "", "", 0, 0);
    }
  }
}
