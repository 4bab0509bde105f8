package dev.drover.torture.check;

import static dev.drover.torture.check.Wrong.DUPLICATED;
import static dev.drover.torture.check.Wrong.INVENTED;
import static dev.drover.torture.check.Wrong.LOST;
import static dev.drover.torture.check.Wrong.STALE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.engine.torture.Family;
import dev.drover.torture.history.Kind;
import org.junit.jupiter.api.Test;

/// A home that began again with no data, between 100 and 200.
final class LossTest {
  private static Story register() {
    return Story.withLoss(Family.REGISTER, 100, 200);
  }

  private static Story counter() {
    return Story.withLoss(Family.COUNTER, 100, 200);
  }

  private static Story list() {
    return Story.withLoss(Family.LIST, 100, 200);
  }

  @Test
  void whatStoodThereMayBeGone() {
    assertThat(register().set(5, 10, 20).get(0, 210, 220).endsWithNothing()).isEmpty();
    assertThat(counter().increment(1, 10, 20).increment(1, 210, 220).endsWith(1)).isEmpty();
    assertThat(list().push(7, 1, 10, 20).push(8, 1, 210, 220).endsWith(8)).isEmpty();
  }

  @Test
  void whatWasWrittenAfterwardsMustHold() {
    assertThat(register().set(5, 10, 20).set(6, 210, 220).endsWithNothing()).containsExactly(LOST);
    assertThat(counter().increment(1, 210, 220).increment(2, 230, 240).endsWith(1))
        .containsExactly(LOST);
    assertThat(list().push(8, 1, 210, 220).endsWith()).containsExactly(LOST);
  }

  @Test
  void whatWasLostMustNotComeBack() {
    assertThat(register().set(5, 10, 20).get(5, 210, 220).endsWithNothing())
        .containsExactly(INVENTED);
    assertThat(register().set(5, 10, 20).endsWith(5)).containsExactly(INVENTED);
    assertThat(counter().increment(1, 10, 20).endsWith(1)).containsExactly(DUPLICATED);
    assertThat(list().push(7, 1, 10, 20).endsWith(7)).containsExactly(INVENTED);
  }

  @Test
  void whatWasPromisedBeforeIsCheckedToo() {
    assertThat(
            register()
                .set(5, 10, 20)
                .set(6, 30, 40)
                .get(5, 50, 60)
                .get(6, 65, 70)
                .endsWithNothing())
        .containsExactly(STALE);
    assertThat(counter().increment(1, 10, 20).increment(1, 30, 40).endsWith())
        .containsExactly(LOST);
  }

  @Test
  void whatWasUnderWayMayBeOnEitherSide() {
    assertThat(register().set(5, 90, 210).endsWith(5)).isEmpty();
    assertThat(register().set(5, 90, 210).endsWithNothing()).isEmpty();
    assertThat(register().unknown(Kind.SET, 5, 10).endsWith(5)).isEmpty();
    assertThat(register().set(5, 10, 20).get(5, 90, 210).endsWithNothing()).isEmpty();
  }
}
