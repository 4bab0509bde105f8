package dev.drover.opensearch.gateway;

/// Where random bytes come from that nobody can foretell.
@FunctionalInterface
public interface Chance {
  void fill(byte[] bytes);
}
