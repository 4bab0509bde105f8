package dev.drover.engine.demo;

import java.io.IOException;

/// Stands for a home where a real one cannot be had: while a build trains the JVM for the engine's
/// gateways, say. It answers everything alike, keeps nothing, and shows nothing about the engine.
///
/// It listens on a free port of this machine until it is closed.
public interface StandIn extends AutoCloseable {
  /// An entry of `homes` in the configuration.
  String home();

  /// An entry of `gateways`.
  String gateway();

  /// The list of partitions at that home, with its key.
  String partitions();

  /// Has clients ask for about everything that is often asked for, and waits for the answers.
  ///
  /// @throws IOException if something was refused
  void ask() throws IOException, InterruptedException;

  @Override
  void close();
}
