package dev.drover.opensearch.server;

import dev.drover.engine.local.HomeProgram;
import dev.drover.engine.local.LocalHomes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Clusters of one node each on this machine.
public final class LocalClusters implements LocalHomes {
  /// A node looks each minute which scrolls have expired. These nodes do not live that long.
  private static final String SCROLLS_END = "search.keep_alive_interval=5s";

  @Override
  public HomeProgram program(Optional<Path> binary, Path directory) throws IOException {
    return binary.isPresent()
        ? new Distribution(binary.get())
        : NodeProgram.of(NodeProgram.Release.THREE).with(List.of(SCROLLS_END));
  }

  @Override
  public String homeKeys(int port) {
    return "host: 127.0.0.1, port: " + port;
  }

  @Override
  public String partitionKeys(String name) {
    return "name: \"%s\", place: \"index:%s-*\"".formatted(name, name);
  }

  /// The `bin/opensearch` of somebody's own.
  private record Distribution(Path binary) implements HomeProgram {
    @Override
    public List<String> command(int port, Path data, Durability durability) {
      List<String> command = new ArrayList<>();
      command.addAll(List.of("env", "OPENSEARCH_JAVA_OPTS=-Xms512m -Xmx512m"));
      command.add(binary.toString());
      for (String setting :
          List.of(
              "http.port=" + port,
              "transport.port=0",
              "network.host=127.0.0.1",
              "discovery.type=single-node",
              "path.data=" + data.resolve("data"),
              "path.logs=" + data.resolve("logs"),
              "cluster.routing.allocation.disk.threshold_enabled=false",
              SCROLLS_END,
              "plugins.security.disabled=true")) {
        command.add("-E" + setting);
      }
      return List.copyOf(command);
    }

    @Override
    public boolean serves(int port) throws IOException {
      return NodeProgram.answers(port);
    }
  }
}
