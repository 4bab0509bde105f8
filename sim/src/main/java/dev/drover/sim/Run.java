package dev.drover.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One run of one scenario, from its first step to its end.
///
/// @param violation what did not hold, empty if all did
/// @param steps how many steps it had
/// @param writes how many writes were acknowledged
/// @param reads how many reads were answered
record Run(
    Scenario scenario,
    Optional<Violation> violation,
    Coverage coverage,
    long steps,
    long writes,
    long reads) {

  static Run of(Scenario scenario, Rules rules) {
    return play(new World(scenario, rules, null), scenario);
  }

  /// What happens in it, line by line, with what did not hold last.
  static List<String> transcript(Scenario scenario, Rules rules) {
    List<String> lines = new ArrayList<>();
    told(scenario, rules, lines);
    return lines;
  }

  /// The same, added to `lines`.
  static Run told(Scenario scenario, Rules rules, List<String> lines) {
    Run run = play(new World(scenario, rules, lines), scenario);
    run.violation().ifPresent(violation -> lines.add(violation.getMessage()));
    return run;
  }

  private static Run play(World world, Scenario scenario) {
    Optional<Violation> violation = Optional.empty();
    try {
      world.run();
    } catch (Violation e) {
      violation = Optional.of(e);
    } catch (IllegalStateException e) {
      // A check inside a machine: a defect like any other, with the seed that shows it.
      violation = Optional.of(new Violation("defect", String.valueOf(e)));
    }
    return new Run(
        scenario,
        violation,
        world.coverage(),
        world.steps(),
        world.checker().acknowledgedWrites(),
        world.checker().answeredReads());
  }
}
