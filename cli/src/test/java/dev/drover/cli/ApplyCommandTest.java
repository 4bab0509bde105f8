package dev.drover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.app.demo.DemoFleet;
import dev.drover.app.demo.DemoSubject;
import dev.drover.redis.plug.RedisPlug;
import dev.drover.redis.server.RedisBinary;
import dev.drover.redis.wire.RespConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// `drover apply` and SIGHUP with real processes.
@Timeout(180)
final class ApplyCommandTest {
  @Test
  void whatTheFileSaysIsShownAndApplied() throws Exception {
    try (DemoFleet fleet =
        DemoFleet.start(DemoSubject.of(new RedisPlug()), Optional.empty(), false)) {
      Path file = fleet.directory().resolve("drover.yaml");
      String before = Files.readString(file);
      try (RespConnection client = RedisBinary.connect(fleet.gatewayPorts().getFirst())) {
        assertThat(client.call("SET", "cli:1", "x").text()).isEqualTo("OK");
        Ran same = apply(file);
        assertThat(same.exit()).as(same.err()).isEqualTo(Exit.ALREADY);
        assertThat(same.out()).contains("in force already");

        String more = before.replace("scopes:\n", "scopes:\n  - {prefix: \"cli:\", home: blue}\n");
        assertThat(more).isNotEqualTo(before);
        Files.writeString(file, more);
        Ran shown = apply(file, "--dry-run");
        assertThat(shown.exit()).isEqualTo(Exit.OK);
        assertThat(shown.out()).contains("+ scope 'cli:'", "at home 'blue'", "1 new\n");
        Ran unasked = apply(file);
        assertThat(unasked.exit()).isEqualTo(Exit.USAGE);
        assertThat(unasked.err()).contains("--yes");
        assertThat(partitions(file)).doesNotContain("cli:");

        Ran applied = apply(file, "--yes");
        assertThat(applied.exit()).as(applied.out() + applied.err()).isEqualTo(Exit.OK);
        assertThat(applied.out()).contains("applied; in force at: ");
        assertThat(partitions(file)).contains("cli:");
        Path other = Files.writeString(fleet.directory().resolve("other.yaml"), before);
        Ran mistaken = apply(other, "--yes");
        assertThat(mistaken.exit()).isEqualTo(Exit.FAILED);
        assertThat(mistaken.err()).contains("is not the same as");

        Files.writeString(file, before);
        hangUp("server");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (partitions(file).contains("cli:")) {
          assertThat(System.nanoTime()).isLessThan(end);
          TimeUnit.MILLISECONDS.sleep(50);
        }
        hangUp("gateway");
        assertThat(client.call("GET", "cli:1").text()).isEqualTo("x");

        Files.writeString(file, before + "nonsense: 1\n");
        Ran broken = apply(file, "--yes", "--json");
        assertThat(broken.exit()).isEqualTo(Exit.USAGE);
        assertThat(broken.out() + broken.err()).contains("nonsense");
      }
    }
  }

  private static Ran apply(Path file, String... more) {
    return Ran.of(
        Stream.concat(Stream.of("apply", "-c", file.toString()), List.of(more).stream())
            .toArray(String[]::new));
  }

  private static String partitions(Path file) {
    return Ran.of("partitions", "-c", file.toString()).out();
  }

  /// Sends SIGHUP to those processes that this test has started.
  private static void hangUp(String which) throws Exception {
    int told = 0;
    for (ProcessHandle each : ProcessHandle.current().descendants().toList()) {
      // The JDK does not tell arguments of more than a page, and a class path is longer.
      String line = Files.readString(Path.of("/proc", Long.toString(each.pid()), "cmdline"));
      if (List.of(line.split("\0")).contains(which)) {
        assertThat(new ProcessBuilder("kill", "-HUP", Long.toString(each.pid())).start().waitFor())
            .isZero();
        told++;
      }
    }
    assertThat(told).isPositive();
  }
}
