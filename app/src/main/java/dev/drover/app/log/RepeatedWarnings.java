package dev.drover.app.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;

/// Keeps warnings and errors that come by the thousand from filling a disk: of one kind and subject
/// a few are written in ten seconds, and of one kind some more, whoever the subject is. How many
/// were left out is said before the next one that is written.
///
/// A kind is a logger and the text before its values are put in; the subject is the first value.
/// Thread-safe.
public final class RepeatedWarnings extends TurboFilter {
  static final int OF_SUBJECT_MAX = 3;
  static final int OF_KIND_MAX = 20;
  static final long WINDOW_NANOS = 10_000_000_000L;

  /// Of kinds and of subjects that are remembered; the oldest are forgotten first.
  private static final int REMEMBERED_MAX = 1_000;

  private static final Marker COUNT = MarkerFactory.getMarker("LEFT_OUT");

  private final LongSupplier nanoClock;
  private final Map<String, Window> kinds = new LinkedHashMap<>();
  private final Map<String, Window> subjects = new LinkedHashMap<>();

  /// For the configuration of the log.
  public RepeatedWarnings() {
    this(System::nanoTime);
  }

  RepeatedWarnings(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /// Lines since a moment.
  private static final class Window {
    private final long sinceNanos;
    private int written;
    private long leftOut;

    Window(long sinceNanos) {
      this.sinceNanos = sinceNanos;
    }
  }

  @Override
  public FilterReply decide(
      @Nullable Marker marker,
      Logger logger,
      Level level,
      @Nullable String format,
      Object @Nullable [] values,
      @Nullable Throwable thrown) {
    boolean counts = format != null && level.isGreaterOrEqual(Level.WARN);
    if (!counts || COUNT.equals(marker) || !logger.isEnabledFor(level)) {
      return FilterReply.NEUTRAL;
    }
    String kind = logger.getName() + "\n" + format;
    String subject = kind + "\n" + (values == null || values.length == 0 ? "" : values[0]);
    long leftOut;
    synchronized (kinds) {
      long now = nanoClock.getAsLong();
      Window ofKind = window(kinds, kind, now);
      Window ofSubject = window(subjects, subject, now);
      if (ofKind.written >= OF_KIND_MAX || ofSubject.written >= OF_SUBJECT_MAX) {
        ofKind.leftOut++;
        return FilterReply.DENY;
      }
      leftOut = ofKind.written == 0 ? ofKind.leftOut : 0;
      ofKind.leftOut -= leftOut;
      ofKind.written++;
      ofSubject.written++;
    }
    if (leftOut > 0) {
      logger.warn(COUNT, "{} lines like the next one were left out before it", leftOut);
    }
    return FilterReply.NEUTRAL;
  }

  /// The window that a line falls into. A new one begins with what the former one left out.
  private static Window window(Map<String, Window> windows, String key, long now) {
    Window window = windows.get(key);
    if (window == null || now - window.sinceNanos >= WINDOW_NANOS) {
      Window next = new Window(now);
      next.leftOut = window == null ? 0 : window.leftOut;
      windows.remove(key);
      windows.put(key, next);
      if (windows.size() > REMEMBERED_MAX) {
        windows.remove(windows.keySet().iterator().next());
      }
      return next;
    }
    return window;
  }
}
