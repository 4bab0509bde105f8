package dev.drover.library;

import java.time.Duration;
import java.util.function.LongSupplier;

/// How a control plane works.
///
/// @param name of this control plane. One that is started again goes on under the same name; two
///   that run at the same time have two
/// @param barrier how long each side of the commit is waited through
/// @param nanoClock monotonic
/// @param wallClock milliseconds since 1970, for people
public record ControlPlaneOptions(
    String name, Duration barrier, LongSupplier nanoClock, LongSupplier wallClock) {
  public static final Duration BARRIER = Duration.ofSeconds(30);

  public static ControlPlaneOptions of(String name) {
    return new ControlPlaneOptions(name, BARRIER, System::nanoTime, System::currentTimeMillis);
  }

  public ControlPlaneOptions withBarrier(Duration other) {
    return new ControlPlaneOptions(name, other, nanoClock, wallClock);
  }
}
