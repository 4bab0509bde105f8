package dev.drover.redis.move;

import dev.drover.core.mover.Preflight;
import dev.drover.core.mover.Preflight.Finding;
import dev.drover.core.mover.Preflight.Severity;
import dev.drover.redis.wire.RespConnection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// A look at both homes before a fallback takes over: the old one must not answer, the fallback has
/// to be able to hold the scope.
record TakeoverLook(RedisHome from, RedisHome to, RedisMoverOptions options) {
  Preflight look() {
    List<Finding> findings = new ArrayList<>();
    findings.add(
        answers(from)
            ? new Finding(
                Severity.REFUSAL,
                "old-home-lost",
                from
                    + " answers: a takeover would leave behind what it holds. Move the ordinary way")
            : new Finding(Severity.OK, "old-home-lost", from + " does not answer"));
    findings.add(fallback());
    return new Preflight(findings, -1, -1);
  }

  private Finding fallback() {
    try (RespConnection connection = Homes.connect(to, options)) {
      ServerFacts facts = ServerFacts.read(connection);
      Homes.check(to, facts);
      return facts.loading()
          ? new Finding(Severity.REFUSAL, "fallback", to + " is still loading its data")
          : new Finding(Severity.OK, "fallback", to + " runs " + facts.version());
    } catch (IOException | dev.drover.core.mover.MoverException e) {
      return new Finding(Severity.REFUSAL, "fallback", to + ": " + e.getMessage());
    }
  }

  /// Whether there is a server that says anything at all within a second: one that is loading its
  /// data or refuses a password is not lost.
  static boolean answers(RedisHome home) {
    try {
      HomeQuestion.ask(home);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
