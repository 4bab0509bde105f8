package dev.drover.core.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.Engine;
import dev.drover.core.Hlc;
import dev.drover.core.HomeId;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import org.junit.jupiter.api.Test;

class GuardTest {
  private final Session longSession = new Session(1, 60_000);
  private final Session shortSession = new Session(2, 3_000);

  @Test
  void aSessionThatWasSeenToEndNeverComesBack() {
    assertThat(shortSession.holds(2_999)).isTrue();
    assertThat(shortSession.holds(3_000)).isFalse();
    shortSession.renew(10_000, 3_001);
    assertThat(shortSession.holds(3_002)).isFalse();
  }

  @Test
  void aRenewalThatComesTooLateIsNone() {
    shortSession.renew(10_000, 3_500);
    assertThat(shortSession.holds(3_600)).isFalse();
  }

  @Test
  void aRenewalNeverShortensASession() {
    shortSession.renew(2_000, 1_000);
    assertThat(shortSession.holds(2_500)).isTrue();
  }

  @Test
  void aShiftedGuardStandsAndFallsWithTheShortSession() {
    Guard guard = new Guard(longSession);
    guard.shift(shortSession, 1_000);
    assertThat(guard.stands(2_999)).isTrue();
    assertThat(guard.stands(3_000)).isFalse();
  }

  @Test
  void aGuardThatHadBrokenBeforeTheShiftStaysBroken() {
    longSession.end();
    Guard guard = new Guard(longSession);
    guard.shift(shortSession, 1_000);
    assertThat(guard.stands(1_001)).isFalse();
  }

  @Test
  void aSecondShiftDoesNotMendABrokenGuard() {
    Guard guard = new Guard(longSession);
    guard.shift(shortSession, 1_000);
    shortSession.end();
    guard.shift(new Session(3, 9_000), 1_500);
    assertThat(guard.stands(1_501)).isFalse();
  }

  @Test
  void aFreshWriteIsSureOnlyIfTheEpochStillStands() {
    Partition before =
        Partition.at(
            new PartitionId(Engine.FIRST, "p"), new Placement(new HomeId("a"), "p"), new Hlc(1, 0));
    Partition after =
        new Partition(before.id(), 1, 1, before.ownership(), before.owed(), before.changedAt());
    assertThat(FreshMode.sure(before, before)).isTrue();
    assertThat(FreshMode.sure(before, after)).isFalse();
  }

  /// Found by the simulation: a read that was asked at the old home before the move, and answered
  /// after the old copy was purged.
  @Test
  void retiringBreaksAllGuardsOfTheSameStayAndNoneAfterIt() {
    Session session = new Session(1, 100);
    Guard atRest = new Guard(session);
    Guard draining = atRest.next(session);
    Guard cutover = draining.next(session);
    cutover.retire();
    Guard opening = cutover.next(session);

    assertThat(atRest.stands(0)).isFalse();
    assertThat(draining.stands(0)).isFalse();
    assertThat(cutover.stands(0)).isFalse();
    assertThat(cutover.servesAs(session)).isFalse();
    assertThat(opening.stands(0)).isTrue();
    assertThat(opening.servesAs(session)).isTrue();
  }
}
