package dev.drover.sim.explore;

import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import java.util.function.Supplier;

/// Where steps go: whoever tells what could happen next names it, and hands over the state after.
interface Steps {
  /// @param mishap whether something goes wrong, which nothing may depend on
  void step(Supplier<String> name, boolean mishap, State next);

  /// Writes the record, and looks whether it may follow the one before (I2, I4).
  static void write(Machines machines, State next, Partition record) {
    Partition before = machines.record(next);
    boolean sameEpoch = record.epoch() == before.epoch();
    if (!sameEpoch && record.epoch() != before.epoch() + 1) {
      next.wrong = "I2: the epoch goes from " + before.epoch() + " to " + record.epoch();
    } else if (sameEpoch && !record.ownership().label().equals(before.ownership().label())) {
      next.wrong =
          "I2: "
              + record.ownership().label()
              + " replaces "
              + before.ownership().label()
              + " in one epoch";
    } else if (record.term() < before.term()) {
      next.wrong = "I2: the term goes from " + before.term() + " to " + record.term();
    } else if (!sameEpoch
        && before.ownership() instanceof Ownership.Opening o
        && !record.ownership().equals(new Ownership.Active(o.to()))) {
      next.wrong = "I4: " + record.ownership().label() + " follows the commit";
    }
    if (next.wrong == null) {
      next.write(record, machines.partitions.ofSame(record));
    }
  }
}
