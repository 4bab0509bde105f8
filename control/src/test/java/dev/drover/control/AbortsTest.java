package dev.drover.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.control.Aborts.Asked;
import dev.drover.control.Aborts.Heard;
import dev.drover.core.Engine;
import dev.drover.core.MoveId;
import dev.drover.core.PartitionId;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.memory.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AbortsTest {
  private final StateStore store = MemoryStore.create();
  private final Aborts aborts = new Aborts(store);
  private final List<Asked> heard = new ArrayList<>();

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void whatWasPassedOnIsHeardOnce() throws Exception {
    Asked first = asked("one:", "m1", "too slow");
    Asked second = asked("two:", "m2", "not tonight");
    aborts.ask(first);
    aborts.ask(second);
    aborts.hear(this::done);
    aborts.hear(this::done);
    assertThat(heard).containsExactlyInAnyOrder(first, second);
  }

  @Test
  void whatNobodyDrivesYetIsHeardAgain() throws Exception {
    Asked asked = asked("one:", "m1", "too slow");
    aborts.ask(asked);
    aborts.hear(each -> Heard.LATER);
    aborts.hear(this::done);
    assertThat(heard).containsExactly(asked);
  }

  @Test
  void whatIsAskedForWhileAnEarlierOneIsPassedOnIsHeardToo() throws Exception {
    Asked earlier = asked("one:", "m1", "too slow");
    Asked later = asked("one:", "m2", "still too slow");
    aborts.ask(earlier);
    aborts.hear(
        each -> {
          ask(later);
          return done(each);
        });
    aborts.hear(this::done);
    assertThat(heard).containsExactly(earlier, later);
  }

  @Test
  void partitionsOfTwoEnginesWithOneNameAreTold() throws Exception {
    Asked first = asked("one:", "m1", "too slow");
    Asked other =
        new Asked(new PartitionId(new Engine("other"), "one:"), new MoveId("m2"), "not tonight");
    aborts.ask(first);
    aborts.ask(other);
    aborts.hear(this::done);
    assertThat(heard).containsExactlyInAnyOrder(first, other);
  }

  @Test
  void oneThatCannotBeReadKeepsNoOtherFromBeingHeard() throws Exception {
    store.put("aborts/aaa", "nonsense".getBytes(StandardCharsets.UTF_8), StateStore.ANY, null);
    Asked asked = asked("one:", "m1", "too slow");
    aborts.ask(asked);
    aborts.hear(this::done);
    assertThat(heard).containsExactly(asked);
    assertThat(store.list("aborts/").entries()).hasSize(1);
  }

  @Test
  void onlyTheMoveThatWasMeantIsAborted() {
    Asked asked = asked("one:", "m1", "too slow");
    assertThat(Aborts.meant(asked, Optional.of(new MoveId("m1")))).isTrue();
    assertThat(Aborts.meant(asked, Optional.of(new MoveId("m2")))).isFalse();
    assertThat(Aborts.meant(asked, Optional.empty())).isFalse();
  }

  private void ask(Asked asked) {
    try {
      aborts.ask(asked);
    } catch (StoreException e) {
      throw new IllegalStateException(e);
    }
  }

  private Heard done(Asked asked) {
    heard.add(asked);
    return Heard.DONE;
  }

  private static Asked asked(String partition, String move, String reason) {
    return new Asked(new PartitionId(Engine.FIRST, partition), new MoveId(move), reason);
  }
}
