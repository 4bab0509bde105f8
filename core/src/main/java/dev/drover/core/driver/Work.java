package dev.drover.core.driver;

/// What a driver asks its mover to do, one at a time and in order.
public enum Work {
  RAISE_FENCE,
  PREPARE,
  COPY,
  VERIFY,
  FOLLOW,
  FENCE_SOURCE,
  SETTLE,
  UNFENCE_SOURCE,
  STRAYS,
  UNDO
}
