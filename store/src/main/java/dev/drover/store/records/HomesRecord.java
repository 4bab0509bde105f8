package dev.drover.store.records;

import dev.drover.core.HomeId;
import java.util.Map;
import java.util.Optional;

/// The homes of an engine as the configuration named them when a server started last: under
/// [Keys#homes]. By it the next start sees what has changed.
///
/// @param defaultHome where is what is in no partition; empty if the engine keeps no such thing
/// @param addresses of the homes, by name
public record HomesRecord(Optional<HomeId> defaultHome, Map<String, String> addresses) {
  public HomesRecord {
    addresses = Map.copyOf(addresses);
  }
}
