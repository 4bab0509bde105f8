package dev.drover.store.records;

import dev.drover.core.HomeId;
import java.util.Map;

/// The homes as the configuration named them when a server started last: under [Keys#HOMES]. By it
/// the next start sees what has changed.
///
/// @param defaultHome where keys are that are under no scope
/// @param addresses of the homes, by name
public record HomesRecord(HomeId defaultHome, Map<String, String> addresses) {
  public HomesRecord {
    addresses = Map.copyOf(addresses);
  }
}
