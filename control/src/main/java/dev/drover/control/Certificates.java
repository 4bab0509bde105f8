package dev.drover.control;

import dev.drover.control.Views.CertificateView.Check;
import dev.drover.core.Certificate;
import dev.drover.core.Proof;
import java.util.List;

/// Checks a certificate against itself: whether what it says proves what it claims. That its bytes
/// are what was written is proven by its checksum, when it is read.
final class Certificates {
  private Certificates() {}

  static List<Check> checks(Certificate c) {
    Proof proof = c.proof();
    return List.of(
        new Check("its bytes match their CRC32C", true),
        new Check(
            "each gateway that was known gave its receipt for the cutover (epoch "
                + (c.epoch() - 1)
                + "), or its lease had ended",
            proof.receipts().stream().allMatch(r -> r.epoch() == c.epoch() - 1)),
        new Check(
            "each gateway has confirmed the opening (epoch "
                + c.epoch()
                + "), or its lease had ended",
            c.writesHeldNanos() > 0 && c.opened().stream().allMatch(r -> r.epoch() == c.epoch())),
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
