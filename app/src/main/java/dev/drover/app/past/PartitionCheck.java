package dev.drover.app.past;

import dev.drover.app.OpenHomes;
import dev.drover.app.StartException;
import dev.drover.app.config.Config;
import dev.drover.core.Engine;
import dev.drover.core.HomeId;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.mover.EngineTraits;
import dev.drover.engine.HomeMemory;
import dev.drover.engine.HomeSettings;
import dev.drover.engine.Plugs;
import dev.drover.store.Entry;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.records.GatewayRecord;
import dev.drover.store.records.HomesRecord;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Refuses a configuration that would hide what partitions of one engine hold: where a home or a
/// partition is another one than before, it is looked whether items stand where nobody would look
/// for them from then on.
public final class PartitionCheck {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionCheck.class);

  private final Engine engine;
  private final EngineTraits traits;
  private final String key;
  private final Config config;
  private final OpenHomes homes;
  private final Map<HomeId, HomeSettings> configured;
  private final StateStore store;
  private final boolean adopt;
  private final Map<PartitionId, Partition> records = new TreeMap<>();
  private final List<String> faults = new ArrayList<>();
  private Optional<HomesRecord> before = Optional.empty();
  private boolean served;
  private boolean running;

  /// Where a new partition begins.
  ///
  /// @param at if gateways serve, where its items are looked for until now: one that is written
  ///   while the partition is made known is not missed then
  /// @param to where it is to go by a move; empty if it is there
  public record Beginning(Placement at, Optional<HomeId> to) {}

  /// @param adopt the operator's word that a new partition begins where what it holds is
  public PartitionCheck(
      Engine engine, Config config, OpenHomes homes, StateStore store, boolean adopt) {
    this.engine = engine;
    this.traits = Plugs.of(engine).traits();
    this.key = Plugs.of(engine).restKey().orElse("");
    this.config = config;
    this.homes = homes;
    this.configured = config.homesOf(engine);
    this.store = store;
    this.adopt = adopt;
  }

  /// Of a fleet that runs: gateways may serve, or come at any moment.
  public static PartitionCheck running(
      Engine engine, Config config, OpenHomes homes, StateStore store) {
    PartitionCheck check = new PartitionCheck(engine, config, homes, store, false);
    check.served = true;
    check.running = true;
    return check;
  }

  /// Changes nothing.
  ///
  /// @return where each new partition begins
  /// @throws StartException with all that would be hidden, and what to do
  public Map<PartitionId, Beginning> look() throws StartException, StoreException {
    for (Entry entry : store.list(Keys.PARTITIONS).entries()) {
      if (Keys.partitionOf(entry.key()).engine().equals(engine)) {
        Partition record = Records.decode(entry.key(), entry.value(), Partition.class);
        records.put(record.id(), record);
      }
    }
    String where = Keys.homes(engine);
    Optional<Entry> entry = store.get(where);
    if (entry.isPresent()) {
      before = Optional.of(Records.decode(where, entry.get().value(), HomesRecord.class));
    }
    for (Entry gateway : store.list(Keys.GATEWAYS).entries()) {
      served |=
          Keys.gatewayOf(gateway.key()).isPresent()
              && Records.decode(gateway.key(), gateway.value(), GatewayRecord.class)
                  .engine()
                  .equals(engine);
    }
    // Gateways of a fleet that has lived may come at any moment.
    served |= before.isPresent();
    oneServerEach();
    knownHomes();
    before.ifPresent(this::rest);
    Map<PartitionId, Beginning> begin = new HashMap<>();
    for (Config.Partition each : config.partitionsOf(engine)) {
      if (!records.containsKey(each.id())) {
        begin.put(each.id(), begins(each));
      }
    }
    if (!faults.isEmpty()) {
      throw new StartException(
          "this configuration would hide %s. Nothing was %schanged:\n  %s"
              .formatted(items(), running ? "" : "started or ", String.join("\n  ", faults)),
          null);
    }
    return begin;
  }

  /// Has the next start know of these homes. After [#look].
  public void remember() throws StoreException {
    Map<String, String> addresses = new TreeMap<>();
    configured.keySet().forEach(home -> addresses.put(home.value(), address(home)));
    HomesRecord now = new HomesRecord(homes.defaultHome(engine), addresses);
    if (!before.equals(Optional.of(now))) {
      store.put(Keys.homes(engine), Records.encode(now), StateStore.ANY, null);
    }
  }

  private String items() {
    return traits.nouns().items();
  }

  private String address(HomeId id) {
    return Objects.requireNonNull(configured.get(id)).addresses().getFirst();
  }

  /// A move between two names of one server would delete what it has just moved.
  private void oneServerEach() {
    Map<String, HomeId> seen = new TreeMap<>();
    for (HomeId home : configured.keySet()) {
      try (HomeMemory memory = homes.memory(home)) {
        HomeId other = seen.putIfAbsent(memory.runId(), home);
        if (other != null) {
          faults.add(
              "homes '%s' and '%s' are one server (%s and %s). Name it once"
                  .formatted(other, home, address(other), address(home)));
        }
      } catch (IOException e) {
        LOG.warn(
            "home '{}' does not answer ({}), so it was not looked whether another name leads to the same server; preflight looks again",
            home,
            e.getMessage());
      }
    }
  }

  /// Homes where partitions are have to be there under their names.
  private void knownHomes() {
    Map<HomeId, Set<PartitionId>> needed = new TreeMap<>();
    for (Partition record : records.values()) {
      record
          .homes()
          .forEach(home -> needed.computeIfAbsent(home, _ -> new TreeSet<>()).add(record.id()));
    }
    needed.forEach(
        (home, partitions) -> {
          String was = before.map(b -> b.addresses().get(home.value())).orElse(null);
          if (!configured.containsKey(home)) {
            faults.add(
                "home '%s', where %s %s, is not in the configuration any more. %s"
                    .formatted(
                        home,
                        partitions,
                        partitions.size() == 1 ? "is" : "are",
                        nameAgain(home, was)));
          } else if (was != null && !was.equals(address(home))) {
            changedAddress(home, was, partitions);
          }
        });
  }

  private String nameAgain(HomeId home, @Nullable String was) {
    Optional<HomeId> renamed =
        configured.keySet().stream().filter(each -> address(each).equals(was)).findFirst();
    return renamed
        .map(
            name ->
                "Its address is that of '%s' now: give that its old name '%s' back"
                    .formatted(name, home))
        .orElseGet(
            () ->
                "Name it again; to be rid of it, move its %s elsewhere first ('drover move %s --to HOME')"
                    .formatted(
                        traits.nouns().partitions(),
                        traits.nouns().partition().toUpperCase(Locale.ROOT)));
  }

  /// A home at another address is the same one if it bears witness to what it served.
  private void changedAddress(HomeId home, String was, Set<PartitionId> partitions) {
    try (HomeMemory memory = homes.memory(home)) {
      if (runIdAt(was, home).filter(memory.runId()::equals).isPresent()) {
        // Another way to the same server, as a second Drover server may have.
        return;
      }
      Set<PartitionId> served = memory.served().keySet();
      for (PartitionId partition : partitions) {
        Partition record = Objects.requireNonNull(records.get(partition));
        boolean here = record.ownership().reads().home().equals(home);
        // What has come by a move left its term there.
        boolean shown =
            served.contains(partition)
                || (record.term() > 0 && memory.term(partition) >= record.term());
        if (here && !shown && !adopt) {
          faults.add(
              "home '%s' was at %s and is at %s now, where nothing shows that '%s' was ever served. Set the old address again, or bring its data to the new one; if that server is right as it is, start once with --adopt"
                  .formatted(home, was, address(home), partition));
        }
      }
    } catch (IOException e) {
      faults.add(
          "home '%s' was at %s and is at %s now, where nobody answers (%s), so it is not known whether its %s are there. Start it first, or set the old address again"
              .formatted(home, was, address(home), e.getMessage(), items()));
    }
  }

  /// The run of the server that a home's former address leads to; empty if nobody answers there.
  private Optional<String> runIdAt(String address, HomeId home) {
    try (HomeMemory memory = homes.of(engine).memoryAt(home, address)) {
      return Optional.of(memory.runId());
    } catch (IOException e) {
      LOG.info(
          "home '{}' does not answer at its former address {}: {}", home, address, e.getMessage());
      return Optional.empty();
    }
  }

  /// That it is the same server is shown by its run, or by a partition that it served.
  private void restAtAnotherAddress(HomeId home, String was) {
    if (adopt) {
      return;
    }
    try (HomeMemory memory = homes.memory(home)) {
      boolean same = runIdAt(was, home).filter(memory.runId()::equals).isPresent();
      if (!same && memory.served().isEmpty()) {
        faults.add(
            "%s '%s' was at %s and is at %s now, where nothing shows that it is the same server: %s in no %s may be hidden. Set the old address again, or bring its data to the new one; if that server is right as it is, start once with --adopt"
                .formatted(key, home, was, address(home), items(), traits.nouns().partition()));
      }
    } catch (IOException e) {
      faults.add(
          "%s '%s' was at %s and is at %s now, where nobody answers (%s), so it is not known whether it is the same server. Start it first, or set the old address again"
              .formatted(key, home, was, address(home), e.getMessage()));
    }
  }

  /// What is in no partition would be hidden if another home were to hold it from now on.
  private void rest(HomesRecord before) {
    Optional<HomeId> was = before.defaultHome();
    Optional<HomeId> is = homes.defaultHome(engine);
    if (was.isEmpty() || is.isEmpty()) {
      return;
    }
    HomeId old = was.get();
    HomeId now = is.get();
    String address = before.addresses().getOrDefault(old.value(), "");
    if (address.equals(address(now))) {
      return;
    }
    if (old.equals(now)) {
      restAtAnotherAddress(now, address);
      return;
    }
    Optional<HomeId> there =
        configured.keySet().stream().filter(home -> address(home).equals(address)).findFirst();
    if (there.isEmpty()) {
      faults.add(
          "%s was '%s' at %s and is '%s' now, and no home has that address any more: %s in no %s that stand there would be hidden. Name that home again; then it can be looked whether it holds any"
              .formatted(key, old, address, now, items(), traits.nouns().partition()));
      return;
    }
    try (HomeMemory memory = homes.memory(there.get())) {
      memory
          .itemOfNone(records.keySet())
          .ifPresent(
              item ->
                  faults.add(
                      "%s was '%s' and is '%s' now, but %s in no %s stand at '%s', such as '%s'. Set %s: %s again; or copy them to '%s' and delete them at '%s' while nobody writes them; or make %s of them"
                          .formatted(
                              key,
                              old,
                              now,
                              items(),
                              traits.nouns().partition(),
                              old,
                              item,
                              key,
                              old,
                              now,
                              old,
                              traits.nouns().partitions())));
    } catch (IOException e) {
      faults.add(
          "%s was '%s' and is '%s' now; '%s' does not answer (%s), so it is not known whether %s would be hidden there. Start it first, or set %s: %s again"
              .formatted(key, old, now, old, e.getMessage(), items(), key, old));
    }
  }

  private Beginning begins(Config.Partition partition) {
    Optional<Partition> outer =
        records.values().stream()
            .filter(
                record -> traits.inside(partition.locator(), record.ownership().reads().locator()))
            .max(Comparator.comparingInt(record -> record.ownership().reads().locator().length()));
    if (outer.isPresent() && (outer.get().moving() || !outer.get().owed().isEmpty())) {
      faults.add(
          "%s '%s' is new, and its outer %s '%s' moves or works off what a move owes. %s"
              .formatted(
                  noun(),
                  partition.id(),
                  noun(),
                  outer.get().id(),
                  running
                      ? "Wait for that to end, and try again"
                      : "Start without '%s', wait for that to end, and add it then"
                          .formatted(partition.id())));
      return atOnce(partition, partition.home());
    }
    Optional<HomeId> looked =
        outer.map(o -> o.ownership().reads().home()).or(() -> homes.defaultHome(engine));
    if (looked.isEmpty()
        || looked.get().equals(partition.home())
        || !configured.containsKey(looked.get())) {
      return atOnce(partition, partition.home());
    }
    String whose =
        outer
            .map(o -> "the home of its outer " + noun() + " '" + o.id() + "'")
            .orElse("the home of what is in no " + noun());
    return held(partition, looked.get(), whose);
  }

  private static Beginning atOnce(Config.Partition partition, HomeId home) {
    return new Beginning(new Placement(home, partition.locator()), Optional.empty());
  }

  private String noun() {
    return traits.nouns().partition();
  }

  /// Where it begins, if what it would hold may stand at this home.
  private Beginning held(Config.Partition partition, HomeId there, String whose) {
    List<PartitionId> inside =
        records.values().stream()
            .filter(
                record -> traits.inside(record.ownership().reads().locator(), partition.locator()))
            .map(Partition::id)
            .toList();
    try (HomeMemory memory = homes.memory(there)) {
      Optional<String> item = memory.itemOf(partition.id(), inside);
      if (item.isEmpty() || running) {
        return served
            ? new Beginning(
                new Placement(there, partition.locator()), Optional.of(partition.home()))
            : atOnce(partition, partition.home());
      }
      if (!adopt) {
        faults.add(
            "%s '%s' is new and would begin at '%s', but %s of it stand at '%s', %s, such as '%s': nobody would see them any more. Set its home to %s, or start once with --adopt, and move it from there with 'drover move'"
                .formatted(
                    noun(),
                    partition.id(),
                    partition.home(),
                    items(),
                    there,
                    whose,
                    item.get(),
                    there));
      }
      return atOnce(partition, there);
    } catch (IOException e) {
      faults.add(
          "%s '%s' is new and would begin at '%s'; '%s', %s, does not answer (%s), so it is not known whether %s of it stand there. Start that home first, or set the %s's home to %s"
              .formatted(
                  noun(),
                  partition.id(),
                  partition.home(),
                  there,
                  whose,
                  e.getMessage(),
                  items(),
                  noun(),
                  there));
      return atOnce(partition, partition.home());
    }
  }
}
