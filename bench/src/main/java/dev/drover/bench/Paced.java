package dev.drover.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// One connection with a request each 10 ms, sent and read by one thread.
final class Paced {
  private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final int WARM_UP = 50;

  private Paced() {}

  /// How long each took, from the first byte sent to the last one read.
  static Samples millis(int port, String request, int requests) throws IOException {
    byte[] sent = request.getBytes(StandardCharsets.US_ASCII);
    Samples samples = new Samples();
    try (HttpConnection http = HttpConnection.open(port)) {
      long due = System.nanoTime();
      for (int i = 0; i < requests + WARM_UP; i++) {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
        long began = System.nanoTime();
        http.send(sent);
        http.answered();
        if (i >= WARM_UP) {
          samples.add((System.nanoTime() - began) / 1e6);
        }
        due += EVERY_NANOS;
      }
    }
    return samples;
  }
}
