package dev.drover.gateway.net;

import dev.drover.core.HomeId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// A home's server that speaks lines, on loopback: the test says each of its answers.
final class LineHome implements AutoCloseable {
  private static final int BACKLOG = 50;

  private final HomeId id;
  private final ServerSocket server;
  private final @Nullable SSLContext tls;
  private final BlockingQueue<LineSocket> accepted = new LinkedBlockingQueue<>();

  /// All connections: one that nobody holds would be closed by the garbage collector.
  private final List<LineSocket> kept = new CopyOnWriteArrayList<>();

  /// Ends when the server listens no more.
  private final CompletableFuture<Void> accepting;

  private LineHome(String id, int port, @Nullable SSLContext tls) throws IOException {
    this.id = new HomeId(id);
    this.tls = tls;
    this.server = new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
    this.accepting = CompletableFuture.runAsync(this::accept, Thread::startVirtualThread);
  }

  static LineHome start(String id) throws IOException {
    return new LineHome(id, 0, null);
  }

  /// One that listens where another has listened before.
  static LineHome at(String id, int port) throws IOException {
    return new LineHome(id, port, null);
  }

  static LineHome encrypted(String id, SSLContext tls) throws IOException {
    return new LineHome(id, 0, tls);
  }

  private void accept() {
    try {
      while (true) {
        Socket plain = server.accept();
        LineSocket next = new LineSocket(tls == null ? plain : encrypt(tls, plain));
        kept.add(next);
        accepted.add(next);
      }
    } catch (IOException e) {
      // It was closed.
    }
  }

  private static Socket encrypt(SSLContext by, Socket plain) throws IOException {
    SSLSocket socket =
        (SSLSocket) by.getSocketFactory().createSocket(plain, null, plain.getPort(), true);
    socket.setUseClientMode(false);
    return socket;
  }

  HomeId id() {
    return id;
  }

  int port() {
    return server.getLocalPort();
  }

  Endpoint endpoint() {
    return new Endpoint(id, "127.0.0.1", port(), Optional.empty());
  }

  /// The next connection that somebody makes.
  LineSocket next() throws InterruptedException {
    LineSocket next = accepted.poll(60, TimeUnit.SECONDS);
    if (next == null) {
      throw new IllegalStateException("nobody connects to home " + id);
    }
    return next;
  }

  /// Connections that were made, and that nobody has asked for by [#next].
  int unasked() {
    return accepted.size();
  }

  /// Listens no more. Connections stay.
  ///
  /// The JDK closes the socket of a virtual thread only once that thread has noticed, and the
  /// thread may take one more connection before it does.
  @Override
  public void close() throws IOException {
    server.close();
    accepting.join();
  }
}
