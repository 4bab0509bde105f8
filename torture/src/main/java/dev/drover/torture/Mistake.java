package dev.drover.torture;

import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.engine.Plug;
import dev.drover.torture.fleet.Fleet;
import java.util.List;

/// A mistake in a configuration, on which nobody may start.
enum Mistake {
  /// A key that there is not.
  TYPO("a key is misspelled", "bugdet"),
  /// A home that scopes of the same configuration name.
  UNKNOWN_HOME("a home is left out that a scope names", "there is no home"),
  /// A home at which a scope is by now, whatever the configuration says.
  HOME_LEFT_OUT("a home is left out where a scope is", "is not in the configuration any more"),
  /// Two names for one server.
  HOME_DOUBLED("two homes are one server", "one server"),
  /// Keys under no scope would be looked for at another home.
  DEFAULT_HOME("what is in no partition would be at another home", " in no "),
  /// Keys of a scope would be looked for at another home.
  SCOPE_ADDED("a scope begins over keys that stand elsewhere", "is new");

  /// What a server must notice. A gateway does not look at what stands at homes; where keys are,
  /// the store tells it.
  static final List<Mistake> SERVERS = List.of(values());

  /// What it must notice wherever the scopes are.
  static final List<Mistake> ANYWHERE = List.of(TYPO, UNKNOWN_HOME, HOME_DOUBLED, DEFAULT_HOME);

  static final List<Mistake> GATEWAYS = List.of(TYPO, UNKNOWN_HOME, HOME_DOUBLED);

  private final String what;
  private final String words;

  Mistake(String what, String words) {
    this.what = what;
    this.words = words;
  }

  String what() {
    return what;
  }

  /// What a refusal says.
  String words() {
    return words;
  }

  /// Whether it can be made with an engine's configuration: some need that partitions lie inside
  /// each other, and that something is in none.
  boolean possible(Plug plug) {
    return plug.restKey().isPresent() || !(this == DEFAULT_HOME || this == SCOPE_ADDED);
  }

  /// A configuration with this mistake.
  ///
  /// @param drawn decides which home or scope it is made with
  /// @param records where the scopes are; not needed for a gateway's
  String in(String right, Fleet fleet, String party, int drawn, List<Partition> records) {
    List<String> homes = fleet.homes();
    String home = homes.get(drawn % homes.size());
    String next = homes.get((drawn + 1) % homes.size());
    return switch (this) {
      case TYPO -> right.replace("  budget:", "  bugdet:");
      case UNKNOWN_HOME -> without(right, home);
      case HOME_LEFT_OUT -> {
        String used = records.get(drawn % records.size()).ownership().reads().home().value();
        String other = homes.getFirst().equals(used) ? homes.getLast() : homes.getFirst();
        yield without(right, used)
            .replace("home: " + used, "home: " + other)
            .replaceAll(", fallback: h\\d+", "");
      }
      case HOME_DOUBLED ->
          right.replace(
              fleet.configuration().homeLine(next, fleet.port(party, next)),
              fleet.configuration().homeLine(next, fleet.port(party, home)));
      case DEFAULT_HOME ->
          right + fleet.subject().plug().restKey().orElseThrow() + ": " + homes.getLast() + "\n";
      case SCOPE_ADDED -> {
        Partition outer =
            records.stream()
                .filter(record -> record.id().equals(fleet.partition(drawn % fleet.scopes())))
                .findFirst()
                .orElseThrow();
        String at = elsewhere(outer, homes);
        String list = "\n" + fleet.subject().plug().partitionsKey() + ":\n";
        yield right.replace(
            list, list + fleet.configuration().partitionLine(outer.id().name() + "r:", at, ""));
      }
    };
  }

  /// A home where a scope neither is nor is about to be.
  private static String elsewhere(Partition scope, List<String> homes) {
    List<String> named =
        scope.ownership() instanceof Ownership.Moving m
            ? List.of(m.from().home().value(), m.to().home().value())
            : List.of(scope.ownership().reads().home().value());
    return homes.stream().filter(home -> !named.contains(home)).findFirst().orElseThrow();
  }

  /// A configuration that does not name a home.
  static String without(String right, String home) {
    return right.replaceAll("  - \\{name: " + home + ",.*\n", "");
  }
}
