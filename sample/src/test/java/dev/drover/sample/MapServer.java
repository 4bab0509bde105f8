package dev.drover.sample;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/// A home: a server of maps over HTTP, which syncs every change before it answers.
///
/// | request | |
/// |---|---|
/// | `GET`, `PUT`, `DELETE /map/MAP/KEY` | an entry |
/// | `POST /map/MAP/KEY` | adds one to the number that stands there, and answers it |
/// | `GET /changes/MAP?after=&max=` | entries changed since, in the order of their changes: `NUMBER KEY BASE64`, `-` for none |
/// | `POST /term/PARTITION?term=` | refuses lower terms from now on |
/// | `POST /apply/MAP?partition=&term=` | a driver's changes: `KEY BASE64`, `-` for none |
/// | `POST /mark/MAP?partition=&term=&number=` | what is changed after this number is a stray |
/// | `POST /retire/MAP?partition=&term=&aside=&copies=` | deletes what a driver has copied, or what is not newer than the mark, and sets the rest aside |
/// | `POST /drop/MAP?partition=&term=` | deletes all of it |
/// | `GET /info`, `GET /served`, `PUT /served/PARTITION` | what this server is, and whom it has served |
public final class MapServer implements AutoCloseable {
  private final HttpServer server;
  private final MapStore store;

  private MapServer(HttpServer server, MapStore store) {
    this.server = server;
    this.store = store;
  }

  /// A process of its own.
  public static void main(String[] args) throws IOException {
    MapServer server = start(Integer.parseInt(args[0]), Path.of(args[1]));
    System.out.println("serving at port " + server.port());
  }

  static MapServer start(int port, Path directory) throws IOException {
    MapStore store = MapStore.open(directory.resolve("maps.log"));
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    MapServer server = new MapServer(http, store);
    http.createContext("/", server::handle);
    http.start();
    return server;
  }

  int port() {
    return server.getAddress().getPort();
  }

  /// What is refused, and why.
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1;
    private final int status;

    Refused(int status, String why) {
      super(why);
      this.status = status;
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String[] path = exchange.getRequestURI().getRawPath().substring(1).split("/");
    try {
      Optional<byte[]> answer =
          path[0].equals("map")
              ? entry(exchange.getRequestMethod(), path, body)
              : Optional.of(
                  moved(
                          exchange.getRequestMethod() + " " + path[0],
                          path.length > 1 ? path[1] : "",
                          query(exchange),
                          new String(body, StandardCharsets.UTF_8))
                      .getBytes(StandardCharsets.UTF_8));
      answer(exchange, answer.isPresent() ? 200 : 404, answer.orElse(new byte[0]));
    } catch (Refused e) {
      answer(exchange, e.status, String.valueOf(e.getMessage()).getBytes(StandardCharsets.UTF_8));
    }
  }

  private Optional<byte[]> entry(String method, String[] path, byte[] body)
      throws IOException, Refused {
    if (path.length != 3) {
      throw new Refused(400, "an entry is at /map/MAP/KEY");
    }
    return switch (method) {
      case "GET" -> store.get(path[1], path[2]);
      case "PUT" -> {
        store.put(path[1], path[2], body, false);
        yield Optional.of(new byte[0]);
      }
      case "DELETE" -> {
        store.put(path[1], path[2], null, false);
        yield Optional.of(new byte[0]);
      }
      case "POST" -> Optional.of(store.add(path[1], path[2]));
      default -> throw new Refused(405, method);
    };
  }

  private String moved(String what, String name, Map<String, String> query, String body)
      throws IOException, Refused {
    String partition = query.getOrDefault("partition", "");
    long term = Long.parseLong(query.getOrDefault("term", "0"));
    return switch (what) {
      case "GET info" -> store.run() + " " + store.size();
      case "GET served" -> lines(store.served());
      case "PUT served" -> store.serves(name, body);
      case "GET term" -> Long.toString(store.term(name));
      case "POST term" -> store.raise(name, term);
      case "GET changes" ->
          store.changes(
              name,
              Long.parseLong(query.getOrDefault("after", "0")),
              Integer.parseInt(query.getOrDefault("max", "2147483647")));
      case "POST apply" -> store.apply(name, partition, term, body.lines().toList());
      case "POST mark" ->
          store.mark(name, partition, term, Long.parseLong(query.getOrDefault("number", "0")));
      case "POST retire" ->
          store.retire(
              name, partition, term, query.getOrDefault("aside", ""), query.containsKey("copies"));
      case "POST drop" -> store.drop(name, partition, term);
      default -> throw new Refused(404, what);
    };
  }

  private static String lines(Map<String, String> all) {
    return all.entrySet().stream()
        .map(each -> each.getKey() + " " + each.getValue())
        .collect(Collectors.joining("\n"));
  }

  private static Map<String, String> query(HttpExchange exchange) {
    Map<String, String> all = new HashMap<>();
    String text = exchange.getRequestURI().getRawQuery();
    List<String> parts = text == null ? List.of() : Arrays.asList(text.split("&", -1));
    for (String part : parts) {
      int end = part.indexOf('=');
      all.put(part.substring(0, end), part.substring(end + 1));
    }
    return all;
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    }
    exchange.close();
  }

  @Override
  public void close() throws IOException {
    server.stop(0);
    store.close();
  }
}
