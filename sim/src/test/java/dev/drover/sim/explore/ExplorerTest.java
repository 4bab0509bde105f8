package dev.drover.sim.explore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class ExplorerTest {
  private static final Size ONE = Size.of(1, 1, 0);

  /// Of the right version, which is the same for all wrong ones that show in a fleet of that size.
  private static final Map<Size, Report> RIGHT = new HashMap<>();

  static Stream<Size> small() {
    return Size.SMALL.stream();
  }

  @ParameterizedTest
  @MethodSource("small")
  void everyInterleavingOfASmallFleetHoldsAndEnds(Size size) {
    Report report = Explorer.explore(size, Explorer.STATES_MAX, _ -> {}, System::nanoTime);
    System.out.printf(
        "%s: %,d states, %,d transitions, depth %d, %,d ends, %.1f s%n",
        size.words(),
        report.states(),
        report.transitions(),
        report.depth(),
        report.ends(),
        report.seconds());
    assertThat(report.violation()).isEmpty();
    assertThat(report.whole()).isTrue();
    assertThat(report.ends()).isPositive();
  }

  /// A wrong version, the least that has to happen for it to show, and what it breaks.
  static Stream<Arguments> wrongVersions() {
    Size two = Size.of(2, 1, 0);
    Size expiry = ONE.with(Mishap.EXPIRY, 1);
    Size takeover = ONE.with(Mishap.TAKEOVER, 1);
    Size overtime = ONE.with(Mishap.OVERTIME, 1);
    return Stream.of(
        Arguments.of(Deviation.NO_RECEIPT_WAITED_FOR, ONE, "I1"),
        Arguments.of(Deviation.NO_CONFIRMATION_OF_DRAINING, expiry, "I1"),
        Arguments.of(Deviation.RECEIPTS_BEFORE_WRITES_END, ONE, "I1"),
        Arguments.of(Deviation.TAIL_BEFORE_RECEIPTS, ONE, "I1"),
        Arguments.of(Deviation.ANSWER_WITHOUT_THE_GUARD, expiry, "I1"),
        Arguments.of(Deviation.BROKEN_GUARD_COMES_BACK, expiry, "I1"),
        Arguments.of(Deviation.LEASE_FROM_THE_ANSWER, expiry, "I1"),
        Arguments.of(Deviation.READS_ROUTES_BEFORE_IT_REGISTERS, expiry, "I1"),
        Arguments.of(Deviation.NO_OPENING_WAIT, Size.of(2, 1, 1), "I3"),
        Arguments.of(Deviation.TAKEOVER_WITHOUT_A_NEW_TERM, takeover, "I1"),
        Arguments.of(Deviation.COPY_WITHOUT_A_FENCE, takeover, "I1"),
        Arguments.of(Deviation.FENCE_WITHOUT_A_NUMBER, overtime, "I1"),
        Arguments.of(Deviation.REOPENS_WITHOUT_COMPARING, overtime, "I2"),
        Arguments.of(
            Deviation.REOPENS_BEFORE_UNFENCED, ONE.blocking().with(Mishap.OVERTIME, 1), "I11"),
        Arguments.of(Deviation.ABORT_AFTER_COMMIT, ONE, "I4"),
        Arguments.of(Deviation.UNDO_FORGOTTEN, ONE.with(Mishap.ABORT, 1), "I6"),
        Arguments.of(Deviation.UNKNOWN_TAKEN_FOR_FAILURE, expiry, "I1"),
        Arguments.of(Deviation.NOBODY_TAKES_OVER, ONE.with(Mishap.CONTROLLER_CRASH, 1), "I5"),
        Arguments.of(Deviation.DEAD_GATEWAYS_STAY_LISTED, two.with(Mishap.GATEWAY_CRASH, 1), "I5"),
        Arguments.of(
            Deviation.FORGOTTEN_RECEIPTS_NOT_GIVEN_AGAIN, ONE.with(Mishap.STORE_CRASH, 1), "I5"));
  }

  @ParameterizedTest
  @MethodSource("wrongVersions")
  void aWrongVersionIsFoundWhereTheRightOneHolds(Deviation wrong, Size size, String invariant) {
    Report right =
        RIGHT.computeIfAbsent(size, s -> Explorer.explore(s, Set.of(), System::nanoTime));
    assertThat(right.violation()).isEmpty();
    Report report = Explorer.explore(size, Set.of(wrong), System::nanoTime);
    Report.Finding finding = report.violation().orElseThrow();
    System.out.printf(
        "| %s | %s | %,d | %d | %s |%n",
        wrong, size.words(), report.states(), finding.path().size(), finding.what());
    assertThat(finding.what()).startsWith(invariant + ":");
    assertThat(finding.path()).isNotEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void everyWrongVersionIsTried(Deviation wrong) {
    assertThat(wrongVersions().map(each -> each.get()[0])).contains(wrong);
  }

  @Test
  void itStopsAtItsLimitAndSaysSo() {
    Report report = Explorer.explore(Size.SMALL.getFirst(), 10_000, _ -> {}, System::nanoTime);
    assertThat(report.whole()).isFalse();
    assertThat(report.states()).isBetween(10_000L, 10_100L);
  }
}
