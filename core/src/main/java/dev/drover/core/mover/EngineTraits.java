package dev.drover.core.mover;

import dev.drover.core.Engine;
import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.SourceFence;
import dev.drover.core.Undo;
import java.util.Optional;

/// What the protocol's words mean to one engine: what its partitions and their content are called,
/// where one can be, and which of them lie inside others. Pure.
public interface EngineTraits {
  Engine engine();

  Nouns nouns();

  /// Whom a source refuses in a hold.
  SourceFence sourceFence();

  /// Whether some changes at a source are known only because gateways note them there
  /// (docs/design.md, M11): the engine's capture does not show them.
  default boolean gatewaysNote() {
    return false;
  }

  /// Where a partition goes by a request.
  ///
  /// @param now where it is
  /// @param home the home that the request names
  /// @param locator the locator that it names, empty if none
  /// @throws IllegalArgumentException if there is no such place; the message says why, and what can
  ///   be asked for
  Placement target(Placement now, HomeId home, Optional<String> locator);

  /// Whether the place of one partition lies inside that of another at the same home: then a move
  /// of the outer one leaves the inner one where it is. The locator of an inner place begins with
  /// that of the outer one; not all that begin so lie inside.
  boolean inside(String inner, String outer);

  /// Whether any place can lie inside another one.
  default boolean nests() {
    return true;
  }

  /// Whether something could stand at both of these places of one home, so that no two partitions
  /// may be there.
  default boolean meet(String one, String other) {
    return false;
  }

  /// Whether a partition of which only the name is known, because its record cannot be read, may
  /// lie inside a place.
  boolean mayLieInside(PartitionId unread, String outer);

  /// What working off a debt does, as it follows a partition's name: `deleting the old copy at
  /// blue`.
  String undoing(Undo undo);

  /// What an engine calls things, for messages.
  ///
  /// @param partition such as `scope`
  /// @param partitions such as `scopes`
  /// @param items such as `keys`
  record Nouns(String partition, String partitions, String items) {}
}
