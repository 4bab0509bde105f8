package dev.drover.bench;

import dev.drover.core.HomeId;
import dev.drover.core.MoveId;
import dev.drover.core.Placement;
import dev.drover.core.mover.Checkpoints;
import dev.drover.core.mover.MoverListener;
import dev.drover.core.mover.MoverOptions;
import dev.drover.core.mover.MoverSession;
import dev.drover.core.mover.MoverTask;
import dev.drover.redis.RedisEngine;
import dev.drover.redis.move.RedisHome;
import dev.drover.redis.move.RedisMover;
import dev.drover.redis.move.RedisMoverOptions;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One copy by Drover, in a JVM of its own that has done nothing before.
final class CopyRun {
  private static final List<String> FLAGS =
      List.of("-Xmx256m", "-XX:+UseG1GC", "-XX:TieredStopAtLevel=1");

  private CopyRun() {}

  /// Copies a scope and says how long it took, from the first look at the target to the last key.
  static double seconds(Servers.Redis from, Servers.Redis to, String prefix)
      throws IOException, InterruptedException {
    List<String> arguments = List.of("" + from.port(), "" + to.port(), prefix);
    String said = Programs.run(Programs.java(FLAGS, CopyRun.class, arguments));
    String last = said.strip().lines().reduce("", (before, line) -> line);
    return Long.parseLong(last) / 1e9;
  }

  /// `FROM-PORT TO-PORT PREFIX`; prints nanoseconds.
  public static void main(String[] args) throws Exception {
    HomeId a = new HomeId("a");
    HomeId b = new HomeId("b");
    Map<HomeId, RedisHome> homes =
        Map.of(
            a, RedisHome.plain(a, "127.0.0.1", Integer.parseInt(args[0])),
            b, RedisHome.plain(b, "127.0.0.1", Integer.parseInt(args[1])));
    RedisMover mover =
        new RedisMover(
            id -> Optional.ofNullable(homes.get(id)), RedisMoverOptions.DEFAULT, System::nanoTime);
    MoverTask task =
        new MoverTask(
            RedisEngine.scope(args[2]),
            new MoveId("bench"),
            1,
            new Placement(a, args[2]),
            new Placement(b, args[2]),
            MoverOptions.DEFAULT);
    try (MoverSession session = mover.open(task, MoverListener.SILENT, Checkpoints.NONE)) {
      session.raiseFence();
      long begin = System.nanoTime();
      session.prepare();
      session.copy();
      System.out.println(System.nanoTime() - begin);
    }
  }
}
