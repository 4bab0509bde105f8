package dev.drover.opensearch.move;

import dev.drover.engine.Pacer;
import java.util.List;

/// What the parts of one session have in common.
///
/// @param shapes keeps the mappings of the target's indices like those of the source's
/// @param pressure how full the memory of both homes is
record Wiring(
    Place from,
    Place to,
    OpenSearchMoverOptions options,
    TargetWriter writer,
    Shapes shapes,
    Pacer pacer,
    Pressure pressure,
    Progress progress) {
  Translation translation() {
    return new Translation(from, to);
  }

  /// Waits as long as the rates of a copy and the homes' memory ask for.
  void pace(List<Doc> docs) throws InterruptedException {
    if (pacer.on()) {
      pacer.take(docs.size(), docs.stream().mapToLong(Doc::bytes).sum());
      pressure.await();
    }
  }
}
