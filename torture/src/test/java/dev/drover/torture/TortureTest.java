package dev.drover.torture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.app.client.Terminal;
import dev.drover.opensearch.OpenSearchEngine;
import dev.drover.torture.TortureOptions.StoreKind;
import dev.drover.torture.check.Wrong;
import dev.drover.torture.fleet.Fleet;
import dev.drover.torture.plan.FaultKind;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/// Real processes, real faults. The seed is fixed, but time is real: what it finds once it need not
/// find again, and the histories of a run that found something are kept.
@Tag("alone")
final class TortureTest {
  private static final long SEED = 20_260_101;

  /// Eight of its 27 faults.
  private static final long MANY_HOMES_LOST = 373;

  private static TortureResult run(TortureOptions options) throws Exception {
    return new Torture(options, Terminal.of(System.out, Map.of())).run();
  }

  @Test
  void twoMinutesOfFaultsLoseNothingAndLeaveNothingBehind() throws Exception {
    TortureResult result = run(options(Duration.ofMinutes(2)));
    wentWell(result);
    // So that it cannot have gone well for want of anything to go wrong.
    assertThat(result.faults().inAll()).isGreaterThanOrEqualTo(30);
    assertThat(result.faults().byKind().keySet())
        .contains(FaultKind.RESTORE_STORE, FaultKind.EDIT_SERVER);
    assertThat(result.moves().completed()).isGreaterThanOrEqualTo(10);
    assertThat(result.operations().done()).isGreaterThan(5_000);
  }

  @Test
  @EnabledIf("etcdIsHere")
  void aMinuteOfFaultsOnEtcdLosesNothing() throws Exception {
    aMinuteOn(StoreKind.ETCD);
  }

  @Test
  void aMinuteOfFaultsOnRedisLosesNothing() throws Exception {
    aMinuteOn(StoreKind.REDIS);
  }

  @Test
  void aMinuteInWhichHomesAreLostLosesNothingThatAFallbackPromises() throws Exception {
    TortureOptions options =
        TortureOptions.defaults(Duration.ofMinutes(1), MANY_HOMES_LOST)
            .withFallbacks(TortureOptions.Shape.DEFAULT.scopes());
    TortureResult result = run(options);
    wentWell(result);
    assertThat(result.faults().byKind().keySet())
        .contains(FaultKind.LOSE_HOME, FaultKind.FREEZE_HOME, FaultKind.HOME_OUTAGE);
    assertThat(result.takeovers().fallbacks()).isPositive();
    assertThat(result.operations().done()).isGreaterThan(2_000);
  }

  /// With fewer processes: each home is a JVM of half a gigabyte.
  @Test
  void twoMinutesOfFaultsLoseNothingOfTenantsOfOpenSearch() throws Exception {
    TortureOptions.Shape few = new TortureOptions.Shape(2, 0, 2, 2, 4, 0);
    TortureResult result =
        run(options(Duration.ofMinutes(2)).of(OpenSearchEngine.ENGINE).with(few));
    wentWell(result);
    assertThat(result.faults().inAll()).isGreaterThanOrEqualTo(30);
    assertThat(result.faults().byKind().keySet()).contains(FaultKind.KILL_HOME);
    assertThat(result.moves().completed()).isGreaterThanOrEqualTo(5);
    assertThat(result.operations().done()).isGreaterThan(5_000);
  }

  static boolean etcdIsHere() {
    return Fleet.etcdIsHere();
  }

  private static TortureOptions options(Duration lasts) {
    return TortureOptions.defaults(lasts, SEED).withMoveEvery(Duration.ofMillis(2_500));
  }

  private static void aMinuteOn(StoreKind store) throws Exception {
    TortureResult result = run(options(Duration.ofMinutes(1)).on(store, 1));
    wentWell(result);
    assertThat(result.faults().inAll()).isGreaterThanOrEqualTo(15);
    assertThat(result.faults().byKind().keySet())
        .contains(FaultKind.KILL_STORE, FaultKind.PAUSE_STORE);
    assertThat(result.moves().completed()).isGreaterThanOrEqualTo(4);
    assertThat(result.operations().done()).isGreaterThan(2_000);
  }

  private static void wentWell(TortureResult result) {
    assertThat(result.verdict().findings()).isEmpty();
    assertThat(result.verdict().stuck()).isEmpty();
    assertThat(result.verdict().noticed()).as("%s", result.verdict().examples()).isZero();
    assertThat(result.verdict().overheld()).as("%s", result.verdict().examples()).isZero();
    assertThat(result.operations().unknown()).isPositive();
    assertThat(result.faults().byKind().keySet()).contains(FaultKind.HOSTILE_CLIENT);
    assertThat(result.outages().written()).isPositive();
  }

  @Test
  void whoWritesPastTheGatewaysIsFoundOut() throws Exception {
    TortureResult result = run(TortureOptions.defaults(Duration.ofSeconds(12), SEED).sabotaged());
    assertThat(result.well()).isFalse();
    assertThat(result.verdict().count(Wrong.LOST)).isPositive();
    assertThat(result.verdict().count(Wrong.DUPLICATED)).isPositive();
    Fleet.remove(result.run().directory());
  }
}
