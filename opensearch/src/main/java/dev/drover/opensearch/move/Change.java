package dev.drover.opensearch.move;

import dev.drover.opensearch.wire.JsonText;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One document as it has to be written at the target, or its removal.
///
/// @param id at the target
/// @param routing at the target, null for none
/// @param doc what to write; null to remove it
record Change(String id, @Nullable String routing, @Nullable Doc doc) {
  private static final int ACTION_BYTES = 160;

  /// About how much of a request it takes.
  int bytes() {
    return ACTION_BYTES + id.length() + (doc == null ? 0 : doc.bytes());
  }

  /// Adds it to the lines of a bulk.
  ///
  /// @param versioned whether the document is written with the source's version, and only if no
  ///   newer one is there; otherwise it gets the next version, whatever is there
  void write(ByteArrayOutputStream out, String alias, boolean versioned) {
    StringBuilder action = new StringBuilder(ACTION_BYTES + id.length());
    action.append(doc == null ? "{\"delete\":{\"_index\":" : "{\"index\":{\"_index\":");
    JsonText.quoted(action, alias).append(",\"_id\":");
    JsonText.quoted(action, id);
    if (routing != null) {
      JsonText.quoted(action.append(",\"routing\":"), routing);
    }
    if (doc != null) {
      action.append(",\"require_alias\":true");
      if (versioned) {
        action.append(",\"version\":").append(doc.version());
        action.append(",\"version_type\":\"external_gte\"");
      }
    }
    out.writeBytes(action.append("}}\n").toString().getBytes(StandardCharsets.UTF_8));
    if (doc != null) {
      Source.line(out, doc);
      out.write('\n');
    }
  }
}
