package dev.drover.sim.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ExplorerTest {
  private static Report explored(Size size, Set<Deviation> deviations) {
    Report report = Explorer.explore(size, deviations, _ -> {}, System::nanoTime);
    System.out.printf(
        "%s %s: %d states, %d transitions, depth %d, %d ends, %.1f s%n",
        size,
        deviations,
        report.states(),
        report.transitions(),
        report.depth(),
        report.ends(),
        report.seconds());
    report.violation().ifPresent(v -> System.out.println(v.what() + ": " + v.path()));
    return report;
  }

  @Test
  void everyInterleavingOfASmallFleetHoldsAndEnds() {
    Report report = explored(Size.SMALL, Set.of());
    assertEquals(Optional.empty(), report.violation());
    assertTrue(report.ends() > 0);
  }

  static Stream<Arguments> wrongProtocols() {
    Size alone = Size.of(1, 1, 0);
    Size writes = Size.of(2, 1, 0);
    Size expiry = alone.with(Mishap.EXPIRY, 1);
    Size takeover = alone.with(Mishap.TAKEOVER, 1);
    return Stream.of(
        Arguments.of(Deviation.NO_RECEIPT_WAITED_FOR, writes),
        Arguments.of(Deviation.NO_CONFIRMATION_OF_DRAINING, expiry),
        Arguments.of(Deviation.TAIL_BEFORE_RECEIPTS, writes),
        Arguments.of(Deviation.ANSWER_WITHOUT_THE_GUARD, expiry),
        Arguments.of(Deviation.READS_ROUTES_BEFORE_IT_REGISTERS, expiry),
        Arguments.of(Deviation.NO_OPENING_WAIT, Size.of(2, 1, 1)),
        Arguments.of(Deviation.TAKEOVER_WITHOUT_A_NEW_TERM, takeover),
        Arguments.of(Deviation.COPY_WITHOUT_A_FENCE, takeover),
        Arguments.of(Deviation.ABORT_AFTER_COMMIT, writes),
        Arguments.of(Deviation.UNDO_FORGOTTEN, alone.with(Mishap.ABORT, 1)));
  }

  @ParameterizedTest
  @MethodSource("wrongProtocols")
  void aWrongProtocolIsFound(Deviation deviation, Size size) {
    Report report = explored(size, Set.of(deviation));
    assertTrue(report.violation().isPresent());
  }
}
