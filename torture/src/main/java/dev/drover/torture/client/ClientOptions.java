package dev.drover.torture.client;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a client process is told on its command line.
///
/// @param startNanos when the torture began, by the machine's monotonic clock
/// @param scopes how many there are
/// @param ports of the gateways, each through a wire of its own
public record ClientOptions(
    Run run, long startNanos, int scopes, Load load, Homes homes, List<Integer> ports) {
  public ClientOptions {
    ports = List.copyOf(ports);
  }

  /// Which run of which client it is.
  ///
  /// @param history where it writes down what it does
  /// @param number tells the runs of all clients apart, so that no two write the same value
  /// @param owner whether it is the one that deletes
  public record Run(Path history, int number, boolean owner) {}

  /// How much it does.
  ///
  /// @param workers how many connections it has at once
  /// @param pauseMillis between two operations of a worker, on average
  public record Load(int workers, int pauseMillis) {
    public static final Load DEFAULT = new Load(6, 25);
  }

  /// What is known of the homes.
  ///
  /// @param engine whose partitions are tortured
  /// @param facts in that engine's words
  public record Homes(String engine, String facts) {}

  /// As words of a command line.
  public List<String> words() {
    return List.of(
        run.history().toString(),
        Integer.toString(run.number()),
        Boolean.toString(run.owner()),
        Long.toString(startNanos),
        Integer.toString(scopes),
        Integer.toString(load.workers()),
        Integer.toString(load.pauseMillis()),
        homes.engine(),
        homes.facts(),
        ports.stream().map(String::valueOf).collect(Collectors.joining(",")));
  }

  static ClientOptions of(String[] words) {
    return new ClientOptions(
        new Run(Path.of(words[0]), Integer.parseInt(words[1]), Boolean.parseBoolean(words[2])),
        Long.parseLong(words[3]),
        Integer.parseInt(words[4]),
        new Load(Integer.parseInt(words[5]), Integer.parseInt(words[6])),
        new Homes(words[7], words[8]),
        Stream.of(words[9].split(",", -1)).map(Integer::valueOf).toList());
  }
}
