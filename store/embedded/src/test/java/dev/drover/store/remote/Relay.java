package dev.drover.store.remote;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Passes bytes between a client and a server, until it is told to cut them off.
final class Relay implements AutoCloseable {
  private final ServerSocket socket;
  private final InetSocketAddress target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean silent;

  Relay(InetSocketAddress target) throws IOException {
    this.target = target;
    socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return socket.getLocalPort();
  }

  void cut() {
    List.copyOf(open).forEach(each -> StoreServer.closeQuietly(each::close));
  }

  /// Swallows all bytes from now on, as a network does that has gone.
  void silence(boolean value) {
    silent = value;
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        join(socket.accept());
      } catch (IOException e) {
        cut();
      }
    }
  }

  private void join(Socket client) throws IOException {
    var server = new Socket();
    try {
      server.connect(target);
    } catch (IOException e) {
      // Nobody is there: as if the client had found so itself.
      cutBoth(client, server);
      return;
    }
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
    open.addAll(List.of(client, server));
    Thread.ofVirtual().start(() -> pass(client, server));
    Thread.ofVirtual().start(() -> pass(server, client));
  }

  private void pass(Socket from, Socket to) {
    var bytes = new byte[8192];
    try (from;
        to) {
      for (int n = from.getInputStream().read(bytes);
          n >= 0;
          n = from.getInputStream().read(bytes)) {
        if (!silent) {
          to.getOutputStream().write(bytes, 0, n);
        }
      }
    } catch (IOException e) {
      cutBoth(from, to);
    } finally {
      open.removeAll(List.of(from, to));
    }
  }

  private static void cutBoth(Socket from, Socket to) {
    try {
      from.close();
      to.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
    cut();
  }
}
