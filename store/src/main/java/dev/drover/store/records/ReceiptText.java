package dev.drover.store.records;

import dev.drover.core.GatewayId;
import dev.drover.core.Proof.Receipt;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Many receipts for one epoch as one text: `EPOCH GATEWAY LEASE GATEWAY LEASE …`, with a `-`
/// before the lease of a gateway that was gone, and a `!` before that of one that was forgotten.
///
/// A record that opens holds the receipt of every gateway and is sent to every gateway: what one of
/// them takes counts with the square of their number, in the hold.
final class ReceiptText {
  /// Up to so many are written as a list of objects, as the API gives them.
  static final int LISTED_MAX = 32;

  private static final String GONE = "-";
  private static final String FORGOTTEN = "!";

  private ReceiptText() {}

  /// Empty if they are few, or not of one epoch.
  static Optional<String> of(List<Receipt> receipts) {
    if (receipts.size() <= LISTED_MAX) {
      return Optional.empty();
    }
    long epoch = receipts.getFirst().epoch();
    StringBuilder text = new StringBuilder(receipts.size() * 16).append(epoch);
    for (Receipt receipt : receipts) {
      if (receipt.epoch() != epoch || receipt.lease() < 0) {
        return Optional.empty();
      }
      text.append(' ').append(receipt.gateway().value()).append(' ');
      text.append(receipt.given() ? "" : receipt.forgotten() ? FORGOTTEN : GONE);
      text.append(receipt.lease());
    }
    return Optional.of(text.toString());
  }

  /// @throws IllegalArgumentException if it is no such text
  static List<Receipt> read(String text) {
    String[] parts = text.split(" ", -1);
    if (parts.length % 2 == 0) {
      throw new IllegalArgumentException("receipts end within one");
    }
    long epoch = Long.parseLong(parts[0]);
    List<Receipt> receipts = new ArrayList<>(parts.length / 2);
    for (int i = 1; i < parts.length; i += 2) {
      boolean gone = parts[i + 1].startsWith(GONE);
      boolean forgotten = parts[i + 1].startsWith(FORGOTTEN);
      long lease = Long.parseLong(gone || forgotten ? parts[i + 1].substring(1) : parts[i + 1]);
      receipts.add(
          new Receipt(new GatewayId(parts[i]), epoch, lease, !gone && !forgotten, forgotten));
    }
    return receipts;
  }
}
