package dev.drover.sim.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.gate.Guard;
import dev.drover.core.gate.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The explorer's guards answer as the real ones do, whatever is done to them.
final class GuardValueTest {
  private static final int RUNS = 2_000;
  private static final int STEPS = 40;

  /// A gateway's guards for one partition, real ones and values side by side.
  private static final class Pair implements GuardValue.Sessions {
    private final List<Guard> guards = new ArrayList<>();
    private final List<GuardValue> values = new ArrayList<>();
    private Session longSession = session(1);
    private Session shortSession = session(1);

    Pair() {
      guards.add(new Guard(longSession));
      values.add(GuardValue.on(true, 1));
    }

    private static Session session(long number) {
      return new Session(number, Long.MAX_VALUE / 2);
    }

    private Session inEffect(boolean isLong) {
      return isLong ? longSession : shortSession;
    }

    @Override
    public boolean holds(boolean isLong, int session) {
      return inEffect(isLong).lease() == session && inEffect(isLong).holds(0);
    }

    @Override
    public int shortSession() {
      return (int) shortSession.lease();
    }

    void renews(boolean isLong) {
      inEffect(isLong).end();
      Session next = session(inEffect(isLong).lease() + 1);
      if (isLong) {
        longSession = next;
      } else {
        shortSession = next;
      }
    }

    void shifts() {
      guards.getLast().shift(shortSession, 0);
      values.add(values.removeLast().shift(this));
    }

    void retires() {
      guards.getLast().retire();
      values.replaceAll(GuardValue::retired);
    }

    void applies(boolean isLong) {
      if (!guards.getLast().servesAs(inEffect(isLong))) {
        guards.add(guards.getLast().next(inEffect(isLong)));
      }
      int number = (int) inEffect(isLong).lease();
      if (!values.getLast().servesAs(isLong, number)) {
        values.add(GuardValue.on(isLong, number));
      }
    }

    void agrees() {
      assertThat(values).hasSameSizeAs(guards);
      for (int i = 0; i < guards.size(); i++) {
        assertThat(values.get(i).stands(this)).isEqualTo(guards.get(i).stands(0));
      }
    }
  }

  @Test
  void aValueAnswersAsTheGuardDoes() {
    int standing = 0;
    for (int seed = 0; seed < RUNS; seed++) {
      Random random = new Random(seed);
      Pair pair = new Pair();
      for (int step = 0; step < STEPS; step++) {
        boolean isLong = random.nextBoolean();
        switch (random.nextInt(8)) {
          case 0 -> pair.inEffect(isLong).end();
          case 1 -> pair.renews(isLong);
          case 2 -> pair.retires();
          case 3, 4 -> pair.shifts();
          default -> pair.applies(isLong);
        }
        pair.agrees();
        standing += pair.values.getLast().stands(pair) ? 1 : 0;
      }
    }
    assertThat(standing).isBetween(RUNS * STEPS / 10, RUNS * STEPS * 9 / 10);
  }

  @Test
  void aDeadGuardNeverStandsAndServesNobody() {
    Pair pair = new Pair();
    assertThat(GuardValue.DEAD.stands(pair)).isFalse();
    assertThat(GuardValue.DEAD.shift(pair)).isEqualTo(GuardValue.DEAD);
    assertThat(GuardValue.DEAD.servesAs(true, 1)).isFalse();
    assertThat(GuardValue.DEAD.servesAs(false, 1)).isFalse();
  }
}
