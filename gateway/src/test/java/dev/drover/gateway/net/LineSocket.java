package dev.drover.gateway.net;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/// One end of a connection that speaks lines, played by the test.
final class LineSocket implements AutoCloseable {
  /// What [#line] gives when the other side has closed.
  static final String CLOSED = "(closed)";

  private static final int PATIENCE_MILLIS = 60_000;

  private final Socket socket;
  private final InputStream in;

  LineSocket(Socket socket) {
    this.socket = socket;
    try {
      socket.setSoTimeout(PATIENCE_MILLIS);
      this.in = new BufferedInputStream(socket.getInputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static LineSocket to(int port) throws IOException {
    return new LineSocket(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  Socket socket() {
    return socket;
  }

  /// Sends a line.
  LineSocket say(String text) throws IOException {
    return sayRaw(text + "\n");
  }

  /// Sends this, without the end of a line.
  LineSocket sayRaw(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
    return this;
  }

  /// The next line without its end, or [#CLOSED].
  String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (true) {
      int next = read();
      if (next < 0) {
        return line.size() == 0 ? CLOSED : line.toString(StandardCharsets.US_ASCII);
      }
      if (next == '\n') {
        return line.toString(StandardCharsets.US_ASCII);
      }
      line.write(next);
    }
  }

  /// The next byte; -1 if the other side has closed, however it did.
  private int read() throws IOException {
    try {
      return in.read();
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException e) {
      return -1;
    }
  }

  /// Closes it before its time.
  void hangUp() throws IOException {
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
