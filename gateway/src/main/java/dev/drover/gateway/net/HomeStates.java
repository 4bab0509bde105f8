package dev.drover.gateway.net;

import dev.drover.core.HomeId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a gateway knows of how its homes are, over all event loops: which cannot be reached, and
/// which were given up because they hang.
public final class HomeStates {
  private static final Logger LOG = LoggerFactory.getLogger(HomeStates.class);

  private final LongSupplier nanoClock;
  private final Map<HomeId, String> lost = new ConcurrentHashMap<>();
  private final Map<HomeId, String> givenUp = new ConcurrentHashMap<>();
  private final Map<HomeId, Circuit> circuits = new ConcurrentHashMap<>();
  private volatile boolean ending;

  public HomeStates(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /// A connection to the home was lost.
  public void lost(Endpoint home, String why) {
    if (!ending && !why.equals(lost.put(home.home(), why))) {
      LOG.warn("{} {}", home, why);
    }
  }

  /// No connection came about.
  void unreachable(Endpoint home, String why) {
    circuit(home).failed(why, nanoClock.getAsLong());
    lost(home, why);
  }

  /// The home has answered.
  public void there(Endpoint home) {
    circuit(home).answered();
    if (lost.remove(home.home()) != null) {
      LOG.info("{} answers again", home);
    }
  }

  /// Homes that could not be reached when they were last needed, with the reason.
  public Map<HomeId, String> lost() {
    return Map.copyOf(lost);
  }

  /// Why no connection should be made; null if one should be tried.
  @Nullable String refuses(Endpoint home) {
    String hangs = givenUp.get(home.home());
    return hangs == null ? circuit(home).refuses(nanoClock.getAsLong()) : givenUpWords(hangs);
  }

  private Circuit circuit(Endpoint home) {
    return circuits.computeIfAbsent(home.home(), _ -> new Circuit());
  }

  void giveUp(HomeId id, String why) {
    givenUp.put(id, why);
  }

  void takeUp(HomeId id) {
    givenUp.remove(id);
  }

  static String givenUpWords(String why) {
    return "is given up: " + why;
  }

  /// The gateway ends: connections that close from now on are no news.
  void end() {
    ending = true;
  }
}
