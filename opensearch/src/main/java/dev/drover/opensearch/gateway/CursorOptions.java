package dev.drover.opensearch.gateway;

import java.time.Duration;

/// How scrolls and points in time are offered.
public sealed interface CursorOptions {
  /// Not at all.
  record Off() implements CursorOptions {}

  /// What is known of one is sealed into its id.
  ///
  /// @param secret that all gateways have
  record Sealed(String secret) implements CursorOptions {
    /// Without what is secret.
    @Override
    public String toString() {
      return "sealed";
    }
  }

  /// What is known of one stands in the gateway's memory.
  ///
  /// @param capacity how many are known at most
  /// @param ttl how long one is known after it was used last
  record Table(int capacity, Duration ttl) implements CursorOptions {}
}
