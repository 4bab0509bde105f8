package dev.drover.app.past;

import dev.drover.app.OpenHomes;
import dev.drover.app.StartException;
import dev.drover.app.config.Config;
import dev.drover.core.HomeId;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.mover.EngineTraits;
import dev.drover.engine.HomeMemory;
import dev.drover.engine.Plugs;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.records.Keys;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/// Plans a store's records anew from what homes and gateways bear witness to, and writes them once
/// an operator has confirmed.
public final class Repair {
  private static final Duration LEASES_END = Duration.ofSeconds(8);
  private static final long RETRY_MILLIS = 100;

  private final Config config;
  private final OpenHomes homes;
  private final StateStore store;

  public Repair(Config config, OpenHomes homes, StateStore store) {
    this.config = config;
    this.homes = homes;
    this.store = store;
  }

  /// What came of it.
  ///
  /// @param needed whether anything speaks against the store
  /// @param decided whether each partition has a home
  /// @param lines what witnesses say and what is planned, for people
  public record Result(boolean needed, boolean decided, List<String> lines) {
    public Result {
      lines = List.copyOf(lines);
    }
  }

  /// The lease of a server that was killed stands for some seconds more, and in a store of one file
  /// it begins anew when that is opened.
  private void awaitNoServer() throws StartException, StoreException {
    long since = System.nanoTime();
    while (!store.list(Keys.SERVERS).entries().isEmpty()) {
      if (System.nanoTime() - since > LEASES_END.toNanos()) {
        throw new StartException(
            "a server runs on this store: its lease was kept alive for %d s. Nothing was changed. Stop all servers, and try again"
                .formatted(LEASES_END.toSeconds()),
            null);
      }
      try {
        Thread.sleep(RETRY_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StartException("interrupted; nothing was changed", e);
      }
    }
  }

  /// @param at where partitions are, by the operator's word
  /// @param write whether to write the plan, if each partition has a home in it
  /// @param ids gives a name that no other store has
  /// @throws StartException if servers run on the store, or a home does not answer
  public Result run(Map<PartitionId, HomeId> at, boolean write, Supplier<String> ids)
      throws StartException, StoreException {
    awaitNoServer();
    try {
      Past past = new PastFiles(config, homes, store).read();
      List<String> lines = new ArrayList<>(past.contradictions());
      if (lines.isEmpty() && at.isEmpty()) {
        return new Result(false, true, List.of());
      }
      List<Past.Planned> plan = past.repaired(holding(past), at);
      plan.forEach(each -> lines.add(line(past, each)));
      boolean decided = plan.stream().allMatch(each -> each.at().isPresent());
      if (write && decided) {
        PastCheck.rewrite(store, past, plan, ids);
      }
      return new Result(true, decided, lines);
    } catch (IOException e) {
      throw new StartException(
          e.getMessage() + ". Nothing was changed. All homes have to answer for a repair", e);
    }
  }

  private Map<PartitionId, Set<HomeId>> holding(Past past) throws IOException {
    Map<PartitionId, Set<HomeId>> all = new TreeMap<>();
    Set<PartitionId> partitions = past.partitions();
    for (Config.Home home : homes.configured()) {
      try (HomeMemory memory = homes.memory(home.name())) {
        for (PartitionId partition : partitions) {
          if (partition.engine().equals(home.engine())
              && memory.itemOf(partition, inside(past, partition, partitions)).isPresent()) {
            all.computeIfAbsent(partition, _ -> new TreeSet<>()).add(home.name());
          }
        }
      }
    }
    return all;
  }

  /// Those partitions that lie inside this one: their items are not its own.
  private static List<PartitionId> inside(
      Past past, PartitionId outer, Collection<PartitionId> partitions) {
    Optional<String> around = past.locator(outer);
    if (around.isEmpty()) {
      return List.of();
    }
    EngineTraits traits = Plugs.of(outer.engine()).traits();
    return partitions.stream()
        .filter(inner -> inner.engine().equals(outer.engine()) && !inner.equals(outer))
        .filter(
            inner ->
                past.locator(inner)
                    .map(locator -> traits.inside(locator, around.get()))
                    .orElseGet(() -> traits.mayLieInside(inner, around.get())))
        .toList();
  }

  private static String line(Past past, Past.Planned each) {
    Partition before = past.records().get(each.partition());
    String now =
        before == null
            ? "unknown to the store"
            : "%s at '%s' in epoch %d under term %d"
                .formatted(
                    before.ownership().label(),
                    before.ownership().reads().home(),
                    before.epoch(),
                    before.term());
    return each.at().isEmpty()
        ? "plan: '%s' (%s): undecided, %s. Say where it is: --at %s=HOME"
            .formatted(each.partition(), now, each.why(), each.partition())
        : "plan: '%s' (%s) will be at '%s' in epoch %d under term %d (by %s)"
            .formatted(
                each.partition(),
                now,
                each.at().get().home(),
                each.epoch(),
                each.term(),
                each.why());
  }
}
