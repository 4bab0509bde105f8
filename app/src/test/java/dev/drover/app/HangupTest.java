package dev.drover.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class HangupTest {
  private static void hangUp() throws Exception {
    String self = Long.toString(ProcessHandle.current().pid());
    assertThat(new ProcessBuilder("kill", "-HUP", self).start().waitFor()).isZero();
  }

  @Test
  void oneThatComesWhileTheProcessStartsIsCarriedOutOnceItHas() throws Exception {
    Hangup hangup = Hangup.taken();
    hangUp();
    Semaphore reloads = new Semaphore(0);
    hangup.runs(reloads::release);
    assertThat(reloads.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
    hangUp();
    assertThat(reloads.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
  }
}
