package dev.drover.sample;

import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.core.mover.MoverException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A [MapServer] as drivers and operators reach it.
///
/// @param address `host:port`
record MapHome(HomeId id, String address) {
  private static final Duration TIME_MAX = Duration.ofSeconds(3);
  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(1))
          .build();

  /// A home has seen a higher term.
  static final class TermSeen extends IOException {
    private static final long serialVersionUID = 1;

    TermSeen(String why) {
      super(why);
    }
  }

  /// There is no such entry.
  static final class NotThere extends IOException {
    private static final long serialVersionUID = 1;

    NotThere(String why) {
      super(why);
    }
  }

  /// One change of an entry.
  ///
  /// @param value in base 64, or `-` if it was deleted
  record Change(long number, String key, String value) {
    boolean there() {
      return !value.equals("-");
    }
  }

  String ask(String method, String path, String body) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address + path))
            .timeout(TIME_MAX)
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      HttpResponse<String> answer =
          CLIENT.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
      return switch (answer.statusCode()) {
        case 200 -> answer.body();
        case 404 -> throw new NotThere(this + " has nothing at " + path);
        case 409 -> throw new TermSeen(this + ": " + answer.body());
        default ->
            throw new IOException(this + " says " + answer.statusCode() + " " + answer.body());
      };
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for " + this, e);
    }
  }

  /// An entry; empty if it is not there.
  String find(String path) throws IOException {
    try {
      return ask("GET", path, "");
    } catch (NotThere e) {
      return "";
    }
  }

  /// Entries changed since, in the order of their changes.
  List<Change> changes(String map, long after, int max) throws IOException {
    return ask("GET", "/changes/%s?after=%d&max=%d".formatted(map, after, max), "")
        .lines()
        .map(line -> line.split(" ", -1))
        .map(part -> new Change(Long.parseLong(part[0]), part[1], part[2]))
        .toList();
  }

  /// All entries by their keys, those that were deleted too.
  Map<String, Change> all(String map) throws IOException {
    return changedSince(map, 0);
  }

  /// As [#all], only those that have changed since.
  Map<String, Change> changedSince(String map, long after) throws IOException {
    Map<String, Change> all = new LinkedHashMap<>();
    changes(map, after, Integer.MAX_VALUE).forEach(change -> all.put(change.key(), change));
    return all;
  }

  void apply(String map, PartitionId partition, long term, List<Change> changes)
      throws IOException {
    StringBuilder body = new StringBuilder();
    changes.forEach(each -> body.append(each.key()).append(' ').append(each.value()).append('\n'));
    String _ = ask("POST", "/apply/" + map + under(partition, term), body.toString());
  }

  static String under(PartitionId partition, long term) {
    return "?partition=" + partition.name() + "&term=" + term;
  }

  /// Of the entries that are there; the same in any order.
  static String digest(Iterable<Change> changes) {
    byte[] all = new byte[16];
    for (Change each : changes) {
      if (each.there()) {
        byte[] one = hash(each.key() + " " + each.value());
        for (int i = 0; i < all.length; i++) {
          all[i] ^= one[i];
        }
      }
    }
    return HexFormat.of().formatHex(all);
  }

  private static byte[] hash(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// In a mover's words.
  MoverException failed(IOException e) {
    return e instanceof TermSeen
        ? new MoverException.Fenced(String.valueOf(e.getMessage()))
        : new MoverException.Unreachable(this + " does not do what it is asked: " + e, e);
  }

  @Override
  public String toString() {
    return "home " + id + " (" + address + ")";
  }
}
