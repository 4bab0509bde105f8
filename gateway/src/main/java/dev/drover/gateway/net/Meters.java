package dev.drover.gateway.net;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/// What a gateway counts, under names that begin with `drover.gateway.`.
public final class Meters {
  static final String PREFIX = "drover.gateway.";

  private Meters() {}

  /// @param of what is counted at; as long as somebody else holds it
  /// @param name without the beginning
  /// @param help for people
  public static <T> void counter(
      MeterRegistry registry, T of, String name, String help, ToDoubleFunction<T> value) {
    FunctionCounter.builder(PREFIX + name, of, value).description(help).register(registry);
  }
}
