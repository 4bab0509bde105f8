package dev.drover.redis.move;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A way to a server on which something happens once, just before the EXEC of a transaction that
/// holds a given command is passed on. Commands must come one at a time.
final class Detour implements AutoCloseable {
  /// What happens on the way.
  interface Incident {
    /// @return whether the transaction is passed on, or else the connection ends
    boolean happen() throws Exception;
  }

  private final ServerSocket listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
  private final int port;
  private final String command;
  private final Incident incident;
  private volatile boolean happened;
  private volatile @Nullable Exception failed;

  Detour(int port, String command, Incident incident) throws IOException {
    this.port = port;
    this.command = command;
    this.incident = incident;
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  boolean happened() {
    return happened;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
        server.setTcpNoDelay(true);
        Thread.ofVirtual().start(() -> pass(client, server, true));
        Thread.ofVirtual().start(() -> pass(server, client, false));
      } catch (IOException e) {
        // The listener is closed, or one side was; then it goes on with the next.
      }
    }
  }

  private void pass(Socket from, Socket to, boolean requests) {
    byte[] buffer = new byte[64 << 10];
    boolean held = false;
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        String text = new String(buffer, 0, n, StandardCharsets.ISO_8859_1);
        held |= requests && text.contains(command);
        if (held && !happened && text.contains("EXEC")) {
          happened = true;
          if (!incident.happen()) {
            return;
          }
        }
        out.write(buffer, 0, n);
      }
    } catch (IOException e) {
      // Both sides are closed, which whoever tests will see.
    } catch (Exception e) {
      failed = e;
    }
  }

  /// @throws AssertionError if the incident has failed
  @Override
  public void close() throws IOException {
    listener.close();
    Exception why = failed;
    if (why != null) {
      throw new AssertionError("what was to happen on the way failed", why);
    }
  }
}
