package dev.drover.engine.demo;

import java.io.IOException;

/// Connects clients to gateways.
public interface DemoClients extends AutoCloseable {
  /// @param port of the gateway
  DemoClient connect(int port) throws IOException;

  /// Closes what is left of all of them.
  @Override
  void close();
}
