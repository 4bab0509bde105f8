package dev.drover.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/// A blocking connection of HTTP/1.1 with one request at a time, whose answers say their length.
final class HttpConnection implements AutoCloseable {
  private static final int READ_MILLIS_MAX = 60_000;
  private static final String END = "\r\n\r\n";
  private static final String LENGTH = "content-length: ";

  private final Socket socket;
  private final OutputStream out;
  private final InputStream in;
  private byte[] buffer = new byte[16 << 10];

  private HttpConnection(Socket socket) throws IOException {
    this.socket = socket;
    this.out = socket.getOutputStream();
    this.in = socket.getInputStream();
  }

  static HttpConnection open(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(READ_MILLIS_MAX);
    return new HttpConnection(socket);
  }

  void send(byte[] bytes) throws IOException {
    out.write(bytes);
  }

  /// Reads an answer to its end.
  ///
  /// @throws IOException if it is an error
  void answered() throws IOException {
    int length = 0;
    int expected = Integer.MAX_VALUE;
    String head = "";
    while (length < expected) {
      if (length == buffer.length) {
        buffer = Arrays.copyOf(buffer, 2 * length);
      }
      int more = in.read(buffer, length, buffer.length - length);
      if (more < 0) {
        throw new IOException("the connection was closed");
      }
      length += more;
      if (head.isEmpty()) {
        String text = new String(buffer, 0, length, StandardCharsets.US_ASCII);
        int end = text.indexOf(END);
        if (end >= 0) {
          head = text.substring(0, end).toLowerCase(Locale.ROOT);
          expected = end + END.length() + bodyBytes(head);
        }
      }
    }
    if (!head.startsWith("http/1.1 2")) {
      throw new IOException(
          "it was answered: " + new String(buffer, 0, length, StandardCharsets.UTF_8));
    }
  }

  private static int bodyBytes(String head) throws IOException {
    int at = head.indexOf(LENGTH);
    if (at < 0) {
      throw new IOException("an answer does not say its length: " + head);
    }
    int stop = head.indexOf('\r', at);
    String text = head.substring(at + LENGTH.length(), stop < 0 ? head.length() : stop);
    return Integer.parseInt(text.strip());
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
