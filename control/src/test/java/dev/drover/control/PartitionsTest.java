package dev.drover.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.drover.core.Engine;
import dev.drover.core.Hlc;
import dev.drover.core.HomeId;
import dev.drover.core.MoveId;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.Undo;
import dev.drover.core.mover.MoverOptions;
import dev.drover.store.LeaseId;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.memory.MemoryStore;
import dev.drover.store.records.DroppedRecord;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import dev.drover.store.testing.FaultyStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Partitions that are made known and dropped while a controller runs, whose catalog hears of it
/// later.
@Timeout(60)
final class PartitionsTest {
  private static final HomeId A = new HomeId("a");
  private static final HomeId B = new HomeId("b");
  private static final Hlc NOW = new Hlc(1, 0);
  private static final PartitionId OUTER = id("app:");
  private static final PartitionId INNER = id("app:in:");

  private final MemoryStore memory = MemoryStore.create();
  private final Movers movers =
      new Movers(Map.of(Engine.FIRST, new BeginningsTest.Nesting(new NothingMover(Engine.FIRST))));
  private final FaultyStore store = new FaultyStore(memory);
  private final Catalog catalog = new Catalog(store, movers, _ -> {});
  private final Partitions partitions =
      new Partitions(store, TestControllers.HOMES, catalog, movers, () -> gaveUp = true);

  private boolean gaveUp;

  private static PartitionId id(String name) {
    return new PartitionId(Engine.FIRST, name);
  }

  private LeaseId lead = new LeaseId(1);

  @BeforeEach
  void start() throws Exception {
    store.deaf(Keys.PARTITIONS);
    lead = memory.lease(Duration.ofMinutes(5));
    partitions.create(OUTER, new Placement(A, "app:"), NOW);
    catalog.start();
  }

  @AfterEach
  void stop() {
    catalog.close();
    memory.close();
  }

  @Test
  void noMoveBeginsUntilTheCatalogShowsWhatIsNew() throws Exception {
    assertThat(partitions.seen()).isTrue();
    assertThat(partitions.createServed(INNER, new Placement(A, "app:in:"), List.of(), lead, NOW))
        .isTrue();
    assertThat(partitions.seen()).as("it would be moved with the outer one").isFalse();
    catalog.start();
    assertThat(partitions.seen()).isTrue();
    assertThat(catalog.inside(Engine.FIRST, "app:")).containsExactly("app:in:");
  }

  @Test
  void noMoveBeginsUntilTheCatalogShowsWhatIsGone() throws Exception {
    partitions.create(INNER, new Placement(A, "app:in:"), NOW);
    catalog.start();
    partitions.drop(INNER, List.of(), Optional.of(lead));
    assertThat(partitions.seen()).as("its content would be left out").isFalse();
    catalog.start();
    assertThat(partitions.seen()).isTrue();
  }

  @Test
  void whetherTheOuterOneMovesIsReadFromTheStore() throws Exception {
    partitions.create(INNER, new Placement(A, "app:in:"), NOW);
    catalog.start();
    Partition owing =
        new Partition(
            OUTER,
            4,
            1,
            new Ownership.Active(new Placement(A, "app:")),
            List.of(
                new Undo(
                    "purge",
                    new Placement(B, "app:"),
                    new MoveId("m1"),
                    new MoverOptions(0, 0, false, false, false, List.of()))),
            NOW);
    memory.put(Keys.partition(OUTER), Records.encode(owing), StateStore.ANY, null);
    assertThatExceptionOfType(ControlException.class)
        .isThrownBy(() -> partitions.drop(INNER, List.of(), Optional.of(lead)))
        .withMessageContaining("owes something");
    assertThatExceptionOfType(ControlException.class)
        .isThrownBy(
            () ->
                partitions.createServed(
                    id("app:new:"), new Placement(A, "app:new:"), List.of(), lead, NOW))
        .withMessageContaining("owes something");
  }

  @Test
  void whatIsNewBeginsOnlyWhereItIsLookedFor() throws Exception {
    assertThatExceptionOfType(ControlException.class)
        .isThrownBy(
            () -> partitions.createServed(INNER, new Placement(B, "app:in:"), List.of(), lead, NOW))
        .withMessageContaining("is looked for at 'a'");
    assertThat(memory.get(Keys.partition(INNER))).isEmpty();
  }

  /// Another controller may begin moves by then.
  @Test
  void whoDoesNotLeadAnyMoreChangesNothing() throws Exception {
    partitions.create(INNER, new Placement(A, "app:in:"), NOW);
    catalog.start();
    memory.revoke(lead);
    assertThatExceptionOfType(ControlException.class)
        .isThrownBy(() -> partitions.drop(INNER, List.of(), Optional.of(lead)))
        .withMessageContaining("does not drive any more");
    assertThat(memory.get(Keys.partition(INNER))).isPresent();
    assertThat(memory.get(Keys.dropped(INNER))).isEmpty();
    PartitionId late = id("app:late:");
    assertThatExceptionOfType(ControlException.class)
        .isThrownBy(
            () ->
                partitions.createServed(late, new Placement(A, "app:late:"), List.of(), lead, NOW))
        .withMessageContaining("does not drive any more");
    assertThat(memory.get(Keys.partition(late))).isEmpty();
    assertThat(gaveUp).as("nothing is unknown").isFalse();
  }

  /// The catalog shows the one before, and is about to hear that it is gone.
  @Test
  void whatIsMadeAgainIsNotSeenInTheOneBefore() throws Exception {
    partitions.create(INNER, new Placement(A, "app:in:"), NOW);
    catalog.start();
    partitions.drop(INNER, List.of(), Optional.of(lead));
    partitions.createServed(INNER, new Placement(A, "app:in:"), List.of(), lead, NOW);
    assertThat(partitions.seen()).isFalse();
    catalog.start();
    assertThat(partitions.seen()).isTrue();
  }

  /// Else it would wait for ever for what another server has dropped meanwhile.
  @Test
  void aListThatIsNewerShowsAll() throws Exception {
    partitions.createServed(INNER, new Placement(A, "app:in:"), List.of(), lead, NOW);
    memory.delete(Keys.partition(INNER), StateStore.ANY);
    catalog.start();
    assertThat(partitions.seen()).isTrue();
  }

  /// The move of a server that led before and was held up since goes by the list from before.
  @Test
  void aMoveOfTheOuterOneThatComesLateIsRefused() throws Exception {
    long before = memory.get(Keys.partition(OUTER)).orElseThrow().version();
    partitions.createServed(INNER, new Placement(A, "app:in:"), List.of(), lead, NOW);
    long made = memory.get(Keys.partition(OUTER)).orElseThrow().version();
    assertThat(made).isGreaterThan(before);
    partitions.drop(INNER, List.of(), Optional.of(lead));
    assertThat(memory.get(Keys.partition(OUTER)).orElseThrow().version()).isGreaterThan(made);
  }

  /// What stands under the lease would vanish whenever that ends.
  @Test
  void whoDoesNotKnowWhatStandsUnderItsLeaseGivesItUp() throws Exception {
    catalog.start();
    store.unanswered(Keys.partition(INNER));
    assertThatExceptionOfType(StoreException.OutcomeUnknown.class)
        .isThrownBy(
            () ->
                partitions.createServed(INNER, new Placement(A, "app:in:"), List.of(), lead, NOW));
    assertThat(gaveUp).isTrue();
    store.unanswered("");
    gaveUp = false;
    memory.revoke(lead);
    lead = memory.lease(Duration.ofMinutes(5));
    partitions.createServed(INNER, new Placement(A, "app:in:"), List.of(), lead, NOW);
    store.unanswered(Keys.partition(INNER));
    assertThatExceptionOfType(StoreException.OutcomeUnknown.class)
        .isThrownBy(() -> partitions.drop(INNER, List.of(), Optional.of(lead)));
    assertThat(gaveUp).isTrue();
  }

  @Test
  void whatWasMadeAndDroppedOutlivesTheLead() throws Exception {
    partitions.createServed(INNER, new Placement(A, "app:in:"), List.of(), lead, NOW);
    catalog.start();
    memory.revoke(lead);
    assertThat(memory.get(Keys.partition(INNER))).isPresent();
    LeaseId next = memory.lease(Duration.ofMinutes(5));
    partitions.drop(INNER, List.of(), Optional.of(next));
    assertThat(memory.get(Keys.partition(INNER))).isEmpty();
    assertThat(memory.get(Keys.dropped(INNER))).isPresent();
  }

  @Test
  void whatWasDroppedGoesOnAboveItsTerms() throws Exception {
    DroppedRecord last = new DroppedRecord(INNER, 8, 3, "a");
    memory.put(Keys.dropped(INNER), Records.encode(last), StateStore.ANY, null);
    partitions.createServed(INNER, new Placement(A, "app:in:"), List.of(), lead, NOW);
    Partition made =
        Records.decode(
            "k", memory.get(Keys.partition(INNER)).orElseThrow().value(), Partition.class);
    assertThat(made.epoch()).isEqualTo(9);
    assertThat(made.term()).isEqualTo(4);
  }
}
