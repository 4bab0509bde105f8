package dev.drover.torture;

import dev.drover.redis.wire.RespConnection;
import dev.drover.torture.client.Values;
import dev.drover.torture.fleet.Fleet;
import dev.drover.torture.history.Family;
import dev.drover.torture.history.KeyName;
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

  /// Under no scope: a default home that holds such a key cannot be changed for another.
  private static final String OUTSIDE = "outside:all:scopes";

  private Filler() {}

  /// Writes them, each where its scope is at first, those of the scope that may be lost too.
  ///
  /// @return the writes, for the checker
  static List<Op> fill(Fleet fleet, int scopes) throws IOException {
    List<Op> writes = new ArrayList<>();
    List<String> homes = fleet.homes();
    for (int scope = 0; scope <= scopes; scope++) {
      try (RespConnection home = fleet.connect(homes.get(scope % homes.size()))) {
        long before = System.nanoTime();
        for (int i = 1; i <= KEYS; i++) {
          home.send("SET", key(scope, i).toString(), Values.text(i));
        }
        home.flush();
        for (int i = 1; i <= KEYS; i++) {
          home.answered();
          long key = key(scope, i).packed();
          writes.add(new Op(0, i, key, Kind.SET, Outcome.DONE, 0, before, System.nanoTime(), i, 0));
        }
      }
    }
    try (RespConnection home = fleet.connect(homes.getFirst())) {
      var _ = home.call("SET", OUTSIDE, "at the default home");
    }
    return writes;
  }

  private static KeyName key(int scope, int number) {
    return new KeyName(scope, Family.REGISTER, INDEX, number);
  }
}
