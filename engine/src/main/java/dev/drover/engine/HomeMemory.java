package dev.drover.engine;

import dev.drover.core.PartitionId;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/// What a home bears witness to of the store: by which store it was served, and under which terms.
/// It outlives the store, so a store that has lost the past is noticed.
///
/// All of it throws [Silent] if the home has stopped to answer, and an [IOException] that says what
/// to do if it does not tell, or if what stands there is not Drover's.
public interface HomeMemory extends AutoCloseable {
  /// A home does not answer.
  final class Silent extends IOException {
    private static final long serialVersionUID = 1;

    public Silent(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  /// What tells one run of a server from all others. Two homes with the same are one server.
  String runId() throws IOException;

  /// The partitions that were served here, each with the id of the store by which.
  Map<PartitionId, String> served() throws IOException;

  /// The highest term of a driver that was seen here for a partition, -1 if none was.
  long term(PartitionId partition) throws IOException;

  /// These are served here from now on, by this store.
  void serves(Collection<PartitionId> partitions, String store) throws IOException;

  /// An item of a partition that stands here.
  ///
  /// @param others partitions whose items are not its own
  Optional<String> itemOf(PartitionId partition, Collection<PartitionId> others) throws IOException;

  /// An item that stands here and is in none of these partitions, nor Drover's own.
  Optional<String> itemOfNone(Collection<PartitionId> partitions) throws IOException;

  @Override
  void close();
}
