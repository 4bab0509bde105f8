package dev.drover.core;

import java.util.Map;
import java.util.TreeMap;

/// What a newer version has written into a part of a record and this one does not know. It is kept
/// as it is when the record is written again, and nothing is decided on it.
///
/// Newer versions add to a [Partition], a [Move], an [Undo] or a [Proof], never to the parts within
/// these (docs/decisions/0091).
///
/// @param fields JSON by name
public record Unknown(Map<String, String> fields) {
  public static final Unknown NOTHING = new Unknown(Map.of());

  public Unknown {
    fields = java.util.Collections.unmodifiableMap(new TreeMap<>(fields));
  }
}
