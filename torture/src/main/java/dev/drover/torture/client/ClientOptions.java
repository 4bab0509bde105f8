package dev.drover.torture.client;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a client process is told on its command line.
///
/// @param history where it writes down what it does
/// @param number tells the runs of all clients apart, so that no two write the same value
/// @param owner whether it is the one that deletes
/// @param startNanos when the torture began, by the machine's monotonic clock
/// @param scopes how many there are
/// @param workers how many connections it has at once
/// @param pauseMillis between two operations of a worker, on average
/// @param engine whose partitions are tortured
/// @param facts what is known of the homes, in that engine's words
/// @param ports of the gateways, each through a wire of its own
public record ClientOptions(
    Path history,
    int number,
    boolean owner,
    long startNanos,
    int scopes,
    int workers,
    int pauseMillis,
    String engine,
    String facts,
    List<Integer> ports) {
  public ClientOptions {
    ports = List.copyOf(ports);
  }

  /// As words of a command line.
  public List<String> words() {
    return List.of(
        history.toString(),
        Integer.toString(number),
        Boolean.toString(owner),
        Long.toString(startNanos),
        Integer.toString(scopes),
        Integer.toString(workers),
        Integer.toString(pauseMillis),
        engine,
        facts,
        ports.stream().map(String::valueOf).collect(Collectors.joining(",")));
  }

  static ClientOptions of(String[] words) {
    return new ClientOptions(
        Path.of(words[0]),
        Integer.parseInt(words[1]),
        Boolean.parseBoolean(words[2]),
        Long.parseLong(words[3]),
        Integer.parseInt(words[4]),
        Integer.parseInt(words[5]),
        Integer.parseInt(words[6]),
        words[7],
        words[8],
        Stream.of(words[9].split(",", -1)).map(Integer::valueOf).toList());
  }
}
