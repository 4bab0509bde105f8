package dev.drover.redis.move;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.drover.core.EngineState;
import dev.drover.core.HomeId;
import dev.drover.core.MoveId;
import dev.drover.core.Placement;
import dev.drover.core.Undo;
import dev.drover.core.mover.Checkpoints;
import dev.drover.core.mover.Kept;
import dev.drover.core.mover.MoverListener;
import dev.drover.core.mover.MoverOptions;
import dev.drover.core.mover.MoverSession;
import dev.drover.core.mover.MoverTask;
import dev.drover.core.mover.Settlement;
import dev.drover.redis.RedisEngine;
import dev.drover.redis.testing.RawRedis;
import dev.drover.redis.testing.RedisServerProcess;
import dev.drover.redis.testing.RedisServerProcess.Version;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Assumptions;

/// Two real servers and a mover between them.
final class Rig implements AutoCloseable {
  static final HomeId A = new HomeId("a");
  static final HomeId B = new HomeId("b");

  final RedisServerProcess a;
  final RedisServerProcess b;
  RawRedis atA;
  RawRedis atB;
  final Map<HomeId, RedisHome> homes = new ConcurrentHashMap<>();
  final List<String> losses = new CopyOnWriteArrayList<>();
  final List<String> found = new CopyOnWriteArrayList<>();
  final List<Kept> kept = new CopyOnWriteArrayList<>();
  private final RedisMoverOptions options;
  final RedisMover mover;
  String prefix = "app:";
  MoverOptions moverOptions = MoverOptions.DEFAULT;
  final MoverListener listener =
      new MoverListener() {
        @Override
        public void progress(String phase, long done, long total, long bytes, String waitingFor) {}

        @Override
        public void captureLost(String reason) {
          losses.add(reason);
        }

        @Override
        public void broughtOver(HomeId home, String what) {
          found.add(home + ": " + what);
        }
      };

  Rig(Version from, Version to, String... targetOptions) {
    this(
        RedisMoverOptions.DEFAULT.withReconnectFor(Duration.ofSeconds(10)),
        from,
        to,
        targetOptions);
  }

  Rig(RedisMoverOptions options, Version from, Version to, String... targetOptions) {
    this(options, from, new String[0], to, targetOptions);
  }

  private Rig(
      RedisMoverOptions options,
      Version from,
      String[] sourceOptions,
      Version to,
      String[] targetOptions) {
    for (Version version : List.of(from, to)) {
      Assumptions.assumeTrue(
          RedisServerProcess.available(version),
          "Redis 7.0 is not installed here (apt-get install redis-server): skipped");
    }
    a = RedisServerProcess.start(from, sourceOptions);
    b = RedisServerProcess.start(to, targetOptions);
    atA = a.client();
    atB = b.client();
    homes.put(A, RedisHome.plain(A, a.host(), a.port()));
    homes.put(B, RedisHome.plain(B, b.host(), b.port()));
    this.options = options;
    mover = newMover();
  }

  /// As in another process, which remembers nothing.
  RedisMover newMover() {
    return new RedisMover(id -> Optional.ofNullable(homes.get(id)), options, System::nanoTime);
  }

  /// From a source that is started with these options.
  static Rig fromSource(String... sourceOptions) {
    return new Rig(
        RedisMoverOptions.DEFAULT.withReconnectFor(Duration.ofSeconds(10)),
        Version.INSTALLED,
        sourceOptions,
        Version.INSTALLED,
        new String[0]);
  }

  void restartA() {
    atA.close();
    a.kill();
    a.restart();
    atA = a.client();
  }

  void restartB() {
    atB.close();
    b.kill();
    b.restart();
    atB = b.client();
  }

  /// From the installed version to the installed version.
  static Rig installed() {
    return new Rig(Version.INSTALLED, Version.INSTALLED);
  }

  MoverTask task(long term) {
    return new MoverTask(
        RedisEngine.scope(prefix),
        new MoveId("move-1"),
        term,
        new Placement(A, prefix),
        new Placement(B, prefix),
        moverOptions);
  }

  MoverSession open(long term) throws Exception {
    return mover.open(task(term), listener, Checkpoints.NONE);
  }

  /// A session that has copied and verified.
  MoverSession verified(long term) throws Exception {
    MoverSession session = open(term);
    session.raiseFence();
    session.prepare();
    session.copy();
    session.follow();
    session.verify();
    return session;
  }

  /// Moves everything while nobody writes and checks it.
  void move() throws Exception {
    try (MoverSession session = verified(1)) {
      settled(session);
    }
    assertSame();
  }

  static Settlement.Settled settled(MoverSession session) throws Exception {
    Settlement settlement = session.settle();
    for (int i = 0; i < 5 && !(settlement instanceof Settlement.Settled); i++) {
      session.follow();
      session.verify();
      settlement = session.settle();
    }
    assertThat(settlement).isInstanceOf(Settlement.Settled.class);
    return (Settlement.Settled) settlement;
  }

  void assertSame() throws IOException {
    assertThat(atB.everything(prefix)).isEqualTo(atA.everything(prefix));
    Map<String, Long> expected = atA.expiries(prefix);
    Map<String, Long> actual = atB.expiries(prefix);
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach((key, at) -> assertThat(actual.get(key)).isCloseTo(at, within(2_000L)));
  }

  /// Works off what an aborted move owes.
  void undoAll(long term) throws Exception {
    for (Undo undo : mover.owedOnAbort(task(term), EngineState.NONE)) {
      kept.add(mover.undo(task(term).partition(), task(term).from(), term, undo, listener));
    }
  }

  /// Works off what a finished move owes.
  void purge(long term) throws Exception {
    purge(mover, term);
  }

  void purge(RedisMover by, long term) throws Exception {
    for (Undo undo : mover.owedOnComplete(task(term))) {
      kept.add(by.undo(task(term).partition(), task(term).to(), term, undo, listener));
    }
  }

  /// Fills the source.
  void fill(int keys) throws IOException {
    List<String[]> commands = new ArrayList<>();
    for (int i = 0; i < keys; i++) {
      commands.add(new String[] {"SET", prefix + i, "value" + i});
    }
    pipeline(atA, commands);
  }

  /// Sends many commands in one go.
  static void pipeline(RawRedis client, List<String[]> commands) throws IOException {
    for (int at = 0; at < commands.size(); at += 1000) {
      List<String[]> part = commands.subList(at, Math.min(commands.size(), at + 1000));
      for (String[] command : part) {
        client.send(command);
      }
      for (int i = 0; i < part.size(); i++) {
        client.receive();
      }
    }
  }

  @Override
  public void close() {
    atA.close();
    atB.close();
    a.close();
    b.close();
  }
}
