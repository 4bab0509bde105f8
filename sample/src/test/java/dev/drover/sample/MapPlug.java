package dev.drover.sample;

import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.core.mover.EngineModel;
import dev.drover.core.mover.EngineTraits;
import dev.drover.engine.EngineHomes;
import dev.drover.engine.FrontSettings;
import dev.drover.engine.HomeSettings;
import dev.drover.engine.Plug;
import dev.drover.engine.config.Address;
import dev.drover.engine.config.Section;
import dev.drover.engine.demo.DemoKit;
import dev.drover.engine.torture.TortureKit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The engine `sample`.
public final class MapPlug implements Plug {
  /// Where a server of maps is.
  record Home(List<String> addresses) implements HomeSettings {}

  /// Clients say nothing of who they are.
  record Front() implements FrontSettings {
    @Override
    public String secretKey() {
      return "password";
    }

    @Override
    public boolean asksForSecret() {
      return false;
    }
  }

  @Override
  public EngineTraits traits() {
    return new MapTraits();
  }

  @Override
  public String partitionsKey() {
    return "maps";
  }

  @Override
  public Optional<String> restKey() {
    return Optional.empty();
  }

  @Override
  public HomeSettings home(Section section) {
    return new Home(
        section.required("address", Address::parse).map(Address::toString).stream().toList());
  }

  @Override
  public Optional<Place> partition(Section section) {
    Optional<PartitionId> name =
        section.required("name", text -> new PartitionId(MapTraits.ENGINE, text));
    return name.map(id -> new Place(id, section.text("called").orElse(id.name())));
  }

  @Override
  public FrontSettings front(Section section) {
    return new Front();
  }

  @Override
  public Example example() {
    return new Example(
        """
        homes:
          - name: blue
            engine: sample
            address: 127.0.0.1:7001
          - name: green
            engine: sample
            address: 127.0.0.1:7002

        """,
        """
        # A map is what can be moved. 'called' is its name at its homes. Without this key: the same.
        maps:
          - name: orders
            # called: orders
            home: blue

        """,
        "");
  }

  @Override
  public EngineHomes open(Map<HomeId, HomeSettings> homes, Map<String, String> environment) {
    return new MapHomes(homes);
  }

  /// A home keeps the highest term of each map, and cannot tell who writes.
  @Override
  public EngineModel model() {
    return new EngineModel(
        MapTraits.ENGINE,
        false,
        traits().sourceFence(),
        EngineModel.FencesTarget.BY_TERM,
        false,
        false);
  }

  @Override
  public Optional<DemoKit> demoKit() {
    return Optional.of(new MapDemoKit());
  }

  @Override
  public Optional<TortureKit> tortureKit() {
    return Optional.of(new MapTortureKit());
  }
}
