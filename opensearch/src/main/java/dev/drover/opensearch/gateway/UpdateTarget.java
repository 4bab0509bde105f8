package dev.drover.opensearch.gateway;

import dev.drover.opensearch.bulk.BulkBody;
import dev.drover.opensearch.rewrite.Refused;
import dev.drover.opensearch.rewrite.RequestView;
import dev.drover.opensearch.rewrite.UpdateBody;
import dev.drover.opensearch.rewrite.UpdateScript;
import dev.drover.opensearch.tenant.Documents;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Optional;

/// Updates of one document, also as items of a `_bulk`.
///
/// @param id as the client calls it
record UpdateTarget(Asked asked, String id) implements WalkedTarget.Walked {
  @Override
  public WalkedTarget.Request walk(WalkedTarget.Body body) throws Refused {
    RequestView view = body.view();
    UpdateBody update = UpdateBody.of(body.bytes(), view);
    String index = view.physical();
    String atHome = Asked.id(view.documents(), id);
    Asked.route(view.documents(), body.parameters());
    if (update.ifSeqNo().isPresent() || update.ifPrimaryTerm().isPresent()) {
      throw Refused.argument(
          "if_seq_no and if_primary_term stand in the URL of an update, not in its body");
    }
    return new WalkedTarget.Request(
        "POST",
        List.of(index, "_update", atHome),
        update.body(),
        update.script() && UpdateScript.mayDelete(update.body())
            ? List.of(new BulkBody.Deletable(index, atHome, asked.routing(view.documents())))
            : List.of());
  }

  /// What an update in a `_bulk` does.
  ///
  /// @param index the one that the URL names
  static BulkBody.Update inBulk(
      byte[] source, Asked asked, Documents documents, Optional<String> index) throws Refused {
    UpdateBody update =
        UpdateBody.of(
            source, new RequestView(documents, index, asked.serving().options().switches()));
    if (update.ifSeqNo().isPresent() || update.ifPrimaryTerm().isPresent()) {
      throw Refused.argument(
          "if_seq_no and if_primary_term stand in an item's first line, not in its second");
    }
    return new BulkBody.Update(
        Unpooled.wrappedBuffer(update.body()),
        update.script() && UpdateScript.mayDelete(update.body()));
  }
}
