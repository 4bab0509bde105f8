package dev.drover.sim;

import dev.drover.sim.SimStore.Answer;
import dev.drover.store.LeaseId;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A controller's lease.
final class SimLease {
  private final SimController controller;
  private final Duration length;
  private @Nullable LeaseId held;
  private boolean asked;

  SimLease(SimController controller, Duration length) {
    this.controller = controller;
    this.length = length;
  }

  /// Null if it has none.
  @Nullable LeaseId held() {
    return held;
  }

  /// It does not go on with the one that it has.
  void clear() {
    held = null;
    asked = false;
  }

  /// Keeps it alive, or takes a new one.
  ///
  /// @param ended told if it had ended
  void renew(Runnable ended, Consumer<LeaseId> then) {
    LeaseId now = held;
    if (now == null) {
      take(then);
      return;
    }
    controller
        .world
        .store()
        .keepAlive(
            controller,
            now,
            answer -> {
              if (controller.world.nesting().on() && !now.equals(held)) {
                return;
              }
              if (answer instanceof Answer.Ok<Boolean>(Boolean alive)) {
                if (alive) {
                  then.accept(now);
                } else {
                  ended.run();
                  take(then);
                }
              }
            });
  }

  private void take(Consumer<LeaseId> then) {
    if (asked) {
      return;
    }
    asked = true;
    controller
        .world
        .store()
        .lease(
            controller,
            length,
            answer -> {
              asked = false;
              if (answer instanceof Answer.Ok<LeaseId>(LeaseId id)) {
                held = id;
                then.accept(id);
              }
            });
  }
}
