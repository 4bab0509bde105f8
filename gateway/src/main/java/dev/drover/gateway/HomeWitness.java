package dev.drover.gateway;

import dev.drover.core.HomeId;
import dev.drover.store.LeaseId;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import dev.drover.store.records.WitnessRecord;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks each home once a second ([#EVERY]) whether it is there, and shows those that are not. While
/// one has been gone for longer than homes may be, this process' word for it stands in the store
/// ([WitnessRecord]), and its own requests to that home end at once. What comes of it others
/// decide, once enough of them say the same.
///
/// Each home is asked on a thread of its own, so that one that hangs delays nobody.
public final class HomeWitness implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HomeWitness.class);

  /// How often a process asks.
  public static final Duration EVERY = Duration.ofSeconds(1);

  /// One that has not answered for so long is shown.
  private static final long SILENT_NANOS = 2_000_000_000;

  /// A word stands for so long after its witness has died.
  private static final Duration LEASE = Duration.ofSeconds(5);

  /// For where no scope has a fallback.
  public static final Duration NEVER = Duration.ofDays(36_500);

  private final Who who;
  private final StateStore store;
  private final Probe probe;
  private final Listener listener;
  private volatile Map<HomeId, Watched> homes;
  private final Set<HomeId> told = new HashSet<>();
  private final Thread teller = Thread.ofVirtual().name("home-witness").unstarted(this::tell);
  private @Nullable LeaseId lease;
  private volatile Duration goneAfter;
  private volatile boolean started;
  private volatile boolean closed;

  /// @param name the gateway's or the server's
  /// @param gateway whether it is a gateway's
  /// @param goneAfter a home that has not answered for so long is gone; [#NEVER] if nothing is to
  ///   come of it
  /// @param every how often it asks, and tells the store
  public record Who(
      String name,
      boolean gateway,
      Duration goneAfter,
      Duration every,
      LongSupplier nanoClock,
      LongSupplier wallMillis) {}

  /// Asks a home.
  public interface Probe {
    /// Returns within a few seconds whatever happens.
    ///
    /// @return what the home says of how it keeps what it holds
    /// @throws Gone if it does not answer
    /// @throws Refuses if it is there, and does nothing for this process
    String ask(HomeId home) throws Gone, Refuses;
  }

  /// Told when a home is gone for this process, and when it is there again.
  public interface Listener {
    void gone(HomeId home, String why);

    void back(HomeId home);
  }

  /// A home did not answer.
  public static final class Gone extends Exception {
    private static final long serialVersionUID = 1;

    public Gone(String why) {
      super(why);
    }
  }

  /// A home is there, and does nothing for this process.
  public static final class Refuses extends Exception {
    private static final long serialVersionUID = 1;

    public Refuses(String why) {
      super(why);
    }
  }

  public HomeWitness(
      Who who, StateStore store, Collection<HomeId> homes, Probe probe, Listener listener) {
    this.who = who;
    this.store = store;
    this.probe = probe;
    this.listener = listener;
    this.goneAfter = who.goneAfter();
    this.homes = watched(homes);
  }

  private Map<HomeId, Watched> watched(Collection<HomeId> all) {
    Map<HomeId, Watched> now = new LinkedHashMap<>();
    all.forEach(home -> now.put(home, new Watched(home)));
    return now;
  }

  /// Asks these homes from now on, and no others. A word on one that is not among them is taken
  /// back.
  ///
  /// @param after as [Who#goneAfter]
  public synchronized void watch(Collection<HomeId> all, Duration after) {
    Map<HomeId, Watched> before = homes;
    Map<HomeId, Watched> now = watched(all);
    now.replaceAll((home, fresh) -> before.getOrDefault(home, fresh));
    goneAfter = after;
    homes = now;
    before.forEach(
        (home, watched) -> {
          if (!now.containsKey(home)) {
            watched.thread.interrupt();
          }
        });
    if (started && !closed) {
      now.forEach(
          (home, watched) -> {
            if (!before.containsKey(home)) {
              watched.thread.start();
            }
          });
    }
  }

  /// Homes that do not answer right now, with what happened and for how long.
  public Map<HomeId, String> silent() {
    Map<HomeId, String> all = new LinkedHashMap<>();
    homes.values().forEach(each -> each.silence().ifPresent(why -> all.put(each.home, why)));
    return all;
  }

  public synchronized void start() {
    started = true;
    homes.values().forEach(watched -> watched.thread.start());
    teller.start();
  }

  @Override
  public synchronized void close() {
    closed = true;
    homes.values().forEach(watched -> watched.thread.interrupt());
    teller.interrupt();
  }

  private void tell() {
    while (pause()) {
      takeBack();
      for (Watched watched : homes.values()) {
        try {
          tell(watched);
        } catch (StoreException e) {
          LOG.debug(
              "home '{}': the store does not take a word on it: {}", watched.home, e.getMessage());
        }
      }
    }
  }

  /// What was said of homes that nobody asks any more.
  private void takeBack() {
    for (HomeId home : List.copyOf(told)) {
      if (!homes.containsKey(home)) {
        try {
          store.delete(Keys.witness(home, who.gateway(), who.name()), StateStore.ANY);
          told.remove(home);
        } catch (StoreException e) {
          LOG.debug("home '{}': the word on it stands for now: {}", home, e.getMessage());
        }
      }
    }
  }

  private void tell(Watched watched) throws StoreException {
    String key = Keys.witness(watched.home, who.gateway(), who.name());
    String problem = watched.gone;
    if (problem == null) {
      if (told.contains(watched.home)) {
        store.delete(key, StateStore.ANY);
        told.remove(watched.home);
      }
      return;
    }
    LeaseId held = lease;
    if (held == null || !store.keepAlive(held)) {
      told.clear();
      held = store.lease(LEASE);
      lease = held;
    }
    if (!told.contains(watched.home)) {
      WitnessRecord word =
          new WitnessRecord(
              watched.home,
              who.name(),
              who.gateway(),
              watched.answeredMillis,
              problem,
              watched.lastSeen);
      store.put(key, Records.encode(word), StateStore.ANY, held);
      told.add(watched.home);
    }
  }

  /// @return false if this is closed
  private boolean pause() {
    try {
      Thread.sleep(who.every());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    return !closed;
  }

  /// One home, asked again and again.
  private final class Watched {
    final HomeId home;
    final Thread thread;
    volatile String lastSeen = "";
    volatile long answeredMillis = who.wallMillis().getAsLong();
    volatile @Nullable String gone;
    private volatile String problem = "";
    private volatile String refusal = "";
    private volatile long answeredNanos = who.nanoClock().getAsLong();

    Watched(HomeId home) {
      this.home = home;
      this.thread = Thread.ofVirtual().name("witness of " + home).unstarted(this::run);
    }

    private void run() {
      do {
        try {
          String says = probe.ask(home);
          refusal = "";
          answered(says);
        } catch (Refuses e) {
          refusal = String.valueOf(e.getMessage());
          answered(refusal);
        } catch (Gone e) {
          silent(String.valueOf(e.getMessage()));
        }
      } while (pause());
    }

    Optional<String> silence() {
      long nanos = who.nanoClock().getAsLong() - answeredNanos;
      String why = problem;
      if (why.isEmpty() && !refusal.isEmpty()) {
        return Optional.of(refusal);
      }
      return why.isEmpty() || nanos < SILENT_NANOS
          ? Optional.empty()
          : Optional.of(
              "no answer for %d s: %s. See whether it runs and can be reached from here"
                  .formatted(nanos / 1_000_000_000, why));
    }

    private void answered(String says) {
      problem = "";
      answeredNanos = who.nanoClock().getAsLong();
      answeredMillis = who.wallMillis().getAsLong();
      if (gone != null) {
        LOG.warn(
            "home '{}' answers again: {}; before it was gone: {}",
            home,
            says,
            lastSeen.isEmpty() ? "nothing is known" : lastSeen);
        // While this process' word stands, no move ends at the home: so it is taken up first.
        listener.back(home);
        gone = null;
      }
      lastSeen = says;
    }

    private void silent(String why) {
      problem = why;
      long nanos = who.nanoClock().getAsLong() - answeredNanos;
      if (nanos < goneAfter.toNanos()) {
        return;
      }
      boolean news = gone == null;
      gone = why;
      if (news) {
        LOG.warn("home '{}' has not answered for {} s: {}", home, nanos / 1_000_000_000, why);
        listener.gone(home, why);
      }
    }
  }
}
