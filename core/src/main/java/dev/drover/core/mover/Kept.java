package dev.drover.core.mover;

import dev.drover.core.HomeId;
import java.util.List;

/// What a mover has set aside at a home because it is not known to be worthless, and deletes only
/// when an operator says so.
///
/// @param home where it is
/// @param strays whether it may have been written at the old home after the last tail
/// @param why what was seen, and what it means, for people; empty if there is nothing
/// @param items how many
/// @param names of the first of them, for people
public record Kept(HomeId home, boolean strays, String why, long items, List<String> names) {
  public static final Kept NOTHING = new Kept(new HomeId("none"), false, "", 0, List.of());

  public Kept {
    names = List.copyOf(names);
  }

  public boolean nothing() {
    return items == 0;
  }

  /// What an operator decides on it.
  public enum Decision {
    /// It is deleted.
    DROP,
    /// What the partition lacks goes to where it is now; the rest stays aside.
    BRING,
    /// All goes to where the partition is now, over what it holds there.
    REPLACE
  }
}
