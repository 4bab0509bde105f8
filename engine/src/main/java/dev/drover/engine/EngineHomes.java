package dev.drover.engine;

import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.mover.HomeLook;
import dev.drover.core.mover.Mover;
import dev.drover.core.mover.Verification;
import dev.drover.gateway.GatewayOptions;
import dev.drover.gateway.HomeWitness;
import dev.drover.gateway.RecordReader;
import dev.drover.gateway.net.Front;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/// The homes of one engine as one process reaches them, and what is made of them. Thread-safe.
/// Nothing here prints a secret.
public interface EngineHomes {
  /// Moves partitions between them.
  Mover mover(LongSupplier nanoClock);

  /// The front of a gateway to them.
  ///
  /// @throws IllegalArgumentException saying why its secret cannot be had
  Front front(FrontSettings settings, Serving serving);

  /// Asks a home how it is, for people; returns within a few seconds whatever happens.
  HomeLook look(HomeId home);

  /// As [HomeWitness.Probe#ask].
  String ask(HomeId home) throws HomeWitness.Gone, HomeWitness.Refuses;

  /// What a home bears witness to.
  ///
  /// @throws HomeMemory.Silent if it does not answer
  HomeMemory memory(HomeId home) throws IOException;

  /// The same of what is reached with this home's login at another address.
  ///
  /// @param address as [HomeSettings#addresses] had it
  HomeMemory memoryAt(HomeId home, String address) throws IOException;

  /// Reads all of a partition at a place, and sums it up as a move does.
  ///
  /// @param inside partitions that lie inside it
  /// @param then what a move has found: if content can be summed up in several ways, the one of
  ///   them that gives the same is taken
  /// @param progress is told how many items were read
  Content content(
      Placement at,
      PartitionId partition,
      List<PartitionId> inside,
      Verification then,
      LongConsumer progress)
      throws IOException;

  /// Takes other homes from now on, or the same at other addresses. What is under way at one that
  /// is not there any more ends by itself.
  ///
  /// @throws IllegalArgumentException as [Plug#open]; then nothing has changed
  void change(Map<HomeId, HomeSettings> homes, Map<String, String> environment);

  /// What a partition holds at a home.
  ///
  /// @param digest as lower-case hex
  record Content(long items, String digest) {}

  /// What a front serves by.
  ///
  /// @param rest where is what is in no partition; empty if the engine keeps no such thing
  /// @param records how records are read in fresh mode
  record Serving(
      Optional<HomeId> rest,
      GatewayOptions identity,
      RecordReader records,
      Map<String, String> environment) {}
}
