package dev.drover.sample;

import dev.drover.engine.local.LocalHomes;
import dev.drover.engine.torture.Family;
import dev.drover.engine.torture.HomeInspector;
import dev.drover.engine.torture.KeyName;
import dev.drover.engine.torture.TortureClient;
import dev.drover.engine.torture.TortureClients;
import dev.drover.engine.torture.TortureKit;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Maps under torture: registers and counters.
final class MapTortureKit implements TortureKit {
  private static final Logger LOG = LoggerFactory.getLogger(MapTortureKit.class);

  @Override
  public Set<Family> families() {
    return EnumSet.of(Family.REGISTER, Family.COUNTER);
  }

  @Override
  public Set<Trait> traits() {
    return EnumSet.noneOf(Trait.class);
  }

  @Override
  public LocalHomes homes() {
    return new LocalMaps();
  }

  @Override
  public String prepared(int port) {
    return "";
  }

  // --- clients

  @Override
  public TortureClients clients(String facts) {
    return new Clients(
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build());
  }

  private record Clients(HttpClient http) implements TortureClients {
    @Override
    public TortureClient connect(int port, Random random) {
      return new Client(http, port);
    }

    @Override
    public void close() {}
  }

  private record Client(HttpClient http, int port) implements TortureClient {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(8);

    private String ask(String method, KeyName key, String body) throws Failed {
      String scope = KeyName.prefix(key.partition());
      HttpRequest request =
          HttpRequest.newBuilder(
                  URI.create("http://127.0.0.1:%d/map/%s/%s".formatted(port, scope, key)))
              .timeout(ANSWER_MAX)
              .method(method, HttpRequest.BodyPublishers.ofString(body))
              .build();
      try {
        HttpResponse<String> answer =
            http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        return switch (answer.statusCode()) {
          case 200 -> answer.body();
          case 404 -> "0";
          default ->
              throw new Failed(
                  answer.statusCode() + " " + answer.body(),
                  answer.headers().firstValue("Outcome").equals(Optional.of("none")),
                  false);
        };
      } catch (IOException e) {
        throw new Failed(e.toString(), false, true);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new Failed("interrupted", false, true);
      }
    }

    /// A server of maps writes one at a time, so each is an operation of its own here.
    @Override
    public void set(Map<KeyName, Long> values) throws Failed {
      Failed first = null;
      for (Map.Entry<KeyName, Long> each : values.entrySet()) {
        try {
          String _ = ask("PUT", each.getKey(), Long.toString(each.getValue()));
        } catch (Failed e) {
          first =
              first == null
                  ? new Failed(e.toString(), values.size() == 1 && e.nothingDone(), e.lost())
                  : first;
        }
      }
      if (first != null) {
        throw first;
      }
    }

    @Override
    public long get(KeyName key) throws Failed {
      return Long.parseLong(ask("GET", key, ""));
    }

    @Override
    public void delete(KeyName key) throws Failed {
      String _ = ask("DELETE", key, "");
    }

    @Override
    public long increment(KeyName key) throws Failed {
      return Long.parseLong(ask("POST", key, ""));
    }

    @Override
    public long count(KeyName key) throws Failed {
      return get(key);
    }

    @Override
    public long push(KeyName key, long element) {
      throw new UnsupportedOperationException("there are no lists here");
    }

    @Override
    public List<Long> list(KeyName key) {
      throw new UnsupportedOperationException("there are no lists here");
    }

    @Override
    public void close() {}
  }

  /// Sends half of a request, or asks for much and reads nothing.
  @Override
  public void harm(int port, String partition, int drawn, Duration lasts)
      throws InterruptedException {
    String half =
        "PUT /map/%s/hostile HTTP/1.1\r\nContent-Length: 100000\r\n\r\nx".formatted(partition);
    String much = "GET /map/%s/hostile HTTP/1.1\r\n\r\n".formatted(partition).repeat(10_000);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setReceiveBufferSize(4_096);
      OutputStream out = socket.getOutputStream();
      out.write((drawn % 2 == 0 ? half : much).getBytes(StandardCharsets.US_ASCII));
      Thread.sleep(lasts.toMillis());
    } catch (IOException e) {
      // It was thrown out, or the gateway suffers another fault: both are as they should be.
      LOG.debug("a hostile client has ended: {}", e.getMessage());
    }
  }

  // --- a look at a home

  @Override
  public HomeInspector inspect(int port) {
    return new Inspector(LocalMaps.at(port), new HashMap<>());
  }

  /// @param read what was read so far: it is looked at home by home, when all has ended
  private record Inspector(MapHome home, Map<String, Map<String, MapHome.Change>> read)
      implements HomeInspector {
    @Override
    public void fill(List<KeyName> keys, List<Long> values) throws IOException {
      List<String> lines = new ArrayList<>();
      for (int i = 0; i < keys.size(); i++) {
        byte[] text = Long.toString(values.get(i)).getBytes(StandardCharsets.US_ASCII);
        lines.add(keys.get(i) + " " + Base64.getEncoder().encodeToString(text));
      }
      String _ =
          home.ask(
              "POST",
              "/apply/" + KeyName.prefix(keys.getFirst().partition()) + "?partition=&term=0",
              String.join("\n", lines));
    }

    @Override
    public void writeOutside() {}

    @Override
    public Optional<long[]> read(KeyName key, String locator) throws IOException {
      String map = KeyName.prefix(key.partition());
      if (!read.containsKey(map)) {
        read.put(map, home.all(map));
      }
      MapHome.Change change = read.getOrDefault(map, Map.of()).get(key.toString());
      return change == null || !change.there()
          ? Optional.empty()
          : Optional.of(new long[] {number(change)});
    }

    private static long number(MapHome.Change change) {
      return Long.parseLong(
          new String(Base64.getDecoder().decode(change.value()), StandardCharsets.US_ASCII));
    }

    @Override
    public long copies(KeyName key, Optional<String> but) throws IOException {
      return but.isPresent() ? 0 : read(key, "").stream().count();
    }

    @Override
    public long entries(String partition) throws IOException {
      return home.all(partition).values().stream().filter(MapHome.Change::there).count();
    }

    @Override
    public long setAside(String move) throws IOException {
      return home.all("aside." + move).size();
    }

    @Override
    public int harm(String partition) throws IOException {
      int harmed = 0;
      for (MapHome.Change each : home.all(partition).values()) {
        if (each.there() && each.key().contains(":c:")) {
          String _ = home.ask("POST", "/map/" + partition + "/" + each.key(), "");
          harmed++;
        }
      }
      return harmed;
    }

    @Override
    public void close() {}
  }
}
