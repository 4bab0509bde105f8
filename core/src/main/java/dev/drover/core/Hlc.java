package dev.drover.core;

/// A hybrid logical clock stamp: wall-clock milliseconds, and a counter that orders what falls into
/// one of them.
///
/// Stamps order events that know of each other, also when a wall clock jumps back. Source: Kulkarni
/// et al., "Logical Physical Clocks", 2014.
///
/// @param millis since the Unix epoch, at least as great as any wall clock that led to this stamp
/// @param counter 0 to [#COUNTER_MAX]
public record Hlc(long millis, int counter) implements Comparable<Hlc> {
  public static final int COUNTER_MAX = 0xffff;
  public static final Hlc ZERO = new Hlc(0, 0);

  public Hlc {
    if (millis < 0 || counter < 0 || counter > COUNTER_MAX) {
      throw new IllegalArgumentException("not a stamp: " + millis + "." + counter);
    }
  }

  /// The next stamp after this one for a local event.
  public Hlc next(long wallMillis) {
    if (wallMillis > millis) {
      return new Hlc(wallMillis, 0);
    }
    return counter < COUNTER_MAX ? new Hlc(millis, counter + 1) : new Hlc(millis + 1, 0);
  }

  /// The next stamp after both this one and one that was received.
  public Hlc next(Hlc received, long wallMillis) {
    return (received.compareTo(this) > 0 ? received : this).next(wallMillis);
  }

  @Override
  public int compareTo(Hlc that) {
    int byMillis = Long.compare(millis, that.millis);
    return byMillis != 0 ? byMillis : Integer.compare(counter, that.counter);
  }

  @Override
  public String toString() {
    return millis + "." + counter;
  }

  /// Reads what [#toString] writes.
  public static Hlc parse(String text) {
    int dot = text.indexOf('.');
    if (dot < 1) {
      throw new IllegalArgumentException("not a stamp: '" + text + "'");
    }
    return new Hlc(
        Long.parseLong(text.substring(0, dot)), Integer.parseInt(text.substring(dot + 1)));
  }
}
