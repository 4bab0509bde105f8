package dev.drover.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Large documents that are written all at once, each by a connection of its own.
final class Bodies {
  private Bodies() {}

  /// Returns when all have been answered.
  static void stream(int port, int many, int bytes) throws IOException, InterruptedException {
    List<Callable<Boolean>> all = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      String path = i % 2 == 0 ? "/raw/_doc/" + i : "/orders/_doc/" + i;
      all.add(
          () -> {
            put(port, path, bytes);
            return true;
          });
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Boolean> each : threads.invokeAll(all)) {
        boolean _ = each.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("a large document was not written", e.getCause());
    }
  }

  private static void put(int port, String path, int bytes) throws IOException {
    byte[] piece = "x".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
    String begin = "{\"text\":\"";
    String end = "\"}";
    int length = begin.length() + bytes + end.length();
    String head =
        "PUT %s HTTP/1.1\r\nhost: x\r\nx-tenant: globex\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s"
            .formatted(path, length, begin);
    try (HttpConnection http = HttpConnection.open(port)) {
      http.send(head.getBytes(StandardCharsets.US_ASCII));
      for (int sent = 0; sent < bytes; sent += piece.length) {
        http.send(piece);
      }
      http.send(end.getBytes(StandardCharsets.US_ASCII));
      http.answered();
    }
  }
}
