package dev.drover.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.drover.core.Engine;
import dev.drover.core.EngineState;
import dev.drover.core.HomeId;
import dev.drover.core.MoveId;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.SourceFence;
import dev.drover.core.Undo;
import dev.drover.core.mover.Checkpoints;
import dev.drover.core.mover.EngineTraits;
import dev.drover.core.mover.Kept;
import dev.drover.core.mover.Mover;
import dev.drover.core.mover.MoverException;
import dev.drover.core.mover.MoverListener;
import dev.drover.core.mover.MoverSession;
import dev.drover.core.mover.MoverTask;
import dev.drover.core.mover.Preflight;
import dev.drover.store.StateStore;
import dev.drover.store.memory.MemoryStore;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import dev.drover.store.testing.Await;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Moves of partitions inside which others lie, some of them unreadable.
@Timeout(120)
class BeginningsTest {
  private static final PartitionId OUTER = new PartitionId(Engine.FIRST, "app:");
  private static final PartitionId INNER = new PartitionId(Engine.FIRST, "app:in:");
  private static final HomeId A = new HomeId("a");
  private static final byte[] NONSENSE = "nonsense".getBytes(StandardCharsets.UTF_8);

  private final StateStore store = MemoryStore.create();
  private final Controller controller =
      new Controller(
          TestControllers.options(4, Map.of()),
          store,
          Map.of(Engine.FIRST, new Nesting(new NothingMover(Engine.FIRST))),
          TestControllers.HOMES);

  /// Moves nothing, of partitions that lie inside those with whose names theirs begin.
  record Nesting(Mover mover) implements Mover {
    @Override
    public EngineTraits traits() {
      return new Traits(mover.traits());
    }

    @Override
    public Preflight preflight(MoverTask task) throws MoverException {
      return mover.preflight(task);
    }

    @Override
    public MoverSession open(MoverTask task, MoverListener listener, Checkpoints checkpoints)
        throws MoverException {
      return mover.open(task, listener, checkpoints);
    }

    @Override
    public List<Undo> owedOnAbort(MoverTask task, EngineState state) {
      return mover.owedOnAbort(task, state);
    }

    @Override
    public List<Undo> owedOnComplete(MoverTask task) {
      return mover.owedOnComplete(task);
    }

    @Override
    public Kept undo(
        PartitionId partition, Placement owner, long term, Undo undo, MoverListener listener)
        throws MoverException, InterruptedException {
      return mover.undo(partition, owner, term, undo, listener);
    }

    @Override
    public Undo decided(Kept.Decision decision, Placement at, MoveId move) {
      return mover.decided(decision, at, move);
    }
  }

  private record Traits(EngineTraits plain) implements EngineTraits {
    @Override
    public Engine engine() {
      return plain.engine();
    }

    @Override
    public Nouns nouns() {
      return plain.nouns();
    }

    @Override
    public SourceFence sourceFence() {
      return plain.sourceFence();
    }

    @Override
    public Placement target(Placement now, HomeId home, Optional<String> locator) {
      return plain.target(now, home, locator);
    }

    @Override
    public boolean inside(String inner, String outer) {
      return inner.startsWith(outer) && !inner.equals(outer);
    }

    @Override
    public boolean mayLieInside(PartitionId unread, String outer) {
      return unread.name().startsWith(outer);
    }

    @Override
    public String undoing(Undo undo) {
      return plain.undoing(undo);
    }
  }

  @BeforeEach
  void start() throws Exception {
    controller.create(OUTER, new Placement(A, "app:"));
    controller.start();
  }

  @AfterEach
  void close() {
    controller.close();
    store.close();
  }

  private void unreadable(PartitionId id) throws Exception {
    store.put(Keys.partition(id), NONSENSE, StateStore.ANY, null);
    Await.until("to be seen", () -> controller.catalog().corrupt().containsKey(Keys.partition(id)));
  }

  private void awaitMoved(MoveId id) throws Exception {
    Await.until("the end of " + id, () -> controller.history().find(id).isPresent());
    assertThat(controller.history().find(id).orElseThrow().outcome())
        .isEqualTo(MoveSummary.Result.COMPLETED);
  }

  @Test
  void aRecordThatCannotBeReadKeepsThePartitionAroundItFromBeginning() throws Exception {
    unreadable(INNER);
    assertThatExceptionOfType(ControlException.class)
        .isThrownBy(() -> controller.submit(MoveBody.of("app:", "b")))
        .withMessageContaining("redis/app:")
        .withMessageContaining("redis/app:in:")
        .extracting(ControlException::kind)
        .isEqualTo(ControlException.Kind.CONFLICT);

    store.delete(Keys.partition(INNER), StateStore.ANY);
    Await.until("its end", () -> controller.catalog().corrupt().isEmpty());
    awaitMoved(controller.submit(MoveBody.of("app:", "b")));
  }

  @Test
  void aMoveWhoseTurnComesThenEndsWithThatReason() throws Exception {
    unreadable(INNER);
    MoveRequest waiting = MoveBody.of("app:", "b").request(text -> OUTER, new MoveId("waiting"), 1);
    store.put("queue/waiting", Records.encode(waiting), StateStore.ABSENT, null);
    Await.until("its end", () -> controller.history().find(waiting.id()).isPresent());
    assertThat(controller.history().find(waiting.id()).orElseThrow().reason())
        .contains("redis/app:in:");
    assertThat(controller.find(OUTER).partition().moving()).isFalse();
    assertThat(store.get("queue/waiting")).isEmpty();
  }

  @Test
  void oneBesideItOrOfAnotherEngineKeepsItFromNothing() throws Exception {
    unreadable(new PartitionId(Engine.FIRST, "beside:"));
    unreadable(new PartitionId(new Engine("other"), "app:in:"));
    awaitMoved(controller.submit(MoveBody.of("app:", "b")));
  }

  @Test
  void whatLiesInsideAndCanBeReadIsLeftWhereItIs() throws Exception {
    controller.create(INNER, new Placement(A, "app:in:"));
    Await.until("to be seen", () -> controller.catalog().find(INNER).isPresent());
    awaitMoved(controller.submit(MoveBody.of("app:", "b")));
    assertThat(controller.find(INNER).partition().ownership().reads().home()).isEqualTo(A);
  }
}
