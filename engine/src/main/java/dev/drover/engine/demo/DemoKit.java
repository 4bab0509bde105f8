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

  /// The name of the partition that moves, or of the first of several.
  String partition();

  /// What stands in the configuration of each partition, without braces: `name: orders, home:
  /// blue`.
  default List<String> partitions() {
    return List.of(homes().partitionKeys(partition()) + ", home: blue");
  }

  /// More keys of each gateway in the configuration, with a comma before each; empty for none.
  default String gatewayKeys() {
    return "";
  }

  /// The moves, one after another. At the end everything may be anywhere.
  default List<Step> steps() {
    return List.of(new Step(partition(), "green"), new Step(partition(), "blue"));
  }

  /// A move.
  ///
  /// @param to a home, `blue` or `green`, or a place at one
  record Step(String partition, String to) {}

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
