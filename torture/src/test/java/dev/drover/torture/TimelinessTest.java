package dev.drover.torture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.engine.torture.Family;
import dev.drover.engine.torture.KeyName;
import dev.drover.torture.history.Kind;
import dev.drover.torture.history.Op;
import dev.drover.torture.history.Outcome;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class TimelinessTest {
  private static final int RESTS = 1;
  private static final int MOVES = 2;

  /// The store is away from second 10 to second 16.
  private static Timeliness timeliness(Set<String> fresh) {
    Timeline timeline = new Timeline();
    timeline.outage(new Timeline.Outage(seconds(10), seconds(16), Set.of(RESTS)));
    return new Timeliness(Map.of(1, "c1"), fresh, Duration.ofMillis(500), timeline);
  }

  private static long seconds(int many) {
    return TimeUnit.SECONDS.toNanos(many);
  }

  private static Op write(int scope, int from, int to, Outcome outcome) {
    long key = new KeyName(scope, Family.REGISTER, 1, 1).packed();
    return new Op(1, 1, key, Kind.SET, outcome, 0, seconds(from), seconds(to), 1, 0);
  }

  @Test
  void aWriteAtRestThatIsAnsweredWhileTheStoreIsAwayIsCounted() {
    Timeliness timeliness = timeliness(Set.of());
    timeliness.add(write(RESTS, 11, 12, Outcome.DONE));
    assertThat(timeliness.servedInOutages()).isEqualTo(1);
    assertThat(timeliness.writtenInOutages()).isEqualTo(1);
    assertThat(timeliness.noticed()).isZero();
    assertThat(timeliness.unserved()).isEmpty();
  }

  @Test
  void aWriteAtRestThatIsRefusedHasNoticed() {
    Timeliness timeliness = timeliness(Set.of());
    timeliness.add(write(RESTS, 11, 12, Outcome.REFUSED));
    timeliness.add(write(RESTS, 11, 12, Outcome.UNKNOWN));
    assertThat(timeliness.noticed()).isEqualTo(2);
    assertThat(timeliness.unserved()).hasSize(1);
  }

  @Test
  void aWriteAtRestThatWaitsUntilTheStoreIsBackHasNoticed() {
    Timeliness timeliness = timeliness(Set.of());
    timeliness.add(write(RESTS, 11, 17, Outcome.DONE));
    assertThat(timeliness.noticed()).isEqualTo(1);
    assertThat(timeliness.writtenInOutages()).isZero();
  }

  @Test
  void anOutageInWhichNothingAtRestIsWrittenIsAFailure() {
    Timeliness timeliness = timeliness(Set.of());
    timeliness.add(write(RESTS, 8, 9, Outcome.DONE));
    timeliness.add(write(MOVES, 11, 12, Outcome.DONE));
    assertThat(timeliness.unserved())
        .containsExactly("no write at rest was answered while the store was away for 6000 ms");
  }

  @Test
  void whoAsksTheStoreForEachRequestMayNotice() {
    Timeliness timeliness = timeliness(Set.of("g1"));
    timeliness.add(write(RESTS, 11, 12, Outcome.REFUSED));
    assertThat(timeliness.noticed()).isZero();
  }
}
