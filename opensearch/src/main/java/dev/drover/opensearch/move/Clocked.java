package dev.drover.opensearch.move;

import dev.drover.opensearch.wire.HomeClient;
import java.util.function.LongSupplier;

/// Time and chance, as the wiring gives them.
///
/// @param nanoClock as `System.nanoTime`
/// @param random gives another number each time, of which nobody knows the next
record Clocked(LongSupplier nanoClock, LongSupplier random) {
  private static final int RADIX = 36;

  /// A driver's fence at a home, with names that nobody ever had.
  Fence fence(
      HomeClient client,
      String tenant,
      long term,
      OpenSearchMoverOptions options,
      Progress progress) {
    String own = Long.toUnsignedString(random.getAsLong(), RADIX);
    return new Fence(
        new AliasHome(client, tenant),
        tenant,
        term,
        own,
        options.times().drainMax(),
        nanoClock,
        progress);
  }
}
