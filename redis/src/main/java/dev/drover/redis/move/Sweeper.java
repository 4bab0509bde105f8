package dev.drover.redis.move;

import dev.drover.core.mover.Checkpoints;
import dev.drover.core.mover.MoverException;
import dev.drover.engine.Pacer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Walks over a home's keys and has the lanes do something with each page. A copy notes how far it
/// is every few seconds, so that whoever takes the move over goes on from there.
final class Sweeper {
  private static final long NOTE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final RedisHome from;
  private final Pacer pacer;
  private final Evictions evictions;
  private final Progress progress;
  private final Checkpoints checkpoints;
  private final LongSupplier nanoClock;

  Sweeper(
      RedisHome from,
      Pacer pacer,
      Evictions evictions,
      Progress progress,
      Checkpoints checkpoints,
      LongSupplier nanoClock) {
    this.from = from;
    this.pacer = pacer;
    this.evictions = evictions;
    this.progress = progress;
    this.checkpoints = checkpoints;
    this.nanoClock = nanoClock;
  }

  /// How far the copy was when this driver began, if it can go on from there.
  CopyState resumable(Wiring w) {
    CopyState state = CopyState.of(checkpoints.state());
    return state instanceof CopyState.Walking walking
            && !walking.run().equals(w.homes().sourceFacts().runId())
        ? new CopyState.Unknown()
        : state;
  }

  /// Copies all keys to a target that holds none.
  void copy(Wiring w) throws IOException, MoverException, InterruptedException {
    copy(w, Scan.START, CopyLane::ship);
  }

  /// Copies the keys behind a cursor, which the target may hold already.
  void copyOn(Wiring w, CopyState.Walking state)
      throws IOException, MoverException, InterruptedException {
    copy(w, state.from(), CopyLane::reconcile);
  }

  private void copy(Wiring w, byte[] cursor, PageWorkers.Work work)
      throws IOException, MoverException, InterruptedException {
    Sweep sweep = new Sweep(w, "copy");
    boolean noted = false;
    try (Scan scan = w.scan(from, cursor)) {
      while (!scan.done()) {
        sweep.run(scan, work, nanoClock.getAsLong() + NOTE_NANOS);
        if (!scan.done() || noted) {
          noted = note(w, scan);
        }
      }
    }
    sweep.end();
  }

  private boolean note(Wiring w, Scan scan) throws InterruptedException {
    CopyState state =
        scan.done()
            ? new CopyState.Walked()
            : new CopyState.Walking(
                w.homes().sourceFacts().runId(),
                new String(scan.cursor(), StandardCharsets.US_ASCII));
    return checkpoints.reached(state.state());
  }

  void sweep(Wiring w, RedisHome home, String phase, PageWorkers.Work work)
      throws IOException, MoverException, InterruptedException {
    Sweep sweep = new Sweep(w, phase);
    try (Scan scan = w.scan(home, Scan.START)) {
      sweep.run(scan, work, Long.MAX_VALUE);
    }
    sweep.end();
  }

  /// One walk, in one part or in several.
  private final class Sweep {
    private final Wiring wiring;
    private final String phase;
    private final List<CopyLane> lanes;
    private final long total;
    private final long bytesBefore;
    private long keys;

    Sweep(Wiring wiring, String phase) throws IOException, MoverException {
      this.wiring = wiring;
      this.phase = phase;
      this.lanes = wiring.lanes();
      this.total = wiring.source().call("DBSIZE").number();
      this.bytesBefore = bytes();
    }

    /// Returns at the walk's end or, once the time is there, when what was found has arrived.
    void run(Scan scan, PageWorkers.Work work, long untilNanos)
        throws IOException, MoverException, InterruptedException {
      pacer.on(true);
      try {
        PageWorkers.run(
            lanes,
            () -> {
              if (scan.done() || nanoClock.getAsLong() > untilNanos) {
                return null;
              }
              evictions.lookNowAndThen(wiring.target());
              List<byte[]> page = scan.next();
              keys += page.size();
              return page;
            },
            work,
            () -> progress.tell(phase, keys, total, bytes() - bytesBefore, ""));
      } finally {
        pacer.on(false);
      }
    }

    void end() {
      progress.end(phase, keys, bytes() - bytesBefore);
    }

    private long bytes() {
      return lanes.stream().mapToLong(CopyLane::shippedBytes).sum();
    }
  }
}
