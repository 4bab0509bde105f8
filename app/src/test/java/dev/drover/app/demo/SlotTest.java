package dev.drover.app.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.engine.demo.DemoClient;
import dev.drover.engine.demo.Tally;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What is lost of a slot, by what is left at a home in memory.
final class SlotTest {
  private final Home home = new Home();

  /// Keeps all numbers of one tally.
  private static final class Home implements DemoClient {
    private final List<Long> numbers = new ArrayList<>();
    private boolean doesNotAnswer;

    @Override
    public long write(Tally to, long number) throws IOException {
      numbers.add(number);
      if (doesNotAnswer) {
        throw new IOException("the outcome is unknown");
      }
      return to.kind() == Tally.Kind.COUNT ? numbers.size() : number;
    }

    @Override
    public long read(Tally from) {
      return numbers.isEmpty()
          ? 0
          : from.kind() == Tally.Kind.COUNT ? numbers.size() : numbers.getLast();
    }

    @Override
    public long length(Tally log) {
      return numbers.size();
    }

    @Override
    public void close() {}
  }

  private Slot written(Tally.Kind kind, int times) throws Exception {
    Slot slot = new Slot(new Tally(kind, "key", ""));
    for (int i = 0; i < times; i++) {
      slot.write(home);
    }
    return slot;
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsLostWhereAllIsThere(Tally.Kind kind) throws Exception {
    Slot slot = written(kind, 5);
    assertThat(slot.acknowledged()).isEqualTo(5);
    assertThat(slot.read(home)).isEqualTo(5);
    assertThat(slot.lost(home)).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void aWriteOfUnknownOutcomeMayBeThereOrNot(Tally.Kind kind) throws Exception {
    Slot slot = written(kind, 3);
    home.doesNotAnswer = true;
    assertThatThrownBy(() -> slot.write(home)).isInstanceOf(IOException.class);
    assertThat(slot.acknowledged()).isEqualTo(3);
    assertThat(slot.lost(home)).isZero();
    home.numbers.removeLast();
    assertThat(slot.lost(home)).isZero();
  }

  @Test
  void ofOverwrittenNumbersOnlyTheLastOneCanBeMissed() throws Exception {
    Slot slot = written(Tally.Kind.LAST, 5);
    home.numbers.removeFirst();
    assertThat(slot.lost(home)).isZero();
    home.numbers.clear();
    assertThat(slot.lost(home)).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"COUNT", "LOG"})
  void eachMissingWriteIsCounted(Tally.Kind kind) throws Exception {
    Slot slot = written(kind, 5);
    home.numbers.removeFirst();
    home.numbers.removeFirst();
    assertThat(slot.lost(home)).isEqualTo(2);
  }

  @Test
  void aWriteThatWasCountedTwiceIsFound() throws Exception {
    Slot slot = written(Tally.Kind.COUNT, 5);
    home.numbers.add(5L);
    assertThat(slot.lost(home)).isEqualTo(1);
  }
}
