package dev.drover.control;

import dev.drover.control.Views.CertificateView.Check;
import dev.drover.core.Certificate;
import dev.drover.core.Proof;
import dev.drover.core.Proof.Receipt;
import java.util.List;
import java.util.stream.Collectors;

/// Checks a certificate against itself: whether what it says proves what it claims. That its bytes
/// are what was written is proven by its checksum, when it is read.
final class Certificates {
  private Certificates() {}

  /// Nothing proves what such a gateway did until it noticed.
  private static String forgotten(List<Receipt> receipts) {
    String names =
        receipts.stream()
            .filter(Receipt::forgotten)
            .map(r -> r.gateway().value())
            .distinct()
            .collect(Collectors.joining(", "));
    return names.isEmpty()
        ? ""
        : "; but an operator had ended the leases of "
            + names
            + ", which may have gone on serving: what it acknowledged then may be lost";
  }

  static List<Check> checks(Certificate c) {
    Proof proof = c.proof();
    return List.of(
        new Check("its bytes match their CRC32C", true),
        new Check(
            "each gateway that was known gave its receipt for the cutover (epoch "
                + (c.epoch() - 1)
                + "), or its lease had ended by itself"
                + forgotten(proof.receipts()),
            proof.receipts().stream().allMatch(r -> r.epoch() == c.epoch() - 1 && !r.forgotten())),
        new Check(
            "each gateway has confirmed the opening (epoch "
                + c.epoch()
                + "), or its lease had ended by itself"
                + forgotten(c.opened()),
            c.writesHeldNanos() > 0
                && c.opened().stream().allMatch(r -> r.epoch() == c.epoch() && !r.forgotten())),
        new Check(
            "both homes were compared by content before the hold ("
                + proof.verification().items()
                + " items, digest "
                + proof.verification().digest()
                + ")",
            !proof.verification().digest().isEmpty()),
        new Check(
            "what changed after that was compared in the hold ("
                + proof.settled().verified()
                + " of "
                + proof.settled().tailItems()
                + ")",
            proof.settled().verified() >= proof.settled().tailItems()),
        new Check(
            "the source's changes had ended at " + proof.settled().position(),
            !proof.settled().position().isEmpty()),
        new Check("no write was found at the old home after the flip", c.strays().isEmpty()));
  }
}
