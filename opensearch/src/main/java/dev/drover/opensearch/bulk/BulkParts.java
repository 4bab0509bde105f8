package dev.drover.opensearch.bulk;

import dev.drover.opensearch.rewrite.Refused;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The items of a `_bulk` body, one by one.
public final class BulkParts {
  private static final byte LINE_END = '\n';

  private BulkParts() {}

  /// One item.
  ///
  /// @param index the one that it names, as the client calls it; empty if it names none
  /// @param id as the client calls it; empty if it names none
  /// @param bytes its lines with their ends: a slice of the body
  /// @param source its second line: a slice of the body, empty if there is none
  public record Part(
      String action, Optional<String> index, Optional<String> id, ByteBuf bytes, ByteBuf source) {}

  /// @param body is neither changed nor released
  /// @throws Refused if it is no such body
  public static List<Part> of(ByteBuf body) throws Refused {
    List<Part> parts = new ArrayList<>();
    int end = body.writerIndex();
    int at = body.readerIndex();
    while (at < end) {
      int behind = lineEnd(body, at, end);
      if (behind - at > BulkBody.LINE_BYTES_MAX) {
        throw Refused.argument(
            "Malformed action/metadata line: it has more than %d bytes"
                .formatted(BulkBody.LINE_BYTES_MAX));
      }
      byte[] line = ByteBufUtil.getBytes(body, at, behind - 1 - at);
      if (BulkBody.blank(line, line.length)) {
        at = behind;
        continue;
      }
      ActionLine action = ActionLine.parse(line, 0, line.length);
      boolean sourced = !action.action().equals("delete");
      int next = sourced ? lineEnd(body, behind, end) : behind;
      parts.add(
          new Part(
              action.action(),
              action.said("_index"),
              action.said("_id"),
              body.slice(at, next - at),
              body.slice(behind, Math.max(0, next - behind - 1))));
      at = next;
    }
    if (parts.isEmpty()) {
      throw BulkBody.noItems();
    }
    return parts;
  }

  /// Behind the end of the line.
  private static int lineEnd(ByteBuf body, int from, int end) throws Refused {
    int at = from < end ? body.indexOf(from, end, LINE_END) : -1;
    if (at < 0) {
      throw BulkBody.unterminated();
    }
    return at + 1;
  }
}
