package dev.drover.opensearch.move;

import dev.drover.core.mover.MoverException;
import dev.drover.opensearch.wire.HomeFailure;

/// What a home's failure means to a move.
final class Failures {
  private Failures() {}

  /// What may fail by a home.
  interface Asked<T> {
    T ask() throws HomeFailure, MoverException, InterruptedException;
  }

  static <T> T asked(Asked<T> what) throws MoverException, InterruptedException {
    try {
      return what.ask();
    } catch (HomeFailure e) {
      throw of(e);
    }
  }

  static MoverException of(HomeFailure e) {
    String home = e.home().toString();
    return switch (e.kind()) {
      case SILENT ->
          new MoverException.Unreachable("%s does not answer (%s)".formatted(home, e.reason()), e);
      case BUSY ->
          new MoverException.Unreachable(
              "%s refuses for now (%s: %s)".formatted(home, e.type(), e.reason()), e);
      case REFUSED ->
          new MoverException.Refused(
              "%s refuses (%s, status %d: %s). The move cannot go on; abort it, and see to that first"
                  .formatted(
                      home, e.type().isEmpty() ? "no type" : e.type(), e.status(), e.reason()),
              e);
    };
  }
}
