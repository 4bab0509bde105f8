package dev.drover.redis.move;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.core.mover.MoverException;
import dev.drover.core.mover.MoverSession;
import dev.drover.core.mover.Preflight;
import dev.drover.core.mover.Preflight.Finding;
import dev.drover.core.mover.Preflight.Severity;
import dev.drover.redis.testing.RedisServerProcess.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A target that evicts or refuses a value is found at once, with key, limit and setting.
@Timeout(60)
class TargetRefusesTest {
  private static Finding finding(Preflight preflight, String check) {
    return preflight.findings().stream()
        .filter(f -> f.check().equals(check))
        .findFirst()
        .orElseThrow();
  }

  private static String refusal(MoverSession session) {
    try {
      session.copy();
      session.verify();
      session.follow();
    } catch (MoverException.Refused e) {
      return String.valueOf(e.getMessage());
    } catch (MoverException | InterruptedException e) {
      throw new AssertionError(e);
    }
    throw new AssertionError("nothing was refused");
  }

  private static void assertRefused(Rig rig, String... words) throws Exception {
    try (MoverSession session = rig.open(1)) {
      session.raiseFence();
      session.prepare();
      long began = System.nanoTime();
      assertThat(refusal(session)).contains(words);
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
    }
  }

  private static void fillBig(Rig rig, int keys) throws Exception {
    List<String[]> commands = new ArrayList<>();
    for (int i = 0; i < keys; i++) {
      commands.add(new String[] {"SET", "app:" + i, "x".repeat(1_000)});
    }
    Rig.pipeline(rig.atA, commands);
  }

  @Test
  void aTargetThatEvictsEndsTheMoveAtOnce() throws Exception {
    try (Rig rig =
        new Rig(
            Version.INSTALLED,
            Version.INSTALLED,
            "--maxmemory",
            "4mb",
            "--maxmemory-policy",
            "allkeys-lru")) {
      fillBig(rig, 20_000);
      Preflight preflight = rig.mover.preflight(rig.task(1));
      assertThat(finding(preflight, "eviction").message()).contains("allkeys-lru", "4194304");
      assertThat(finding(preflight, "idle-times").severity()).isEqualTo(Severity.WARNING);
      assertRefused(rig, "home b", "evicted_keys", "4194304", "allkeys-lru", "noeviction");
    }
  }

  @Test
  void aTargetThatEvictsAfterTheComparisonCannotBeSettled() throws Exception {
    try (Rig rig = Rig.installed()) {
      rig.fill(1_000);
      try (MoverSession session = rig.verified(1)) {
        rig.atB.call("CONFIG", "SET", "maxmemory-policy", "allkeys-random");
        rig.atB.call("CONFIG", "SET", "maxmemory", "1");
        for (int i = 0; i < 10; i++) {
          rig.atB.call("PING");
        }
        rig.atB.call("CONFIG", "SET", "maxmemory", "0");
        assertThatThrownBy(session::settle)
            .isInstanceOf(MoverException.class)
            .hasMessageContaining("evicted");
      }
    }
  }

  @Test
  void aFullTargetNamesKeyAndLimit() throws Exception {
    try (Rig rig = new Rig(Version.INSTALLED, Version.INSTALLED, "--maxmemory", "4mb")) {
      fillBig(rig, 20_000);
      assertRefused(rig, "home b", "key app:", "maxmemory of 4194304 bytes");
    }
  }

  @Test
  void aStringThatIsTooLongIsNamedInPreflightAndWhenItIsCopied() throws Exception {
    try (Rig rig =
        new Rig(Version.INSTALLED, Version.INSTALLED, "--proto-max-bulk-len", "1048576")) {
      rig.fill(100);
      assertThat(finding(rig.mover.preflight(rig.task(1)), "value-size").severity())
          .isEqualTo(Severity.WARNING);
      rig.atA.call("SETRANGE", "app:long", "2000000", "x");
      Finding found = finding(rig.mover.preflight(rig.task(1)), "value-size");
      assertThat(found.severity()).isEqualTo(Severity.REFUSAL);
      assertThat(found.message()).contains("app:long", "proto-max-bulk-len 1048576");
      assertRefused(rig, "key app:long", "2000001 bytes", "proto-max-bulk-len", "1048576");
    }
  }

  @Test
  void anElementThatIsTooLongIsNamedWhenItIsCopied() throws Exception {
    try (Rig rig =
        new Rig(Version.INSTALLED, Version.INSTALLED, "--proto-max-bulk-len", "1048576")) {
      rig.fill(100);
      rig.atA.call("RPUSH", "app:list", "small", "y".repeat(1_500_000));
      assertRefused(rig, "key app:list", "1500000 bytes", "proto-max-bulk-len", "1048576");
    }
  }

  @Test
  void aValueBeyondTheQueryBufferIsNamed() throws Exception {
    try (Rig rig =
        new Rig(Version.INSTALLED, Version.INSTALLED, "--client-query-buffer-limit", "1048576")) {
      rig.fill(100);
      rig.atA.call("HSET", "app:hash", "field", "z".repeat(3_000_000));
      assertRefused(rig, "key app:hash", "client-query-buffer-limit", "1048576");
    }
  }

  @Test
  void aTargetWithoutTheSourcesFunctionsIsRefusedByName() throws Exception {
    try (Rig rig = Rig.installed()) {
      rig.fill(10);
      String code = "#!lua name=mylib\nredis.register_function('one', function(k, a) return 1 end)";
      rig.atA.call("FUNCTION", "LOAD", code);
      Finding lacks = finding(rig.mover.preflight(rig.task(1)), "functions");
      assertThat(lacks.severity()).isEqualTo(Severity.REFUSAL);
      assertThat(lacks.message()).contains("lacks function library mylib");
      assertRefused(rig, "function library mylib");

      rig.atB.call("FUNCTION", "LOAD", code.replace("return 1", "return 2"));
      assertThat(finding(rig.mover.preflight(rig.task(1)), "functions").message())
          .contains("other code in function library mylib");
      rig.atB.call("FUNCTION", "LOAD", "REPLACE", code);
      assertThat(finding(rig.mover.preflight(rig.task(1)), "functions").severity())
          .isEqualTo(Severity.OK);
      rig.moverOptions = new dev.drover.core.mover.MoverOptions(0, 0, true, false);
      try (MoverSession session = rig.verified(2)) {
        Rig.settled(session);
      }
    }
  }
}
