package dev.drover.sim;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Each wrong version of the protocol is caught. Prints the table that stands in docs.
class WrongVersionsTest {
  private static final int SEEDS_MAX = 20_000;

  @ParameterizedTest
  @EnumSource
  void isCaught(WrongVersion wrong) {
    for (long seed = 1; seed <= SEEDS_MAX; seed++) {
      Run run = Run.of(Scenario.of(seed, Profile.ALL), wrong.rules);
      Optional<String> broken =
          run.violation().map(Violation::invariant).filter(name -> name.startsWith("I"));
      if (broken.isPresent()) {
        System.out.printf("| %s | %,d | %s |%n", wrong.words, seed, broken.get());
        return;
      }
    }
    throw new AssertionError(wrong.words + " was not caught within " + SEEDS_MAX + " seeds");
  }
}
