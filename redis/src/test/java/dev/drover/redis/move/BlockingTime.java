package dev.drover.redis.move;

import dev.drover.redis.testing.RawRedis;
import dev.drover.redis.testing.RedisServerProcess.Version;
import java.io.IOException;
import java.util.List;

/// Prints the longest commands at both servers while one big key of each type is moved, corrected
/// and removed. Argument: elements.
final class BlockingTime {
  private BlockingTime() {}

  public static void main(String[] args) throws Exception {
    int elements = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
    try (Rig rig = new Rig(Version.INSTALLED, Version.INSTALLED)) {
      Samples.big(rig.atA, rig.prefix, elements);
      for (RawRedis client : List.of(rig.atA, rig.atB)) {
        client.call("CONFIG", "SET", "slowlog-log-slower-than", "5000");
        client.call("SLOWLOG", "RESET");
      }
      long began = System.nanoTime();
      try (var session = rig.verified(1)) {
        System.out.printf("copied and verified: %.1f s%n", (System.nanoTime() - began) / 1e9);
        rig.atA.call("HSET", "app:hash", "field1", "x");
        began = System.nanoTime();
        Rig.settled(session);
        System.out.printf("settle of a dirty hash: %.1f s%n", (System.nanoTime() - began) / 1e9);
      }
      print("source", rig.atA);
      print("target", rig.atB);
      rig.undoAll(1);
      print("target, removing", rig.atB);
    }
  }

  private static void print(String where, RawRedis client) throws IOException {
    List<?> log = (List<?>) client.call("SLOWLOG", "GET", "1000");
    long worst = 0;
    Object what = "";
    for (Object one : log) {
      long micros = (Long) ((List<?>) one).get(2);
      if (micros > worst) {
        worst = micros;
        List<?> command = (List<?>) ((List<?>) one).get(3);
        what = command.subList(0, Math.min(3, command.size()));
      }
    }
    System.out.printf(
        "%s: %d above 5 ms, worst %.1f ms %s%n", where, log.size(), worst / 1e3, what);
    client.call("SLOWLOG", "RESET");
  }
}
