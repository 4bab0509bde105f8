package dev.drover.store.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/// Passes bytes between a client and a server, until it is told to cut them off.
public final class Relay implements AutoCloseable {
  private final ServerSocket socket;
  private final InetSocketAddress target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile Predicate<String> silenced = _ -> false;

  /// On a free port.
  public Relay(InetSocketAddress target) throws IOException {
    this(0, target);
  }

  public Relay(int port, InetSocketAddress target) throws IOException {
    this.target = target;
    socket = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  public int port() {
    return socket.getLocalPort();
  }

  /// Ends all connections; new ones are let through.
  public void cut() {
    List.copyOf(open).forEach(Relay::closeQuietly);
  }

  /// Swallows all bytes from now on, as a network does that has gone.
  public void silence(boolean value) {
    silenced = _ -> value;
  }

  /// Swallows the bytes of connections whose client began with such bytes (read as Latin-1).
  public void silence(Predicate<String> greeting) {
    silenced = greeting;
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
      closeQuietly(client);
      closeQuietly(server);
      return;
    }
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
    open.addAll(List.of(client, server));
    var pair = new Pair(client, server);
    Thread.ofVirtual().start(() -> pair.pass(client, server, true));
    Thread.ofVirtual().start(() -> pair.pass(server, client, false));
  }

  /// One connection of a client, and the one to the server that belongs to it.
  private final class Pair {
    private final Socket client;
    private final Socket server;
    private volatile String greeting = "";

    Pair(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    void pass(Socket from, Socket to, boolean greets) {
      var bytes = new byte[8192];
      try (from;
          to) {
        for (int n = from.getInputStream().read(bytes);
            n >= 0;
            n = from.getInputStream().read(bytes)) {
          if (greets && greeting.isEmpty()) {
            greeting = new String(bytes, 0, n, ISO_8859_1);
          }
          if (!silenced.test(greeting)) {
            to.getOutputStream().write(bytes, 0, n);
          }
        }
      } catch (IOException e) {
        closeQuietly(from);
        closeQuietly(to);
      } finally {
        open.removeAll(List.of(client, server));
      }
    }
  }

  private static void closeQuietly(Socket each) {
    try {
      each.close();
    } catch (IOException e) {
      // It is gone all the same.
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
    cut();
  }
}
