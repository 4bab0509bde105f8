package dev.drover.sim.explore;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// How much may happen in the fleet that is explored: one partition, two homes, two controllers.
///
/// @param gateways one or two
/// @param writes at each gateway
/// @param reads at each gateway
/// @param mishaps how often each [Mishap] may happen, in their order
public record Size(int gateways, int writes, int reads, List<Integer> mishaps) {
  /// For the test suite: ends within seconds on a machine that is not busy.
  public static final Size SMALL = of(2, 1, 0).with(Mishap.CONTROLLER_CRASH, 1);

  /// For `drover explore`.
  public static final Size FULL =
      of(2, 1, 1).with(Mishap.CONTROLLER_CRASH, 1).with(Mishap.EXPIRY, 1);

  public Size {
    mishaps = List.copyOf(mishaps);
    if (gateways < 1 || gateways > 2 || gateways * writes > 8) {
      throw new IllegalArgumentException("one or two gateways, and at most eight writes");
    }
  }

  /// Nothing goes wrong.
  public static Size of(int gateways, int writes, int reads) {
    return new Size(gateways, writes, reads, Collections.nCopies(Mishap.values().length, 0));
  }

  /// The same, in which this may happen so often.
  @SuppressWarnings("EnumOrdinal") // not stored
  public Size with(Mishap mishap, int times) {
    List<Integer> changed = new ArrayList<>(mishaps);
    changed.set(mishap.ordinal(), times);
    return new Size(gateways, writes, reads, changed);
  }
}
