package dev.drover.opensearch.server;

import dev.drover.engine.local.HomeProgram;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// A single node of OpenSearch as a process on loopback. It syncs each write before it answers,
/// asked to or not.
///
/// @param java what runs it
/// @param directory what the module of this version was built in, with `classes` and `lib`
/// @param release the node's version
/// @param settings more of the node's, each as `key=value`
public record NodeProgram(Path java, Path directory, Release release, List<String> settings)
    implements HomeProgram {
  /// Answered with 200 once every index can be read and written.
  private static final String SERVES = "/_cluster/health?wait_for_status=yellow&timeout=0s";

  private static final int ASKED_MILLIS_MAX = 1_000;

  private static final List<String> FLAGS_OF_THREE =
      List.of("--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED");

  /// The versions that there are.
  public enum Release {
    /// OpenSearch 2.19.
    TWO,
    /// OpenSearch 3.8.
    THREE;

    private String module() {
      return this == TWO ? "node2" : "node3";
    }
  }

  /// The one of this checkout.
  ///
  /// @throws IOException saying what is missing, and what to do
  public static NodeProgram of(Release release) throws IOException {
    Path target = built(release);
    return new NodeProgram(
        release == Release.TWO ? olderJava() : Path.of(System.getProperty("java.home"), "bin/java"),
        target,
        release,
        List.of());
  }

  /// The same with more settings of the node, each as `key=value`.
  public NodeProgram with(List<String> more) {
    return new NodeProgram(java, directory, release, more);
  }

  private static Path built(Release release) throws IOException {
    for (Path from : List.of(installed(), Path.of("").toAbsolutePath())) {
      for (Path each = from; each != null; each = each.getParent()) {
        Path target = each.resolve("opensearch").resolve(release.module()).resolve("target");
        if (Files.isDirectory(target.resolve("lib"))) {
          return target;
        }
      }
    }
    throw new IOException(
        "there is no OpenSearch here. In a checkout, './mvnw -pl opensearch/%s package' fetches one"
            .formatted(release.module()));
  }

  /// Where this class is.
  private static Path installed() throws IOException {
    try {
      return Path.of(NodeProgram.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IOException("it cannot be found out where Drover is installed", e);
    }
  }

  /// OpenSearch 2 sets a security manager, which no JDK has from 24 on.
  private static Path olderJava() throws IOException {
    Path all = Path.of("/usr/lib/jvm");
    if (Files.isDirectory(all)) {
      try (Stream<Path> jdks = Files.list(all)) {
        List<Path> found =
            jdks.filter(each -> String.valueOf(each.getFileName()).contains("17"))
                .map(each -> each.resolve("bin/java"))
                .filter(Files::isExecutable)
                .sorted()
                .toList();
        if (!found.isEmpty()) {
          return found.getFirst();
        }
      }
    }
    throw new IOException(
        "OpenSearch 2 needs a JDK 17, and there is none in /usr/lib/jvm: apt-get install openjdk-17-jre-headless");
  }

  @Override
  public List<String> command(int port, Path data, Durability durability) {
    List<String> command = new ArrayList<>();
    command.add(java.toString());
    command.addAll(List.of("-Xms512m", "-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    if (release == Release.THREE) {
      command.addAll(FLAGS_OF_THREE);
    }
    command.addAll(
        List.of(
            "-cp",
            directory.resolve("classes") + ":" + directory.resolve("lib") + "/*",
            "dev.drover.opensearch.%s.SingleNode".formatted(release.module()),
            Integer.toString(port),
            data.toString()));
    command.addAll(settings);
    return List.copyOf(command);
  }

  @Override
  public boolean serves(int port) throws IOException {
    return answers(port);
  }

  /// Whether a node's indices can be read and written.
  static boolean answers(int port) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection)
            URI.create("http://127.0.0.1:" + port + SERVES).toURL().openConnection();
    connection.setConnectTimeout(ASKED_MILLIS_MAX);
    connection.setReadTimeout(ASKED_MILLIS_MAX);
    try {
      return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
    } finally {
      connection.disconnect();
    }
  }
}
