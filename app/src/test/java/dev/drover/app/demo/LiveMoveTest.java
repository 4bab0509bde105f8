package dev.drover.app.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.drover.app.client.ApiException;
import dev.drover.app.client.Json;
import dev.drover.app.client.MoveFollower;
import dev.drover.control.certificate.CertificateChecks;
import dev.drover.control.certificate.CertificateChecks.Check;
import dev.drover.control.certificate.SignedCertificate;
import dev.drover.engine.demo.DemoKit;
import dev.drover.engine.demo.SampleContent;
import dev.drover.redis.plug.RedisPlug;
import dev.drover.redis.server.RedisBinary;
import dev.drover.redis.wire.RespConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A move between two real Redis servers, each process one of its own, under traffic.
@Tag("alone")
final class LiveMoveTest {
  private static final int KEYS = 5_000;
  private static final RedisPlug PLUG = new RedisPlug();

  private final DemoKit kit = PLUG.demoKit().orElseThrow();

  private static DemoFleet started(Optional<Path> redis) throws Exception {
    return DemoFleet.start(DemoSubject.of(PLUG), redis, false);
  }

  @Test
  void aScopeMovesUnderTrafficAndNothingIsLostWithTheRedisThatComesAlong(@TempDir Path directory)
      throws Exception {
    moves(RedisBinary.bundled(directory));
  }

  @Test
  void aScopeMovesUnderTrafficAndNothingIsLostWithTheInstalledRedis() throws Exception {
    Optional<Path> installed = RedisBinary.installed();
    assumeTrue(installed.isPresent(), "no redis-server is installed");
    moves(installed.orElseThrow());
  }

  private void moves(Path redis) throws Exception {
    Path directory;
    try (DemoFleet fleet = started(Optional.of(redis))) {
      directory = fleet.directory();
      SampleContent keys = kit.content(KEYS);
      keys.fill(fleet.bluePort());
      try (Traffic traffic = Traffic.start(kit, fleet.gatewayPorts(), 4)) {
        Thread.sleep(500);
        String id = begin(fleet, "green");
        Json end = new MoveFollower(fleet.client(), id).follow(state -> {});
        traffic.stop();
        assertThat(end.text("outcome")).as("%s", end).isEqualTo("COMPLETED");
        assertThat(traffic.writes()).isGreaterThan(100);
        assertThat(traffic.lost()).as("%s", traffic.examples()).isZero();
        assertThat(traffic.stale()).as("%s", traffic.examples()).isZero();
        assertThat(traffic.refused()).as("%s", traffic.examples()).isZero();
        SampleContent.Checked checked = keys.check(fleet.gatewayPorts().getFirst());
        assertThat(checked.names()).isEmpty();
        assertThat(checked.read()).isEqualTo(KEYS + 1);
        var file = SignedCertificate.read(fleet.client().get("/v1/certificates/" + id));
        assertThat(CertificateChecks.of(file, List.of(file.key()))).allMatch(Check::holds);
      }
    }
    assertThat(directory).as("what the fleet leaves behind").doesNotExist();
  }

  private static String begin(DemoFleet fleet, String to) throws ApiException {
    byte[] answer =
        fleet.client().post("/v1/moves", Map.of("partition", fleet.partition().name(), "to", to));
    return Json.parse(answer).text("id");
  }

  @Test
  void aLossWouldBeSeen() throws Exception {
    try (DemoFleet fleet = started(Optional.empty())) {
      String scope = fleet.partition().name();
      SampleContent keys = kit.content(2_000);
      keys.fill(fleet.bluePort());
      try (RespConnection blue = RedisBinary.connect(fleet.bluePort())) {
        blue.call("DEL", scope + "k:20");
        blue.call("APPEND", scope + "k:21", "x");
        blue.call("PERSIST", scope + "k:10");
        blue.call("XACK", scope + "k:9", "group", "1-1");
        blue.call("HDEL", scope + "big", "field-7");
      }
      try (Traffic traffic = Traffic.start(kit, fleet.gatewayPorts(), 1)) {
        while (traffic.writes() < 200) {
          Thread.sleep(10);
        }
        traffic.stop();
        try (RespConnection blue = RedisBinary.connect(fleet.bluePort())) {
          for (int i = 0; i < 32; i++) {
            blue.call("SET", scope + "w:0:s" + i, "0");
          }
          blue.call("XTRIM", scope + "w:0:x", "MAXLEN", "1");
        }
        assertThat(traffic.lost()).isGreaterThan(1);
      }
      assertThat(keys.check(fleet.gatewayPorts().getFirst()).wrong()).isEqualTo(5);
      assertThat(Files.exists(fleet.directory())).isTrue();
    }
  }
}
