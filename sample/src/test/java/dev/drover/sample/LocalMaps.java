package dev.drover.sample;

import dev.drover.core.HomeId;
import dev.drover.engine.JvmCommand;
import dev.drover.engine.local.HomeProgram;
import dev.drover.engine.local.LocalHomes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Servers of maps on this machine, each in a JVM like this one. They sync every change, asked to
/// or not.
final class LocalMaps implements LocalHomes, HomeProgram {
  private static final HomeId HERE = new HomeId("here");

  /// What speaks of maps at a port: a home, or a gateway.
  static MapHome at(int port) {
    return new MapHome(HERE, "127.0.0.1:" + port);
  }

  @Override
  public HomeProgram program(Optional<Path> binary, Path directory) {
    return this;
  }

  @Override
  public String homeKeys(int port) {
    return "address: \"127.0.0.1:%d\"".formatted(port);
  }

  @Override
  public String partitionKeys(String name) {
    return "name: \"%s\"".formatted(name);
  }

  @Override
  public List<String> command(int port, Path data, Durability durability) {
    return JvmCommand.of(
        JvmCommand.SERIAL,
        List.of("-Xmx128m", "-XX:TieredStopAtLevel=1"),
        MapServer.class.getName(),
        List.of(Integer.toString(port), data.toString()));
  }

  @Override
  public boolean serves(int port) throws IOException {
    return !at(port).ask("GET", "/info", "").isEmpty();
  }
}
