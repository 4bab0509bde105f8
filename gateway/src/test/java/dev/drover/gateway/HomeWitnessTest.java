package dev.drover.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.HomeId;
import dev.drover.gateway.HomeWitness.Gone;
import dev.drover.gateway.HomeWitness.Refuses;
import dev.drover.gateway.HomeWitness.Who;
import dev.drover.store.Entry;
import dev.drover.store.memory.MemoryStore;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import dev.drover.store.records.WitnessRecord;
import dev.drover.store.testing.Await;
import dev.drover.store.testing.FaultyStore;
import dev.drover.store.testing.FaultyStore.Call;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class HomeWitnessTest {
  private static final HomeId A = new HomeId("a");
  private static final HomeId B = new HomeId("b");
  private static final Duration GONE_AFTER = Duration.ofSeconds(10);
  private static final Duration EVERY = Duration.ofMillis(50);

  private final AtomicLong storeNanos = new AtomicLong();
  private final MemoryStore memory = MemoryStore.create(storeNanos::get);
  private final FaultyStore store = new FaultyStore(memory);
  private final AtomicLong nanos = new AtomicLong();
  private final Map<HomeId, Exception> wrong = new ConcurrentHashMap<>();
  private final AtomicInteger asked = new AtomicInteger();
  private final List<String> told = Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void close() {
    store.close();
  }

  private HomeWitness witness(Duration goneAfter) {
    HomeWitness witness =
        new HomeWitness(
            new Who("g1", true, goneAfter, EVERY, nanos::get, () -> 7_000),
            store,
            List.of(A, B),
            this::ask,
            new Noting());
    witness.start();
    return witness;
  }

  private String ask(HomeId home) throws Gone, Refuses {
    asked.incrementAndGet();
    Exception why = wrong.get(home);
    if (why instanceof Gone gone) {
      throw gone;
    }
    if (why instanceof Refuses refuses) {
      throw refuses;
    }
    return "saves each second";
  }

  private final class Noting implements HomeWitness.Listener {
    @Override
    public void gone(HomeId home, String why) {
      told.add(home + " is gone: " + why);
    }

    @Override
    public void back(HomeId home) {
      told.add(home + " is back");
    }
  }

  private Optional<Entry> word(HomeId home) throws Exception {
    return store.get(Keys.witness(home, true, "g1"));
  }

  /// All homes have been asked anew, twice, so that what came of it was told too.
  private void askedAgain() throws Exception {
    int before = asked.get();
    Await.until("all to be asked again", () -> asked.get() >= before + 6);
  }

  private void lost(HomeId home) throws Exception {
    askedAgain();
    wrong.put(home, new Gone("connection refused"));
    askedAgain();
    nanos.addAndGet(GONE_AFTER.toNanos());
    Await.until("the word on " + home, () -> word(home).isPresent());
  }

  @Test
  void aHomeThatIsGoneForTooLongIsNamedInTheStoreUntilItIsBack() throws Exception {
    try (HomeWitness witness = witness(GONE_AFTER)) {
      askedAgain();
      wrong.put(A, new Gone("connection refused"));
      askedAgain();
      nanos.addAndGet(GONE_AFTER.toNanos() - 1);
      askedAgain();
      assertThat(word(A)).as("not yet").isEmpty();
      assertThat(witness.silent()).containsOnlyKeys(A);
      assertThat(witness.silent().get(A)).contains("9 s").contains("connection refused");

      nanos.addAndGet(1);
      Await.until("the word", () -> word(A).isPresent());
      Entry entry = word(A).orElseThrow();
      assertThat(entry.lease()).as("it ends with who gave it").isNotNull();
      assertThat(Records.decode(entry.key(), entry.value(), WitnessRecord.class))
          .isEqualTo(
              new WitnessRecord(A, "g1", true, 7_000, "connection refused", "saves each second"));
      assertThat(word(B)).isEmpty();

      wrong.remove(A);
      Await.until("the word to be taken back", () -> word(A).isEmpty());
      assertThat(witness.silent()).isEmpty();
      assertThat(told).containsExactly("a is gone: connection refused", "a is back");
    }
  }

  /// The word on the other home keeps the lease alive under which both stand.
  @Test
  void aWordThatCouldNotBeTakenBackAtOnceIsTakenBackLater() throws Exception {
    try (HomeWitness _ = witness(GONE_AFTER)) {
      lost(A);
      lost(B);
      store.away(Call.DELETE, Keys.witness(A, true, "g1"), 1);
      wrong.remove(A);
      Await.until("the word to be taken back", () -> word(A).isEmpty());
      assertThat(word(B)).isPresent();
    }
  }

  @Test
  void aWordWhoseLeaseHasEndedIsGivenAgain() throws Exception {
    try (HomeWitness _ = witness(GONE_AFTER)) {
      lost(A);
      long before = word(A).orElseThrow().version();
      storeNanos.addAndGet(Duration.ofMinutes(1).toNanos());
      memory.endDueLeases();
      Await.until(
          "another word", () -> word(A).filter(entry -> entry.version() > before).isPresent());
    }
  }

  @Test
  void aWordThatTheStoreDidNotTakeIsGivenAgain() throws Exception {
    try (HomeWitness _ = witness(GONE_AFTER)) {
      store.away(Call.PUT, "witnesses/", 2);
      lost(A);
      assertThat(told).containsExactly("a is gone: connection refused");
    }
  }

  @Test
  void aHomeThatRefusesIsShownButNotGone() throws Exception {
    try (HomeWitness witness = witness(GONE_AFTER)) {
      wrong.put(A, new Refuses("wrong password"));
      askedAgain();
      nanos.addAndGet(10 * GONE_AFTER.toNanos());
      askedAgain();
      assertThat(witness.silent()).containsExactly(Map.entry(A, "wrong password"));
      assertThat(word(A)).isEmpty();
      wrong.remove(A);
      askedAgain();
      assertThat(witness.silent()).isEmpty();
      assertThat(told).isEmpty();
    }
  }

  @Test
  void whereNothingIsToComeOfItNothingIsWritten() throws Exception {
    try (HomeWitness witness = witness(HomeWitness.NEVER)) {
      wrong.put(A, new Gone("connection refused"));
      nanos.addAndGet(Duration.ofDays(1).toNanos());
      askedAgain();
      assertThat(witness.silent()).containsOnlyKeys(A);
      assertThat(store.list("witnesses/").entries()).isEmpty();
      assertThat(told).isEmpty();
    }
  }
}
