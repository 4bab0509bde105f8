package dev.drover.core.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.Barrier;
import dev.drover.core.Budget;
import dev.drover.core.MoveId;
import dev.drover.core.Ownership;
import dev.drover.core.SourceFence;
import dev.drover.core.Undo;
import dev.drover.core.driver.DriverEvent;
import dev.drover.core.driver.Outcome;
import dev.drover.core.driver.Work;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.core.fleet.LeaseKind;
import dev.drover.core.mover.MoverOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Each story of the protocol, step by step. A transcript that has changed for a good reason is
/// written anew with `-Dstories.write=true`; read the difference before you commit it.
class StoriesTest {
  private final Stage stage = new Stage();
  private final ActingGateway one = stage.gateway("g1", GatewayMode.LEASED);
  private final ActingGateway two = stage.gateway("g2", GatewayMode.LEASED);

  @Test
  void aPlainMove() throws IOException {
    one.writeThrough(1);
    ActingDriver driver = begin();
    stage.playUntil(two::holds);
    two.write(2);
    stage.playUntil(two::hasInFlight);
    two.applied();
    two.answered();
    stage.playUntil(() -> driver.outcome != null);
    assertThat(driver.outcome).isInstanceOf(Outcome.Completed.class);
    assertThat(two.acknowledged).isEqualTo(2);
    assertThat(stage.registers).containsEntry(Stage.B, 2).containsEntry(Stage.A, 0);
    matches("plain-move");
  }

  @ParameterizedTest
  @EnumSource(
      names = {"RAISE_FENCE", "PREPARE", "COPY", "VERIFY", "FOLLOW", "FENCE_SOURCE", "SETTLE"})
  void anAbortInEachStepLeavesTheSourceWritingAndTheTargetClean(Work step) throws IOException {
    one.writeThrough(1);
    ActingDriver driver = begin();
    driver.hangsAt(step);
    stage.play();
    stage.advance(100);
    driver.abort("the operator changed his mind");
    stage.playUntil(() -> driver.outcome != null);
    one.writeThrough(2);
    assertThat(driver.outcome).isInstanceOf(Outcome.Aborted.class);
    assertThat(stage.record().ownership()).isEqualTo(new Ownership.Active(Stage.A));
    assertThat(stage.record().owed()).isEmpty();
    assertThat(stage.registers).containsEntry(Stage.A, 2).containsEntry(Stage.B, 0);
    matches("abort-in-" + step.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'));
  }

  @Test
  void anAbortAfterTheCommitPointIsNotDone() throws IOException {
    ActingDriver driver = begin();
    stage.playUntil(() -> driver.at().equals("Opening"));
    driver.abort("too late");
    stage.playUntil(() -> driver.outcome != null);
    assertThat(driver.outcome).isInstanceOf(Outcome.Completed.class);
    matches("abort-after-commit");
  }

  @Test
  void aMissedDeadlineGoesBackAndIsTriedAgain() throws IOException {
    one.writeThrough(1);
    ActingDriver driver = begin();
    driver.hangsAt(Work.SETTLE);
    stage.playUntil(() -> driver.at().equals("Settling"));
    one.write(2);
    stage.advance(600);
    stage.playUntil(one::hasInFlight);
    one.applied();
    one.answered();
    stage.playUntil(() -> driver.outcome != null);
    assertThat(driver.outcome).isInstanceOf(Outcome.Completed.class);
    assertThat(one.acknowledged).isEqualTo(2);
    assertThat(stage.registers).containsEntry(Stage.B, 2);
    matches("deadline-missed-and-retried");
  }

  /// Writes wait until the source takes them again, although a gateway gave the hold up.
  @Test
  void aSourceThatRefusesEverybodyIsUnfencedBeforeWritesGoThereAgain() throws IOException {
    stage.sourceFence = SourceFence.EVERYONE;
    one.writeThrough(1);
    ActingDriver driver = begin();
    driver.hangsAt(Work.SETTLE);
    stage.playUntil(() -> driver.at().equals("Settling"));
    driver.kill();
    one.write(2);
    stage.advance(4_000);
    assertThat(stage.record().ownership()).isInstanceOf(Ownership.Reopening.class);
    assertThat(one.holds()).isTrue();
    ActingDriver next = stage.driver("c2");
    next.answers(
        Work.UNFENCE_SOURCE,
        new DriverEvent.Failed(
            Work.UNFENCE_SOURCE, DriverEvent.Cause.UNREACHABLE, "the source does not answer"));
    next.wakeUp();
    stage.playUntil(() -> next.at().equals("Lifting"));
    assertThat(one.holds()).isTrue();
    stage.playUntil(one::hasInFlight);
    one.applied();
    one.answered();
    stage.playUntil(() -> next.outcome != null);
    assertThat(next.outcome).isInstanceOf(Outcome.Completed.class);
    assertThat(stage.registers).containsEntry(Stage.B, 2);
    matches("source-refuses-everybody");
  }

  @Test
  void anAbortInAHoldOfSuchASourceLiftsItsFenceFirst() throws IOException {
    stage.sourceFence = SourceFence.EVERYONE;
    one.writeThrough(1);
    ActingDriver driver = begin();
    driver.hangsAt(Work.SETTLE);
    stage.playUntil(() -> driver.at().equals("Settling"));
    driver.abort("the operator changed his mind");
    stage.playUntil(() -> driver.outcome != null);
    one.writeThrough(2);
    assertThat(driver.outcome).isInstanceOf(Outcome.Aborted.class);
    assertThat(stage.registers).containsEntry(Stage.A, 2).containsEntry(Stage.B, 0);
    matches("abort-of-a-source-that-refuses-everybody");
  }

  /// What an abort owes grows with the engine's steps, and a driver that takes over has its state.
  @Test
  void anEnginesStepIsWrittenDownBeforeItIsTaken() throws IOException {
    Undo leave = new Undo("leave", Stage.B, new MoveId("m1"), MoverOptions.DEFAULT);
    ActingDriver driver = begin();
    driver.hangsAt(Work.PREPARE);
    stage.playUntil(() -> driver.at().equals("Preparing"));
    stage.play();
    driver.reaches("joining", leave);
    stage.play();
    assertThat(stage.record().move().orElseThrow().state().text()).isEqualTo("joining");
    driver.kill();
    ActingDriver next = stage.driver("c2");
    next.hangsAt(Work.PREPARE);
    next.wakeUp();
    stage.playUntil(() -> next.at().equals("Preparing"));
    assertThat(stage.record().move().orElseThrow().state().text()).isEqualTo("joining");
    next.abort("the operator changed his mind");
    stage.playUntil(() -> next.outcome != null);
    assertThat(stage.record().owed()).isEmpty();
    matches("engine-step");
  }

  @Test
  void aMoveWhoseCutoversAllFailIsGivenUpWithTheReason() throws IOException {
    ActingDriver driver =
        stage.begin(
            "c1",
            new Budget(Duration.ofMillis(500), 2, Duration.ofMillis(50), Duration.ofMinutes(1)),
            Barrier.RECEIPTS);
    for (int i = 0; i < 2; i++) {
      driver.hangsAt(Work.SETTLE);
      stage.playUntil(() -> driver.at().equals("Settling"));
      stage.advance(550);
    }
    stage.playUntil(() -> driver.outcome != null);
    assertThat(driver.outcome)
        .isInstanceOfSatisfying(
            Outcome.Aborted.class,
            a -> assertThat(a.reason()).contains("2 attempts").contains("in the last tail"));
    matches("given-up");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Fencing",
        "Preparing",
        "Copying",
        "Verifying",
        "Following",
        "Holding",
        "Settling",
        "Opening",
        "Inspecting",
        "Repaying"
      })
  void aDriverThatDiesInEachStepIsTakenOver(String step) throws IOException {
    one.writeThrough(1);
    ActingDriver first = begin();
    stage.playUntil(() -> first.at().equals(step));
    ActingDriver second = takenOver(first);
    stage.playUntil(() -> second.outcome != null);
    one.writeThrough(2);
    assertThat(stage.record().ownership()).isEqualTo(new Ownership.Active(Stage.B));
    assertThat(stage.record().owed()).isEmpty();
    assertThat(stage.registers).containsEntry(Stage.B, 2);
    matches("driver-dies-in-" + step.toLowerCase(java.util.Locale.ROOT));
  }

  @Test
  void aDriverThatWasOnlySlowIsRefusedByTheFenceAndTheRecord() throws IOException {
    ActingDriver first = begin();
    first.hangsAt(Work.COPY);
    stage.play();
    ActingDriver second = stage.driver("c2");
    second.wakeUp();
    stage.playUntil(() -> second.at().equals("Copying"));
    first.fleetSeen(stage.fleet());
    first.answerCopyLate();
    stage.playUntil(() -> second.outcome != null && first.outcome != null);
    assertThat(first.outcome).isInstanceOf(Outcome.Overtaken.class);
    assertThat(second.outcome).isInstanceOf(Outcome.Completed.class);
    matches("slow-driver-is-overtaken");
  }

  /// The debts are under the term of the driver that aborted, and it works them off itself.
  @Test
  void aClaimThatLostToAnAbortLeavesTheDebtsToWhoAborted() throws IOException {
    ActingDriver first = begin();
    first.hangsAt(Work.COPY);
    stage.play();
    ActingDriver second = stage.driver("c2");
    first.abort("the operator changed his mind");
    second.wakeUp();
    stage.playUntil(() -> second.outcome != null);
    assertThat(second.outcome).isInstanceOf(Outcome.Overtaken.class);
    stage.playUntil(() -> first.outcome != null);
    assertThat(first.outcome).isInstanceOf(Outcome.Aborted.class);
    assertThat(stage.record().owed()).isEmpty();
    matches("claim-lost-to-an-abort");
  }

  /// Both write the same record, for a debt names no driver.
  @Test
  void ofTwoThatClaimTheSameDebtsOneWorksThemOff() throws IOException {
    ActingDriver first = begin();
    first.hangsAt(Work.UNDO);
    first.abort("the operator changed his mind");
    stage.playUntil(() -> first.at().equals("Repaying"));
    first.kill();
    stage.play();
    ActingDriver second = stage.driver("c2");
    ActingDriver third = stage.driver("c3");
    second.wakeUp();
    third.wakeUp();
    stage.playUntil(() -> second.outcome != null && third.outcome != null);
    assertThat(second.outcome).isInstanceOf(Outcome.DebtsPaid.class);
    assertThat(third.outcome).isInstanceOf(Outcome.Overtaken.class);
    assertThat(stage.record().owed()).isEmpty();
    matches("debts-claimed-by-two");
  }

  @Test
  void aGatewayThatDiesInCutoverIsPassedByOnceItsShortLeaseHasEnded() throws IOException {
    ActingDriver driver = begin(Duration.ofSeconds(10));
    stage.playUntil(() -> driver.at().equals("Entering"));
    two.kill();
    stage.playUntil(() -> driver.at().equals("Holding"));
    stage.advance(1_000);
    assertThat(driver.at()).isEqualTo("Holding");
    two.leaseEnds(LeaseKind.SHORT);
    stage.playUntil(() -> driver.outcome != null);
    assertThat(driver.outcome).isInstanceOf(Outcome.Completed.class);
    matches("gateway-dies-in-cutover");
  }

  @Test
  void aGatewayThatWasPausedThroughTheWholeCutoverAcknowledgesNothing() throws IOException {
    one.writeThrough(1);
    two.write(2);
    ActingDriver driver = begin(Duration.ofSeconds(10));
    stage.playUntil(() -> driver.at().equals("Entering"));
    two.pause();
    stage.playUntil(() -> driver.at().equals("Holding"));
    stage.advance(4_000);
    two.leaseEnds(LeaseKind.SHORT);
    stage.playUntil(() -> driver.outcome != null);
    two.applied();
    two.resume();
    two.answered();
    assertThat(two.acknowledged).isZero();
    two.join();
    stage.play();
    two.writeThrough(3);
    assertThat(two.acknowledged).isEqualTo(3);
    assertThat(stage.registers).containsEntry(Stage.B, 3);
    matches("gateway-paused-through-cutover");
  }

  /// What the gateway has let through before it knew of the move is noted nowhere. It is done
  /// before the gateway confirms, so the comparison sees it.
  @Test
  void whereGatewaysNoteTheComparisonWaitsUntilAllKnowOfTheMove() throws IOException {
    two.write(1);
    two.pause();
    stage.gatewaysNote = true;
    ActingDriver first = begin();
    stage.playUntil(() -> first.at().equals("Copied"));
    stage.advance(100);
    assertThat(first.at()).isEqualTo("Copied");
    two.applied();
    two.resume();
    two.rereads();
    two.answered();
    stage.playUntil(() -> first.outcome != null);
    assertThat(first.outcome).isInstanceOf(Outcome.Completed.class);
    assertThat(stage.registers).containsEntry(Stage.B, 1);
    matches("comparison-waits-for-gateways");
  }

  /// The new driver copies anew, and waits for its own list of the fleet.
  @Test
  void aDriverThatDiesInCopiedIsTakenOver() throws IOException {
    two.pause();
    stage.gatewaysNote = true;
    ActingDriver first = begin();
    stage.playUntil(() -> first.at().equals("Copied"));
    ActingDriver second = takenOver(first);
    stage.playUntil(() -> second.at().equals("Copied"));
    two.resume();
    two.rereads();
    stage.playUntil(() -> second.outcome != null);
    two.writeThrough(2);
    assertThat(stage.record().ownership()).isEqualTo(new Ownership.Active(Stage.B));
    matches("driver-dies-in-copied");
  }

  @Test
  void anAbortInCopiedDoesNotWaitForTheGateways() throws IOException {
    two.pause();
    stage.gatewaysNote = true;
    ActingDriver driver = begin();
    stage.playUntil(() -> driver.at().equals("Copied"));
    driver.abort("the operator changed his mind");
    stage.playUntil(() -> driver.outcome != null);
    assertThat(driver.outcome).isInstanceOf(Outcome.Aborted.class);
    assertThat(stage.record().owed()).isEmpty();
    matches("abort-in-copied");
  }

  /// The takeover writes the record anew in the same epoch, so a gateway may read again what it
  /// knows or something newer.
  @ParameterizedTest
  @ValueSource(strings = {"before", "after"})
  void aServerThatCrashesAndForgetsReceiptsIsGivenThemAgain(String takeover) throws IOException {
    one.writeThrough(1);
    ActingDriver first = begin();
    stage.playUntil(() -> first.at().equals("Opening"));
    stage.playUntil(() -> stage.receiptIsFor(one, stage.record().epoch()));
    stage.playUntil(() -> stage.receiptIsFor(two, stage.record().epoch()));
    stage.forgetReceipts();
    if (takeover.equals("after")) {
      one.rereads();
      two.rereads();
    }
    ActingDriver second = takenOver(first);
    if (takeover.equals("before")) {
      stage.playUntil(() -> second.at().equals("Opening"));
      one.rereads();
      two.rereads();
    }
    stage.playUntil(() -> second.outcome != null);
    two.writeThrough(2);
    assertThat(stage.record().ownership()).isEqualTo(new Ownership.Active(Stage.B));
    assertThat(stage.registers).containsEntry(Stage.B, 2);
    matches("store-forgets-receipts-" + takeover + "-takeover");
  }

  private ActingDriver takenOver(ActingDriver first) {
    first.kill();
    stage.play();
    ActingDriver second = stage.driver("c2");
    second.wakeUp();
    return second;
  }

  @Test
  void aStoreThatStopsAnsweringHoldsTheMoveAndLosesNothing() throws IOException {
    one.writeThrough(1);
    ActingDriver driver = begin();
    stage.playUntil(() -> driver.at().equals("Settling"));
    stage.storeAway = true;
    stage.play();
    assertThat(driver.at()).isEqualTo("Committing");
    stage.advance(5_000);
    assertThat(one.shortStands()).isFalse();
    stage.storeAway = false;
    one.leaseEnds(LeaseKind.SHORT);
    two.leaseEnds(LeaseKind.SHORT);
    one.join();
    two.join();
    stage.playUntil(() -> driver.outcome != null);
    one.writeThrough(2);
    assertThat(driver.outcome).isInstanceOf(Outcome.Completed.class);
    assertThat(stage.registers).containsEntry(Stage.B, 2);
    matches("store-stops-answering");
  }

  @Test
  void anUnknownOutcomeOfTheCommitIsFoundOutByReading() throws IOException {
    ActingDriver driver = begin();
    stage.playUntil(() -> driver.at().equals("Settling"));
    driver.answerLost = true;
    stage.playUntil(() -> driver.outcome != null);
    assertThat(driver.outcome).isInstanceOf(Outcome.Completed.class);
    matches("commit-with-unknown-outcome");
  }

  @Test
  void aHoldWhoseDriverDiedIsGivenUpByAGateway() throws IOException {
    ActingDriver driver = begin();
    stage.playUntil(() -> driver.at().equals("Holding"));
    one.write(1);
    driver.kill();
    stage.advance(3_600);
    one.applied();
    one.answered();
    assertThat(one.acknowledged).isEqualTo(1);
    assertThat(stage.record().ownership()).isInstanceOf(Ownership.Draining.class);
    matches("hold-given-up-by-gateway");
  }

  @Test
  void aTimedBarrierHoldsItsWholeTimeBeforeTheCommitAndAgainAfterIt() throws IOException {
    ActingDriver driver =
        stage.begin("c1", Budget.DEFAULT, new Barrier.Timed(Duration.ofSeconds(30)));
    stage.playUntil(() -> driver.at().equals("Holding"));
    stage.advance(29_000);
    assertThat(driver.at()).isEqualTo("Holding");
    stage.playUntil(() -> driver.outcome != null);
    assertThat(driver.outcome).isInstanceOf(Outcome.Completed.class);
    matches("timed-barrier");
  }

  @Test
  void nobodyWaitsForAFreshGateway() throws IOException {
    ActingGateway fresh = stage.gateway("g3", GatewayMode.FRESH);
    fresh.kill();
    ActingDriver driver = begin();
    stage.playUntil(() -> driver.outcome != null);
    assertThat(driver.outcome).isInstanceOf(Outcome.Completed.class);
    matches("fresh-gateway");
  }

  @Test
  void anUnreachableTargetAbortsAndWhatIsOwedIsTriedUntilItIsThere() throws IOException {
    ActingDriver driver = begin();
    driver.answers(
        Work.COPY,
        new DriverEvent.Failed(Work.COPY, DriverEvent.Cause.UNREACHABLE, "home b is away"));
    driver.answers(
        Work.UNDO,
        new DriverEvent.Failed(Work.UNDO, DriverEvent.Cause.UNREACHABLE, "home b is away"));
    stage.playUntil(() -> driver.outcome != null);
    assertThat(driver.outcome).isEqualTo(new Outcome.Aborted("home b is away"));
    assertThat(stage.record().owed()).isEmpty();
    matches("target-unreachable");
  }

  private ActingDriver begin() {
    return begin(Duration.ofMillis(500));
  }

  private ActingDriver begin(Duration pause) {
    return stage.begin("c1", Budget.DEFAULT.withPause(pause), Barrier.RECEIPTS);
  }

  private void matches(String story) throws IOException {
    String played = String.join("\n", stage.transcript) + "\n";
    Path file = Path.of("src/test/resources/stories/" + story + ".txt");
    if (Boolean.getBoolean("stories.write")) {
      Files.writeString(file, played);
    }
    assertThat(played).isEqualTo(Files.readString(file));
  }
}
