package dev.drover.opensearch.plug;

import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.core.mover.HomeLook;
import dev.drover.core.mover.Mover;
import dev.drover.core.mover.Verification;
import dev.drover.engine.EngineHomes;
import dev.drover.engine.FrontSettings;
import dev.drover.engine.HomeMemory;
import dev.drover.engine.HomeSettings;
import dev.drover.gateway.HomeWitness;
import dev.drover.gateway.net.Endpoint;
import dev.drover.gateway.net.Front;
import dev.drover.opensearch.gateway.FrontOptions;
import dev.drover.opensearch.gateway.HomeEndpoint;
import dev.drover.opensearch.gateway.HttpFront;
import dev.drover.opensearch.gateway.Passing;
import dev.drover.opensearch.move.Holdings;
import dev.drover.opensearch.move.OpenSearchMemory;
import dev.drover.opensearch.move.OpenSearchMover;
import dev.drover.opensearch.move.OpenSearchMoverOptions;
import dev.drover.opensearch.wire.HomeClient;
import dev.drover.opensearch.wire.HomeFailure;
import dev.drover.opensearch.wire.OpenSearchHome;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// The OpenSearch clusters that the configuration names.
final class Clusters implements EngineHomes {
  private static final Duration LOOK_MAX = Duration.ofSeconds(2);
  private static final long LOOK_BYTES_MAX = 4L << 20;
  private static final String NOWHERE = "unknown-home.invalid";
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;

  private final SecureRandom random = new SecureRandom();
  private volatile Map<HomeId, OpenSearchHome> all;
  private volatile Set<HomeId> forwarding;

  /// By what homes are looked at. Each has a thread and connections of its own, and a gateway looks
  /// every second.
  private final Map<OpenSearchHome, HomeClient> looking = new ConcurrentHashMap<>();

  Clusters(Map<HomeId, HomeSettings> homes, Map<String, String> environment) {
    this.all = opened(homes, environment);
    this.forwarding = forwarding(homes);
  }

  /// Those that are sent what clients show.
  private static Set<HomeId> forwarding(Map<HomeId, HomeSettings> homes) {
    return homes.entrySet().stream()
        .filter(each -> ((ClusterSettings) each.getValue()).forwardCredentials())
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Map<HomeId, OpenSearchHome> opened(
      Map<HomeId, HomeSettings> homes, Map<String, String> environment) {
    Map<HomeId, OpenSearchHome> all = new LinkedHashMap<>();
    homes.forEach(
        (name, settings) -> {
          try {
            all.put(name, ((ClusterSettings) settings).open(name, environment));
          } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("home '" + name + "': " + e.getMessage(), e);
          }
        });
    return all;
  }

  @Override
  public void change(Map<HomeId, HomeSettings> homes, Map<String, String> environment) {
    all = opened(homes, environment);
    forwarding = forwarding(homes);
    looking.forEach(
        (home, client) -> {
          if (!all.containsValue(home) && looking.remove(home, client)) {
            client.close();
          }
        });
  }

  /// A home that is not configured cannot be reached.
  private OpenSearchHome named(HomeId id) {
    OpenSearchHome home = all.get(id);
    return home == null ? new OpenSearchHome(id, NOWHERE, 1) : home;
  }

  @Override
  public Mover mover(LongSupplier nanoClock) {
    return new OpenSearchMover(
        this::named, OpenSearchMoverOptions.DEFAULT, nanoClock, random::nextLong);
  }

  @Override
  public Front front(FrontSettings settings, Serving serving) {
    FrontOptions options =
        ((HttpFrontSettings) settings)
            .open(serving.environment(), serving.identity().clocks().wallClock());
    for (Passing.Prefix each : options.passing().prefixes()) {
      if (!all.containsKey(each.home())) {
        throw new IllegalArgumentException(
            "'passThrough' sends indices that begin with '%s' to home '%s', which the configuration does not have"
                .formatted(each.text(), each.home()));
      }
    }
    return new HttpFront(
        options,
        () ->
            all.entrySet().stream()
                .collect(
                    Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, each -> endpoint(each.getValue()))),
        serving.identity().clocks(),
        random::nextBytes,
        serving.identity().mode() == GatewayMode.FRESH
            ? Optional.of(serving.records())
            : Optional.empty());
  }

  private HomeEndpoint endpoint(OpenSearchHome home) {
    HomeEndpoint.Login own =
        home.login()
            .map(login -> HomeEndpoint.Login.of(login.user(), login.password()))
            .orElse(HomeEndpoint.Login.NONE);
    return new HomeEndpoint(
        new Endpoint(home.id(), home.host(), home.port(), home.tls()),
        forwarding.contains(home.id()) ? own.forwarding() : own);
  }

  private interface Asked<T> {
    T ask(HomeClient client) throws HomeFailure, InterruptedException;
  }

  private <T> T asked(HomeId id, Asked<T> what) throws IOException {
    try {
      return what.ask(
          looking.computeIfAbsent(
              named(id), home -> HomeClient.of(home, LOOK_MAX, LOOK_BYTES_MAX)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public HomeLook look(HomeId id) {
    try {
      return asked(
          id,
          client -> {
            String version = client.get("/").path("version").path("number").asString("");
            JsonNode stats = client.get("/_cluster/stats").path("indices");
            return new HomeLook(
                true,
                "OpenSearch " + version,
                "",
                stats.path("docs").path("count").asLong(-1),
                stats.path("store").path("size_in_bytes").asLong(-1));
          });
    } catch (IOException e) {
      return HomeLook.unreachable(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public String ask(HomeId id) throws HomeWitness.Gone, HomeWitness.Refuses {
    try {
      return asked(
          id,
          client -> {
            JsonNode health = client.get("/_cluster/health?timeout=1s");
            return "status %s, %d nodes"
                .formatted(
                    health.path("status").asString(), health.path("number_of_nodes").asInt());
          });
    } catch (HomeFailure e) {
      if (e.status() == UNAUTHORIZED || e.status() == FORBIDDEN) {
        throw new HomeWitness.Refuses(
            "it refuses Drover's login (%s). Set the home's user and password in the configuration as they are there"
                .formatted(e.getMessage()));
      }
      throw new HomeWitness.Gone(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new HomeWitness.Gone(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public HomeMemory memory(HomeId home) throws IOException {
    return new OpenSearchMemory(named(home));
  }

  @Override
  public HomeMemory memoryAt(HomeId home, String address) throws IOException {
    OpenSearchHome now = named(home);
    int colon = address.lastIndexOf(':');
    return new OpenSearchMemory(
        new OpenSearchHome(
            home,
            address.substring(0, colon),
            Integer.parseInt(address.substring(colon + 1)),
            now.login(),
            now.tls()));
  }

  @Override
  public Content content(
      Placement at,
      PartitionId partition,
      List<PartitionId> inside,
      Verification then,
      LongConsumer progress)
      throws IOException {
    Holdings.Sum now = Holdings.of(named(at.home()), partition.name(), at, progress);
    return new Content(now.items(), now.digest());
  }
}
