package dev.drover.redis.move;

import dev.drover.core.HomeId;
import dev.drover.core.MoveId;
import dev.drover.core.Placement;
import dev.drover.core.mover.Checkpoints;
import dev.drover.core.mover.MoverListener;
import dev.drover.core.mover.MoverOptions;
import dev.drover.core.mover.MoverSession;
import dev.drover.core.mover.MoverTask;
import dev.drover.core.mover.Settlement;
import dev.drover.redis.RedisEngine;
import dev.drover.redis.testing.RawRedis;
import dev.drover.redis.testing.RedisServerProcess;
import dev.drover.redis.testing.RedisServerProcess.Version;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/// Prints how fast a scope of strings is copied and verified, and how long a settle takes.
/// Arguments: keys, bytes a value.
final class CopySpeed {
  private CopySpeed() {}

  public static void main(String[] args) throws Exception {
    int keys = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
    int bytes = args.length > 1 ? Integer.parseInt(args[1]) : 100;
    int settles = 200;
    try (RedisServerProcess a = RedisServerProcess.start(Version.INSTALLED);
        RedisServerProcess b = RedisServerProcess.start(Version.INSTALLED);
        RawRedis client = a.client()) {
      fill(client, keys, bytes);
      Map<HomeId, RedisHome> homes =
          Map.of(
              new HomeId("a"), RedisHome.plain(new HomeId("a"), a.host(), a.port()),
              new HomeId("b"), RedisHome.plain(new HomeId("b"), b.host(), b.port()));
      RedisMover mover =
          new RedisMover(
              id -> Optional.ofNullable(homes.get(id)),
              RedisMoverOptions.DEFAULT,
              System::nanoTime);
      MoverTask task =
          new MoverTask(
              RedisEngine.scope("app:"),
              new MoveId("speed"),
              1,
              new Placement(new HomeId("a"), "app:"),
              new Placement(new HomeId("b"), "app:"),
              MoverOptions.DEFAULT);
      try (MoverSession session = mover.open(task, MoverListener.SILENT, Checkpoints.NONE)) {
        session.raiseFence();
        long began = System.nanoTime();
        session.prepare();
        session.copy();
        print("copy", keys, began);
        session.follow();
        began = System.nanoTime();
        System.out.println(session.verify());
        print("verify", keys, began);
        long[] nanos = new long[settles];
        for (int i = 0; i < settles; i++) {
          for (int k = 0; k < 200; k++) {
            client.send("SET", "app:" + (i * 7919 + k * 31) % keys, "changed" + i);
          }
          for (int k = 0; k < 200; k++) {
            client.receive();
          }
          began = System.nanoTime();
          Settlement settlement = session.settle();
          nanos[i] = System.nanoTime() - began;
          if (!(settlement instanceof Settlement.Settled)) {
            System.out.println(settlement);
          }
        }
        Arrays.sort(nanos);
        System.out.printf(
            "settle of 200 dirty keys: p50 %.2f ms, p90 %.2f ms, worst %.2f ms%n",
            nanos[settles / 2] / 1e6, nanos[settles * 9 / 10] / 1e6, nanos[settles - 1] / 1e6);
        began = System.nanoTime();
        session.copy();
        print("comparing copy", keys, began);
      }
    }
  }

  private static void fill(RawRedis client, int keys, int bytes) throws Exception {
    String value = "x".repeat(bytes);
    for (int i = 0; i < keys; i += 1000) {
      for (int k = i; k < i + 1000; k++) {
        client.send("SET", "app:" + k, value);
      }
      for (int k = i; k < i + 1000; k++) {
        client.receive();
      }
    }
  }

  private static void print(String what, int keys, long began) {
    double seconds = (System.nanoTime() - began) / 1e9;
    System.out.printf("%s: %.2f s, %.0f keys/s%n", what, seconds, keys / seconds);
  }
}
