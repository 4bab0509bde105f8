package dev.drover.opensearch.move;

import dev.drover.core.Undo;
import dev.drover.core.mover.Kept;
import dev.drover.core.mover.MoverException;
import dev.drover.opensearch.tenant.DeletesIndex;
import dev.drover.opensearch.wire.HomeFailure;
import dev.drover.opensearch.wire.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What has to be put right after a move, and doing it: always under the fence of the home it is
/// done at, which stays there with the term of the last one.
final class Undoing {
  private final Undo undo;
  private final Place at;
  private final Place owner;
  private final Fence fence;
  private final Fence ownerFence;
  private final Removal removal;
  private final Aside aside;
  private final Memory memory;
  private final Purge purge;

  /// @param owner where the tenant is now
  Undoing(
      Undo undo,
      Place at,
      Place owner,
      Fence fence,
      Fence ownerFence,
      TargetWriter writer,
      OpenSearchMoverOptions options,
      Progress progress) {
    this.undo = undo;
    this.at = at;
    this.owner = owner;
    this.fence = fence;
    this.ownerFence = ownerFence;
    this.removal = new Removal(at, fence, writer, options, progress);
    this.aside = new Aside(undo.move(), at, owner, ownerFence, options, progress);
    this.memory = new Memory(at.client());
    this.purge = new Purge(undo.move(), at, fence, removal, aside, options, progress);
  }

  /// @return all that stands aside of the move at that home
  Kept run() throws HomeFailure, MoverException, InterruptedException {
    fence.raise(at.indices().values().stream().map(IndexLook::name).toList());
    switch (undo.action()) {
      case Debts.REMOVE_COPIES -> removeCopies();
      case Debts.LIFT_BLOCK ->
          Blocks.lift(at, at.indices().values().stream().map(IndexLook::name).toList());
      case Debts.DROP_NAMES -> dropMarks();
      case Debts.DROP_NOTES -> dropNotes();
      case Debts.PURGE_SOURCE -> purge.run();
      case Undo.DROP_ASIDE -> aside.drop();
      case Undo.BRING_ASIDE -> bring(false);
      case Undo.REPLACE_BY_ASIDE -> bring(true);
      default ->
          throw new MoverException.Refused(
              "opensearch knows no undo called " + undo.action(), null);
    }
    fence.drop();
    return aside.kept(undo.action().equals(Debts.PURGE_SOURCE));
  }

  private void bring(boolean replace) throws HomeFailure, MoverException, InterruptedException {
    ownerFence.raise(owner.indices().values().stream().map(IndexLook::name).toList());
    aside.bring(replace);
    ownerFence.drop();
  }

  /// Copies go only while the source is known to hold all that was copied from it.
  private void removeCopies() throws HomeFailure, MoverException, InterruptedException {
    Optional<JsonNode> copied = memory.noted("copied", undo.move());
    String lost = "";
    if (copied.isPresent()) {
      CopyState state = CopyState.read(copied.get());
      List<String> names = state.indices().stream().map(CopyState.Copied::name).toList();
      Map<String, Shards> now = Shards.look(owner.client(), names);
      for (CopyState.Copied each : state.indices()) {
        lost = lost.isEmpty() ? Track.lost(each, now.get(each.name())) : lost;
      }
    }
    if (!lost.isEmpty()) {
      aside.all(lost + ", so this may be the last copy");
    }
    if (at.shared()) {
      removal.documents(at.indices().values().stream().map(IndexLook::name).toList());
      at.refresh(at.indices().values().stream().map(IndexLook::name).toList());
    } else {
      for (IndexLook index : at.indices().values()) {
        if (index.aliases().has(Shapes.MADE + undo.move())) {
          removal.index(index.name(), index.uuid());
        }
      }
    }
    memory.forget("copied", undo.move());
  }

  /// The names that drivers wrote through go with the fence; here goes what shows which indices the
  /// move has made.
  private void dropMarks() throws HomeFailure, MoverException, InterruptedException {
    List<String> made = new ArrayList<>();
    for (IndexLook index : at.indices().values()) {
      if (index.aliases().has(Shapes.MADE + undo.move())) {
        made.add(index.name());
      }
    }
    if (!made.isEmpty()) {
      fence.check();
      ObjectNode body = Json.MAPPER.createObjectNode();
      ArrayNode actions = body.putArray("actions");
      for (String index : made) {
        actions
            .addObject()
            .putObject("remove")
            .put("index", index)
            .put("alias", Shapes.MADE + undo.move());
      }
      JsonNode _ = at.client().call("POST", "/_aliases", body.toString());
    }
    memory.forget("copied", undo.move());
  }

  private void dropNotes() throws HomeFailure, MoverException, InterruptedException {
    ObjectNode query = Json.MAPPER.createObjectNode();
    query.putObject("query").putObject("term").put("partition", at.tenant());
    if (!Shards.look(at.client(), List.of(DeletesIndex.NAME)).isEmpty()) {
      fence.check();
      at.refresh(List.of(DeletesIndex.NAME));
      JsonNode _ =
          at.client()
              .call(
                  "POST",
                  "/" + DeletesIndex.NAME + "/_delete_by_query?conflicts=proceed&refresh=true",
                  query.toString());
    }
    memory.forget("settled", undo.move());
  }
}
