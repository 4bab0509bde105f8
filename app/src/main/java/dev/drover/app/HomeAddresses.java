package dev.drover.app;

import dev.drover.control.Homes;
import dev.drover.core.Engine;
import dev.drover.core.HomeId;
import dev.drover.engine.HomeMemory;
import dev.drover.store.Entry;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.records.HomesRecord;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether homes that are named at two addresses are the same servers: each says by its run which
/// one it is. Two servers would take writes for one home.
final class HomeAddresses {
  private static final Logger LOG = LoggerFactory.getLogger(HomeAddresses.class);

  private final OpenHomes homes;

  HomeAddresses(OpenHomes homes) {
    this.homes = homes;
  }

  /// Why homes that are known by another address now may be other servers; empty if each is seen to
  /// be the same. To a gateway or server that does not follow yet, the old address is the home: two
  /// servers would take writes for one.
  ///
  /// @param moved the homes that are at other addresses there
  List<String> others(Set<HomeId> moved, OpenHomes there) {
    List<String> all = new ArrayList<>();
    for (HomeId id : moved) {
      String was = homes.find(id).map(Homes.Home::address).orElse("");
      String is = there.find(id).map(Homes.Home::address).orElse("");
      try {
        if (!same(() -> homes.memory(id), () -> there.memory(id))) {
          all.add(
              "home '%s' is at %s, and the server at %s is another one. Give that one a name of its own and move what is there to it; or stop all gateways and servers, and start them with the new address"
                  .formatted(id, was, is));
        }
      } catch (IOException e) {
        all.add(
            "home '%s' would be at %s instead of %s, and it is not known whether that is the same server (%s). Both addresses have to answer while this is applied"
                .formatted(id, is, was, e.getMessage()));
      }
    }
    return all;
  }

  /// Homes that the server reaches at other addresses.
  ///
  /// @param others why a home may be another server than the server's; two servers would take
  ///   writes for one home
  /// @param same the server's addresses of homes that were seen to be the same servers
  record Elsewhere(List<String> others, Map<String, String> same) {}

  /// Compares this process' addresses of homes with the server's, and asks both for their run where
  /// they differ, all at the same time.
  ///
  /// @param servers [#serversAddresses]
  /// @param certain homes that have to be seen to be the same; of the others it is enough that
  ///   nothing shows within `most` that they are not
  Elsewhere elsewhere(
      Engine engine, Map<String, String> servers, Set<HomeId> certain, Duration most)
      throws InterruptedException {
    long endNanos = System.nanoTime() + most.toNanos();
    Map<Homes.Home, Future<Boolean>> asked = new LinkedHashMap<>();
    for (Homes.Home home : homes.all()) {
      String there = servers.getOrDefault(home.id().value(), home.address());
      if (home.engine().equals(engine) && !there.equals(home.address())) {
        FutureTask<Boolean> question =
            new FutureTask<>(
                () ->
                    same(
                        () -> homes.memory(home.id()),
                        () -> homes.of(engine).memoryAt(home.id(), there)));
        Thread.ofVirtual().name("address of " + home.id()).start(question);
        asked.put(home, question);
      }
    }
    List<String> others = new ArrayList<>();
    Map<String, String> same = new LinkedHashMap<>();
    for (Map.Entry<Homes.Home, Future<Boolean>> each : asked.entrySet()) {
      Homes.Home home = each.getKey();
      String there = servers.getOrDefault(home.id().value(), "");
      String where =
          "home '%s' is at %s here, and at %s for the server"
              .formatted(home.id(), home.address(), there);
      try {
        if (each.getValue().get(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          same.put(home.id().value(), there);
        } else {
          others.add(where + ", and these are two servers. Bring the server's configuration here");
        }
      } catch (ExecutionException | TimeoutException e) {
        String why = e.getCause() == null ? "no answer" : String.valueOf(e.getCause().getMessage());
        String unknown =
            "%s, and it is not known whether these are the same server (%s)".formatted(where, why);
        if (certain.contains(home.id())) {
          others.add(unknown + ". Bring the server's configuration here");
        } else {
          LOG.warn("{}", unknown);
        }
      }
    }
    return new Elsewhere(others, same);
  }

  /// Opens what a home bears witness to.
  private interface Witness {
    HomeMemory open() throws IOException;
  }

  private static boolean same(Witness here, Witness there) throws IOException {
    try (HomeMemory one = here.open();
        HomeMemory other = there.open()) {
      return one.runId().equals(other.runId());
    }
  }

  /// Where the server reaches the homes of an engine, as it has said in the store.
  static Map<String, String> serversAddresses(Engine engine, StateStore store)
      throws StoreException {
    String key = Keys.homes(engine);
    Optional<Entry> known = store.get(key);
    return known.isEmpty()
        ? Map.of()
        : Records.decode(key, known.get().value(), HomesRecord.class).addresses();
  }
}
