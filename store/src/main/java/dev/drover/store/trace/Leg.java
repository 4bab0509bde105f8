package dev.drover.store.trace;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// One leg of the way through a hold: a write of the store, a wake-up, a part of the last tail.
/// Java Flight Recorder keeps it while it records; otherwise nothing is done. `drover bench pause`
/// puts the legs of all processes on one line.
///
/// It reads the machine's clock itself, not the one that a shell was given: processes of one
/// machine share it, and no machine decides by it. Nothing of the data path tells one for each
/// request.
@Name(Leg.NAME)
@Label("Leg of a hold")
@Description("What took part of the time in which writes were held")
@Category("Drover")
@StackTrace(false)
public final class Leg extends Event {
  public static final String NAME = "drover.Leg";

  private static final Leg ASKED = new Leg();

  @Label("What it is")
  final String what;

  @Label("Of which: a partition, a key or a work")
  final String of;

  @Label("Epoch, or 0")
  final long epoch;

  @Label("Begin, by the monotonic clock of the machine")
  final long fromNanos;

  @Label("End, by the same clock")
  final long toNanos;

  private Leg() {
    this("", "", 0, 0, 0);
  }

  private Leg(String what, String of, long epoch, long fromNanos, long toNanos) {
    this.what = what;
    this.of = of;
    this.epoch = epoch;
    this.fromNanos = fromNanos;
    this.toNanos = toNanos;
  }

  /// Now, if it is recorded; else 0, which [#ended] takes for not recorded.
  public static long begun() {
    return ASKED.isEnabled() ? System.nanoTime() : 0;
  }

  /// Keeps a leg that ends now.
  ///
  /// @param of told as text, if it is recorded
  /// @param fromNanos what [#begun] gave
  public static void ended(String what, Object of, long epoch, long fromNanos) {
    if (fromNanos != 0) {
      new Leg(what, of.toString(), epoch, fromNanos, System.nanoTime()).commit();
    }
  }
}
