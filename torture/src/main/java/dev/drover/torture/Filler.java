package dev.drover.torture;

import dev.drover.engine.torture.Family;
import dev.drover.engine.torture.HomeInspector;
import dev.drover.engine.torture.KeyName;
import dev.drover.torture.fleet.Fleet;
import dev.drover.torture.history.Kind;
import dev.drover.torture.history.Op;
import dev.drover.torture.history.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Keys that are there before the clients come and that nobody writes again: they give a copy
/// something to do, and must all be there in the end.
final class Filler {
  private static final int KEYS = 400;

  /// Beyond those that clients use.
  private static final int INDEX = 200;

  private Filler() {}

  /// Writes them, each where its scope is at first, those of the scope that may be lost too.
  ///
  /// @return the writes, for the checker
  static List<Op> fill(Fleet fleet, int scopes) throws IOException {
    List<Op> writes = new ArrayList<>();
    List<String> homes = fleet.homes();
    for (int scope = 0; scope <= scopes; scope++) {
      List<KeyName> keys = new ArrayList<>();
      List<Long> values = new ArrayList<>();
      for (int i = 1; i <= KEYS; i++) {
        keys.add(new KeyName(scope, Family.REGISTER, INDEX, i));
        values.add((long) i);
      }
      long before = System.nanoTime();
      try (HomeInspector home = fleet.inspect(homes.get(scope % homes.size()))) {
        home.fill(keys, values);
      }
      long after = System.nanoTime();
      for (int i = 0; i < KEYS; i++) {
        long key = keys.get(i).packed();
        writes.add(
            new Op(0, i + 1, key, Kind.SET, Outcome.DONE, 0, before, after, values.get(i), 0));
      }
    }
    try (HomeInspector home = fleet.inspect(homes.getFirst())) {
      home.writeOutside();
    }
    return writes;
  }
}
