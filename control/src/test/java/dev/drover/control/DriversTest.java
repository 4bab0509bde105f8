package dev.drover.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.drover.core.Engine;
import dev.drover.core.HomeId;
import dev.drover.core.MoveId;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.mover.HomeLook;
import dev.drover.core.mover.Mover;
import dev.drover.store.StateStore;
import dev.drover.store.memory.MemoryStore;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import dev.drover.store.testing.Await;
import dev.drover.store.testing.FaultyStore;
import dev.drover.store.testing.FaultyStore.Call;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/// How moves begin, what keeps them from it, and what becomes of one whose driver has a defect.
@Timeout(120)
class DriversTest {
  private static final Engine OTHER = new Engine("other");
  private static final PartitionId APP = new PartitionId(Engine.FIRST, "app:");
  private static final PartitionId THEIRS = new PartitionId(OTHER, "app:");
  private static final HomeId A = new HomeId("a");
  private static final HomeId B = new HomeId("b");

  private final FaultyStore store = new FaultyStore(MemoryStore.create());
  private final Logger shellsLog = (Logger) LoggerFactory.getLogger(DriverShell.class);
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

  @AfterEach
  void close() {
    shellsLog.detachAppender(logged);
    store.close();
  }

  /// Homes a and b of the first engine, c and d of the other.
  private record Both() implements Homes {
    @Override
    public List<Home> all() {
      return List.of(
          new Home(A, Engine.FIRST, ""),
          new Home(B, Engine.FIRST, ""),
          new Home(new HomeId("c"), OTHER, ""),
          new Home(new HomeId("d"), OTHER, ""));
    }

    @Override
    public HomeLook look(HomeId id) {
      return new HomeLook(true, "", "", 0, 0);
    }
  }

  private Controller controller(Mover mover) {
    return new Controller(
        TestControllers.options(4, Map.of()), store, Map.of(Engine.FIRST, mover), new Both());
  }

  private static void awaitEnd(Controller controller, MoveId id, MoveSummary.Result result)
      throws Exception {
    Await.until("the end of " + id, () -> controller.history().find(id).isPresent());
    assertThat(controller.history().find(id).orElseThrow().outcome())
        .as("%s", controller.history().find(id))
        .isEqualTo(result);
  }

  private static void drivenAgainAfter(
      FaultyStore store,
      ListAppender<ILoggingEvent> logged,
      Controller controller,
      Throwable defect)
      throws Exception {
    // By the third one it has done something that another driver must not take for its own.
    AtomicInteger puts = new AtomicInteger();
    store.fault(
        (call, key) -> {
          if (call == Call.PUT
              && key.equals(Keys.partition(APP))
              && Thread.currentThread().getName().startsWith("driver ")
              && puts.incrementAndGet() == 3) {
            thrown(defect);
          }
        });
    controller.create(APP, new Placement(A, "app:"));
    controller.start();
    MoveId id = controller.submit(MoveBody.of("app:", "b"));
    awaitEnd(controller, id, MoveSummary.Result.COMPLETED);
    assertThat(puts.get()).isGreaterThan(3);
    assertThat(logged.list)
        .filteredOn(event -> event.getLevel() == Level.ERROR)
        .extracting(ILoggingEvent::getFormattedMessage)
        .singleElement()
        .asString()
        .contains("redis/app:")
        .contains("a defect stopped its driver");
    Await.until("to be given back", () -> store.get(Keys.driver(APP)).isEmpty());
    Partition now = controller.find(APP).partition();
    assertThat(now.ownership().reads().home()).isEqualTo(B);
    assertThat(now.term()).as("another driver has taken it over").isGreaterThan(1);
  }

  private static void thrown(Throwable defect) {
    if (defect instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) defect;
  }

  private void listen() {
    logged.start();
    shellsLog.addAppender(logged);
  }

  @Test
  void aPartitionWhoseDriverHasADefectIsGivenBackAndDrivenAgain() throws Exception {
    listen();
    try (Controller controller = controller(new NothingMover(Engine.FIRST))) {
      drivenAgainAfter(store, logged, controller, new IllegalStateException("a defect"));
    }
  }

  @Test
  void soIsOneWhoseDriverDiesOfAnError() throws Exception {
    listen();
    try (Controller controller = controller(new NothingMover(Engine.FIRST))) {
      drivenAgainAfter(store, logged, controller, new AssertionError("this cannot be"));
    }
  }

  @Test
  void aMoveWhoseMoverHasAnErrorIsAbortedWithIt() throws Exception {
    Mover broken =
        new NothingMover(
            Engine.FIRST,
            () -> {
              throw new AssertionError("this cannot be");
            });
    try (Controller controller = controller(broken)) {
      controller.create(APP, new Placement(A, "app:"));
      controller.start();
      MoveId id = controller.submit(MoveBody.of("app:", "b"));
      awaitEnd(controller, id, MoveSummary.Result.ABORTED);
      assertThat(controller.history().find(id).orElseThrow().reason()).contains("this cannot be");
    }
  }

  // --- an engine that this server does not have

  @Test
  void aMoveOfAnEngineThatThisServerDoesNotHaveIsRefused() throws Exception {
    try (Controller controller = controller(new NothingMover(Engine.FIRST))) {
      controller.create(THEIRS, new Placement(new HomeId("c"), "app:"));
      controller.start();
      assertThatExceptionOfType(ControlException.class)
          .isThrownBy(() -> controller.submit(MoveBody.of("other/app:", "d")))
          .withMessageContaining("this server has no engine 'other'");
    }
  }

  @Test
  void oneThatWaitsEndsWithThatReasonAndHoldsUpNoneBehindIt() throws Exception {
    try (Controller controller = controller(new NothingMover(Engine.FIRST))) {
      controller.create(THEIRS, new Placement(new HomeId("c"), "app:"));
      controller.create(APP, new Placement(A, "app:"));
      MoveRequest theirs = MoveBody.of("app:", "d").request(text -> THEIRS, new MoveId("m-0"), 0);
      store.put("queue/m-0", Records.encode(theirs), StateStore.ABSENT, null);
      controller.start();
      MoveId mine = controller.submit(MoveBody.of("redis/app:", "b"));
      awaitEnd(controller, mine, MoveSummary.Result.COMPLETED);
      Await.until("its end", () -> controller.history().find(new MoveId("m-0")).isPresent());
      assertThat(controller.history().find(new MoveId("m-0")).orElseThrow().reason())
          .contains("this server has no engine 'other'");
      assertThat(controller.find(THEIRS).partition().moving()).isFalse();
    }
  }

  @Test
  void whatMovesInAnEngineThatThisServerDoesNotHaveIsLeftToOthers() throws Exception {
    try (FaultyStore owner = new FaultyStore(MemoryStore.create())) {
      Partition moving = movingElsewhere(owner);
      store.put(Keys.partition(THEIRS), Records.encode(moving), StateStore.ABSENT, null);
    }
    try (Controller controller = controller(new NothingMover(Engine.FIRST))) {
      controller.create(APP, new Placement(A, "app:"));
      controller.start();
      MoveId mine = controller.submit(MoveBody.of("redis/app:", "b"));
      awaitEnd(controller, mine, MoveSummary.Result.COMPLETED);
      assertThat(store.get(Keys.driver(THEIRS))).isEmpty();
      assertThat(controller.find(THEIRS).partition().moving()).isTrue();
    }
  }

  /// The record of a move that a server with that engine has begun.
  private static Partition movingElsewhere(StateStore owner) throws Exception {
    try (Controller other =
        new Controller(
            TestControllers.options(4, Map.of()),
            owner,
            Map.of(OTHER, new NothingMover(OTHER, () -> new CountDownLatch(1).await())),
            new Both())) {
      other.create(THEIRS, new Placement(new HomeId("c"), "app:"));
      other.start();
      other.submit(MoveBody.of("app:", "d"));
      Await.until("the move", () -> other.find(THEIRS).partition().moving());
      return other.find(THEIRS).partition();
    }
  }

  // --- records that cannot be read

  @Test
  void keysThatNameNoPartitionKeepNoMoveFromBeginning() throws Exception {
    byte[] nonsense = "nonsense".getBytes(StandardCharsets.UTF_8);
    store.put(Keys.PARTITIONS + "%zz", nonsense, StateStore.ABSENT, null);
    try (Controller controller = controller(new NothingMover(Engine.FIRST))) {
      controller.create(APP, new Placement(A, "app:"));
      controller.start();
      assertThat(new Views(controller).status().problems()).anyMatch(why -> why.contains("%zz"));
      store.put(Keys.PARTITIONS + "No Engine:app", nonsense, StateStore.ABSENT, null);
      store.delete(Keys.PARTITIONS + "%zz", StateStore.ANY);
      Await.until("to be seen", () -> controller.catalog().corrupt().size() == 1);
      MoveId id = controller.submit(MoveBody.of("app:", "b"));
      awaitEnd(controller, id, MoveSummary.Result.COMPLETED);
    }
  }
}
