package dev.drover.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// One connection with a request each 10 ms, sent and read by one thread.
final class Paced {
  private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final int WARM_UP = 50;
  private static final String END = "\r\n\r\n";
  private static final String LENGTH = "content-length: ";

  private Paced() {}

  /// How long each took, from the first byte sent to the last one read.
  static Samples millis(int port, String request, int requests) throws IOException {
    byte[] sent = request.getBytes(StandardCharsets.US_ASCII);
    Samples samples = new Samples();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      OutputStream out = socket.getOutputStream();
      InputStream in = socket.getInputStream();
      long due = System.nanoTime();
      for (int i = 0; i < requests + WARM_UP; i++) {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
        long began = System.nanoTime();
        out.write(sent);
        read(in);
        if (i >= WARM_UP) {
          samples.add((System.nanoTime() - began) / 1e6);
        }
        due += EVERY_NANOS;
      }
    }
    return samples;
  }

  private static void read(InputStream in) throws IOException {
    byte[] some = new byte[16 << 10];
    int length = 0;
    while (true) {
      int more = in.read(some, length, some.length - length);
      if (more < 0) {
        throw new IOException("the connection was closed");
      }
      length += more;
      String text = new String(some, 0, length, StandardCharsets.US_ASCII);
      int end = text.indexOf(END);
      if (end < 0) {
        continue;
      }
      String head = text.substring(0, end).toLowerCase(java.util.Locale.ROOT);
      if (!head.startsWith("http/1.1 200")) {
        throw new IOException("it was answered: " + text);
      }
      int at = head.indexOf(LENGTH) + LENGTH.length();
      int stop = head.indexOf('\r', at);
      int body = Integer.parseInt(head.substring(at, stop < 0 ? head.length() : stop).strip());
      if (length >= end + END.length() + body) {
        return;
      }
    }
  }
}
