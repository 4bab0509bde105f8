package dev.drover.opensearch.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.drover.opensearch.gateway.ClientRig;
import dev.drover.opensearch.server.NodeProgram;
import dev.drover.opensearch.server.TestCluster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The same script by well-known clients, directly at a cluster and through a gateway for each kind
/// of place: all answers are the same, but for what docs/opensearch.md says.
@Tag("alone")
@SuppressWarnings("NullAway.Init")
class ClientScriptsTest {
  private static final String MAPPINGS =
      "{\"settings\":{\"number_of_replicas\":0},\"mappings\":{\"properties\":{\"n\":{\"type\":\"long\"},\"name\":{\"type\":\"keyword\"}}}}";
  private static final int MINUTES_MAX = 3;

  /// Steps whose answers are the gateway's own everywhere.
  private static final Set<String> OWN_ANSWERS = Set.of("info", "health", "cat");

  /// Steps that Drover refuses before a cluster would.
  private static final Set<String> WORDED_OTHERWISE =
      Set.of("unknown query", "msearch with an unknown query");

  /// Steps that would show other tenants' fields, or statistics of their documents.
  private static final Set<String> REFUSED_AT_SHARED =
      Set.of("explain", "field capabilities", "mapping");

  @TempDir static Path directory;
  private static TestCluster direct;
  private static TestCluster many;
  private static TestCluster single;
  private static ClientRig rig;

  @BeforeAll
  static void start() throws Exception {
    direct = TestCluster.start(NodeProgram.Release.THREE, directory.resolve("direct"));
    many = TestCluster.start(NodeProgram.Release.THREE, directory.resolve("many"));
    single = TestCluster.start(NodeProgram.Release.THREE, directory.resolve("single"));
    direct.call("PUT", "/orders", MAPPINGS);
    single.call("PUT", "/orders", MAPPINGS);
    direct.call("PUT", "/jorders", MAPPINGS);
    single.call("PUT", "/jorders", MAPPINGS);
    for (String index : List.of("all-orders", "own-orders", "all-jorders", "own-jorders")) {
      many.call("PUT", "/" + index, MAPPINGS);
    }
    rig =
        new ClientRig(
            many.port(),
            single.port(),
            Map.of(
                "sharing", "a/shared:all-*",
                "other", "a/shared:all-*",
                "own", "a/index:own-*",
                "alone", "b/cluster"));
    for (int i = 0; i < 20; i++) {
      String id = i == 0 ? "b:1" : "o" + i;
      for (String index : List.of("orders", "jorders")) {
        rig.write("other", "/" + index + "/_doc/" + id, "{\"n\":" + i + ",\"name\":\"a\"}");
      }
    }
  }

  @AfterAll
  static void stop() {
    rig.close();
    direct.close();
    many.close();
    single.close();
  }

  private static boolean has(String program) throws InterruptedException {
    try {
      return new ProcessBuilder(program, "--version")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static String ran(Path in, List<String> command) throws Exception {
    Process process =
        new ProcessBuilder(command).directory(in.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(MINUTES_MAX, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    return said;
  }

  private static Path script() throws Exception {
    Path script = directory.resolve("js");
    if (!Files.exists(script)) {
      Files.createDirectory(script);
      Path from = Path.of("src/test/js");
      for (String each : List.of("package.json", "package-lock.json", "script.js")) {
        Files.copy(from.resolve(each), script.resolve(each));
      }
      String _ = ran(script, List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"));
    }
    return script;
  }

  private static Map<String, Seen> javaScript(int port, String tenant) throws Exception {
    List<String> command =
        new ArrayList<>(List.of("node", "script.js", "http://127.0.0.1:" + port));
    if (!tenant.isEmpty()) {
      command.add(tenant);
    }
    Map<String, Seen> all = new LinkedHashMap<>();
    ran(script(), command).lines().map(Seen::of).forEach(each -> all.put(each.step(), each));
    return all;
  }

  /// What a client sees at each place, beside what it sees without a gateway.
  private interface Script {
    Map<String, Seen> run(int port, String tenant) throws Exception;
  }

  private static void compare(Script script) throws Exception {
    Map<String, Seen> expected = script.run(direct.port(), "");
    assertThat(expected).hasSizeGreaterThan(20);
    SoftAssertions all = new SoftAssertions();
    for (String tenant : List.of("own", "alone", "sharing")) {
      Map<String, Seen> seen = script.run(rig.port(), tenant);
      assertThat(seen.keySet()).containsExactlyElementsOf(expected.keySet());
      boolean shared = tenant.equals("sharing");
      for (Map.Entry<String, Seen> each : expected.entrySet()) {
        String step = each.getKey();
        Seen other = Objects.requireNonNull(seen.get(step), step);
        if (shared && REFUSED_AT_SHARED.contains(step)) {
          all.assertThat(other.status()).as(step).isEqualTo("403");
        } else if (WORDED_OTHERWISE.contains(step)) {
          all.assertThat(other.status())
              .as("%s: %s", tenant, step)
              .isEqualTo(each.getValue().status());
        } else if (!OWN_ANSWERS.contains(step)) {
          all.assertThat(other.comparable(shared))
              .as("%s: %s", tenant, step)
              .isEqualTo(each.getValue().comparable(shared));
        }
      }
    }
    all.assertAll();
  }

  @Test
  void theJavaScriptClientSeesTheSame() throws Exception {
    assumeTrue(has("node") && has("npm"), "there is no node or npm here");
    compare(ClientScriptsTest::javaScript);
  }

  @Test
  void theJavaClientSeesTheSame() throws Exception {
    compare(JavaClientScript::run);
  }
}
