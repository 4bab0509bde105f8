package dev.drover.opensearch.bulk;

import dev.drover.opensearch.tenant.Documents;
import dev.drover.opensearch.wire.JsonText;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A first line as clients write most of them, `{"index":{"_id":"1"}}`, and what a home is sent for
/// it: the same as [BulkItems#rewrite] gives, without reading it as JSON.
final class UsualLine {
  private static final byte[] BEHIND = bytes("\"}}");

  private final byte[] before;
  private final int idBytesMax;
  private final int begin;
  private final byte[] end;

  /// What stands before the id, and room for the rest.
  private final byte[] all;

  private UsualLine(byte[] before, int idBytesMax, byte[] begin, byte[] end) {
    this.before = before;
    this.idBytesMax = idBytesMax;
    this.begin = begin.length;
    this.end = end;
    this.all = Arrays.copyOf(begin, begin.length + idBytesMax + end.length);
  }

  /// @param index at the home
  static UsualLine of(String action, Documents documents, String index) {
    StringBuilder begin = new StringBuilder("{\"" + action + "\":{\"_index\":");
    JsonText.quoted(begin, index).append(",\"_id\":\"").append(documents.atHome(""));
    StringBuilder end = new StringBuilder("\"");
    documents.routing().ifPresent(all -> JsonText.quoted(end.append(",\"routing\":"), all));
    return new UsualLine(
        bytes("{\"" + action + "\":{\"_id\":\""),
        documents.idBytesMax(),
        bytes(begin.toString()),
        bytes(end.append("}}\n").toString()));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// @return false, and nothing is written, if it is another line
  boolean write(byte[] line, int length, ByteBuf to) {
    int idEnd = length - BEHIND.length;
    int idBytes = idEnd - before.length;
    boolean shaped =
        idBytes > 0
            && idBytes <= idBytesMax
            && Arrays.equals(line, 0, before.length, before, 0, before.length)
            && Arrays.equals(line, idEnd, length, BEHIND, 0, BEHIND.length);
    if (!shaped) {
      return false;
    }
    for (int i = before.length; i < idEnd; i++) {
      if (line[i] < ' ' || line[i] == '"' || line[i] == '\\' || line[i] == 0x7F) {
        return false;
      }
    }
    System.arraycopy(line, before.length, all, begin, idBytes);
    System.arraycopy(end, 0, all, begin + idBytes, end.length);
    to.writeBytes(all, 0, begin + idBytes + end.length);
    return true;
  }
}
