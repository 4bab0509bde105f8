package dev.drover.engine;

/// What is the engine's own of a gateway's configuration.
public interface FrontSettings {
  /// The key whose secret clients have to show before they may do anything, such as `password`.
  /// Only a gateway that has it may listen where other machines can reach it.
  String secretKey();

  /// Whether that key is set.
  boolean asksForSecret();
}
