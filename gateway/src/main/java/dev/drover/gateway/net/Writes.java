package dev.drover.gateway.net;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;

/// Writes whose failure is the connection's: it comes to the pipeline as an exception.
public final class Writes {
  private static final long END_MILLIS_MAX = 1_000;

  private Writes() {}

  public static void write(Channel channel, Object message) {
    ChannelFuture _ = channel.write(message, channel.voidPromise());
  }

  /// Closes without regard to what has not gone yet.
  public static void closeNow(Channel channel) {
    ChannelFuture _ = channel.close();
  }

  /// Ends a client's connection once everything that was written has gone. What it sends after that
  /// is read and dropped, for a second at most: with unread input the kernel would reset the
  /// connection, and the client could lose the last answers.
  public static void end(Loop loop, Channel channel) {
    boolean halves =
        channel instanceof DuplexChannel && channel.pipeline().get(SslHandler.class) == null;
    if (!halves) {
      close(channel);
      return;
    }
    ChannelFuture _ =
        channel
            .writeAndFlush(Unpooled.EMPTY_BUFFER)
            .addListener(
                _ -> {
                  ChannelFuture _ = ((DuplexChannel) channel).shutdownOutput();
                  channel.config().setAutoRead(true);
                  loop.later(() -> closeNow(channel), END_MILLIS_MAX);
                });
  }

  /// Closes once everything that was written has gone.
  public static void close(Channel channel) {
    ChannelFuture _ =
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }
}
