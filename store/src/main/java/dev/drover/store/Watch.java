package dev.drover.store;

/// A running watch. After [#close] returns, its listener is not called again.
public interface Watch extends AutoCloseable {
  @Override
  void close();
}
