package dev.drover.opensearch.plug;

import dev.drover.engine.config.Secret;
import dev.drover.engine.config.Section;
import dev.drover.opensearch.gateway.CursorOptions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// How a gateway offers scrolls and points in time.
///
/// @param secret seals their ids; empty if it does not
/// @param table what is known of them in memory; empty if nothing is
record CursorSettings(Optional<Secret> secret, Optional<CursorOptions.Table> table) {
  private static final String SECRET = "cursorSecret";
  private static final String TABLE = "cursorTable";
  private static final int CAPACITY = 100_000;
  private static final int CAPACITY_MAX = 1_000_000;
  private static final Duration TTL = Duration.ofMinutes(5);
  private static final Duration TTL_LEAST = Duration.ofSeconds(1);

  static CursorSettings read(Section section) {
    Optional<Secret> secret = section.secret(SECRET, true);
    Optional<CursorOptions.Table> table = Optional.empty();
    if (section.has(TABLE)) {
      Section its = section.section(TABLE);
      table =
          Optional.of(
              new CursorOptions.Table(
                  its.number("capacity", CAPACITY, 1, CAPACITY_MAX),
                  its.duration("ttl", TTL, TTL_LEAST, "a client thinks between two pages")));
      its.done();
    }
    if (secret.isPresent() && table.isPresent()) {
      section.fault(
          section.line(TABLE),
          "'%s' and '%s' are two ways to do one thing: give one of them"
              .formatted(section.named(SECRET + "File"), section.named(TABLE)));
    }
    return new CursorSettings(secret, table);
  }

  CursorOptions open(Map<String, String> environment) {
    return secret
        .<CursorOptions>map(each -> new CursorOptions.Sealed(each.reveal(environment)))
        .or(() -> table)
        .orElse(new CursorOptions.Off());
  }
}
