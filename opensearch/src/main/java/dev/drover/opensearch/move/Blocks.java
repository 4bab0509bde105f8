package dev.drover.opensearch.move;

import dev.drover.core.mover.MoverException;
import dev.drover.opensearch.wire.HomeClient;
import dev.drover.opensearch.wire.HomeFailure;
import java.util.Collection;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Makes indices refuse writes, and take them again.
final class Blocks {
  private static final String WRITE = "index.blocks.write";

  private Blocks() {}

  /// That nobody else wants the indices to stay as they are.
  ///
  /// @throws MoverException.Refused if somebody does
  static void check(Place at, Collection<IndexLook> indices) throws MoverException.Refused {
    for (IndexLook index : indices) {
      if (!index.blocks().isEmpty()) {
        throw new MoverException.Refused(
            "index '%s' of %s is blocked (%s), and not by this move: somebody else wants it to stay as it is. Lift the block, or abort the move"
                .formatted(index.name(), at, String.join(", ", index.blocks())),
            null);
      }
    }
  }

  /// Returns once nothing that came before is under way.
  ///
  /// @param again whether this move may have put one there before
  static void raise(Place at, String index, boolean again)
      throws HomeFailure, MoverException, InterruptedException {
    HomeClient client = at.client();
    String name = HomeClient.escaped(index);
    if (again) {
      // A block that is there already says nothing of writes under way: so it is put there anew.
      lift(at, List.of(index));
    }
    JsonNode answer = client.call("PUT", "/" + name + "/_block/write", "");
    JsonNode of = answer.path("indices").path(0);
    boolean drained =
        answer.path("acknowledged").asBoolean()
            && answer.path("shards_acknowledged").asBoolean()
            && of.path("blocked").asBoolean();
    if (!drained) {
      throw new MoverException.Unreachable(
          "index '%s' of %s does not say that all its shards refuse writes. The hold is given up, and tried again"
              .formatted(index, at),
          null);
    }
  }

  /// Indices that are not there need nothing.
  static void lift(Place at, Collection<String> indices) throws HomeFailure, InterruptedException {
    if (indices.isEmpty()) {
      return;
    }
    JsonNode answer =
        at.client()
            .call(
                "PUT",
                "/%s/_settings?ignore_unavailable=true".formatted(Place.names(indices)),
                "{\"" + WRITE + "\":null}");
    if (!answer.path("acknowledged").asBoolean()) {
      throw HomeFailure.answered(
          at.home(), 503, "not_acknowledged", "not every node knows that a block is lifted");
    }
  }
}
