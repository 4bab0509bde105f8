package dev.drover.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.Barrier;
import dev.drover.core.Budget;
import dev.drover.core.Certificate;
import dev.drover.core.Clocks;
import dev.drover.core.ControllerId;
import dev.drover.core.Engine;
import dev.drover.core.GatewayId;
import dev.drover.core.Hlc;
import dev.drover.core.HomeId;
import dev.drover.core.Move;
import dev.drover.core.MoveId;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.Proof;
import dev.drover.core.SourceFence;
import dev.drover.core.Undo;
import dev.drover.core.driver.Driver;
import dev.drover.core.driver.Driver.Pending;
import dev.drover.core.driver.Driver.PendingState;
import dev.drover.core.driver.Outcome;
import dev.drover.core.driver.Stage;
import dev.drover.core.fleet.FleetView;
import dev.drover.core.fleet.FleetWait;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.core.fleet.LeaseKind;
import dev.drover.core.fleet.LeaseOptions;
import dev.drover.core.mover.MoverOptions;
import dev.drover.core.mover.Settlement.Settled;
import dev.drover.core.mover.Tail;
import dev.drover.core.mover.Verification;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What is said of each stage of a driver.
class ExplanationTest {
  private static final PartitionId ID = new PartitionId(Engine.FIRST, "app:");
  private static final Placement FROM = new Placement(new HomeId("a"), "app:");
  private static final Placement TO = new Placement(new HomeId("b"), "app:");
  private static final MoveId MOVE = new MoveId("m");
  private static final Undo UNDO = new Undo("remove-copies", TO, MOVE, MoverOptions.DEFAULT);
  private static final long NOW_NANOS = TimeUnit.HOURS.toNanos(1);
  private static final long NOW_MILLIS = 5_000_000_000L;
  private static final Clocks CLOCKS = new Clocks(() -> NOW_NANOS, () -> NOW_MILLIS);
  private static final Settled SETTLED = new Settled("", 1, 0, 0);
  private static final Proof PROOF =
      new Proof(List.of(), SETTLED, new Verification(0, 0, 0, ""), false, 0, 0);
  private static final Move A_MOVE =
      Move.begun(
          MOVE,
          new ControllerId("c"),
          new Move.Plan(
              Budget.DEFAULT,
              Barrier.RECEIPTS,
              MoverOptions.DEFAULT,
              SourceFence.OUTSIDERS,
              List.of()),
          List.of(),
          Hlc.ZERO);
  private static final Partition DRAINING = partition(new Ownership.Draining(FROM, TO, A_MOVE));
  private static final Partition CUTOVER = partition(new Ownership.Cutover(FROM, TO, A_MOVE));
  private static final Partition REOPENING = partition(new Ownership.Reopening(FROM, TO, A_MOVE));
  private static final Ownership.Opening OPEN = new Ownership.Opening(FROM, TO, A_MOVE, PROOF);
  private static final Partition OPENING = partition(OPEN);
  private static final Partition ACTIVE = partition(new Ownership.Active(TO));
  private static final Certificate CERTIFICATE = Certificate.of(OPENING, OPEN);
  private static final Stage.Hold HOLD =
      new Stage.Hold(NOW_NANOS - 1_000_000, NOW_NANOS + 400_000_000, NOW_NANOS - 1_000_000, 0);

  private static Partition partition(Ownership ownership) {
    return new Partition(ID, 3, 1, ownership, List.of(), Hlc.ZERO);
  }

  /// A driver at a stage, and some of what it says then; nothing where it waits for nothing.
  record Case(Stage stage, Partition partition, boolean writes, String words) {
    static Case work(Stage stage, Partition partition, String words) {
      return new Case(stage, partition, false, words);
    }

    /// The stage's own wait is for a compare-and-set.
    static Case write(Stage stage, Partition partition) {
      return new Case(stage, partition, true, "the store to answer a compare-and-set");
    }

    @Override
    public String toString() {
      return stage.toString();
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        Case.write(new Stage.Claiming(), DRAINING),
        Case.work(new Stage.Fencing(false), DRAINING, "refuse older drivers"),
        Case.work(new Stage.Looking(), DRAINING, "where things stand"),
        Case.work(new Stage.Unfencing(false), DRAINING, "fence at the source to be lifted"),
        Case.work(new Stage.Preparing(), DRAINING, "change capture to begin"),
        Case.work(new Stage.Copying(), DRAINING, "the copy to end"),
        Case.work(new Stage.Copied(), DRAINING, "every gateway to confirm"),
        Case.work(new Stage.Verifying(), DRAINING, "comparison of both homes"),
        Case.write(new Stage.Noting(new Stage.Copying()), DRAINING),
        Case.work(behind(), DRAINING, "the tail to fit the budget"),
        Case.write(new Stage.Entering(0, NOW_NANOS), DRAINING),
        Case.work(new Stage.Holding(HOLD, true, Optional.empty()), CUTOVER, "to be fenced"),
        Case.work(new Stage.Settling(HOLD, true), CUTOVER, "the last tail"),
        Case.write(new Stage.Committing(HOLD, true, SETTLED), CUTOVER),
        Case.write(new Stage.Reopening("too slow"), CUTOVER),
        Case.work(
            new Stage.Lifting("too slow", Optional.of("no answer")),
            REOPENING,
            "take writes again"),
        Case.write(new Stage.Releasing("too slow"), REOPENING),
        Case.write(new Stage.Saving(new Stage.Copying()), DRAINING),
        Case.work(new Stage.Opening(NOW_NANOS, NOW_NANOS, false), OPENING, "the certificate"),
        Case.write(new Stage.Completing(NOW_NANOS, CERTIFICATE), OPENING),
        Case.work(new Stage.Inspecting(CERTIFICATE), ACTIVE, "writes at the old home"),
        Case.write(new Stage.Aborting("asked for"), DRAINING),
        Case.work(
            new Stage.Repaying(UNDO, new Outcome.DebtsPaid(), 1, Optional.empty()),
            ACTIVE,
            "doing nothing at b to end"),
        Case.write(new Stage.Striking(UNDO, new Outcome.DebtsPaid()), ACTIVE),
        Case.work(new Stage.Ended(new Outcome.DebtsPaid()), ACTIVE, ""));
  }

  private static Stage behind() {
    return new Stage.Following(
        Optional.of(new Tail(700, 0, 9, 1, 0, 0)),
        NOW_NANOS,
        TimeUnit.SECONDS.toNanos(9),
        1,
        false,
        NOW_NANOS - 1_000_000,
        NOW_NANOS);
  }

  private static FleetWait nobody() {
    return FleetWait.asked(3, LeaseKind.LONG, Optional.empty(), NOW_NANOS)
        .listed(FleetView.EMPTY, NOW_NANOS);
  }

  private static List<Wait> waits(
      Stage stage, Partition partition, FleetWait fleet, Optional<Pending> pending) {
    Driver driver =
        new Driver(
            new ControllerId("c"),
            new Driver.Known(partition, 1, Hlc.ZERO, false),
            fleet,
            Optional.empty(),
            pending,
            Optional.empty(),
            0,
            stage);
    return Explanation.of(
        driver,
        new Progress(CLOCKS),
        new NothingMover(Engine.FIRST).traits(),
        LeaseOptions.DEFAULT,
        CLOCKS);
  }

  private static Pending pending(Partition partition, PendingState state) {
    return new Pending(partition, state, NOW_NANOS - 1_000_000);
  }

  @Test
  void thereIsACaseForEachStage() {
    assertThat(cases().map(each -> each.stage().getClass().getSimpleName()).distinct())
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Stage.class.getPermittedSubclasses()).map(Class::getSimpleName).toList());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void eachStageSaysWhatItWaitsForSinceWhenUntilWhenAndHowToEndIt(Case at) {
    Optional<Pending> pending =
        at.writes() ? Optional.of(pending(at.partition(), PendingState.SENT)) : Optional.empty();
    List<Wait> waits = waits(at.stage(), at.partition(), nobody(), pending);
    if (at.words().isEmpty()) {
      assertThat(waits).isEmpty();
      return;
    }
    assertThat(waits).first().extracting(Wait::what).asString().contains(at.words());
    waits.forEach(ExplanationTest::complete);
  }

  private static void complete(Wait wait) {
    assertThat(wait.what()).isNotBlank();
    assertThat(wait.sinceMillis()).as("since when: %s", wait).isPositive();
    assertThat(wait.untilMillis() >= 0 || !wait.then().isEmpty())
        .as("until when: %s", wait)
        .isTrue();
    assertThat(wait.then() + wait.remedy()).as("how it ends: %s", wait).isNotBlank();
    assertThat(wait.text()).contains(wait.what(), wait.then(), wait.remedy());
  }

  @ParameterizedTest
  @EnumSource(PendingState.class)
  void aCompareAndSetIsExplainedInEachOfItsStates(PendingState state) {
    List<Wait> waits =
        waits(
            new Stage.Entering(0, NOW_NANOS),
            DRAINING,
            nobody(),
            Optional.of(pending(CUTOVER, state)));
    assertThat(waits).hasSize(1);
    assertThat(waits.getFirst().what()).startsWith("the store");
    assertThat(waits.getFirst().sinceMillis()).isEqualTo(NOW_MILLIS - 1);
    complete(waits.getFirst());
  }

  @Test
  void aHoldSaysUntilWhenAndWhatComesThen() {
    Wait wait =
        waits(new Stage.Settling(HOLD, true), CUTOVER, nobody(), Optional.empty()).getFirst();
    assertThat(wait.sinceMillis()).isEqualTo(NOW_MILLIS - 1);
    assertThat(wait.untilMillis()).isEqualTo(NOW_MILLIS + 400);
    assertThat(wait.then()).contains("tries again").contains("attempt 1 of");
  }

  @Test
  void aDebtThatCannotBePaidSaysWhyAndWhichHomeToBringBack() {
    Stage stage =
        new Stage.Repaying(UNDO, new Outcome.DebtsPaid(), 4, Optional.of("connection refused"));
    Wait wait = waits(stage, ACTIVE, nobody(), Optional.empty()).getFirst();
    assertThat(wait.then()).contains("connection refused");
    assertThat(wait.remedy()).contains("'b'");
  }

  @Test
  void aGatewayThatDoesNotConfirmIsNamedInEachStageOfAMove() {
    GatewayId silent = new GatewayId("g7");
    FleetView.Presence there =
        new FleetView.Presence(
            GatewayMode.LEASED, OptionalLong.of(1), OptionalLong.of(2), Set.of(TO.home()));
    Function<LeaseKind, FleetWait> fleet =
        kind ->
            FleetWait.asked(3, kind, Optional.of(TO.home()), NOW_NANOS - 1_000_000)
                .listed(new FleetView(Map.of(silent, there), Map.of(), Set.of(), 1), NOW_NANOS);
    for (Case at :
        List.of(
            Case.work(new Stage.Copied(), DRAINING, ""),
            Case.work(behind(), DRAINING, ""),
            Case.work(new Stage.Holding(HOLD, true, Optional.of(true)), CUTOVER, ""),
            Case.work(new Stage.Opening(NOW_NANOS, NOW_NANOS, true), OPENING, ""))) {
      LeaseKind kind =
          at.partition().ownership() instanceof Ownership.Draining
              ? LeaseKind.LONG
              : LeaseKind.SHORT;
      Wait last = waits(at.stage(), at.partition(), fleet.apply(kind), Optional.empty()).getLast();
      assertThat(last.what())
          .isEqualTo("gateway g7 to confirm " + at.partition().ownership().label());
      assertThat(last.remedy()).contains("drover gateways forget g7 --force");
      complete(last);
    }
  }

  @Test
  void aGatewayThatDoesNotKnowTheTargetIsNamedWithWhatToDo() {
    GatewayId unaware = new GatewayId("g8");
    FleetView.Presence there =
        new FleetView.Presence(
            GatewayMode.FRESH, OptionalLong.of(1), OptionalLong.of(2), Set.of(FROM.home()));
    FleetWait fleet =
        FleetWait.asked(3, LeaseKind.LONG, Optional.of(TO.home()), NOW_NANOS)
            .listed(new FleetView(Map.of(unaware, there), Map.of(), Set.of(), 1), NOW_NANOS);
    Wait last = waits(behind(), DRAINING, fleet, Optional.empty()).getLast();
    assertThat(last.what()).contains("g8").contains("'b'");
    complete(last);
  }
}
