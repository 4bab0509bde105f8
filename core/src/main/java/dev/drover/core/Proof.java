package dev.drover.core;

import dev.drover.core.mover.Settlement.Settled;
import dev.drover.core.mover.Verification;
import java.util.List;

/// What allowed a commit: kept in the record from the commit point on, so that whoever finishes the
/// move can certify it.
///
/// @param receipts the gateways whose receipts for the cutover were in, and those that were gone
/// @param settled where the source's changes ended
/// @param verification the comparison before the hold
/// @param sourceFenced whether the old home refuses writers who go around the gateways
/// @param predictedPauseNanos what was predicted before the hold
/// @param holdNanos from Cutover to the commit, by the driver's clock
public record Proof(
    List<Receipt> receipts,
    Settled settled,
    Verification verification,
    boolean sourceFenced,
    long predictedPauseNanos,
    long holdNanos,
    Unknown unknown) {
  public Proof {
    receipts = List.copyOf(receipts);
  }

  public Proof(
      List<Receipt> receipts,
      Settled settled,
      Verification verification,
      boolean sourceFenced,
      long predictedPauseNanos,
      long holdNanos) {
    this(
        receipts,
        settled,
        verification,
        sourceFenced,
        predictedPauseNanos,
        holdNanos,
        Unknown.NOTHING);
  }

  /// One gateway's word for one epoch.
  ///
  /// @param lease the lease session under which it was given, or under which the gateway was known
  ///   before it was gone
  /// @param given whether the receipt was given; if not, the gateway's lease had ended
  /// @param forgotten whether an operator ended the leases of a gateway that may have been alive:
  ///   then nothing proves that it served no more
  public record Receipt(
      GatewayId gateway, long epoch, long lease, boolean given, boolean forgotten) {
    public Receipt {
      if (given && forgotten) {
        throw new IllegalArgumentException("a receipt that was given proves enough");
      }
    }

    public static Receipt given(GatewayId gateway, long epoch, long lease) {
      return new Receipt(gateway, epoch, lease, true, false);
    }

    public static Receipt ended(GatewayId gateway, long epoch, long lease) {
      return new Receipt(gateway, epoch, lease, false, false);
    }

    public static Receipt forgotten(GatewayId gateway, long epoch, long lease) {
      return new Receipt(gateway, epoch, lease, false, true);
    }
  }
}
