package dev.drover.torture;

import dev.drover.app.client.ApiException;
import dev.drover.core.Partition;
import dev.drover.torture.fleet.Child;
import dev.drover.torture.fleet.Fleet;
import dev.drover.torture.plan.Strike;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/// Gives servers and gateways configurations with mistakes, on which they must not start, and takes
/// a home that is not in use out of a gateway's, on which it must serve.
final class Configurations {
  private static final Duration READY_MAX = Duration.ofSeconds(45);
  private static final Duration JOINED_MAX = Duration.ofSeconds(10);
  private static final long POLL_MILLIS = 200;

  /// What a process ends with that cannot start, or cannot use its configuration.
  private static final Set<Integer> REFUSALS = Set.of(1, 2);

  private final Fleet fleet;
  private final Moves moves;
  private final Set<String> failures;

  Configurations(Fleet fleet, Moves moves, Set<String> failures) {
    this.fleet = fleet;
    this.moves = moves;
    this.failures = failures;
  }

  /// Starts a server on a wrong configuration, and then on the right one. The homes must answer:
  /// the server has to look at where the keys are.
  void server(Child server, Strike strike) throws IOException, InterruptedException {
    server.kill();
    // Only in a store that does not run is a scope still where it was when it was looked.
    List<Partition> records =
        fleet.store().apart()
            ? List.of()
            : StoreLook.recordsIn(fleet.storeData(), fleet.aside("store-looked"));
    wrong(server, fleet.store().apart() ? Mistake.ANYWHERE : Mistake.SERVERS, strike, records);
  }

  /// The same with a gateway.
  void gateway(Child gateway, Strike strike) throws IOException, InterruptedException {
    wrong(gateway, Mistake.GATEWAYS, strike, List.of());
  }

  private void wrong(Child child, List<Mistake> all, Strike strike, List<Partition> records)
      throws IOException, InterruptedException {
    List<Mistake> of = all.stream().filter(each -> each.possible(fleet.subject().plug())).toList();
    Mistake mistake = of.get(strike.victim() / 5 % of.size());
    Path file = fleet.config(child.name());
    String right = Files.readString(file);
    String edited = mistake.in(right, fleet, child.name(), strike.victim(), records);
    if (edited.equals(right)) {
      throw new IOException("nothing was changed in " + file + " by " + mistake);
    }
    child.kill();
    try {
      Files.writeString(file, edited);
      child.start();
      boolean started = child.awaitReady(READY_MAX);
      OptionalInt code = started ? OptionalInt.empty() : child.ended(READY_MAX);
      String said = child.logText();
      if (code.isEmpty()
          || !REFUSALS.contains(code.getAsInt())
          || !said.contains(mistake.words())) {
        failures.add(
            "%s was started with a configuration in which %s: %s; see %s"
                .formatted(
                    child.name(),
                    mistake.what(),
                    started ? "it serves" : "it ended with " + code + " and did not say so",
                    child.log()));
      }
    } finally {
      child.kill();
      Files.writeString(file, right);
    }
    restart(child);
  }

  private void restart(Child child) throws IOException, InterruptedException {
    boolean apart = fleet.store().apart() && fleet.servers().contains(child.name());
    if (!apart) {
      child.start();
    }
    if (!(apart ? child.startUntilReady(READY_MAX) : child.awaitReady(READY_MAX))) {
      failures.add(child.notBack());
    }
  }

  /// Takes the spare home out of a gateway's configuration, which is no mistake as long as nothing
  /// is there. Moves to that home must be refused meanwhile, by the gateway's name.
  void lacking(Child gateway, Strike strike) throws IOException, InterruptedException {
    Path file = fleet.config(gateway.name());
    String right = Files.readString(file);
    gateway.kill();
    try {
      Files.writeString(file, Mistake.without(right, fleet.spare()));
      gateway.start();
      if (gateway.awaitReady(READY_MAX)) {
        refused(gateway, strike);
      } else {
        failures.add(
            "%s does not start without home %s, where nothing is; see %s"
                .formatted(gateway.name(), fleet.spare(), gateway.log()));
      }
    } finally {
      gateway.kill();
      Files.writeString(file, right);
    }
    restart(gateway);
  }

  private void refused(Child gateway, Strike strike) throws InterruptedException {
    String scope = fleet.partition(strike.victim() % fleet.scopes()).name();
    String why = "";
    long end = System.nanoTime() + JOINED_MAX.toNanos();
    while (System.nanoTime() < end) {
      try {
        String move = moves.ask(scope, fleet.spare(), 0, strike.victim());
        failures.add(
            "the move %s of '%s' to %s was accepted, although gateway %s does not name that home"
                .formatted(move, scope, fleet.spare(), gateway.name()));
        return;
      } catch (ApiException e) {
        why = e.why();
      }
      if (why.contains(gateway.name())) {
        return;
      }
      // The scope moves, or the server is away: that says nothing of the gateway.
      Thread.sleep(POLL_MILLIS);
    }
  }
}
