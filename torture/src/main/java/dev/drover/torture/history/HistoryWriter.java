package dev.drover.torture.history;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// The history of one run of a client process: a file to which each operation is written before it
/// is sent, and again when it has ended. What is written survives a kill of the process; the
/// machine itself is not part of the torture, so nothing is synced.
///
/// | bytes | |
/// |---|---|
/// | 1 | [#BEGUN] or [#ENDED] |
/// | 1 | the kind, or the outcome |
/// | 2 | the gateway |
/// | 4 | the operation's number |
/// | 8 | the key |
/// | 8, 8 | a, b |
/// | 8 | when |
public final class HistoryWriter implements AutoCloseable {
  static final int RECORD_BYTES = 40;
  static final byte BEGUN = 1;
  static final byte ENDED = 2;

  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(RECORD_BYTES);
  private int next;

  public HistoryWriter(Path file) throws IOException {
    channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.APPEND);
  }

  /// @return the operation's number, for [#ended]
  public synchronized int begun(Kind kind, long key, int gateway, long a, long nowNanos)
      throws IOException {
    int id = next++;
    write(BEGUN, kind.code(), gateway, id, key, a, 0, nowNanos);
    return id;
  }

  public synchronized void ended(int id, Outcome outcome, long a, long b, long nowNanos)
      throws IOException {
    write(ENDED, outcome.code(), 0, id, 0, a, b, nowNanos);
  }

  private void write(
      byte tag, byte what, int gateway, int id, long key, long a, long b, long nowNanos)
      throws IOException {
    buffer.clear();
    buffer.put(tag).put(what).putShort((short) gateway).putInt(id);
    buffer.putLong(key).putLong(a).putLong(b).putLong(nowNanos).flip();
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
