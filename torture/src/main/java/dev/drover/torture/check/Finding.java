package dev.drover.torture.check;

import dev.drover.torture.history.Op;
import java.util.List;

/// One broken promise.
///
/// @param key see [dev.drover.engine.torture.KeyName#packed]
/// @param what in words
/// @param slice the few operations that suffice to see it
public record Finding(Wrong wrong, long key, String what, List<Op> slice) {
  private static final int SLICE_MAX = 12;

  public Finding {
    slice = List.copyOf(slice.subList(0, Math.min(SLICE_MAX, slice.size())));
  }
}
