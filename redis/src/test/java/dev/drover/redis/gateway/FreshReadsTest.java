package dev.drover.redis.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.fleet.GatewayMode;
import dev.drover.redis.gateway.GatewayRig.Raw;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FreshReadsTest {
  private GatewayRig rig;
  private Raw client;

  @BeforeEach
  void start() throws Exception {
    rig = new GatewayRig(GatewayMode.FRESH);
    client = rig.raw();
    for (Raw home : new Raw[] {rig.directly(rig.a), rig.directly(rig.b)}) {
      try (home) {
        assertThat(home.send("SET app:x kept\r\n").line()).isEqualTo("+OK");
      }
    }
    rig.drain();
    rig.hold();
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    rig.close();
  }

  private void flipAndPurge() throws Exception {
    rig.flip();
    try (Raw old = rig.directly(rig.a)) {
      assertThat(old.send("DEL app:x\r\n").line()).isEqualTo(":1");
    }
  }

  @Test
  void aReadThatReachesTheOldHomeAfterThePurgeIsAskedAgainAtTheNewOne() throws Exception {
    rig.readings.add(this::flipAndPurge);
    assertThat(client.send("GET app:x\r\n").line()).isEqualTo("$4");
    assertThat(client.line()).isEqualTo("kept");
    assertThat(rig.readings).isEmpty();
  }

  @Test
  void aReadIsNotAnsweredIfTheRecordCannotBeReadAgain() throws Exception {
    rig.readings.add(this::flipAndPurge);
    rig.readings.add(
        () -> {
          throw new IOException("the store is away");
        });
    assertThat(client.send("GET app:x\r\n").line()).startsWith("-TRYAGAIN").contains("ask again");
    assertThat(client.send("GET app:x\r\n").line()).isEqualTo("$4");
    assertThat(client.line()).isEqualTo("kept");
  }
}
