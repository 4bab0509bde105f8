package dev.drover.torture.fleet;

import dev.drover.app.StartException;
import dev.drover.store.StateStore;
import dev.drover.store.etcd.EtcdOptions;
import dev.drover.store.etcd.EtcdStore;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// An etcd of one member or several. Who talks to a member does so over a wire of its own; what the
/// members say to one another comes to each over one wire, `peers-etcdN`.
final class EtcdUnderTest implements StoreUnderTest {
  /// A little less than what is left of a lease that was kept alive as it should be.
  private static final Duration PAUSE_MAX = Duration.ofSeconds(1);

  private final Wiring wiring;
  private final Path binary;
  private final List<String> names;
  private final List<Child> nodes = new ArrayList<>();
  private final Optional<String> defect;

  /// @param disk the small disk, which has the data of the first member
  EtcdUnderTest(Wiring wiring, Path logs, Path disk, int members)
      throws IOException, InterruptedException, StartException {
    this.wiring = wiring;
    this.binary = installed();
    names = IntStream.rangeClosed(1, members).mapToObj(i -> "etcd" + i).toList();
    defect = members == 1 ? Optional.empty() : defect(version());
    for (String name : names) {
      if (members > 1) {
        wiring.join("peers", name, wiring.listens(name + "-peers"));
      }
    }
    for (String name : names) {
      Path data = (nodes.isEmpty() ? disk : logs).resolve(name + "-data");
      List<String> command = command(name, Files.createDirectory(data));
      int port = wiring.listens(name);
      nodes.add(new Child(name, logs, run -> command, log -> Probe.ok(port)));
    }
  }

  /// That of PATH.
  private static Path installed() throws StartException {
    return find()
        .orElseThrow(
            () ->
                new StartException(
                    "there is no etcd on this machine: install it (Debian: apt-get install"
                        + " etcd-server), or torture another store",
                    null));
  }

  static Optional<Path> find() {
    String path = System.getenv().getOrDefault("PATH", "");
    for (String directory : path.split(File.pathSeparator, -1)) {
      Path file = Path.of(directory, "etcd");
      if (!directory.isEmpty() && Files.isExecutable(file)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }

  private String version() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(binary.toString(), "--version").redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said.lines()
        .filter(line -> line.startsWith("etcd Version: "))
        .map(line -> line.substring("etcd Version: ".length()).strip())
        .findFirst()
        .orElse("");
  }

  /// What this etcd does not keep although it has promised it.
  private static Optional<String> defect(String version) {
    return !EtcdStore.endsLeasesEarly(version)
        ? Optional.empty()
        : Optional.of(
            ("the leader of an etcd of several members stopped for longer than %d ms: in etcd %s one"
                    + " that was stopped for longer than a lease may end it although its successor has extended it")
                .formatted(PAUSE_MAX.toMillis(), version));
  }

  private List<String> command(String name, Path data) {
    String client = "http://127.0.0.1:" + wiring.listens(name);
    String peer = "http://127.0.0.1:" + wiring.listens(name + "-peers");
    List<String> command = new ArrayList<>();
    command.addAll(List.of(binary.toString(), "--name", name, "--data-dir", data.toString()));
    command.addAll(List.of("--listen-client-urls", client, "--advertise-client-urls", client));
    command.addAll(List.of("--listen-peer-urls", peer));
    command.addAll(List.of("--initial-advertise-peer-urls", advertised(name)));
    command.addAll(
        List.of(
            "--initial-cluster",
            names.stream().map(n -> n + "=" + advertised(n)).collect(Collectors.joining(","))));
    command.addAll(List.of("--logger", "zap", "--log-level", "warn"));
    // So that an hour sees snapshots, and watches that have fallen behind what is kept.
    command.addAll(List.of("--snapshot-count", "1000"));
    command.addAll(
        List.of("--auto-compaction-mode", "revision", "--auto-compaction-retention", "1000"));
    return List.copyOf(command);
  }

  private String advertised(String name) {
    int port = names.size() == 1 ? wiring.listens(name + "-peers") : wiring.port("peers", name);
    return "http://127.0.0.1:" + port;
  }

  @Override
  public List<Child> nodes() {
    return List.copyOf(nodes);
  }

  @Override
  public boolean apart() {
    return true;
  }

  @Override
  public Duration pauseMax(Child node) {
    boolean harmless = defect.isEmpty() || Probe.follows(wiring.listens(node.name()));
    return harmless ? Duration.ofDays(1) : PAUSE_MAX;
  }

  @Override
  public Optional<String> omitted() {
    return defect;
  }

  @Override
  public StateStore connect() {
    return EtcdStore.connect(
        EtcdOptions.defaults(
            names.stream()
                .map(name -> new EtcdOptions.Endpoint("127.0.0.1", wiring.listens(name)))
                .toList()));
  }

  @Override
  public void join(String party) throws IOException {
    for (String name : names) {
      wiring.join(party, name, wiring.listens(name));
    }
  }

  @Override
  public List<String> wires(String party) {
    return names.stream().map(name -> party + "-" + name).toList();
  }

  @Override
  public String underServer(String party) {
    return "";
  }

  @Override
  public String section(String party) {
    return "store: {kind: etcd, endpoints: [%s]}\n"
        .formatted(
            names.stream()
                .map(name -> "\"127.0.0.1:" + wiring.port(party, name) + "\"")
                .collect(Collectors.joining(", ")));
  }
}
