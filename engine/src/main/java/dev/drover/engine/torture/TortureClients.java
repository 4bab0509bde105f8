package dev.drover.engine.torture;

import java.util.Random;

/// Connects clients to gateways.
public interface TortureClients extends AutoCloseable {
  /// A client of one gateway, with one operation under way at a time.
  ///
  /// @param random which of several ways an operation takes is drawn from it
  TortureClient connect(int port, Random random) throws TortureClient.Failed;

  @Override
  void close();
}
