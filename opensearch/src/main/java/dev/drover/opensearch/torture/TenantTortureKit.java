package dev.drover.opensearch.torture;

import dev.drover.core.Placement;
import dev.drover.engine.local.LocalHomes;
import dev.drover.engine.torture.Family;
import dev.drover.engine.torture.HomeInspector;
import dev.drover.engine.torture.TortureClients;
import dev.drover.engine.torture.TortureKit;
import dev.drover.opensearch.server.LocalClusters;
import dev.drover.opensearch.tenant.Locator;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// Tenants under torture. Each begins at an index of its own, and moves between such indices and
/// shared ones, also within one cluster. Nobody has a cluster for himself: there is more than one
/// tenant at each.
public final class TenantTortureKit implements TortureKit {
  /// The index, as clients call it.
  static final String INDEX = "torture";

  /// Where the tenants that share are.
  static final Locator SHARED = Locator.parse("shared:all-*");

  /// Where a tenant is that does not.
  static Locator own(String tenant) {
    return Locator.parse("index:%s-*".formatted(tenant));
  }

  @Override
  public Set<Family> families() {
    return EnumSet.allOf(Family.class);
  }

  @Override
  public Set<Trait> traits() {
    return EnumSet.of(Trait.FRESH_GATEWAYS);
  }

  /// What the tenant of a number is called.
  static String tenant(int number) {
    return "t" + number;
  }

  @Override
  public String partition(int number) {
    return tenant(number);
  }

  @Override
  public List<String> targets(String partition, Placement now, List<String> homes) {
    List<String> targets = new ArrayList<>();
    for (String home : homes) {
      for (Locator place : List.of(SHARED, own(partition))) {
        boolean here =
            home.equals(now.home().value()) && place.kind() == Locator.parse(now.locator()).kind();
        if (!here) {
          targets.add(home + "/" + place);
        }
      }
    }
    return targets;
  }

  /// A hold takes about ten requests to clusters that share the processors with everything else.
  @Override
  public Duration budget() {
    return Duration.ofSeconds(2);
  }

  @Override
  public LocalHomes homes() {
    return new LocalClusters();
  }

  /// Makes the shared index, and says how indices of tenants are made.
  @Override
  public String prepared(int port) throws IOException {
    try (ClusterInspector home = new ClusterInspector(port)) {
      home.prepare();
    }
    return "";
  }

  @Override
  public TortureClients clients(String facts) {
    return new TenantClients();
  }

  @Override
  public HomeInspector inspect(int port) {
    return new ClusterInspector(port);
  }

  @Override
  public void harm(int port, String partition, int drawn, Duration lasts)
      throws InterruptedException {
    HostileRequests.strike(port, partition, drawn, lasts);
  }
}
