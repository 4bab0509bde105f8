package dev.drover.sample;

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
import dev.drover.gateway.net.Front;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/// The servers of maps that the configuration names.
final class MapHomes implements EngineHomes {
  private volatile Map<HomeId, MapHome> all;

  MapHomes(Map<HomeId, HomeSettings> homes) {
    this.all = opened(homes);
  }

  private static Map<HomeId, MapHome> opened(Map<HomeId, HomeSettings> homes) {
    Map<HomeId, MapHome> all = new HashMap<>();
    homes.forEach((id, home) -> all.put(id, new MapHome(id, home.addresses().getFirst())));
    return all;
  }

  @Override
  public void change(Map<HomeId, HomeSettings> homes, Map<String, String> environment) {
    all = opened(homes);
  }

  private MapHome named(HomeId id) {
    return all.getOrDefault(id, new MapHome(id, "unknown-home.invalid:1"));
  }

  @Override
  public Mover mover(LongSupplier nanoClock) {
    return new MapMover(this::named);
  }

  @Override
  public Front front(FrontSettings settings, Serving serving) {
    if (serving.identity().mode() == GatewayMode.FRESH) {
      throw new IllegalArgumentException("gateways of maps have no mode 'fresh'");
    }
    return new MapFront(this::named);
  }

  @Override
  public HomeLook look(HomeId home) {
    try {
      String info = named(home).ask("GET", "/info", "");
      long items = Long.parseLong(info.substring(info.indexOf(' ') + 1));
      return new HomeLook(true, "maps", "", items, -1);
    } catch (IOException e) {
      return HomeLook.unreachable(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public String ask(HomeId home) throws HomeWitness.Gone {
    try {
      return named(home).ask("GET", "/info", "") + " entries, all of them synced";
    } catch (IOException e) {
      throw new HomeWitness.Gone(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public HomeMemory memory(HomeId home) throws IOException {
    return memory(named(home));
  }

  @Override
  public HomeMemory memoryAt(HomeId home, String address) throws IOException {
    return memory(new MapHome(home, address));
  }

  private static HomeMemory memory(MapHome home) throws IOException {
    try {
      return new Memory(home, home.ask("GET", "/info", ""));
    } catch (IOException e) {
      throw new HomeMemory.Silent(e);
    }
  }

  @Override
  public Content content(
      Placement at,
      PartitionId partition,
      List<PartitionId> inside,
      Verification then,
      LongConsumer progress)
      throws IOException {
    Collection<MapHome.Change> entries = named(at.home()).all(at.locator()).values();
    long items = entries.stream().filter(MapHome.Change::there).count();
    progress.accept(items);
    return new Content(items, MapHome.digest(entries));
  }

  /// @param info `RUN ITEMS`
  private record Memory(MapHome home, String info) implements HomeMemory {
    @Override
    public String runId() {
      return info.substring(0, info.indexOf(' '));
    }

    @Override
    public Map<PartitionId, String> served() throws IOException {
      Map<PartitionId, String> all = new HashMap<>();
      for (String line : home.ask("GET", "/served", "").lines().toList()) {
        String[] parts = line.split(" ", -1);
        all.put(new PartitionId(MapTraits.ENGINE, parts[0]), parts[1]);
      }
      return all;
    }

    @Override
    public long term(PartitionId partition) throws IOException {
      return Long.parseLong(home.ask("GET", "/term/" + partition.name(), ""));
    }

    @Override
    public void serves(Collection<PartitionId> partitions, String store) throws IOException {
      for (PartitionId each : partitions) {
        String _ = home.ask("PUT", "/served/" + each.name(), store);
      }
    }

    @Override
    public Optional<String> itemOf(PartitionId partition, Collection<PartitionId> others)
        throws IOException {
      return home.all(partition.name()).values().stream()
          .filter(MapHome.Change::there)
          .map(MapHome.Change::key)
          .findFirst();
    }

    @Override
    public Optional<String> itemOfNone(Collection<PartitionId> partitions) {
      return Optional.empty();
    }

    @Override
    public void close() {}
  }
}
