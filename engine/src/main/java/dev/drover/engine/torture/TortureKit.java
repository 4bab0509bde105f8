package dev.drover.engine.torture;

import dev.drover.core.Placement;
import dev.drover.engine.local.LocalHomes;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/// What torture needs of an engine. The fleet, the faults, the history and its check are
/// everybody's.
///
/// Values are positive numbers; how an entry holds one is the engine's.
public interface TortureKit {
  /// What entries can hold here; registers at least.
  Set<Family> families();

  /// What is tortured beyond what all engines promise.
  Set<Trait> traits();

  /// What an engine may know beyond that.
  enum Trait {
    /// Gateways that hold no lease, and read the record for each request.
    FRESH_GATEWAYS,
    /// A partition goes on at a fallback when its home is lost.
    FALLBACKS,
    /// The mover notices that a home has begun again with no data.
    EMPTY_HOMES
  }

  /// What the partition of a number is called.
  default String partition(int number) {
    return KeyName.prefix(number);
  }

  /// Where a partition can move, each as it stands behind `drover move … --to`.
  ///
  /// @param homes all that it may move between
  default List<String> targets(String partition, Placement now, List<String> homes) {
    return homes.stream().filter(home -> !home.equals(now.home().value())).toList();
  }

  /// For how long a move may hold writes, with all processes on one machine.
  default Duration budget() {
    return Duration.ofMillis(500);
  }

  /// Its homes on this machine.
  LocalHomes homes();

  /// Does what a home needs that has begun with no data.
  ///
  /// @return what clients are told of the homes
  String prepared(int port) throws IOException;

  /// Makes ready to connect clients to gateways, many in one process.
  ///
  /// @param facts what [#prepared] has said
  TortureClients clients(String facts);

  /// Connects to a home itself.
  HomeInspector inspect(int port) throws IOException;

  /// Means harm to a gateway, beside other clients, for so long: by half requests, answers that
  /// nobody reads, or whatever else the protocol offers. Ends early if it is thrown out.
  ///
  /// @param drawn decides what is done
  void harm(int port, String partition, int drawn, Duration lasts) throws InterruptedException;
}
