package dev.drover.core.fleet;

/// How a gateway knows where partitions are (docs/design.md, "Gateways", G9).
public enum GatewayMode {
  /// Routes are cached and watched under leases.
  LEASED,
  /// The record is read for every request; no driver waits for such a gateway's receipts.
  FRESH
}
