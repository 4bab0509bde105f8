package dev.drover.opensearch.plug;

import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.core.mover.EngineModel;
import dev.drover.core.mover.EngineTraits;
import dev.drover.engine.EngineHomes;
import dev.drover.engine.FrontSettings;
import dev.drover.engine.HomeSettings;
import dev.drover.engine.Plug;
import dev.drover.engine.config.Secret;
import dev.drover.engine.config.Section;
import dev.drover.engine.demo.DemoKit;
import dev.drover.engine.demo.StandIn;
import dev.drover.engine.torture.TortureKit;
import dev.drover.opensearch.OpenSearchEngine;
import dev.drover.opensearch.demo.StubCluster;
import dev.drover.opensearch.demo.TenantDemoKit;
import dev.drover.opensearch.move.OpenSearchTraits;
import dev.drover.opensearch.tenant.Documents;
import dev.drover.opensearch.tenant.Locator;
import dev.drover.opensearch.torture.TenantTortureKit;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// The engine `opensearch`: tenants on OpenSearch clusters.
public final class OpenSearchPlug implements Plug {
  private static final int PORT = 9200;

  private final EngineTraits traits = new OpenSearchTraits();

  @Override
  public EngineTraits traits() {
    return traits;
  }

  @Override
  public String partitionsKey() {
    return "tenants";
  }

  @Override
  public Optional<String> restKey() {
    return Optional.empty();
  }

  @Override
  public HomeSettings home(Section section) {
    String host = section.required("host", text -> text).orElse("");
    int port = section.number("port", PORT, 1, 65_535);
    Optional<String> user = section.text("user");
    Optional<Secret> password = section.secret("password", true);
    if (user.isPresent() != password.isPresent()) {
      section.fault(
          section.line(),
          "'%s' and '%s' belong together: give both or none"
              .formatted(section.named("user"), section.named("password")));
    }
    boolean tls = section.flag("tls");
    Optional<Path> caFile = section.readable("caFile");
    if (caFile.isPresent() && !tls) {
      section.fault(
          section.line("caFile"), "'" + section.named("caFile") + "' has no use without tls: true");
    }
    return new ClusterSettings(
        host, port, user, password, tls, caFile, section.flag("forwardCredentials"));
  }

  @Override
  public Optional<Place> partition(Section section) {
    Optional<PartitionId> name = section.required("name", OpenSearchEngine::tenant);
    Optional<Locator> place = section.required("place", OpenSearchPlug::place);
    Optional<String> misnamed =
        name.flatMap(id -> place.flatMap(at -> new Documents(id.name(), at).misnamed()));
    misnamed.ifPresent(why -> section.fault(section.line("place"), why));
    return name.flatMap(id -> place.map(at -> new Place(id, at.toString())));
  }

  private static Locator place(String text) {
    Locator place = Locator.parse(text);
    if (place.stay() != 0) {
      throw new IllegalArgumentException(
          "'%s' names a stay by its '#'; only moves do that".formatted(text));
    }
    return place;
  }

  @Override
  public FrontSettings front(Section section) {
    return FrontSection.read(section);
  }

  @Override
  public Example example() {
    return new Example(text("homes.yaml"), text("tenants.yaml"), text("gateway.yaml"));
  }

  private static String text(String name) {
    try (InputStream in = OpenSearchPlug.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the jar holds no " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public EngineHomes open(Map<HomeId, HomeSettings> homes, Map<String, String> environment) {
    return new Clusters(homes, environment);
  }

  @Override
  public Optional<DemoKit> demoKit() {
    return Optional.of(new TenantDemoKit());
  }

  @Override
  public Optional<StandIn> standIn() {
    try {
      return Optional.of(StubCluster.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Optional<TortureKit> tortureKit() {
    return Optional.of(new TenantTortureKit());
  }

  /// A cluster knows no terms: a driver writes through an alias of its own. A block refuses
  /// everybody. The tail shows no deletes.
  @Override
  public EngineModel model() {
    return new EngineModel(
        engine(),
        true,
        traits.sourceFence(),
        EngineModel.FencesTarget.BY_NAME,
        true,
        traits.gatewaysNote());
  }
}
