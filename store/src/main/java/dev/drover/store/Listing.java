package dev.drover.store;

import java.util.List;

/// Entries in key order, all as of `revision`. A watch after `revision` misses nothing that came
/// later.
public record Listing(long revision, List<Entry> entries) {
  public Listing {
    entries = List.copyOf(entries);
  }
}
