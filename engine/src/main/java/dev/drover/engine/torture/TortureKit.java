package dev.drover.engine.torture;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What torture needs of an engine. The fleet, the faults, the history and its check are
/// everybody's.
///
/// Partitions under torture are called as [KeyName#prefix] says, at all homes. Values are positive
/// numbers; how an entry holds one is the engine's.
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

  /// Finds what runs a home.
  ///
  /// @param binary the one that is asked for; empty for any
  /// @param directory where files may be put
  /// @throws IOException saying what is missing, and what to do
  HomeProgram program(Optional<Path> binary, Path directory) throws IOException;

  /// The keys of a home in the configuration but `name` and `engine`, as in `host: localhost, port:
  /// 1`.
  String homeKeys(int port);

  /// The keys of a partition in the configuration but `home` and `fallback`.
  String partitionKeys(String name);

  /// Makes ready to connect clients to gateways, many in one process.
  ///
  /// @param facts what [HomeProgram#prepared] has said
  TortureClients clients(String facts);

  /// Connects to a home itself.
  HomeInspector inspect(int port) throws IOException;

  /// Means harm to a gateway, beside other clients, for so long: by half requests, answers that
  /// nobody reads, or whatever else the protocol offers. Ends early if it is thrown out.
  ///
  /// @param drawn decides what is done
  void harm(int port, String partition, int drawn, Duration lasts) throws InterruptedException;

  /// What runs a home.
  interface HomeProgram {
    /// The command. The home has to sync every write before it answers it, so that what it loses in
    /// a kill is not its to lose.
    List<String> command(int port, Path data);

    boolean serves(int port) throws IOException;

    /// Does what a home needs that has begun with no data.
    ///
    /// @return what clients are told of the homes
    String prepared(int port) throws IOException;
  }
}
