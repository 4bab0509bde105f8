package dev.drover.redis.move;

import dev.drover.core.mover.MoverException;
import dev.drover.redis.wire.Reply;
import dev.drover.redis.wire.RespConnection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The part of [BigSync] for lists: by what was written if the list is watched and written in ways
/// that a [ListJournal] understands, else as a whole.
final class ListSync {
  private final RespConnection source;
  private final RespConnection target;
  private final ListWriter writer;
  private final LaneWatch lane;
  private final RedisMoverOptions options;

  /// @param target for reading
  ListSync(
      RespConnection source,
      RespConnection target,
      ListWriter writer,
      LaneWatch lane,
      RedisMoverOptions options) {
    this.source = source;
    this.target = target;
    this.writer = writer;
    this.lane = lane;
    this.options = options;
  }

  /// @param present whether the target has such a key
  BigSync.Synced sync(byte[] key, long bytes, boolean present)
      throws IOException, MoverException, InterruptedException {
    long length = source.call("LLEN", key).number();
    int piece = Pieces.pieceItems(bytes, length, options);
    if (present && lane.elements().watches(key)) {
      boolean done = false;
      try {
        BigSync.Synced synced = watched(key, piece);
        done = true;
        return synced;
      } catch (WatchedList.Unknown e) {
        writer.drain();
      } finally {
        if (!done) {
          lane.elements().spoil(key);
        }
      }
    }
    return new BigSync.Synced(whole(key, piece, present), BigSync.Outcome.UNKNOWN);
  }

  private BigSync.Synced watched(byte[] key, int piece)
      throws IOException, MoverException, InterruptedException, WatchedList.Unknown {
    if (lane.elements().copied(key).isEmpty()) {
      new WatchedList(key, piece, target, writer, lane).base();
    }
    return new WatchedList(key, piece, target, writer, lane).written();
  }

  private long whole(byte[] key, int piece, boolean present)
      throws IOException, MoverException, InterruptedException {
    boolean comparing = present;
    long at = 0;
    while (true) {
      String end = Long.toString(at + piece - 1);
      List<byte[]> here = new ArrayList<>();
      for (Reply element : source.call("LRANGE", key, Long.toString(at), end).items()) {
        here.add(element.bytes());
      }
      int same = 0;
      if (comparing) {
        same =
            ListWriter.commonStart(
                here, target.call("LRANGE", key, Long.toString(at), end).items());
        if (same < here.size() || here.size() < piece) {
          writer.cut(key, 0, at + same);
          comparing = false;
        }
      }
      writer.append(key, here.subList(same, here.size()));
      at += here.size();
      if (here.size() < piece) {
        writer.drain();
        return at;
      }
    }
  }
}
