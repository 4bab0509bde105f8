package dev.drover.control;

import dev.drover.control.certificate.Signer;
import dev.drover.core.Engine;
import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.mover.HomeLook;
import dev.drover.store.StoreException;
import dev.drover.store.memory.MemoryStore;
import dev.drover.store.testing.FaultyStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// A server's API over real HTTP, on a store that can fail, with two engines. Copies of the first
/// one wait until they are let go on.
final class ApiRig implements AutoCloseable {
  static final Engine OTHER = new Engine("other");
  static final HomeId A = new HomeId("a");
  static final HomeId B = new HomeId("b");

  final FaultyStore store = new FaultyStore(MemoryStore.create());
  final CountDownLatch copied = new CountDownLatch(1);
  final Controller controller =
      new Controller(
          TestControllers.options(1, Map.of()),
          store,
          Map.of(
              Engine.FIRST,
              new NothingMover(Engine.FIRST, copied::await),
              OTHER,
              new NothingMover(OTHER)),
          new FourHomes());
  private final Api api =
      new Api(
          controller,
          new ApiOptions(
              "127.0.0.1",
              0,
              List.of(),
              Optional.empty(),
              Optional.empty(),
              Signer.of("here", Signer.newKey())));
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /// Homes a and b of the first engine, whose default is a, and c and d of the other one.
  private record FourHomes() implements Homes {
    @Override
    public List<Home> all() {
      return List.of(
          new Home(A, Engine.FIRST, ""),
          new Home(B, Engine.FIRST, ""),
          new Home(new HomeId("c"), OTHER, ""),
          new Home(new HomeId("d"), OTHER, ""));
    }

    @Override
    public HomeLook look(HomeId id) {
      return new HomeLook(true, "", "", 0, 0);
    }

    @Override
    public Optional<HomeId> defaultHome(Engine engine) {
      return engine.equals(Engine.FIRST) ? Optional.of(A) : Optional.empty();
    }
  }

  /// What the server has answered.
  record Answer(int status, String type, String body) {}

  void start() throws Exception {
    controller.start();
    api.start();
  }

  @Override
  public void close() {
    copied.countDown();
    store.fault((call, key) -> {});
    client.close();
    api.close();
    controller.close();
    store.close();
  }

  PartitionId create(Engine engine, String name, String home) throws StoreException {
    PartitionId id = new PartitionId(engine, name);
    controller.create(id, new Placement(new HomeId(home), name));
    return id;
  }

  Answer get(String path) throws Exception {
    return ask("GET", path, null);
  }

  Answer post(String path, String body) throws Exception {
    return ask("POST", path, body);
  }

  Answer move(String partition, String to) throws Exception {
    return post("/v1/moves", "{\"partition\":\"%s\",\"to\":\"%s\"}".formatted(partition, to));
  }

  Answer delete(String path) throws Exception {
    return ask("DELETE", path, null);
  }

  private Answer ask(String method, String path, @Nullable String body) throws Exception {
    HttpRequest.BodyPublisher sent =
        body == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(body);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + path))
            .header("Content-Type", "application/json")
            .method(method, sent)
            .build();
    HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
    return new Answer(
        response.statusCode(),
        response.headers().firstValue("Content-Type").orElse(""),
        response.body());
  }

  Events events() throws IOException {
    return new Events(new Socket(InetAddress.getLoopbackAddress(), api.port()));
  }

  /// A client that follows the events.
  static final class Events implements AutoCloseable {
    private static final int ANSWER_MILLIS_MAX = 60_000;
    private final Socket socket;
    private final BufferedReader lines;

    private Events(Socket socket) throws IOException {
      this.socket = socket;
      socket.setSoTimeout(ANSWER_MILLIS_MAX);
      String request =
          "GET /v1/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      lines =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    /// The next event's name and data; `end` once the server has closed.
    String next() throws IOException {
      String event = "";
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.equals("0")) {
          return "end";
        }
        if (line.startsWith("event: ")) {
          event = line.substring("event: ".length());
        } else if (line.startsWith("data: ")) {
          return event + " " + line.substring("data: ".length());
        }
      }
      return "end";
    }

    String until(String part) throws IOException {
      String event = next();
      while (!event.contains(part)) {
        if (event.equals("end")) {
          throw new IOException("the events ended without '" + part + "'");
        }
        event = next();
      }
      return event;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
