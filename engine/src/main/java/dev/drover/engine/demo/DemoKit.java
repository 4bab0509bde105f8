package dev.drover.engine.demo;

import dev.drover.engine.local.LocalHomes;
import java.util.List;

/// What the demo needs of an engine. The fleet, the traffic, the moves and the count are
/// everybody's.
public interface DemoKit {
  /// Its homes on this machine.
  LocalHomes homes();

  /// What several of its homes are called, such as `Redis servers`.
  String servers();

  /// The name of the partition that moves, at all homes.
  String partition();

  /// Content of that partition that nobody writes to while it moves.
  ///
  /// @param keys how much
  SampleContent content(int keys);

  /// What a writer writes to in that partition. No other writer does, and it is no part of
  /// [#content].
  ///
  /// @param writer tells writers apart
  List<Tally> tallies(int writer);

  /// Makes ready to connect clients to gateways, many in one process.
  DemoClients clients();
}
