package dev.drover.opensearch.move;

import dev.drover.core.mover.MoverException;
import dev.drover.opensearch.wire.HomeFailure;
import dev.drover.opensearch.wire.OpenSearchHome;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What a bulk has not done.
///
/// @param newer documents of which the target has a higher version
/// @param busy what may be done when it is sent again
/// @param failure why it was not done; null if nothing is left
record BulkResult(List<Change> newer, List<Change> busy, @Nullable HomeFailure failure) {
  static final BulkResult DONE = new BulkResult(List.of(), List.of(), null);

  /// OpenSearch sets this block when a disk is full, and lifts it when there is room again.
  private static final String DISK_BLOCK = "/12/";

  static final class Builder {
    private final OpenSearchHome home;
    private final List<Change> newer = new ArrayList<>();
    private final List<Change> busy = new ArrayList<>();
    private @Nullable HomeFailure failure;

    Builder(OpenSearchHome home) {
      this.home = home;
    }

    /// @return false if the name that it was written through is gone
    /// @throws MoverException.Refused if the home would never take it
    boolean add(Change change, JsonNode item, String index) throws MoverException.Refused {
      JsonNode error = item.path("error");
      int status = item.path("status").asInt();
      if (error.isMissingNode()) {
        return true;
      }
      String type = error.path("type").asString("");
      String reason = error.path("reason").asString("");
      if (type.equals("index_not_found_exception")) {
        return false;
      }
      if (type.equals("version_conflict_engine_exception")) {
        newer.add(change);
      } else if (reason.contains(DISK_BLOCK)) {
        later(
            change,
            HomeFailure.answered(
                home,
                429,
                "disk_full",
                "index '%s' takes no writes because a disk is full there. Make room; OpenSearch lifts the block then"
                    .formatted(index)));
      } else if (HomeFailure.passes(status, type)) {
        later(change, HomeFailure.answered(home, status, type, reason));
      } else {
        String cause = error.path("caused_by").path("reason").asString("");
        throw new MoverException.Refused(
            "%s does not take document '%s' into index '%s': %s: %s%s. The move cannot go on; abort it, and make the index take such documents"
                .formatted(
                    home,
                    change.id(),
                    index,
                    type,
                    reason,
                    cause.isEmpty() ? "" : " (" + cause + ")"),
            null);
      }
      return true;
    }

    private void later(Change change, HomeFailure why) {
      busy.add(change);
      failure = why;
    }

    BulkResult built() {
      return new BulkResult(newer, busy, failure);
    }
  }
}
