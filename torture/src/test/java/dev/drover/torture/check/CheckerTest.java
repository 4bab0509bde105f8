package dev.drover.torture.check;

import static dev.drover.torture.check.Wrong.DUPLICATED;
import static dev.drover.torture.check.Wrong.INVENTED;
import static dev.drover.torture.check.Wrong.LOST;
import static dev.drover.torture.check.Wrong.STALE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.engine.torture.Family;
import dev.drover.engine.torture.KeyName;
import dev.drover.torture.history.Kind;
import dev.drover.torture.history.Op;
import dev.drover.torture.history.Outcome;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class CheckerTest {
  private static Story register() {
    return new Story(Family.REGISTER);
  }

  private static Story counter() {
    return new Story(Family.COUNTER);
  }

  private static Story list() {
    return new Story(Family.LIST);
  }

  @Test
  void whatIsRightIsAccepted() {
    assertThat(register().set(5, 10, 20).get(5, 30, 40).set(6, 50, 60).get(6, 70, 80).endsWith(6))
        .isEmpty();
    assertThat(counter().count(0, 0, 5).increment(1, 10, 20).count(1, 30, 40).endsWith(1))
        .isEmpty();
    assertThat(list().list(0, 5).push(7, 1, 10, 20).list(30, 40, 7).endsWith(7)).isEmpty();
    assertThat(register().get(Op.ABSENT, 0, 1).endsWithNothing()).isEmpty();
  }

  @Test
  void whatAFallbackDoesNotPromiseIsNotAskedForAndTheRestIs() {
    assertThat(fallback().set(5, 1, 2).get(Op.ABSENT, 3, 4).get(5, 5, 6).endsWith(5)).isEmpty();
    assertThat(fallback().set(5, 1, 2).get(Op.ABSENT, 3, 4).set(6, 5, 6).endsWith(6)).isEmpty();
    assertThat(fallback().set(5, 1, 2).delete(3, 4).get(5, 5, 6).endsWith(5)).isEmpty();
    assertThat(fallback().set(5, 1, 2).delete(3, 4).endsWithNothing()).isEmpty();
    assertThat(Story.withFallback(Family.COUNTER).increment(1, 1, 2).endsWithNothing()).isEmpty();

    assertThat(fallback().set(5, 1, 2).get(Op.ABSENT, 3, 4).endsWithNothing())
        .containsExactly(LOST);
    assertThat(fallback().set(5, 1, 2).set(6, 3, 4).endsWith(5)).containsExactly(LOST);
    assertThat(fallback().set(5, 1, 2).set(6, 3, 4).get(5, 5, 6).endsWith(6))
        .containsExactly(STALE);
  }

  private static Story fallback() {
    return Story.withFallback(Family.REGISTER);
  }

  @Test
  void concurrentWritesMayEndInAnyOrderButOnlyInOne() {
    assertThat(register().set(5, 10, 50).set(6, 20, 40).endsWith(5)).isEmpty();
    assertThat(register().set(5, 10, 50).set(6, 20, 40).endsWith(6)).isEmpty();
    Story both = register().set(5, 10, 50).set(6, 20, 40).get(5, 60, 61).get(6, 62, 63);
    assertThat(both.endsWith(6)).containsExactly(STALE);
  }

  @Test
  void aLostWriteIsFound() {
    assertThat(register().set(5, 10, 20).set(6, 30, 40).endsWith(5)).containsExactly(LOST);
    assertThat(register().set(5, 10, 20).endsWithNothing()).containsExactly(LOST);
    assertThat(counter().increment(1, 10, 20).increment(2, 30, 40).endsWith(1))
        .containsExactly(LOST);
    assertThat(counter().increment(1, 10, 20).increment(1, 30, 40).endsWith(1))
        .containsExactly(LOST);
    assertThat(list().push(7, 1, 10, 20).push(8, 2, 30, 40).endsWith(8)).containsExactly(LOST);
    assertThat(list().push(7, 1, 10, 20).endsWithNothing()).containsExactly(LOST);
  }

  @Test
  void aStaleReadIsFound() {
    assertThat(register().set(5, 10, 20).set(6, 30, 40).get(5, 50, 60).endsWith(6))
        .containsExactly(STALE);
    assertThat(register().set(5, 10, 20).get(Op.ABSENT, 30, 40).endsWith(5)).containsExactly(STALE);
    assertThat(counter().increment(1, 10, 20).count(0, 30, 40).endsWith(1)).containsExactly(STALE);
    assertThat(list().push(7, 1, 10, 20).list(30, 40).endsWith(7)).containsExactly(STALE);
  }

  @Test
  void aReadThatGoesBackInTimeIsFoundAlsoIfNothingWasAcknowledged() {
    Story register =
        register()
            .set(5, 10, 20)
            .unknown(Kind.SET, 6, 30)
            .get(6, 40, 50)
            .get(5, 60, 70)
            .get(6, 80, 90);
    assertThat(register.endsWith(6)).containsExactly(STALE);
    assertThat(
            counter().unknown(Kind.INCREMENT, 0, 5).count(1, 10, 20).count(0, 30, 40).endsWith(1))
        .containsExactly(STALE);
    assertThat(list().unknown(Kind.PUSH, 7, 5).list(10, 20, 7).list(30, 40).endsWith(7))
        .containsExactly(STALE);
  }

  @Test
  void aWriteThatIsAppliedTwiceIsFound() {
    assertThat(counter().increment(1, 10, 20).endsWith(2)).containsExactly(DUPLICATED);
    assertThat(counter().increment(1, 10, 20).increment(3, 30, 40).endsWith(3))
        .containsExactly(DUPLICATED);
    assertThat(list().push(7, 1, 10, 20).endsWith(7, 7)).containsExactly(DUPLICATED);
    assertThat(list().unknown(Kind.PUSH, 7, 10).endsWith(7, 7)).containsExactly(DUPLICATED);
    // A register that is set again brings an older value back.
    assertThat(register().set(5, 10, 20).set(6, 30, 40).get(6, 50, 60).get(5, 70, 80).endsWith(5))
        .containsExactly(LOST);
  }

  @Test
  void anUnknownIncrementExplainsNoNumberFromBeforeItBegan() {
    Story late = counter().increment(2, 10, 20).unknown(Kind.INCREMENT, 0, 30);
    assertThat(late.endsWith(2)).containsExactly(DUPLICATED);
    Story early = counter().increment(2, 10, 20).unknown(Kind.INCREMENT, 0, 5);
    assertThat(early.endsWith(2)).isEmpty();
  }

  @Test
  void whatNobodyWroteIsFound() {
    assertThat(register().set(5, 10, 20).get(99, 30, 40).endsWith(5)).containsExactly(INVENTED);
    assertThat(register().set(5, 10, 20).endsWith(99)).containsExactly(INVENTED);
    assertThat(register().get(5, 1, 2).set(5, 10, 20).endsWith(5)).containsExactly(INVENTED);
    assertThat(register().refused(Kind.SET, 5, 10).get(5, 30, 40).endsWithNothing())
        .containsExactly(INVENTED);
    assertThat(list().push(7, 1, 10, 20).endsWith(7, 99)).containsExactly(INVENTED);
    assertThat(list().refused(Kind.PUSH, 7, 10).endsWith(7)).containsExactly(INVENTED);
  }

  @Test
  void anUnknownOutcomeIsAcceptedEitherWayAndAtAnyTime() {
    for (long end : List.of(5L, 6L)) {
      assertThat(register().set(5, 10, 20).unknown(Kind.SET, 6, 30).endsWith(end)).isEmpty();
      assertThat(counter().increment(1, 1, 2).unknown(Kind.INCREMENT, 0, 5).endsWith(end - 4))
          .isEmpty();
    }
    Story late =
        register().set(5, 10, 20).unknown(Kind.SET, 6, 30).get(5, 500, 600).get(6, 700, 800);
    assertThat(late.endsWith(6)).isEmpty();
    assertThat(list().push(7, 1, 10, 20).unknown(Kind.PUSH, 8, 30).endsWith(7, 8)).isEmpty();
    assertThat(list().push(7, 1, 10, 20).unknown(Kind.PUSH, 8, 30).endsWith(7)).isEmpty();
    assertThat(register().set(5, 10, 20).refused(Kind.SET, 6, 30).endsWith(5)).isEmpty();
  }

  @Test
  void aDeletionIsAWriteLikeAnother() {
    Story deleted = register().set(5, 10, 20).op(Kind.DELETE, Outcome.DONE, 30, 40, 0, 0);
    assertThat(deleted.get(Op.ABSENT, 50, 60).endsWithNothing()).isEmpty();
    Story back = register().set(5, 10, 20).op(Kind.DELETE, Outcome.DONE, 30, 40, 0, 0);
    assertThat(back.endsWith(5)).containsExactly(LOST);
    Story stale = register().set(5, 10, 20).op(Kind.DELETE, Outcome.DONE, 30, 40, 0, 0);
    assertThat(stale.get(5, 50, 60).endsWithNothing()).containsExactly(STALE);
    Story again =
        register()
            .get(Op.ABSENT, 1, 2)
            .set(5, 10, 20)
            .op(Kind.DELETE, Outcome.UNKNOWN, 30, 31, 0, 0)
            .get(Op.ABSENT, 50, 60)
            .set(6, 70, 80);
    assertThat(again.endsWith(6)).isEmpty();
    Story tooEarly =
        register()
            .set(5, 10, 20)
            .get(Op.ABSENT, 22, 25)
            .op(Kind.DELETE, Outcome.DONE, 30, 40, 0, 0);
    assertThat(tooEarly.endsWithNothing()).containsExactly(STALE);
  }

  @Test
  void aListThatWasReadDifferentlyIsFound() {
    Story story = list().push(7, 1, 10, 20).push(8, 2, 12, 22).list(30, 40, 8, 7);
    assertThat(story.endsWith(7, 8)).containsExactly(LOST);
  }

  @Test
  void manyOperationsTakeNoMoreThanTheyMust() {
    Checker checker = new Checker(0, List.of());
    int each = 200_000;
    long register = new KeyName(0, Family.REGISTER, 0, 0).packed();
    long counter = new KeyName(0, Family.COUNTER, 0, 0).packed();
    for (int i = 1; i <= each; i++) {
      long at = 10L * i;
      checker.add(new Op(1, i, register, Kind.SET, Outcome.DONE, 0, at, at + 5, i, 0));
      checker.add(new Op(2, i, register, Kind.GET, Outcome.DONE, 0, at + 6, at + 7, i, 0));
      checker.add(new Op(3, i, counter, Kind.INCREMENT, Outcome.DONE, 0, at, at + 5, i, 0));
    }
    assertThat(checker.findings(Map.of(register, new long[] {each}, counter, new long[] {each})))
        .isEmpty();
    assertThat(checker.operations()).isEqualTo(3L * each);
  }
}
