package dev.drover.app.past;

import dev.drover.app.StartException;
import dev.drover.app.config.Config;
import dev.drover.core.HomeId;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.redis.move.RedisHome;
import dev.drover.store.Entry;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.records.HomesRecord;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Refuses a configuration that would hide keys: where a home or a scope is another one than
/// before, it is looked whether keys stand where nobody would look for them from then on.
public final class ScopeCheck {
  private static final Logger LOG = LoggerFactory.getLogger(ScopeCheck.class);

  private final Config config;
  private final Map<HomeId, RedisHome> homes;
  private final StateStore store;
  private final boolean adopt;
  private final Map<PartitionId, Partition> records = new TreeMap<>();
  private final List<String> faults = new ArrayList<>();

  /// @param adopt the operator's word that a new scope begins where its keys are
  public ScopeCheck(Config config, Map<HomeId, RedisHome> homes, StateStore store, boolean adopt) {
    this.config = config;
    this.homes = homes;
    this.store = store;
    this.adopt = adopt;
  }

  /// @return where each new scope begins
  /// @throws StartException with all that would hide keys, and what to do
  public Map<PartitionId, HomeId> run() throws StartException, StoreException {
    for (Entry entry : store.list(Keys.PARTITIONS).entries()) {
      Partition record = Records.decode(entry.key(), entry.value(), Partition.class);
      records.put(record.id(), record);
    }
    Optional<Entry> entry = store.get(Keys.HOMES);
    Optional<HomesRecord> before =
        entry.isEmpty()
            ? Optional.empty()
            : Optional.of(Records.decode(Keys.HOMES, entry.get().value(), HomesRecord.class));
    oneServerEach();
    knownHomes(before);
    if (before.isPresent()) {
      defaultHome(before.get());
    }
    Map<PartitionId, HomeId> begin = new HashMap<>();
    for (Config.Scope scope : config.scopes()) {
      if (!records.containsKey(scope.prefix())) {
        begin.put(scope.prefix(), newScope(scope));
      }
    }
    if (!faults.isEmpty()) {
      throw new StartException(
          "this configuration would hide keys. Nothing was started or changed:\n  "
              + String.join("\n  ", faults),
          null);
    }
    Map<String, String> addresses = new TreeMap<>();
    homes.values().forEach(home -> addresses.put(home.id().value(), address(home)));
    HomesRecord now = new HomesRecord(config.defaultHome(), addresses);
    if (!before.equals(Optional.of(now))) {
      store.put(Keys.HOMES, Records.encode(now), StateStore.ANY, null);
    }
    return begin;
  }

  private RedisHome named(HomeId id) {
    return Objects.requireNonNull(homes.get(id));
  }

  private static String address(RedisHome home) {
    return home.host() + ":" + home.port();
  }

  /// A move between two names of one server would delete what it has just moved.
  private void oneServerEach() {
    Map<String, HomeId> seen = new TreeMap<>();
    for (RedisHome home : homes.values()) {
      try (HomeReader reader = HomeReader.open(home)) {
        HomeId other = seen.putIfAbsent(reader.runId(), home.id());
        if (other != null) {
          faults.add(
              "homes '%s' and '%s' are one server (%s and %s). Name it once"
                  .formatted(other, home.id(), address(named(other)), address(home)));
        }
      } catch (IOException e) {
        LOG.warn(
            "home '{}' does not answer ({}), so it was not looked whether another name leads to the same server; preflight looks again",
            home.id(),
            e.getMessage());
      }
    }
  }

  /// Homes where scopes are have to be there under their names.
  private void knownHomes(Optional<HomesRecord> before) {
    Map<HomeId, Set<PartitionId>> needed = new TreeMap<>();
    for (Partition record : records.values()) {
      Set<HomeId> named = new TreeSet<>();
      named.add(record.ownership().reads().home());
      if (record.ownership() instanceof Ownership.Moving m) {
        named.add(m.from().home());
        named.add(m.to().home());
      }
      record.owed().forEach(undo -> named.add(undo.at().home()));
      named.forEach(home -> needed.computeIfAbsent(home, _ -> new TreeSet<>()).add(record.id()));
    }
    needed.forEach(
        (home, scopes) -> {
          String was = before.map(b -> b.addresses().get(home.value())).orElse(null);
          if (!homes.containsKey(home)) {
            faults.add(
                "home '%s', where %s %s, is not in the configuration any more. %s"
                    .formatted(
                        home, scopes, scopes.size() == 1 ? "is" : "are", nameAgain(home, was)));
          } else if (was != null && !was.equals(address(named(home)))) {
            changedAddress(home, was, scopes);
          }
        });
  }

  private String nameAgain(HomeId home, @Nullable String was) {
    Optional<HomeId> renamed =
        homes.values().stream()
            .filter(each -> address(each).equals(was))
            .map(RedisHome::id)
            .findFirst();
    return renamed
        .map(
            name ->
                "Its address is that of '%s' now: give that its old name '%s' back"
                    .formatted(name, home))
        .orElse(
            "Name it again; to be rid of it, move its scopes elsewhere first ('drover move SCOPE --to HOME')");
  }

  /// A home at another address is the same one if it bears witness to what it served.
  private void changedAddress(HomeId home, String was, Set<PartitionId> scopes) {
    try (HomeReader reader = HomeReader.open(named(home))) {
      if (runIdAt(was, named(home)).filter(reader.runId()::equals).isPresent()) {
        // Another way to the same server, as a second Drover server may have.
        return;
      }
      Set<String> served = reader.served().keySet();
      for (PartitionId scope : scopes) {
        Partition record = Objects.requireNonNull(records.get(scope));
        boolean here = record.ownership().reads().home().equals(home);
        // A scope that has come by a move left its term there.
        boolean shown =
            served.contains(scope.name())
                || (record.term() > 0 && reader.term(scope) >= record.term());
        if (here && !shown && !adopt) {
          faults.add(
              "home '%s' was at %s and is at %s now, where nothing shows that '%s' was ever served. Set the old address again, or bring its data to the new one; if that server is right as it is, start once with --adopt"
                  .formatted(home, was, address(named(home)), scope));
        }
      }
    } catch (IOException e) {
      faults.add(
          "home '%s' was at %s and is at %s now, where nobody answers (%s), so it is not known whether its keys are there. Start it first, or set the old address again"
              .formatted(home, was, address(named(home)), e.getMessage()));
    }
  }

  /// The run of the server that a home's former address leads to; empty if nobody answers there.
  private static Optional<String> runIdAt(String address, RedisHome home) {
    int colon = address.lastIndexOf(':');
    RedisHome former =
        new RedisHome(
            home.id(),
            address.substring(0, colon),
            Integer.parseInt(address.substring(colon + 1)),
            home.user(),
            home.password(),
            home.tls(),
            Optional.empty());
    try (HomeReader reader = HomeReader.open(former)) {
      return Optional.of(reader.runId());
    } catch (IOException e) {
      LOG.info(
          "home '{}' does not answer at its former address {}: {}",
          home.id(),
          address,
          e.getMessage());
      return Optional.empty();
    }
  }

  private void defaultHome(HomesRecord before) {
    HomeId old = before.defaultHome();
    HomeId now = config.defaultHome();
    String was = before.addresses().getOrDefault(old.value(), "");
    if (old.equals(now) || was.equals(address(named(now)))) {
      return;
    }
    Optional<RedisHome> there =
        homes.values().stream().filter(home -> address(home).equals(was)).findFirst();
    if (there.isEmpty()) {
      faults.add(
          "the default home was '%s' at %s and is '%s' now, and no home has that address any more: keys under no scope that stand there would be hidden. Name that home again; then it can be looked whether it holds any"
              .formatted(old, was, now));
      return;
    }
    List<String> scopes = new ArrayList<>();
    records.keySet().forEach(id -> scopes.add(id.name()));
    scopes.add("drover:");
    try (HomeReader reader = HomeReader.open(there.get())) {
      reader
          .keyOf("", scopes)
          .ifPresent(
              key ->
                  faults.add(
                      "the default home was '%s' and is '%s' now, but keys under no scope stand at '%s', such as '%s'. Set defaultHome: %s again; or copy those keys to '%s' and delete them at '%s' while nobody writes them; or make scopes of them"
                          .formatted(old, now, old, key, old, now, old)));
    } catch (IOException e) {
      faults.add(
          "the default home was '%s' and is '%s' now; '%s' does not answer (%s), so it is not known whether keys would be hidden there. Start it first, or set defaultHome: %s again"
              .formatted(old, now, old, e.getMessage(), old));
    }
  }

  /// @return where it begins
  private HomeId newScope(Config.Scope scope) {
    Optional<Partition> outer =
        records.values().stream()
            .filter(record -> scope.prefix().name().startsWith(record.id().name()))
            .max(Comparator.comparingInt(record -> record.id().name().length()));
    HomeId looked = outer.map(o -> o.ownership().reads().home()).orElse(config.defaultHome());
    String whose =
        outer.map(o -> "the home of its outer scope '" + o.id() + "'").orElse("the default home");
    if (outer.isPresent() && (outer.get().moving() || !outer.get().owed().isEmpty())) {
      faults.add(
          "scope '%s' is new, and its outer scope '%s' moves or works off what a move owes. Start without '%s', wait for that to end, and start with it then"
              .formatted(scope.prefix(), outer.get().id(), scope.prefix()));
      return scope.home();
    }
    RedisHome there = homes.get(looked);
    if (looked.equals(scope.home()) || there == null) {
      return scope.home();
    }
    List<String> nested = Repair.nested(scope.prefix(), records.keySet());
    try (HomeReader reader = HomeReader.open(there)) {
      Optional<String> key = reader.keyOf(scope.prefix(), nested);
      if (key.isEmpty()) {
        return scope.home();
      }
      if (!adopt) {
        faults.add(
            "scope '%s' is new and would begin at '%s', but keys of it stand at '%s', %s, such as '%s': nobody would see them any more. Set its home to %s, or start once with --adopt, and move it from there with 'drover move'"
                .formatted(scope.prefix(), scope.home(), looked, whose, key.get(), looked));
      }
      return looked;
    } catch (IOException e) {
      faults.add(
          "scope '%s' is new and would begin at '%s'; '%s', %s, does not answer (%s), so it is not known whether keys of it stand there. Start that home first, or set the scope's home to %s"
              .formatted(scope.prefix(), scope.home(), looked, whose, e.getMessage(), looked));
      return scope.home();
    }
  }
}
