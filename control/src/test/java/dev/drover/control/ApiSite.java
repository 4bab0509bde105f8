package dev.drover.control;

import dev.drover.control.certificate.Signer;
import dev.drover.core.Engine;
import dev.drover.core.GatewayId;
import dev.drover.core.HomeId;
import dev.drover.core.MoveId;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.core.fleet.LeaseKind;
import dev.drover.core.mover.HomeLook;
import dev.drover.store.LeaseId;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.memory.MemoryStore;
import dev.drover.store.records.GatewayIdentity;
import dev.drover.store.records.GatewayRecord;
import dev.drover.store.records.KeptRecord;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/// A server's API with partitions in every state, on a store that can be taken away. It judges each
/// answer by the document.
final class ApiSite {
  private static final HomeId A = new HomeId("a");
  private static final HomeId B = new HomeId("b");
  private static final Set<String> OWN_FORM =
      Set.of("GET /openapi.json", "GET /v1/certificates/{id}");
  private static final int ANSWER_MILLIS_MAX = 30_000;
  private static final int TRIES_MAX = 500;

  private final MemoryStore memory = MemoryStore.create(System::nanoTime);
  private final StateStore store = breakable();
  private final Controller controller;
  private final Api api;
  private final ApiDocument document;
  private final Map<String, Set<Integer>> seen = new HashMap<>();
  private final List<String> wrong = new ArrayList<>();
  private volatile boolean away;
  private volatile boolean copying;

  ApiSite() throws Exception {
    controller =
        new Controller(
            TestControllers.options(1, Map.of(id("fallback:"), B)),
            store,
            Map.of(Engine.FIRST, new NothingMover(Engine.FIRST, this::copy)),
            new AnsweringHomes());
    for (String name : List.of("rest:", "next:", "done:", "drop:", "aside:")) {
      controller.create(id(name), new Placement(A, name));
    }
    controller.create(id("fallback:"), new Placement(B, "fallback:"));
    spoil(Keys.partition(id("corrupt:")), true);
    register("g1", A, B);
    aside("stray", "aside:");
    controller.start();
    Signer signer = Signer.of("test", Signer.newKey());
    signer.publish(store, 0);
    api =
        new Api(
            controller,
            new OneHome(store),
            new ApiOptions(
                "127.0.0.1", 0, List.of(), Optional.of("hush"), Optional.empty(), signer));
    api.start();
    document = new ApiDocument(answer("GET", "/openapi.json", Map.of(), "").body());
  }

  /// A configuration with one home more than is in force. Its file cannot be used while something
  /// stands under [Keys#CONFIGURATION].
  private record OneHome(StateStore store) implements Reconfiguring {
    @Override
    public Plan plan() throws ControlException, StoreException {
      if (store.get(Keys.CONFIGURATION).isPresent()) {
        throw new ControlException(ControlException.Kind.CONFLICT, "the file cannot be used");
      }
      Change change =
          new Change(
              Change.Kind.ADD,
              "home 'c'",
              Optional.of("127.0.0.1:1"),
              Change.Effect.NOW,
              Optional.empty());
      return new Plan("drover.yaml", "0badcafe", List.of(change));
    }

    @Override
    public Result apply(String digest) throws ControlException, StoreException {
      Plan plan = plan();
      if (!digest.equals(plan.digest())) {
        throw new ControlException(ControlException.Kind.CONFLICT, "the file has changed");
      }
      return new Result(
          plan,
          List.of(new Following("g1", List.of("it does not know home 'c'"))),
          List.of(new Begun("redis/new:", "b", "m1")),
          List.of());
    }
  }

  private static PartitionId id(String name) {
    return new PartitionId(Engine.FIRST, name);
  }

  private void copy() throws InterruptedException {
    while (copying) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  private StateStore breakable() {
    return (StateStore)
        Proxy.newProxyInstance(
            StateStore.class.getClassLoader(),
            new Class<?>[] {StateStore.class},
            (_, method, arguments) -> {
              if (away
                  && Arrays.asList(method.getExceptionTypes()).contains(StoreException.class)) {
                throw new StoreException.Unavailable("the store is away", null);
              }
              try {
                return method.invoke(memory, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private void register(String name, HomeId... homes) throws StoreException {
    LeaseId lease = memory.lease(Duration.ofMinutes(10));
    GatewayId gateway = new GatewayId(name);
    GatewayRecord record =
        new GatewayRecord(
            gateway,
            GatewayMode.FRESH,
            "",
            "1@here",
            lease.value(),
            GatewayIdentity.of(name, List.of(homes)),
            Engine.FIRST,
            Records.FORMAT);
    for (LeaseKind kind : LeaseKind.values()) {
      memory.put(Keys.gateway(gateway, kind), Records.encode(record), StateStore.ANY, lease);
    }
  }

  /// Something is set aside.
  void aside(String move, String partition) throws StoreException {
    MoveId id = new MoveId(move);
    List<String> names = List.of(partition + "1", "");
    KeptRecord record =
        new KeptRecord(id, id(partition), B, partition, true, "seen", 3, names, 0, false);
    memory.put(Keys.kept(id), Records.encode(record), StateStore.ANY, null);
  }

  /// A gateway is there, or not, that does not know home b.
  void stranger(boolean there) throws Exception {
    if (there) {
      register("stranger", A);
    } else {
      delete("/v1/gateways/stranger?force=true", 200);
    }
  }

  void spoil(String key, boolean there) throws StoreException {
    if (there) {
      memory.put(key, "spoiled".getBytes(StandardCharsets.UTF_8), StateStore.ANY, null);
    } else {
      memory.delete(key, StateStore.ANY);
    }
  }

  void copying(boolean on) {
    copying = on;
  }

  void away(boolean on) {
    away = on;
  }

  ApiDocument document() {
    return document;
  }

  Set<String> routes() {
    return api.routes();
  }

  Set<Integer> seen(String operation) {
    return seen.getOrDefault(operation, Set.of());
  }

  /// What the document does not describe.
  List<String> wrong() {
    return wrong;
  }

  // --- requests

  private record Answer(int status, String type, String body) {}

  String get(String path, int status) throws Exception {
    return judged("GET", path, Map.of(), "", status);
  }

  String post(String path, String body, int status) throws Exception {
    return judged("POST", path, Map.of(), body, status);
  }

  String delete(String path, int status) throws Exception {
    return judged("DELETE", path, Map.of(), "", status);
  }

  /// A good request of this operation, with other headers.
  void ask(String operation, Map<String, String> headers, String body, int status)
      throws Exception {
    String[] parts = operation.split(" ", 2);
    String query =
        switch (parts[1]) {
          case "/v1/partitions", "/v1/abort" -> "?partition=rest:";
          // What its takeover has left behind stands in the store.
          case "/v1/explain" -> "?partition=fallback:";
          case "/v1/strays/{id}" -> "?decision=keep";
          default -> "";
        };
    judged(parts[0], parts[1].replace("{id}", "stray") + query, headers, body, status);
  }

  /// The body of a good request.
  String body(String operation) {
    return operation.equals("POST /v1/moves") ? "{\"partition\":\"rest:\",\"to\":\"b\"}" : "";
  }

  /// Begins a move to b.
  String move(String partition) throws Exception {
    String body = "{\"partition\":\"" + partition + "\",\"to\":\"b\"}";
    return post("/v1/moves", body, 202).replaceAll(".*\"id\":\"([^\"]*)\".*", "$1");
  }

  /// Asks until the answer has this in it. Each answer but "not found" is judged.
  void until(String path, String part) throws Exception {
    String last = "";
    for (int i = 0; i < TRIES_MAX; i++) {
      Answer answer = answer("GET", path, Map.of(), "");
      last = answer.body();
      judge("GET", path, answer);
      if (last.contains(part)) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    throw new AssertionError(path + " does not say " + part + ", but: " + last);
  }

  /// The data of the first event of the stream.
  String event() throws Exception {
    try (Socket socket = connect()) {
      send(socket, request("GET", "/v1/events", Map.of("Accept", "text/event-stream"), ""));
      StringBuilder read = new StringBuilder();
      InputStream in = socket.getInputStream();
      while (read.indexOf("\n\n") < 0 || read.indexOf("data: ") < 0) {
        int next = in.read();
        if (next < 0) {
          break;
        }
        read.append((char) next);
      }
      Answer answer = parsed(read.toString());
      judge("GET", "/v1/events", answer);
      return answer.body().replaceAll("(?s).*?data: ([^\n]*)\n.*", "$1");
    }
  }

  private String judged(
      String method, String path, Map<String, String> headers, String body, int status)
      throws Exception {
    Answer answer = answer(method, path, headers, body);
    if (answer.status() != status) {
      wrong.add("%s %s: %d expected: %s".formatted(method, path, status, answer));
    }
    judge(method, path, answer);
    return answer.body();
  }

  private void judge(String method, String path, Answer answer) {
    String bare = path.split("\\?", 2)[0];
    Optional<String> operation =
        document.operations().stream()
            .filter(each -> (method + " " + bare).matches(each.replace("{id}", "[^/]+")))
            .findFirst();
    List<String> problems =
        new ArrayList<>(
            operation.isPresent()
                ? document.judge(operation.get(), answer.status(), answer.type(), answer.body())
                : document.judge("Problem", answer.body()));
    if (answer.type().contains("json") && !OWN_FORM.contains(operation.orElse(""))) {
      problems.addAll(ApiDocument.form(answer.body()));
    }
    problems.forEach(each -> wrong.add("%s %s: %s: %s".formatted(method, path, each, answer)));
    operation.ifPresent(
        each -> seen.computeIfAbsent(each, _ -> new TreeSet<>()).add(answer.status()));
  }

  private Answer answer(String method, String path, Map<String, String> headers, String body)
      throws Exception {
    try (Socket socket = connect()) {
      send(socket, request(method, path, headers, body));
      return parsed(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private Socket connect() throws Exception {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), api.port());
    socket.setSoTimeout(ANSWER_MILLIS_MAX);
    return socket;
  }

  private static void send(Socket socket, String request) throws Exception {
    socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
  }

  /// In HTTP 1.0, so that answers come in one piece.
  private static String request(
      String method, String path, Map<String, String> headers, String body) {
    Map<String, String> all = new TreeMap<>();
    all.put("Host", "localhost");
    all.put("Authorization", "Bearer hush");
    all.put("Content-Type", "application/json");
    all.put("Content-Length", Integer.toString(body.length()));
    all.putAll(headers);
    StringBuilder request = new StringBuilder(method + " " + path + " HTTP/1.0\r\n");
    all.forEach((name, value) -> request.append(name + ": " + value + "\r\n"));
    return request + "\r\n" + body;
  }

  private static Answer parsed(String text) {
    String[] parts = text.split("\r\n\r\n", 2);
    String type = parts[0].replaceAll("(?is).*\r\ncontent-type: *([^\r\n]*).*", "$1");
    return new Answer(Integer.parseInt(text.split(" ", 3)[1]), type, parts[1]);
  }

  void close() throws Exception {
    copying = false;
    away = false;
    api.close();
    controller.close();
    memory.close();
  }

  /// One answers, and one does not.
  private record AnsweringHomes() implements Homes {
    @Override
    public List<Home> all() {
      return List.of(
          new Home(A, Engine.FIRST, "127.0.0.1:1"), new Home(B, Engine.FIRST, "127.0.0.1:2"));
    }

    @Override
    public HomeLook look(HomeId id) {
      return id.equals(A)
          ? new HomeLook(true, "7.2", "", 3, 0)
          : new HomeLook(false, "", "no answer", -1, -1);
    }

    @Override
    public Optional<HomeId> defaultHome(Engine engine) {
      return Optional.of(A);
    }
  }
}
