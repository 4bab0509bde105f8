package dev.drover.torture.fleet;

import dev.drover.engine.local.HomeProgram;
import dev.drover.opensearch.server.NodeProgram;
import dev.drover.store.StateStore;
import dev.drover.store.log.HttpNodes.Host;
import dev.drover.store.opensearch.OpenSearchStore;
import dev.drover.store.opensearch.OpenSearchStoreOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A single node of OpenSearch, which syncs every write before it answers it: so it keeps what it
/// has acknowledged when it is killed.
record OpenSearchUnderTest(Wiring wiring, Child node) implements StoreUnderTest {
  private static final String NAME = "search";

  static OpenSearchUnderTest at(Wiring wiring, Path logs, Path data) throws IOException {
    int port = wiring.listens(NAME);
    NodeProgram program = NodeProgram.of(NodeProgram.Release.THREE);
    List<String> command =
        program.command(port, Files.createDirectory(data), HomeProgram.Durability.SYNCED);
    return new OpenSearchUnderTest(
        wiring, new Child(NAME, logs, run -> command, log -> program.serves(port)));
  }

  @Override
  public List<Child> nodes() {
    return List.of(node);
  }

  @Override
  public boolean apart() {
    return true;
  }

  @Override
  public Duration pauseMax(Child node) {
    return Duration.ofDays(1);
  }

  @Override
  public Optional<String> omitted() {
    return Optional.of(
        "a cluster of several nodes: the failover of a primary, and nodes that are cut off from one"
            + " another");
  }

  @Override
  public StateStore connect() {
    return OpenSearchStore.connect(
        OpenSearchStoreOptions.defaults(List.of(new Host("127.0.0.1", wiring.listens(NAME)))));
  }

  @Override
  public void join(String party) throws IOException {
    wiring.join(party, NAME, wiring.listens(NAME));
  }

  @Override
  public List<String> wires(String party) {
    return List.of(party + "-" + NAME);
  }

  @Override
  public String underServer(String party) {
    return "";
  }

  @Override
  public String section(String party) {
    return "store: {kind: opensearch, endpoints: [\"127.0.0.1:%d\"]}\n"
        .formatted(wiring.port(party, NAME));
  }
}
