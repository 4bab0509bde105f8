package dev.drover.opensearch.gateway;

import dev.drover.gateway.net.Loop;
import dev.drover.gateway.net.Writes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Answers on an HTTP/1.1 connection.
final class PlainOutlet implements Outlet {
  private static final int HEAD_ROOM = 256;

  /// What is as small goes out together with what stands before it.
  private static final int JOINED_BYTES_MAX = 8 << 10;

  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CHUNKS_END = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LINE_END = {'\r', '\n'};

  private final Loop loop;
  private final Channel channel;
  private boolean chunked;
  private @Nullable ByteBuf gathered;

  PlainOutlet(Loop loop, Channel channel) {
    this.loop = loop;
    this.channel = channel;
  }

  @Override
  public void head(AnswerHead head, long length, boolean bodiless, boolean closes) {
    HttpResponseStatus status = HttpResponseStatus.valueOf(head.status());
    StringBuilder text = new StringBuilder(HEAD_ROOM);
    text.append("HTTP/1.1 ").append(status.code()).append(' ').append(status.reasonPhrase());
    head.headers()
        .forEach((name, value) -> text.append("\r\n").append(name).append(": ").append(value));
    chunked = !bodiless && length == UNKNOWN;
    if (chunked) {
      text.append("\r\ntransfer-encoding: chunked");
    } else if (length >= 0) {
      text.append("\r\ncontent-length: ").append(length);
    }
    text.append(closes ? "\r\nconnection: close\r\n\r\n" : "\r\n\r\n");
    byte[] bytes = text.toString().getBytes(StandardCharsets.ISO_8859_1);
    ByteBuf out = channel.alloc().buffer(bytes.length + Math.clamp(length, 0, JOINED_BYTES_MAX));
    out.writeBytes(bytes);
    gathered = out;
  }

  private static void text(ByteBuf out, String text) {
    out.writeCharSequence(text, StandardCharsets.ISO_8859_1);
  }

  @Override
  public void piece(ByteBuf piece) {
    int bytes = piece.readableBytes();
    if (bytes == 0) {
      piece.release();
      return;
    }
    if (!chunked) {
      write(piece);
      return;
    }
    ByteBuf size = channel.alloc().buffer(16);
    text(size, Integer.toHexString(bytes) + "\r\n");
    write(size);
    write(piece);
    write(Unpooled.wrappedBuffer(LINE_END));
  }

  private void write(ByteBuf piece) {
    ByteBuf before = gathered;
    if (before != null && piece.readableBytes() <= JOINED_BYTES_MAX) {
      before.writeBytes(piece);
      piece.release();
      return;
    }
    writeGathered();
    Writes.write(channel, piece);
  }

  private void writeGathered() {
    ByteBuf before = gathered;
    gathered = null;
    if (before != null) {
      Writes.write(channel, before);
    }
  }

  @Override
  public void end() {
    if (chunked) {
      write(Unpooled.wrappedBuffer(CHUNKS_END));
    }
    flush();
  }

  @Override
  public void close() {
    Writes.end(loop, channel);
  }

  @Override
  public void flush() {
    writeGathered();
    channel.flush();
  }

  @Override
  public boolean writable() {
    return channel.isWritable();
  }

  @Override
  public void cut() {
    ByteBuf before = gathered;
    gathered = null;
    if (before != null) {
      before.release();
    }
    Writes.closeNow(channel);
  }

  @Override
  public void askForBody() {
    Writes.write(channel, Unpooled.wrappedBuffer(CONTINUE));
    channel.flush();
  }
}
