package dev.drover.app.past;

import dev.drover.app.OpenHomes;
import dev.drover.app.StartException;
import dev.drover.app.config.Config;
import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.engine.HomeMemory;
import dev.drover.store.Entry;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import dev.drover.store.records.StoreIdentity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Refuses a store that has lost what others have seen, unless an operator says that it may be
/// lost; and gives a new store its name.
public final class PastCheck {
  private static final Logger LOG = LoggerFactory.getLogger(PastCheck.class);
  private static final int LINES_MAX = 10;

  private PastCheck() {}

  /// To be called before anything is decided on the store.
  ///
  /// @param accept the operator's word that the past may be lost
  /// @param ids gives a name that no other store has
  /// @throws StartException if witnesses speak against the store, naming them
  public static void run(
      Config config, OpenHomes homes, StateStore store, boolean accept, Supplier<String> ids)
      throws StartException, StoreException {
    Past past;
    try {
      past = new PastFiles(config, homes, store).read();
    } catch (IOException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
    List<String> against = past.contradictions();
    if (against.isEmpty()) {
      if (past.identity().isEmpty()) {
        name(store, past, ids.get());
      }
      return;
    }
    if (!accept) {
      throw new StartException(refusal(against), null);
    }
    LOG.warn("the lost past is accepted: {}", String.join("; ", against));
    rewrite(store, past, past.accepted(), ids);
  }

  private static String refusal(List<String> against) {
    String lines =
        against.stream().limit(LINES_MAX).map(line -> "\n  " + line).collect(Collectors.joining());
    return """
        the store has lost the past, or is another one:%s%s
        By it clients could be sent to a home that a partition has left, and data be deleted where it is needed. Nothing was started or changed. What to do:
          - bring the newest store back; or
          - 'drover repair' shows what homes and gateways bear witness to, and mends the store by that; or
          - 'drover server --accept-lost-past' goes on with what the store says. A partition that has moved since is then served from its former home, and what was written at the newer one is not seen."""
        .formatted(lines, against.size() > LINES_MAX ? "\n  … and more" : "");
  }

  private static void name(StateStore store, Past past, String id) throws StoreException {
    StoreIdentity made = new StoreIdentity(id, formerly(past, id), 1);
    store.put(Keys.STORE, Records.encode(made), StateStore.ABSENT, null);
  }

  private static List<String> formerly(Past past, String id) {
    TreeSet<String> all = new TreeSet<>();
    past.identity().ifPresent(identity -> all.addAll(identity.formerly()));
    past.words().forEach(word -> all.add(word.store()));
    all.remove("");
    all.remove(id);
    return new ArrayList<>(all);
  }

  /// Writes the records as planned. Moves that were under way, queued or owed are forgotten: by an
  /// old store they could undo what has happened since.
  static void rewrite(StateStore store, Past past, List<Past.Planned> plan, Supplier<String> ids)
      throws StoreException {
    for (String prefix : List.of("queue/", "aborts/")) {
      for (Entry entry : store.list(prefix).entries()) {
        store.delete(entry.key(), StateStore.ANY);
      }
    }
    for (Past.Planned each : plan) {
      byte[] record = Records.encode(each.record(System.currentTimeMillis()));
      store.put(Keys.partition(each.partition()), record, StateStore.ANY, null);
      LOG.warn(
          "'{}' is at home '{}' in epoch {} under term {} (by {})",
          each.partition(),
          each.at().orElseThrow().home(),
          each.epoch(),
          each.term(),
          each.why());
    }
    String id = past.identity().map(StoreIdentity::id).orElseGet(ids);
    long generation = past.identity().map(StoreIdentity::generation).orElse(0L) + 1;
    StoreIdentity named = new StoreIdentity(id, formerly(past, id), generation);
    store.put(Keys.STORE, Records.encode(named), StateStore.ANY, null);
  }

  /// Has each home bear witness to what is served there from now on. One that does not answer is
  /// told at the next start.
  public static void remember(
      OpenHomes homes, Map<HomeId, List<PartitionId>> served, StateStore store)
      throws StoreException {
    Entry entry = store.get(Keys.STORE).orElseThrow();
    String id = Records.decode(Keys.STORE, entry.value(), StoreIdentity.class).id();
    for (Config.Home home : homes.configured()) {
      try (HomeMemory memory = homes.memory(home.name())) {
        memory.serves(served.getOrDefault(home.name(), List.of()), id);
      } catch (IOException e) {
        LOG.info("home '{}' could not be told what it serves: {}", home.name(), e.getMessage());
      }
    }
  }
}
