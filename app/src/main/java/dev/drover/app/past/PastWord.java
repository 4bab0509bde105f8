package dev.drover.app.past;

import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import java.util.Optional;

/// What somebody outside of the store bears witness to of one partition.
///
/// @param by who, for people
/// @param store the id of the store by which it was served, empty if that is not known
/// @param epoch the newest that was seen, -1 if none is known
/// @param term the highest that was seen, -1 if none is known
/// @param home where reads went, if that is known
record PastWord(
    String by, PartitionId partition, String store, long epoch, long term, Optional<HomeId> home) {}
