package dev.drover.opensearch.demo;

import dev.drover.engine.demo.DemoClients;
import dev.drover.engine.demo.DemoKit;
import dev.drover.engine.demo.SampleContent;
import dev.drover.engine.demo.Tally;
import dev.drover.engine.local.LocalHomes;
import dev.drover.opensearch.server.LocalClusters;
import java.util.ArrayList;
import java.util.List;

/// Three tenants in the demo, each at another kind of place: one at a shared index, one at an index
/// of its own, one alone at a cluster. They move from each kind to another and back.
public final class TenantDemoKit implements DemoKit {
  static final String SHARED = "acme";
  static final String OWN = "globex";
  static final String ALONE = "initech";
  static final List<String> TENANTS = List.of(SHARED, OWN, ALONE);
  static final String INDEX = "orders";
  private static final int NUMBERS = 6;

  @Override
  public LocalHomes homes() {
    return new LocalClusters();
  }

  @Override
  public String servers() {
    return "OpenSearch clusters";
  }

  @Override
  public String partition() {
    return SHARED;
  }

  @Override
  public List<String> partitions() {
    return List.of(
        "name: %s, place: \"shared:%s\", home: blue".formatted(SHARED, INDEX),
        "name: %1$s, place: \"index:%1$s-*\", home: blue".formatted(OWN),
        "name: %s, place: cluster, home: green".formatted(ALONE));
  }

  /// A whole cluster is left before other tenants come there, and entered when they are gone.
  @Override
  public List<Step> steps() {
    return List.of(
        new Step(ALONE, "blue/index:%s-*".formatted(ALONE)),
        new Step(SHARED, "green/index:%s-*".formatted(SHARED)),
        new Step(OWN, "green"),
        new Step(SHARED, "blue/shared:" + INDEX),
        new Step(OWN, "blue/shared:" + INDEX),
        new Step(ALONE, "green/cluster"));
  }

  @Override
  public SampleContent content(int keys) {
    return new SampleDocuments(Math.max(1_000, keys / SampleDocuments.FEWER));
  }

  /// Documents that are overwritten, and documents whose number a script counts up.
  @Override
  public List<Tally> tallies(int writer) {
    List<Tally> own = new ArrayList<>();
    for (String tenant : TENANTS) {
      for (int i = 0; i < NUMBERS; i++) {
        own.add(new Tally(Tally.Kind.LAST, tenant + "/w" + writer + ":" + i, ""));
      }
      own.add(new Tally(Tally.Kind.COUNT, tenant + "/c" + writer, ""));
    }
    return own;
  }

  @Override
  public DemoClients clients() {
    return new JavaClients();
  }
}
