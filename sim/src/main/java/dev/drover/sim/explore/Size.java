package dev.drover.sim.explore;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/// How much may happen in the fleet that is explored: one partition, two homes, two controllers.
///
/// @param gateways one or two
/// @param writes at each gateway: none, one or two
/// @param reads how many readers each gateway has, who read again and again: none or one
/// @param blocks whether the source refuses everybody in a hold
/// @param mishaps how often each [Mishap] may happen, in their order
public record Size(int gateways, int writes, int reads, boolean blocks, List<Integer> mishaps) {
  /// For the test suite: ends within half a minute on a machine that is not busy.
  public static final List<Size> SMALL =
      List.of(
          of(2, 1, 1).with(Mishap.CONTROLLER_CRASH, 1),
          of(2, 1, 1).with(Mishap.EXPIRY, 1),
          of(1, 2, 1).with(Mishap.CONTROLLER_CRASH, 1).with(Mishap.EXPIRY, 1),
          of(1, 1, 1).with(Mishap.GATEWAY_CRASH, 1).with(Mishap.TAKEOVER, 1),
          of(1, 1, 0).with(Mishap.ABORT, 1).with(Mishap.OVERTIME, 1).with(Mishap.UNKNOWN, 1),
          of(1, 1, 1).with(Mishap.STORE_CRASH, 1).with(Mishap.CONTROLLER_CRASH, 1),
          of(1, 1, 0).blocking().with(Mishap.CONTROLLER_CRASH, 1).with(Mishap.OVERTIME, 1),
          of(2, 1, 0).blocking().with(Mishap.EXPIRY, 1),
          of(1, 1, 0).blocking().with(Mishap.ABORT, 1).with(Mishap.UNKNOWN, 1));

  /// For `drover explore`: a crash and a pause of anyone, where a pause shows in a lease that ends
  /// or in another that takes over; and the other mishaps. Two writes and a reader at each gateway
  /// whose states are too many for one machine are there once with less of each.
  public static final List<Size> FULL =
      List.of(
          of(2, 2, 1).with(Mishap.CONTROLLER_CRASH, 1).with(Mishap.EXPIRY, 1),
          of(2, 2, 1).with(Mishap.GATEWAY_CRASH, 1).with(Mishap.EXPIRY, 1),
          of(2, 2, 1).with(Mishap.CONTROLLER_CRASH, 1).with(Mishap.TAKEOVER, 1),
          of(2, 1, 1).with(Mishap.GATEWAY_CRASH, 1).with(Mishap.TAKEOVER, 1),
          of(2, 2, 0).with(Mishap.GATEWAY_CRASH, 1).with(Mishap.TAKEOVER, 1),
          of(2, 1, 1).with(Mishap.ABORT, 1).with(Mishap.OVERTIME, 1).with(Mishap.UNKNOWN, 1),
          of(2, 1, 1).with(Mishap.STORE_CRASH, 1).with(Mishap.CONTROLLER_CRASH, 1),
          of(2, 1, 1).blocking().with(Mishap.CONTROLLER_CRASH, 1).with(Mishap.EXPIRY, 1),
          of(2, 1, 0).blocking().with(Mishap.CONTROLLER_CRASH, 1).with(Mishap.TAKEOVER, 1),
          of(2, 1, 1)
              .blocking()
              .with(Mishap.ABORT, 1)
              .with(Mishap.OVERTIME, 1)
              .with(Mishap.UNKNOWN, 1));

  public Size {
    mishaps = List.copyOf(mishaps);
    if (gateways < 1 || gateways > 2 || writes < 0 || writes > 2 || reads < 0 || reads > 1) {
      throw new IllegalArgumentException(
          "one or two gateways, and at most two writes and one reader at each");
    }
  }

  /// Nothing goes wrong.
  public static Size of(int gateways, int writes, int reads) {
    return new Size(gateways, writes, reads, false, Collections.nCopies(Mishap.values().length, 0));
  }

  /// The same with a source that refuses everybody in a hold.
  public Size blocking() {
    return new Size(gateways, writes, reads, true, mishaps);
  }

  /// The same, in which this may happen so often.
  @SuppressWarnings("EnumOrdinal") // not stored
  public Size with(Mishap mishap, int times) {
    List<Integer> changed = new ArrayList<>(mishaps);
    changed.set(mishap.ordinal(), times);
    return new Size(gateways, writes, reads, blocks, changed);
  }

  /// For people.
  public String words() {
    StringBuilder words = new StringBuilder();
    words.append(gateways).append(gateways == 1 ? " gateway, " : " gateways, each ");
    words.append(writes).append(writes == 1 ? " write" : " writes");
    words.append(reads == 0 ? "" : " and a reader");
    words.append(blocks ? ", a source that refuses everybody in a hold" : "");
    for (Mishap mishap : Mishap.values()) {
      int times = times(mishap);
      if (times > 0) {
        words.append("; ").append(mishap.name().toLowerCase(Locale.ROOT).replace('_', ' '));
        words.append(times == 1 ? "" : " (" + times + ")");
      }
    }
    return words.toString();
  }

  @SuppressWarnings("EnumOrdinal") // not stored
  private int times(Mishap mishap) {
    return mishaps.get(mishap.ordinal());
  }
}
