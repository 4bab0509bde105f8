package dev.drover.engine.torture;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Connections that send what they are told and read nothing. What they send is bounded.
public final class Flood {
  private static final Logger LOG = LoggerFactory.getLogger(Flood.class);
  private static final int RECEIVE_BUFFER_BYTES = 4_096;
  private static final long PUMP_MILLIS = 10;

  private Flood() {}

  /// Sends as fast as the other side reads, and stays for as long. Ends early if it is thrown out.
  ///
  /// @param sent what each of the connections sends
  /// @param connections how many
  public static void send(int port, byte[] sent, int connections, Duration lasts)
      throws InterruptedException {
    List<SocketChannel> channels = new ArrayList<>();
    long end = System.nanoTime() + lasts.toNanos();
    try {
      List<ByteBuffer> rest = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        channels.add(connected(port));
        rest.add(ByteBuffer.wrap(sent));
      }
      while (System.nanoTime() < end) {
        for (int i = 0; i < connections; i++) {
          channels.get(i).write(rest.get(i));
        }
        Thread.sleep(PUMP_MILLIS);
      }
    } catch (IOException e) {
      // It was thrown out, or the gateway suffers another fault: both are as they should be.
      LOG.debug("a hostile client has ended: {}", e.getMessage());
    } finally {
      channels.forEach(Flood::close);
    }
  }

  private static SocketChannel connected(int port) throws IOException {
    SocketChannel channel = SocketChannel.open();
    channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER_BYTES);
    channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    channel.configureBlocking(false);
    return channel;
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("a hostile client was not closed in order: {}", e.getMessage());
    }
  }
}
