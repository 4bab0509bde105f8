package dev.drover.core.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.ControllerId;
import dev.drover.core.Engine;
import dev.drover.core.EngineState;
import dev.drover.core.Hlc;
import dev.drover.core.HomeId;
import dev.drover.core.Moment;
import dev.drover.core.MoveId;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.Undo;
import dev.drover.core.mover.MoverOptions;
import java.util.ArrayDeque;
import java.util.List;
import org.junit.jupiter.api.Test;

class DriverTest {
  private static final Moment NOW = new Moment(0, 0);
  private static final Placement A = new Placement(new HomeId("a"), "p:");
  private static final Placement B = new Placement(new HomeId("b"), "p:");

  private static Partition owing() {
    return new Partition(
        new PartitionId(Engine.FIRST, "p:"),
        2,
        1,
        new Ownership.Active(A),
        List.of(new Undo("remove-copies", B, new MoveId("m1"), MoverOptions.DEFAULT)),
        new Hlc(1, 0));
  }

  /// The driver, once it works off what is owed.
  private static Driver repaying() {
    Driver driver = Driver.of(new ControllerId("c"), owing(), 5, NOW);
    ArrayDeque<DriverEvent> events = new ArrayDeque<>(List.of(new DriverEvent.Woken()));
    long version = 5;
    while (!(driver.stage() instanceof Stage.Repaying)) {
      Driver.Decision decision = driver.decide(events.remove(), NOW);
      driver = decision.next();
      for (DriverEffect effect : decision.effects()) {
        switch (effect) {
          case DriverEffect.Write _ -> events.add(new DriverEvent.Written(++version));
          case DriverEffect.ReadRecord _ ->
              events.add(new DriverEvent.Read(driver.partition(), version));
          default -> {}
        }
      }
    }
    return driver;
  }

  /// It waited in the mailbox while the record of the abort was being written. Nobody would ask for
  /// the debt again.
  @Test
  void aStateThatIsHeardOfAfterTheMoveDoesNotCancelTheWorkAtADebt() {
    Driver driver = repaying();
    Driver.Decision decision =
        driver.decide(new DriverEvent.StateReached(new EngineState(1, "JOINED"), List.of()), NOW);
    assertThat(decision.effects()).isEmpty();
    assertThat(decision.next().stage()).isEqualTo(driver.stage());
  }
}
