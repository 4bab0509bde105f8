package dev.drover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.app.client.Json;
import dev.drover.app.client.MoveFollower;
import dev.drover.app.demo.DemoFleet;
import dev.drover.app.demo.DemoSubject;
import dev.drover.redis.plug.RedisPlug;
import dev.drover.redis.server.RedisBinary;
import dev.drover.redis.wire.RespConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A certificate of a real move, checked by who has only the file.
class CertificateCommandTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path directory;

  @Test
  void aCertificateVerifiesItself() throws Exception {
    Path file = directory.resolve("move.json");
    Path keys = directory.resolve("drover.pub");
    try (DemoFleet fleet =
        DemoFleet.start(DemoSubject.of(new RedisPlug()), Optional.empty(), false)) {
      String scope = fleet.partition().name();
      String config = fleet.directory().resolve("drover.yaml").toString();
      try (RespConnection blue = RedisBinary.connect(fleet.bluePort())) {
        for (int i = 0; i < 200; i++) {
          blue.call("SET", scope + "text:" + i, "v" + i, "EX", "1000");
          blue.call("HSET", scope + "hash:" + i, "field", "v" + i);
          blue.call("XADD", scope + "stream:" + i, "*", "field", "v" + i);
        }
      }
      String move =
          Json.parse(fleet.client().post("/v1/moves", Map.of("partition", scope, "to", "green")))
              .text("id");
      Json end = new MoveFollower(fleet.client(), move).follow(state -> {});
      assertThat(end.text("outcome")).as("%s", end).isEqualTo("COMPLETED");

      Ran online = Ran.of("certificate", move, "--verify", "--against-home", "-c", config);
      assertThat(online.exit()).as(online.out() + online.err()).isZero();
      assertThat(online.out()).contains("the certificate holds", "holds what was compared then");
      Files.writeString(file, Ran.of("certificate", move, "--json", "-c", config).out());
      Files.writeString(keys, Ran.of("certificate", "--key", "-c", config).out());

      try (RespConnection gateway = RedisBinary.connect(fleet.gatewayPorts().getFirst())) {
        gateway.call("SET", scope + "later", "x");
      }
      Ran later =
          Ran.of("certificate", file.toString(), "--verify", "--against-home", "-c", config);
      assertThat(later.exit()).isEqualTo(Exit.FAILED);
      assertThat(later.out()).contains("and not what was compared before the hold");
    }
    Ran offline = verified(file, keys);
    assertThat(offline.exit()).as(offline.out() + offline.err()).isZero();

    String text = Files.readString(file);
    forged(text.replaceFirst("\"digest\" : \"..", "\"digest\" : \"00"), keys, "signature");
    forged(text.replace("\"green\"", "\"red\""), keys, "signature");
    forged(text.replaceFirst("\\{", "{ \"checks\" : [],"), keys, "no certificate");
    forged("not json", keys, "no certificate");
    forged(text.replaceFirst("\\{", "{ \"\\\\u001b[2J\\\\nholds\" : 1,"), keys, "no certificate");
    forged(text.replaceFirst("\"epoch\" : ", "\"epoch\" : 1."), keys, "whole numbers");
    Ran unknown =
        Ran.of("certificate", file.toString(), "--verify", "-c", directory + "/none.yaml");
    assertThat(unknown.exit()).isEqualTo(Exit.FAILED);
    assertThat(unknown.out()).contains("--trust");
  }

  private static Ran verified(Path file, Path keys) {
    return Ran.of("certificate", file.toString(), "--verify", "--trust", keys.toString());
  }

  private void forged(String text, Path keys, String why) throws Exception {
    Path file = Files.writeString(directory.resolve("forged.json"), text);
    Ran ran = verified(file, keys);
    assertThat(ran.exit()).as(ran.out()).isEqualTo(Exit.FAILED);
    assertThat(ran.out() + ran.err()).contains(why).doesNotContain("\u001b", "\nholds");
  }
}
