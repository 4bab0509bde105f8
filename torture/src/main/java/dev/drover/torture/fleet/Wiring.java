package dev.drover.torture.fleet;

import dev.drover.engine.Ports;
import dev.drover.torture.relay.Relay;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// All ports, and a wire for each pair of parties that talk to each other.
final class Wiring implements AutoCloseable {
  private final Map<String, Relay> relays = new LinkedHashMap<>();
  private final Map<String, Integer> ports = new LinkedHashMap<>();

  /// Where a party listens: a port that is chosen when it is first asked for.
  synchronized int listens(String name) {
    return ports.computeIfAbsent(
        name,
        n -> {
          try {
            return Ports.free();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /// A wire from one party to a port of the other.
  void join(String from, String to, int port) throws IOException {
    String name = from + "-" + to;
    relays.put(name, Relay.open(name, Ports.free(), port));
  }

  /// Where one party reaches the other.
  int port(String from, String to) {
    return relay(from + "-" + to).port();
  }

  Relay relay(String name) {
    Relay relay = relays.get(name);
    if (relay == null) {
      throw new IllegalStateException("no wire " + name);
    }
    return relay;
  }

  List<Relay> all() {
    return List.copyOf(relays.values());
  }

  @Override
  public void close() throws IOException {
    List<IOException> failures = new ArrayList<>();
    for (Relay relay : relays.values()) {
      try {
        relay.close();
      } catch (IOException e) {
        failures.add(e);
      }
    }
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
  }
}
