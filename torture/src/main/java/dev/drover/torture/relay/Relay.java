package dev.drover.torture.relay;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A wire between two parties: passes bytes on between those who connect to it and a port of this
/// machine, and can be tampered with as networks are. Bytes arrive late, or never because their
/// connection has ended; within a connection they arrive in order and whole.
///
/// | fault | what the parties see |
/// |---|---|
/// | [#cut] | their connections are reset; new ones too, for as long as it is said |
/// | [#hold] | silence in one direction; what was sent meanwhile arrives afterwards |
/// | [#delay] | each piece arrives later by that much |
/// | [#halfClose] | one direction ends in order, the other goes on; what is sent against the end resets both |
public final class Relay implements AutoCloseable {
  private static final int CHUNK_BYTES = 16 << 10;
  private static final int BACKLOG = 200;

  private final String name;
  private final ServerSocket socket;
  private final InetSocketAddress target;
  private final Set<Wire> wires = ConcurrentHashMap.newKeySet();
  private final Map<Way, Traffic> traffic =
      new EnumMap<>(Map.of(Way.THERE, new Traffic(), Way.BACK, new Traffic()));
  private volatile boolean refusing;

  private Relay(String name, ServerSocket socket, int targetPort) {
    this.name = name;
    this.socket = socket;
    this.target = new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort);
  }

  /// A wire to a port.
  ///
  /// @param name the two parties
  /// @param port where it listens
  public static Relay open(String name, int port, int targetPort) throws IOException {
    Relay relay =
        new Relay(
            name, new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress()), targetPort);
    Thread.ofVirtual().name("relay " + name).start(relay::accept);
    return relay;
  }

  public String name() {
    return name;
  }

  public int port() {
    return socket.getLocalPort();
  }

  /// How one direction is tampered with, for all connections of the wire.
  private static final class Traffic {
    private boolean held;
    private volatile long delayMillis;

    synchronized void hold(boolean now) {
      held = now;
      notifyAll();
    }

    /// Waits until a piece may arrive.
    void pass() throws InterruptedException {
      long delay = delayMillis;
      if (delay > 0) {
        Thread.sleep(delay);
      }
      synchronized (this) {
        while (held) {
          wait();
        }
      }
    }
  }

  /// One connection: both its ends.
  private record Wire(Socket client, Socket server) {
    Socket from(Way way) {
      return way == Way.THERE ? client : server;
    }

    Socket to(Way way) {
      return way == Way.THERE ? server : client;
    }

    /// Ends it as a lost network does: both sides are told by a reset.
    void reset() {
      reset(client);
      reset(server);
    }

    static void reset(Socket socket) {
      try {
        socket.setSoLinger(true, 0);
        socket.close();
      } catch (IOException e) {
        // It is closed already.
      }
    }
  }

  /// Resets all connections.
  ///
  /// @param refuse whether new ones are reset as well, until this is called with false
  public void cut(boolean refuse) {
    refusing = refuse;
    List.copyOf(wires).forEach(Wire::reset);
  }

  /// Stops what goes one way, or lets it go on.
  public void hold(Way way, boolean held) {
    of(way).hold(held);
  }

  /// Lets everything that goes one way arrive later; 0 for at once.
  public void delay(Way way, long millis) {
    of(way).delayMillis = millis;
  }

  /// Ends one direction of all connections that there are; the other goes on.
  public void halfClose(Way way) {
    for (Wire wire : List.copyOf(wires)) {
      try {
        wire.to(way).shutdownOutput();
      } catch (IOException e) {
        wire.reset();
      }
    }
  }

  private Traffic of(Way way) {
    Traffic found = traffic.get(way);
    if (found == null) {
      throw new IllegalStateException("no traffic " + way);
    }
    return found;
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        if (refusing) {
          Wire.reset(client);
        } else {
          Thread.ofVirtual().name("wire " + name).start(() -> join(client));
        }
      } catch (IOException e) {
        if (!socket.isClosed()) {
          throw new IllegalStateException("the relay " + name + " cannot accept", e);
        }
      }
    }
  }

  private void join(Socket client) {
    Socket server = new Socket();
    Wire wire = new Wire(client, server);
    try {
      server.connect(target);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
    } catch (IOException e) {
      // Nobody is there: as if the client had found so itself.
      wire.reset();
      return;
    }
    wires.add(wire);
    Thread.ofVirtual().name("there " + name).start(() -> pump(wire, Way.THERE));
    Thread.ofVirtual().name("back " + name).start(() -> pump(wire, Way.BACK));
    if (refusing) {
      wire.reset();
    }
  }

  private void pump(Wire wire, Way way) {
    byte[] bytes = new byte[CHUNK_BYTES];
    Traffic how = of(way);
    try {
      int n = wire.from(way).getInputStream().read(bytes);
      while (n >= 0) {
        how.pass();
        wire.to(way).getOutputStream().write(bytes, 0, n);
        n = wire.from(way).getInputStream().read(bytes);
      }
      how.pass();
      wire.to(way).shutdownOutput();
      if (wire.from(way).isOutputShutdown()) {
        end(wire);
      }
    } catch (IOException e) {
      end(wire);
    } catch (InterruptedException e) {
      end(wire);
      Thread.currentThread().interrupt();
    }
  }

  private void end(Wire wire) {
    wire.reset();
    wires.remove(wire);
  }

  @Override
  public void close() throws IOException {
    socket.close();
    cut(true);
    for (Way way : Way.values()) {
      hold(way, false);
    }
  }
}
