package dev.drover.control;

import dev.drover.core.Clocks;
import dev.drover.core.HomeId;
import dev.drover.core.driver.Stage;
import dev.drover.core.mover.MoverListener;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a mover last said of itself. Written by the mover's thread, read by any.
final class Progress implements MoverListener {
  private static final Logger LOG = LoggerFactory.getLogger(Progress.class);
  private static final Said NOTHING = new Said("", 0, -1, 0, "", 0, 0);

  private final Clocks clocks;
  private final AtomicLong losses = new AtomicLong();
  private volatile Said said = NOTHING;
  private volatile String found = "";
  private volatile String lastHold = "";
  private volatile long stageSinceNanos;

  /// @param itemsPerSecond a moving average within one phase
  /// @param atNanos when it was said
  record Said(
      String phase,
      long itemsDone,
      long itemsTotal,
      long bytesDone,
      String waitingFor,
      double itemsPerSecond,
      long atNanos) {}

  Progress(Clocks clocks) {
    this.clocks = clocks;
    this.stageSinceNanos = clocks.nanos();
  }

  @Override
  public void progress(
      String phase, long itemsDone, long itemsTotal, long bytesDone, String waitingFor) {
    long now = clocks.nanos();
    Said before = said;
    double rate = 0;
    if (before.phase().equals(phase) && now > before.atNanos() && itemsDone >= before.itemsDone()) {
      double latest = (itemsDone - before.itemsDone()) * 1e9 / (now - before.atNanos());
      rate = before.itemsPerSecond() == 0 ? latest : 0.7 * before.itemsPerSecond() + 0.3 * latest;
    }
    said = new Said(phase, itemsDone, itemsTotal, bytesDone, waitingFor, rate, now);
  }

  @Override
  public void captureLost(String reason) {
    losses.incrementAndGet();
    LOG.warn(
        "change capture may have missed something, so both homes are compared again: {}", reason);
  }

  @Override
  public void broughtOver(HomeId home, String what) {
    found = what;
    LOG.warn("home '{}' is there again: {}", home, what);
  }

  /// @param before the stage that has ended
  void stageChanged(Stage before) {
    Said now = said;
    stageSinceNanos = clocks.nanos();
    if (before instanceof Stage.Reopening(String reason)) {
      lastHold = reason;
    }
    said =
        new Said(
            now.phase(), now.itemsDone(), now.itemsTotal(), now.bytesDone(), "", 0, clocks.nanos());
  }

  /// What a lost home held when it was there again; empty if none was.
  String found() {
    return found;
  }

  /// When the driver came to its stage.
  long stageSinceNanos() {
    return stageSinceNanos;
  }

  /// Why the last hold was given up; empty if none was.
  String lastHold() {
    return lastHold;
  }

  Said said() {
    return said;
  }

  long losses() {
    return losses.get();
  }
}
