package dev.drover.store.records;

import java.util.List;

/// What a store is, so that whoever has seen it knows it again: under [Keys#STORE].
///
/// @param id made when the store was first used
/// @param formerly stores in whose place it is, by an operator's word
/// @param generation grows whenever an operator has its past forgotten or mended: revisions of
///   different generations are not compared
public record StoreIdentity(String id, List<String> formerly, long generation) {
  public StoreIdentity {
    formerly = List.copyOf(formerly);
  }

  /// Whether one who has seen a store of this id may go on with this one.
  public boolean stands(String seen) {
    return seen.isEmpty() || seen.equals(id) || formerly.contains(seen);
  }
}
