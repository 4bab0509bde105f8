package dev.drover.redis.gateway;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;

/// Writes whose failure is the connection's: it comes to the pipeline as an exception.
final class Writes {
  private Writes() {}

  static void write(Channel channel, Object message) {
    ChannelFuture _ = channel.write(message, channel.voidPromise());
  }

  /// Closes without regard to what has not gone yet.
  static void closeNow(Channel channel) {
    ChannelFuture _ = channel.close();
  }

  /// Closes once everything that was written has gone.
  static void close(Channel channel) {
    ChannelFuture _ =
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }
}
