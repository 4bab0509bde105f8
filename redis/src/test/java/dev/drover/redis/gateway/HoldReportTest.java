package dev.drover.redis.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.GatewayId;
import dev.drover.core.fleet.RequestUnderWay;
import dev.drover.redis.gateway.GatewayRig.Raw;
import dev.drover.store.Entry;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import dev.drover.store.records.RequestsRecord;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a gateway tells of the requests that keep it from confirming a hold.
@Timeout(60)
class HoldReportTest {
  private static final String KEY = Keys.requests(new GatewayId("g"));
  private static final String LOOP =
      "local t = redis.call('TIME') local e = t[1] * 1000 + t[2] / 1000 + ARGV[1]"
          + " repeat t = redis.call('TIME') until t[1] * 1000 + t[2] / 1000 > e return 1";

  private static CompletableFuture<Void> hold(GatewayRig rig) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            rig.hold();
          } catch (Exception e) {
            throw new CompletionException(e);
          }
        });
  }

  private static List<RequestUnderWay> told(GatewayRig rig) throws Exception {
    Optional<Entry> entry = rig.store.get(KEY);
    return entry.isEmpty()
        ? List.of()
        : Records.decode(KEY, entry.get().value(), RequestsRecord.class).requests();
  }

  @Test
  void aScriptThatHoldsAPassIsNamedForAsLongAsItDoes() throws Exception {
    try (GatewayRig rig = new GatewayRig(GatewayRig.Setup.usual().inner(false));
        Raw raw = rig.raw()) {
      rig.drain();
      raw.send(
          "*5\r\n$4\r\nEVAL\r\n$%d\r\n%s\r\n$1\r\n1\r\n$7\r\napp:q 1\r\n$4\r\n4500\r\n"
              .formatted(LOOP.length(), LOOP));
      rig.await("passes", passes -> passes == 1);
      assertThat(told(rig)).isEmpty();
      CompletableFuture<Void> held = hold(rig);
      while (told(rig).isEmpty()) {
        assertThat(held).isNotDone();
        Thread.sleep(5);
      }
      RequestUnderWay request = told(rig).getFirst();
      assertThat(request.partition()).isEqualTo(GatewayRig.APP);
      assertThat(request.client()).isEqualTo("127.0.0.1:" + raw.socket().getLocalPort());
      assertThat(request.command()).isEqualTo("eval");
      assertThat(request.item()).isEqualTo("app:q\\x201");
      assertThat(request.ageMillis()).isBetween(200L, 5_000L);
      assertThat(request.endsInMillis()).isBetween(1L, 10_000L);
      assertThat(request.remedy()).contains("SCRIPT KILL at home 'a'");
      assertThat(request.toString()).doesNotContain("4500").doesNotContain("redis.call");
      held.join();
      assertThat(raw.line()).isEqualTo(":1");
      while (rig.store.get(KEY).isPresent()) {
        Thread.sleep(5);
      }
    }
  }

  @Test
  void aRequestThatHasNotComeAsAWholeIsCutOffAndSoHoldsNothingUp() throws Exception {
    try (GatewayRig rig = new GatewayRig();
        Raw raw = rig.raw()) {
      raw.send("*3\r\n$5\r\nRPUSH\r\n$5\r\napp:l\r\n$2000000\r\n" + "x".repeat(1_000_000));
      rig.await("passes", passes -> passes == 1);
      rig.drain();
      rig.hold();
      assertThat(raw.line()).startsWith("-TRYAGAIN scope 'app:' moves");
      assertThat(told(rig)).isEmpty();
    }
  }
}
