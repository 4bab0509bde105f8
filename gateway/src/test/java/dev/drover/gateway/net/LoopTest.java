package dev.drover.gateway.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LoopTest {
  @Test
  void aLoopThatDidNotRunReadsBeforeItLooksAtTimeLimits() throws Exception {
    try (LoopRig rig = new LoopRig()) {
      AtomicInteger looked = new AtomicInteger();
      rig.loop.addTicked(_ -> looked.incrementAndGet());
      rig.run(rig.loop::tick);
      assertThat(looked).hasValue(1);
      rig.clock.addAndGet(TimeUnit.SECONDS.toNanos(8));
      rig.run(rig.loop::tick);
      assertThat(looked).hasValue(1);
      rig.clock.addAndGet(TimeUnit.SECONDS.toNanos(8));
      rig.run(rig.loop::tick);
      assertThat(looked).hasValue(2);
    }
  }
}
