package dev.drover.store.remote;

import dev.drover.store.StateStore;
import dev.drover.store.grants.Grants;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Serves a store to other processes. The store is not closed with the server.
public final class StoreServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StoreServer.class);
  private static final int BACKLOG = 128;

  private final StateStore store;
  private final Options options;
  private final ServerSocket socket;
  private final Set<ServerConnection> connections = ConcurrentHashMap.newKeySet();
  private final Thread acceptor;
  private volatile boolean closed;

  /// @param tokens of which a client must show one; none is wanted if there are none
  /// @param grants what clients may write
  /// @param tls with which connections are secured, null for plain ones
  /// @param peerTimeout how long a silent client is believed to be alive
  public record Options(
      Set<String> tokens,
      Grants grants,
      @Nullable SSLContext tls,
      Duration peerTimeout,
      Limits limits,
      LongSupplier nanoClock) {

    public Options {
      tokens = Set.copyOf(tokens);
    }

    /// How much clients may ask for.
    ///
    /// @param connectionsMax of all clients
    /// @param outstandingMax requests of one connection that are under way at once
    /// @param watchesMax watches of one connection
    /// @param queueBytesMax what may wait for one client to read it
    public record Limits(
        int connectionsMax, int outstandingMax, int watchesMax, long queueBytesMax) {
      static final Limits DEFAULT = new Limits(1_024, 1_024, 256, 16L << 20);
    }

    public static Options defaults() {
      return new Options(
          Set.of(), Grants.ALL, null, Duration.ofSeconds(3), Limits.DEFAULT, System::nanoTime);
    }

    public Options withTokens(Set<String> values) {
      return new Options(values, grants, tls, peerTimeout, limits, nanoClock);
    }

    public Options withGrants(Grants value) {
      return new Options(tokens, value, tls, peerTimeout, limits, nanoClock);
    }

    public Options withTls(@Nullable SSLContext value) {
      return new Options(tokens, grants, value, peerTimeout, limits, nanoClock);
    }

    public Options withPeerTimeout(Duration value) {
      return new Options(tokens, grants, tls, value, limits, nanoClock);
    }

    /// Without the tokens.
    @Override
    public String toString() {
      return "Options[%d tokens, tls=%s, peerTimeout=%s]"
          .formatted(tokens.size(), tls != null, peerTimeout);
    }
  }

  /// Starts to serve.
  ///
  /// @param bind port 0 for any that is free, see [#address]
  public static StoreServer start(StateStore store, InetSocketAddress bind, Options options)
      throws IOException {
    var socket = new ServerSocket();
    try {
      socket.setReuseAddress(true);
      socket.bind(bind, BACKLOG);
    } catch (IOException e) {
      socket.close();
      throw new IOException("cannot serve the store at %s: %s".formatted(bind, e.getMessage()), e);
    }
    var server = new StoreServer(store, options, socket);
    server.acceptor.start();
    Thread.ofVirtual().name("store server watchdog").start(server::watchStalls);
    return server;
  }

  private StoreServer(StateStore store, Options options, ServerSocket socket) {
    this.store = store;
    this.options = options;
    this.socket = socket;
    acceptor = Thread.ofVirtual().name("store server").unstarted(this::accept);
  }

  /// Where it serves.
  public InetSocketAddress address() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  @Override
  public void close() {
    closed = true;
    closeQuietly(socket::close);
    List.copyOf(connections).forEach(ServerConnection::close);
    awaitAcceptor();
  }

  /// Until the acceptor has let go of it, the port is in use.
  private void awaitAcceptor() {
    boolean interrupted = false;
    while (acceptor.isAlive()) {
      try {
        acceptor.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void accept() {
    while (!closed) {
      try {
        serve(socket.accept());
      } catch (IOException e) {
        if (!closed) {
          LOG.warn("A connection could not be accepted: {}", e.toString());
        }
      }
    }
  }

  private void watchStalls() {
    while (!closed) {
      LockSupport.parkNanos(this, options.peerTimeout().toNanos() / 4);
      connections.forEach(ServerConnection::checkStall);
    }
  }

  private void serve(Socket client) throws IOException {
    if (connections.size() >= options.limits().connectionsMax()) {
      LOG.warn("{} connections are open: turned {} away", connections.size(), client);
      client.close();
      return;
    }
    client.setTcpNoDelay(true);
    client.setSoTimeout(Math.toIntExact(options.peerTimeout().toMillis()));
    var connection = new ServerConnection(store, options, client, connections::remove);
    connections.add(connection);
    // A thread of the platform wakes up sooner than one that waits for a poller, and they are few.
    Thread.ofPlatform().daemon().name("store connection").start(connection::run);
    if (closed) {
      connection.close();
    }
  }

  /// Puts TLS over an accepted connection, if that is asked for.
  static Socket secured(Socket raw, @Nullable SSLContext tls) throws IOException {
    if (tls == null) {
      return raw;
    }
    var secured = (SSLSocket) tls.getSocketFactory().createSocket(raw, null, true);
    secured.setUseClientMode(false);
    secured.startHandshake();
    return secured;
  }

  /// Closing what can fail to close.
  @FunctionalInterface
  interface Closing {
    void close() throws IOException;
  }

  static void closeQuietly(Closing closing) {
    try {
      closing.close();
    } catch (IOException e) {
      LOG.debug("Did not close cleanly: {}", e.toString());
    }
  }
}
