package dev.drover.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Each wrong version of the protocol is caught, and by an invariant: a check inside a machine does
/// not count. Prints the table that stands in docs/wrong-versions.md.
class WrongVersionsTest {
  private static final int SEEDS_MAX = 20_000;
  private static final int BATCH = 50;

  private record Caught(long seed, String invariant) {}

  @ParameterizedTest
  @EnumSource
  void isCaught(WrongVersion wrong) {
    for (long first = wrong.from; first < wrong.from + SEEDS_MAX; first += BATCH) {
      Optional<Caught> caught =
          LongStream.range(first, first + BATCH)
              .parallel()
              .mapToObj(seed -> played(wrong, seed))
              .flatMap(Optional::stream)
              .findFirst();
      if (caught.isPresent()) {
        assertThat(Run.of(Scenario.of(caught.get().seed(), wrong.profile), new Rules()).violation())
            .as("the right version under the same seed")
            .isEmpty();
        System.out.printf(
            "| %s | %s | %,d | %s |%n",
            wrong.words, wrong.profile, caught.get().seed(), caught.get().invariant());
        return;
      }
    }
    throw new AssertionError(wrong.words + " was not caught within " + SEEDS_MAX + " seeds");
  }

  private static Optional<Caught> played(WrongVersion wrong, long seed) {
    return Run.of(Scenario.of(seed, wrong.profile), wrong.rules)
        .violation()
        .map(Violation::invariant)
        .filter(invariant -> invariant.startsWith("I"))
        .map(invariant -> new Caught(seed, invariant));
  }
}
