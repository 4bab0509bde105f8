package dev.drover.redis.move;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.EngineState;
import dev.drover.core.HomeId;
import dev.drover.core.mover.Checkpoints;
import dev.drover.core.mover.MoverException;
import dev.drover.core.mover.MoverListener;
import dev.drover.core.mover.MoverOptions;
import dev.drover.core.mover.MoverSession;
import dev.drover.redis.testing.RedisServerProcess.Version;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/// A driver that takes a move over goes on with what is copied.
class ResumedCopyTest {
  private static final int KEYS = 30_000;

  /// States are noted each five seconds by the mover's clock, which is that much faster here.
  private static final int CLOCK = 500;

  /// After so many states the driver is stopped.
  private static final int STATES = 4;

  /// What the record would keep.
  private static final class Kept implements Checkpoints {
    final List<EngineState> states = new CopyOnWriteArrayList<>();
    private final EngineState first;
    private final boolean stops;

    /// @param stops whether it never answers after some states
    Kept(EngineState first, boolean stops) {
      this.first = first;
      this.stops = stops;
    }

    Kept(EngineState first) {
      this(first, false);
    }

    @Override
    public EngineState state() {
      return last().orElse(first);
    }

    @Override
    public boolean reached(EngineState state) throws InterruptedException {
      states.add(state);
      if (stops && states.size() == STATES) {
        Thread.sleep(Long.MAX_VALUE);
      }
      return true;
    }

    Optional<EngineState> last() {
      return states.isEmpty() ? Optional.empty() : Optional.of(states.getLast());
    }
  }

  /// How many keys each phase has looked at.
  private static final class Phases implements MoverListener {
    final Map<String, Long> done = new ConcurrentHashMap<>();

    @Override
    public void progress(
        String phase, long itemsDone, long itemsTotal, long bytesDone, String waitingFor) {
      done.merge(phase, itemsDone, Math::max);
    }

    @Override
    public void captureLost(String reason) {}

    @Override
    public void broughtOver(HomeId home, String what) {}
  }

  @Test
  void aTakeoverGoesOnWhereTheCopyWasAndFindsWhatHasChangedSince() throws Exception {
    try (Rig rig = new Rig(Version.V6_2, Version.V6_2)) {
      fill(rig, KEYS);
      Kept record = new Kept(EngineState.NONE, true);
      long before = interrupted(rig, record);
      changeMeanwhile(rig);

      Phases phases = new Phases();
      try (MoverSession session =
          rig.newMover().open(rig.task(2), phases, new Kept(record.state()))) {
        session.raiseFence();
        session.prepare();
        session.copy();
        long rest = phases.done.getOrDefault("copy", 0L);
        assertThat(rest)
            .as("of %d keys, %d of which the first driver had looked at", KEYS, before)
            .isLessThanOrEqualTo(KEYS + 2 - before * 3 / 4);
        assertThat(phases.done).doesNotContainKey("rescan");
        session.verify();
        Rig.settled(session);
      }
      rig.assertSame();
    }
  }

  @Test
  void whoeverTakesOverAfterTheCopyBeginsWithTheComparison() throws Exception {
    try (Rig rig = new Rig(Version.V6_2, Version.V6_2)) {
      fill(rig, KEYS);
      Kept record = new Kept(EngineState.NONE);
      try (MoverSession session = fast(rig, record)) {
        session.raiseFence();
        session.prepare();
        session.copy();
      }
      assertThat(CopyState.of(record.state())).isEqualTo(new CopyState.Walked());
      changeMeanwhile(rig);
      Phases phases = new Phases();
      try (MoverSession session =
          rig.newMover().open(rig.task(2), phases, new Kept(record.state()))) {
        session.raiseFence();
        session.prepare();
        session.copy();
        assertThat(phases.done).doesNotContainKeys("copy", "rescan");
        session.verify();
        Rig.settled(session);
      }
      rig.assertSame();
    }
  }

  /// A state says how far a copy was, and is not believed: what it does not say is found.
  @Test
  void aStateThatIsNotTrueCostsTimeAndLosesNothing() throws Exception {
    for (String text : List.of("walked", "walking %s 12345", "walking other 0", "flying", "")) {
      try (Rig rig = new Rig(Version.V6_2, Version.V6_2)) {
        fill(rig, KEYS / 10);
        String run = runId(rig);
        Kept record = new Kept(new EngineState(1, text.formatted(run)));
        rig.atB.call("SET", "app:orphan", "of an earlier copy");
        rig.moverOptions = new MoverOptions(0, 0, true, false);
        try (MoverSession session = rig.newMover().open(rig.task(2), new Phases(), record)) {
          session.raiseFence();
          session.prepare();
          session.copy();
          session.verify();
          Rig.settled(session);
        }
        rig.assertSame();
      }
    }
  }

  private static String runId(Rig rig) throws Exception {
    return String.valueOf(rig.atA.call("INFO", "server"))
        .lines()
        .filter(line -> line.startsWith("run_id:"))
        .map(line -> line.substring("run_id:".length()).strip())
        .findFirst()
        .orElseThrow();
  }

  private static void fill(Rig rig, int keys) throws Exception {
    for (int i = 0; i < keys; i++) {
      rig.atA.send("SET", "app:" + i, "value " + i);
    }
    rig.atA.flush();
    for (int i = 0; i < keys; i++) {
      rig.atA.receive();
    }
    rig.atA.call("XADD", "app:stream", "1-1", "f", "v");
    rig.atA.call("XGROUP", "CREATE", "app:stream", "workers", "0");
  }

  private static void changeMeanwhile(Rig rig) throws Exception {
    for (int i = 0; i < KEYS; i += 1_000) {
      rig.atA.call("SET", "app:" + i, "changed");
      rig.atA.call("DEL", "app:" + (i + 1));
    }
    rig.atA.call("XREADGROUP", "GROUP", "workers", "one", "STREAMS", "app:stream", ">");
  }

  private static MoverSession fast(Rig rig, Kept record) throws Exception {
    RedisMover mover =
        new RedisMover(
            id -> Optional.ofNullable(rig.homes.get(id)),
            RedisMoverOptions.DEFAULT,
            () -> System.nanoTime() * CLOCK);
    return mover.open(rig.task(1), MoverListener.SILENT, record);
  }

  /// A copy that is stopped in the middle.
  ///
  /// @return how many keys had arrived
  private static long interrupted(Rig rig, Kept record) throws Exception {
    try (MoverSession session = fast(rig, record)) {
      session.raiseFence();
      session.prepare();
      Thread copying =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      session.copy();
                    } catch (MoverException | InterruptedException e) {
                      // As of a driver that is stopped.
                    }
                  });
      while (record.states.size() < STATES && copying.isAlive()) {
        Thread.sleep(5);
      }
      copying.interrupt();
      copying.join();
    }
    assertThat(CopyState.of(record.state())).isInstanceOf(CopyState.Walking.class);
    return (Long) Objects.requireNonNull(rig.atB.call("DBSIZE"));
  }
}
