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
/// @param functions whether the homes have [Scripts#LIBRARY]
/// @param ports of the gateways, each through a wire of its own
public record ClientOptions(
    Path history,
    int number,
    boolean owner,
    long startNanos,
    int scopes,
    int workers,
    int pauseMillis,
    boolean functions,
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
        Boolean.toString(functions),
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
        Boolean.parseBoolean(words[7]),
        Stream.of(words[8].split(",", -1)).map(Integer::valueOf).toList());
  }
}
