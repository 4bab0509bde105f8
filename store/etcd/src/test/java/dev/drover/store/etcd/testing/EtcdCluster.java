package dev.drover.store.etcd.testing;

import dev.drover.engine.Ports;
import dev.drover.store.etcd.EtcdOptions;
import dev.drover.store.testing.Relay;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// A real etcd: one member or more, each a process of its own with a directory of its own, which
/// can be killed, stopped, cut off and started again. Clients and the other members reach a member
/// through relays.
public final class EtcdCluster implements AutoCloseable {
  private static final Path ETCD = Path.of("/usr/bin/etcd");
  private static final String FROM = "X-Server-From: ";

  private final Path directory;
  private final List<Node> nodes = new ArrayList<>();
  private final String[] more;
  private final String scheme;
  private final HttpClient http;

  private static final class Node {
    final String name;
    final int clientPort;
    final int peerPort;
    final Relay clients;
    final Relay peers;
    Process process;

    Node(String name, int clientPort, int peerPort, Process process) throws IOException {
      this.name = name;
      this.clientPort = clientPort;
      this.peerPort = peerPort;
      this.process = process;
      InetAddress loopback = InetAddress.getLoopbackAddress();
      clients = new Relay(new InetSocketAddress(loopback, clientPort));
      peers = new Relay(new InetSocketAddress(loopback, peerPort));
    }
  }

  private EtcdCluster(Path directory, @Nullable SSLContext tls, String... more) {
    this.directory = directory;
    this.more = more;
    this.scheme = tls == null ? "http" : "https";
    HttpClient.Builder client = HttpClient.newBuilder();
    this.http = (tls == null ? client : client.sslContext(tls)).build();
  }

  /// Whether an etcd can be started here: it is part of what CI installs (`apt-get install
  /// etcd-server`).
  public static boolean available() {
    return Files.isExecutable(ETCD);
  }

  /// Starts an etcd.
  ///
  /// @param more options as on the command line
  public static EtcdCluster start(Path directory, int members, String... more) throws Exception {
    return start(directory, members, null, more);
  }

  /// Starts an etcd whose clients speak TLS, if there is a context to speak it with: `more` names
  /// its certificate.
  public static EtcdCluster start(
      Path directory, int members, @Nullable SSLContext tls, String... more) throws Exception {
    EtcdCluster cluster = new EtcdCluster(Files.createTempDirectory(directory, "etcd"), tls, more);
    try {
      cluster.begin(members);
      return cluster;
    } catch (IOException | InterruptedException e) {
      cluster.close();
      throw e;
    }
  }

  private void begin(int members) throws IOException, InterruptedException {
    Process none = new ProcessBuilder("true").start();
    for (int i = 0; i < members; i++) {
      nodes.add(new Node("n" + i, Ports.free(), Ports.free(), none));
    }
    for (int i = 0; i < members; i++) {
      launch(i);
    }
    for (int i = 0; i < members; i++) {
      awaitHealth(i);
    }
  }

  private void launch(int index) throws IOException {
    Node node = nodes.get(index);
    List<String> all = new ArrayList<>();
    for (Node each : nodes) {
      all.add(each.name + "=http://127.0.0.1:" + each.peers.port());
    }
    String client = scheme + "://127.0.0.1:" + node.clientPort;
    List<String> command = new ArrayList<>();
    command.addAll(List.of(ETCD.toString(), "--name", node.name));
    command.addAll(List.of("--data-dir", directory.resolve(node.name).toString()));
    command.addAll(List.of("--listen-client-urls", client, "--advertise-client-urls", client));
    command.addAll(List.of("--listen-peer-urls", "http://127.0.0.1:" + node.peerPort));
    command.addAll(
        List.of("--initial-advertise-peer-urls", "http://127.0.0.1:" + node.peers.port()));
    command.addAll(List.of("--initial-cluster", String.join(",", all)));
    command.addAll(List.of("--logger", "zap", "--log-level", "warn"));
    command.addAll(List.of(more));
    node.process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(directory.resolve(node.name + ".log").toFile()))
            .start();
  }

  private void awaitHealth(int index) throws IOException, InterruptedException {
    Node node = nodes.get(index);
    for (int i = 0; i < 600; i++) {
      if (!node.process.isAlive()) {
        throw new IOException(
            "etcd did not start: " + Files.readString(directory.resolve(node.name + ".log")));
      }
      if (answers(index)) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    throw new IOException("etcd did not become healthy");
  }

  /// What one member answers to a request of its JSON interface, asked straight and not through a
  /// relay; empty if it does not answer.
  public String ask(int index, String path, String body) throws InterruptedException {
    String url = scheme + "://127.0.0.1:" + nodes.get(index).clientPort + path;
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .timeout(Duration.ofSeconds(2))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      return "";
    }
  }

  /// Whether a member can be read from, linearizably: it reaches a leader, or is one.
  public boolean answers(int index) throws InterruptedException {
    String answer = ask(index, "/v3/kv/range", "{\"key\":\"AA==\"}");
    return answer.contains("\"revision\"") || answer.contains("user name is empty");
  }

  private static String field(String json, String name) {
    Matcher found = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(json);
    return found.find() ? found.group(1) : "";
  }

  /// Where clients reach a member: at its relay.
  public EtcdOptions.Endpoint endpoint(int index) {
    return new EtcdOptions.Endpoint("127.0.0.1", nodes.get(index).clients.port());
  }

  public List<EtcdOptions.Endpoint> endpoints() {
    List<EtcdOptions.Endpoint> all = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      all.add(endpoint(i));
    }
    return all;
  }

  /// A member past its relay.
  public EtcdOptions.Endpoint straight(int index) {
    return new EtcdOptions.Endpoint("127.0.0.1", nodes.get(index).clientPort);
  }

  /// The member that leads, as it says itself; waits until there is one.
  public int leader() throws Exception {
    for (int i = 0; i < 600; i++) {
      for (int index = 0; index < nodes.size(); index++) {
        String status = ask(index, "/v3/maintenance/status", "{}");
        if (!status.isEmpty() && field(status, "member_id").equals(field(status, "leader"))) {
          return index;
        }
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    throw new IOException("this etcd has no leader");
  }

  /// SIGKILL.
  public void kill(int index) throws Exception {
    Process process = nodes.get(index).process;
    process.destroyForcibly();
    process.waitFor();
  }

  /// SIGTERM, and waits.
  public void stop(int index) throws Exception {
    Process process = nodes.get(index).process;
    process.destroy();
    process.waitFor();
  }

  /// Starts a member that was ended, and waits until it answers.
  public void restart(int index) throws Exception {
    launch(index);
    awaitHealth(index);
  }

  /// SIGSTOP.
  public void pause(int index) throws Exception {
    signal(index, "STOP");
  }

  /// SIGCONT.
  public void resume(int index) throws Exception {
    signal(index, "CONT");
  }

  private void signal(int index, String signal) throws Exception {
    String pid = Long.toString(nodes.get(index).process.pid());
    new ProcessBuilder("kill", "-" + signal, pid).start().waitFor();
  }

  /// Ends the connections of clients to a member.
  public void cutClients(int index) {
    nodes.get(index).clients.cut();
  }

  /// Cuts a member off from the other members, in both directions; its clients still reach it.
  public void partition(int index, boolean cutOff) throws Exception {
    String id = ids().get(nodes.get(index).name);
    if (id == null) {
      throw new IOException("no member tells the members' ids");
    }
    String mine = FROM + id;
    for (Node each : nodes) {
      if (each.equals(nodes.get(index))) {
        each.peers.silence(cutOff);
      } else {
        each.peers.silence(greeting -> cutOff && greeting.contains(mine));
      }
      if (!cutOff) {
        each.peers.cut();
      }
    }
  }

  /// The members' ids by name, in the way in which they greet each other.
  private Map<String, String> ids() throws Exception {
    Map<String, String> ids = new HashMap<>();
    for (int i = 0; i < nodes.size() && ids.isEmpty(); i++) {
      String members = ask(i, "/v3/cluster/member/list", "{}");
      for (String member : members.split("\\{\"ID\"", -1)) {
        Matcher found = Pattern.compile("^:\"(\\d+)\",\"name\":\"([^\"]+)\"").matcher(member);
        if (found.find()) {
          ids.put(found.group(2), Long.toHexString(Long.parseUnsignedLong(found.group(1))));
        }
      }
    }
    return ids;
  }

  public String logs() throws IOException {
    StringBuilder all = new StringBuilder();
    for (Node node : nodes) {
      all.append(Files.readString(directory.resolve(node.name + ".log")));
    }
    return all.toString();
  }

  @Override
  public void close() throws IOException {
    for (Node node : nodes) {
      node.process.destroyForcibly().onExit().join();
      node.clients.close();
      node.peers.close();
    }
    http.close();
  }
}
