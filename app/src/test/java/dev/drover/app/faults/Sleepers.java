package dev.drover.app.faults;

import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Gateways that are stopped so that a state of a move lasts: the driver waits for the receipt of
/// one that sleeps until its short lease has ended, which takes two to three seconds.
final class Sleepers {
  private static final long APART_MILLIS = 1_500;

  private final Machine machine;
  private final CompletableFuture<Partition> draining;
  private final CompletableFuture<Partition> cutover;
  private final List<String> asleep = new ArrayList<>();

  /// To be made before the move begins.
  Sleepers(Machine machine) throws Exception {
    this.machine = machine;
    this.draining = machine.when(p -> p.ownership() instanceof Ownership.Draining);
    this.cutover = machine.when(p -> p.ownership() instanceof Ownership.Cutover);
  }

  /// Makes the state last, if it is one that is over in milliseconds otherwise. `g1` sleeps from
  /// Draining on, so Cutover waits for it. For Opening `g2` falls asleep a while later, once it has
  /// given its receipt for Cutover: its lease ends later, and until then Opening waits for it.
  ///
  /// @return whether it has come so
  boolean stretch(KillsTest.When when) throws Exception {
    if (when != KillsTest.When.CUTOVER && when != KillsTest.When.OPENING) {
      return true;
    }
    long copying = draining.get(60, TimeUnit.SECONDS).epoch();
    machine.awaitReceipt("g1", copying);
    sleep("g1");
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(APART_MILLIS);
    long held = cutover.get(60, TimeUnit.SECONDS).epoch();
    if (when == KillsTest.When.CUTOVER) {
      return true;
    }
    machine.awaitReceipt("g2", held);
    TimeUnit.NANOSECONDS.sleep(end - System.nanoTime());
    sleep("g2");
    return machine.record().epoch() == held;
  }

  private void sleep(String gateway) throws Exception {
    machine.signal(gateway, "STOP");
    asleep.add(gateway);
  }

  void wake() throws Exception {
    for (String gateway : asleep) {
      machine.signal(gateway, "CONT");
    }
    asleep.clear();
  }
}
