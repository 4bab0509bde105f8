package dev.drover.opensearch.bulk;

import dev.drover.opensearch.rewrite.Refused;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A `_bulk` body (NDJSON) on its way to a home, in pieces of any size. First lines of items and
/// what updates do are rewritten; a document's source is passed by unread, or gets one more field.
public final class BulkBody {
  static final int LINE_BYTES_MAX = 8 << 10;

  private static final int PART_BYTES = 32 << 10;

  /// For a line that gets longer.
  private static final int ROOM = 256;

  private final BulkItems items;
  private final @Nullable FieldInjection injection;
  private final Updates updates;
  private final ByteBufAllocator alloc;
  private final int updateBytesMax;
  private final List<Deletable> deletable = new ArrayList<>();
  private final byte[] in = new byte[PART_BYTES];
  private byte[] line = new byte[256];
  private int lineLength;
  private Expected expected = Expected.ACTION;
  private BulkItems.@Nullable Item item;
  private long count;

  private enum Expected {
    ACTION,
    SOURCE,
    UPDATE
  }

  /// Rewrites what an update does.
  public interface Updates {
    /// @throws Refused if it must not be done
    Update rewrite(byte[] source) throws Refused;
  }

  /// @param deletes whether it may delete the document
  public record Update(ByteBuf source, boolean deletes) {}

  /// A document that the request may delete, as the home calls it.
  ///
  /// @param routing by which it is found there; null for none
  public record Deletable(String index, String id, @Nullable String routing) {}

  /// @param updateBytesMax how long one update may be
  public BulkBody(BulkItems items, Updates updates, int updateBytesMax, ByteBufAllocator alloc) {
    this.items = items;
    this.injection = items.injection().orElse(null);
    this.updates = updates;
    this.updateBytesMax = updateBytesMax;
    this.alloc = alloc;
  }

  /// Takes the next piece, which is released.
  ///
  /// @return what the home is sent for it
  /// @throws Refused if it is no such body, or not allowed; then none of the request may be done
  public ByteBuf piece(ByteBuf piece, boolean last) throws Refused {
    int bytes = piece.readableBytes();
    ByteBuf out = alloc.buffer(bytes + bytes / 8 + ROOM);
    try {
      while (piece.isReadable()) {
        some(piece, out);
      }
      if (last) {
        end();
      }
      ByteBuf done = out;
      out = null;
      return done;
    } finally {
      if (out != null) {
        out.release();
      }
      piece.release();
    }
  }

  /// A part of a piece, which can be a whole body.
  private void some(ByteBuf piece, ByteBuf out) throws Refused {
    int length = Math.min(piece.readableBytes(), in.length);
    piece.readBytes(in, 0, length);
    int at = 0;
    while (at < length) {
      at = expected == Expected.SOURCE ? source(at, length, out) : gather(at, length, out);
    }
  }

  /// What of it may delete documents.
  public List<Deletable> deletable() {
    return deletable;
  }

  /// A source goes on: it is passed by up to its end.
  private int source(int from, int length, ByteBuf out) throws Refused {
    int end = LineEnds.next(in, from, length);
    int to = end < 0 ? length : end + 1;
    FieldInjection more = injection;
    if (more == null) {
      out.writeBytes(in, from, to - from);
    } else {
      more.write(in, from, to, out);
    }
    if (end >= 0) {
      if (more != null) {
        more.end();
      }
      expected = Expected.ACTION;
    }
    return to;
  }

  /// A line that is rewritten, or more of it.
  private int gather(int from, int length, ByteBuf out) throws Refused {
    int end = LineEnds.next(in, from, length);
    int bytes = (end < 0 ? length : end) - from;
    int most = expected == Expected.UPDATE ? updateBytesMax : LINE_BYTES_MAX;
    if (lineLength + bytes > most) {
      throw Refused.argument(
          expected == Expected.UPDATE
              ? "an update has at most %d bytes".formatted(most)
              : "Malformed action/metadata line: it has more than %d bytes".formatted(most));
    }
    if (lineLength + bytes > line.length) {
      line = Arrays.copyOf(line, Math.max(lineLength + bytes, line.length * 2));
    }
    System.arraycopy(in, from, line, lineLength, bytes);
    lineLength += bytes;
    if (end < 0) {
      return length;
    }
    whole(out);
    lineLength = 0;
    return end + 1;
  }

  private void whole(ByteBuf out) throws Refused {
    if (expected == Expected.UPDATE) {
      update(out);
      return;
    }
    if (blank(line, lineLength)) {
      return;
    }
    count++;
    if (items.usual(line, lineLength, out)) {
      expected = Expected.SOURCE;
      return;
    }
    BulkItems.Item next = items.rewrite(line, 0, lineLength);
    item = next;
    ByteBufUtil.writeUtf8(out, next.line());
    if (next.delete()) {
      deletable.add(new Deletable(next.index(), next.id(), next.routing()));
    }
    expected = next.update() ? Expected.UPDATE : next.source() ? Expected.SOURCE : Expected.ACTION;
  }

  static boolean blank(byte[] line, int length) {
    for (int i = 0; i < length; i++) {
      if (line[i] != ' ' && line[i] != '\r' && line[i] != '\t') {
        return false;
      }
    }
    return true;
  }

  private void update(ByteBuf out) throws Refused {
    BulkItems.Item of = item;
    Update update = updates.rewrite(Arrays.copyOf(line, lineLength));
    out.writeBytes(update.source()).writeByte('\n');
    update.source().release();
    if (update.deletes() && of != null) {
      deletable.add(new Deletable(of.index(), of.id(), of.routing()));
    }
    expected = Expected.ACTION;
  }

  private void end() throws Refused {
    if (expected != Expected.ACTION || lineLength > 0) {
      throw unterminated();
    }
    if (count == 0) {
      throw noItems();
    }
  }

  static Refused unterminated() {
    return Refused.argument("The bulk request must be terminated by a newline [\\n]");
  }

  static Refused noItems() {
    return new Refused(400, "action_request_validation_exception", "no requests added");
  }
}
