package dev.drover.opensearch.move;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// A client that goes on writing, deleting and writing anew, and remembers what it was told.
final class Traffic implements AutoCloseable {
  private static final int IDS = 400;

  private final TinyGateway gateway;
  private final Random random = new Random(7);
  private final Map<String, String> expected = new HashMap<>();
  private final Thread thread;
  private volatile boolean ended;
  private volatile @Nullable Throwable failure;
  private volatile int operations;

  Traffic(TinyGateway gateway, Map<String, String> there) {
    this.gateway = gateway;
    this.expected.putAll(there);
    this.thread = Thread.ofVirtual().start(this::run);
  }

  private void run() {
    try {
      for (int i = 0; !ended; i++) {
        String id = "id " + random.nextInt(IDS);
        if (random.nextInt(4) == 0) {
          gateway.delete("orders", id, null);
          expected.put(id, "");
        } else {
          String body = "{\"n\":" + i + ",\"text\":\"ü " + i + "\"}";
          long version = gateway.put("orders", id, null, body);
          expected.put(id, version + " " + body);
        }
        operations = i;
        Thread.sleep(2);
      }
    } catch (Exception e) {
      failure = e;
    }
  }

  /// Ends it.
  ///
  /// @return what each document has to be, with its version
  Map<String, String> end() throws InterruptedException {
    ended = true;
    thread.join();
    assertThat(failure).isNull();
    assertThat(operations).isGreaterThan(20);
    return expected;
  }

  /// Looks at every document.
  ///
  /// @param versions whether they have to be the ones that the client was told; a tenant that comes
  ///   back to a shared index soon meets what is left of its deletes there
  void check(boolean versions) throws Exception {
    for (Map.Entry<String, String> each : end().entrySet()) {
      String there = gateway.get("orders", each.getKey(), null);
      assertThat(versions ? there : content(there))
          .as(each.getKey())
          .isEqualTo(versions ? each.getValue() : content(each.getValue()));
    }
    long there = expected.values().stream().filter(each -> !each.isEmpty()).count();
    assertThat(gateway.count("orders")).isEqualTo(there);
  }

  private static String content(String versioned) {
    return versioned.substring(versioned.indexOf(' ') + 1);
  }

  @Override
  public void close() {
    ended = true;
  }
}
