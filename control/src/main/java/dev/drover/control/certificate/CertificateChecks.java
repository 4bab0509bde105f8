package dev.drover.control.certificate;

import dev.drover.core.Certificate;
import dev.drover.core.Proof;
import dev.drover.core.Proof.Receipt;
import dev.drover.core.mover.Settlement.Settled;
import dev.drover.core.mover.Verification;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Checks a certificate by what stands in it: whether its signature is that of a known server, and
/// whether what it says proves that nothing acknowledged was lost. What is missing does not hold.
///
/// It cannot show that what stands in it is so: for that one trusts the server, or looks at the
/// home.
public final class CertificateChecks {
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{32}");
  private static final String NOTHING = "0".repeat(32);

  private final List<Check> checks = new ArrayList<>();
  private final SignedCertificate file;
  private final Certificate c;

  private CertificateChecks(SignedCertificate file) {
    this.file = file;
    this.c = file.certificate();
  }

  /// @param what was looked at, and what was found
  /// @param holds whether it is as it has to be
  public record Check(String what, boolean holds) {}

  /// @param trusted keys that are known to be servers', empty if none is known
  public static List<Check> of(SignedCertificate file, Collection<VerifyKey> trusted) {
    CertificateChecks all = new CertificateChecks(file);
    all.signature(trusted);
    all.move();
    all.receipts("its receipt for the cutover", all.c.epoch() - 1, all.c.proof().receipts());
    all.receipts("the opening", all.c.epoch(), all.c.opened());
    all.content();
    all.strays();
    return List.copyOf(all.checks);
  }

  private void add(boolean holds, String what) {
    checks.add(new Check(what, holds));
  }

  private void signature(Collection<VerifyKey> trusted) {
    String by = "server '" + file.server() + "', key " + file.key().fingerprint();
    if (!file.genuine()) {
      add(
          false,
          "the signature does not belong to this content: it was changed after "
              + by
              + ", or never signed. Ask the server for it again");
    } else if (trusted.isEmpty()) {
      add(
          false,
          "it is signed by "
              + by
              + ", but no key is known to be a server's: give --trust FILE, with what 'drover certificate --key' prints");
    } else {
      boolean known = trusted.contains(file.key());
      add(
          known,
          known
              ? "it is signed by " + by + ", at " + file.signedAt()
              : "it is signed by "
                  + by
                  + ", which is none of the known keys: whoever made it is not known to be a server");
    }
  }

  private void move() {
    boolean another = !c.from().equals(c.to());
    boolean order = c.startedAt().compareTo(c.committedAt()) <= 0;
    boolean counted = c.epoch() > 1 && c.term() > 0 && c.attempts() > 0;
    add(
        another && order && counted,
        "it went from %s to %s: epoch %d, term %d, attempt %d, begun before it was committed"
            .formatted(c.from().home(), c.to().home(), c.epoch(), c.term(), c.attempts()));
    add(
        c.writesHeldNanos() > 0,
        c.writesHeldNanos() > 0
            ? "it is complete"
            : "it is not complete: the opening was not confirmed yet when it was signed. Ask for it again when the move has ended");
  }

  private void receipts(String what, long epoch, List<Receipt> receipts) {
    if (receipts.isEmpty()) {
      add(
          false,
          "no gateway has confirmed "
              + what
              + ": none was registered, so nothing shows what clients did");
      return;
    }
    Set<String> names = new HashSet<>();
    receipts.forEach(r -> names.add(r.gateway().value()));
    boolean whole = receipts.stream().allMatch(r -> r.epoch() == epoch && r.lease() != 0);
    String forgotten = named(receipts, Receipt::forgotten);
    String ended = named(receipts, r -> !r.given() && !r.forgotten());
    add(
        whole && forgotten.isEmpty(),
        (whole && forgotten.isEmpty() ? "" : "not ")
            + "each of %d gateways has confirmed %s (epoch %d)".formatted(names.size(), what, epoch)
            + (ended.isEmpty() ? "" : ", or its lease had ended by itself (" + ended + ")")
            + (whole ? "" : "; a receipt is of another epoch or of no lease")
            + (forgotten.isEmpty()
                ? ""
                : "; an operator had ended the leases of "
                    + forgotten
                    + ", which may have gone on serving: what it acknowledged then may be lost"));
  }

  private static String named(List<Receipt> receipts, Predicate<Receipt> which) {
    return receipts.stream()
        .filter(which)
        .map(r -> r.gateway().value())
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private void content() {
    Proof proof = c.proof();
    Verification v = proof.verification();
    boolean digest =
        DIGEST.matcher(v.digest()).matches() && (v.items() == 0) == v.digest().equals(NOTHING);
    add(
        digest && v.items() >= 0,
        v.digest().isEmpty()
            ? "the homes were not compared by content: the old home could not be reached, and its fallback took over"
            : "both homes were compared by content before the hold (%d items, digest %s)%s"
                .formatted(
                    v.items(),
                    v.digest(),
                    digest ? "" : "; but that is no digest of so many items"));
    Settled settled = proof.settled();
    add(
        settled.tailItems() >= 0 && settled.verified() >= settled.tailItems(),
        "what changed after that was compared in the hold (%d of %d)"
            .formatted(settled.verified(), settled.tailItems()));
    add(
        !settled.position().isEmpty(),
        settled.position().isEmpty()
            ? "it does not say where the old home's changes had ended"
            : "the old home's changes had ended at " + settled.position());
  }

  private void strays() {
    if (!c.strays().isEmpty()) {
      add(
          false,
          "at the old home was found after the flip: "
              + String.join(", ", c.strays())
              + ". 'drover strays' says where it is kept");
      return;
    }
    switch (file.oldCopy()) {
      case SETTLED -> add(true, "no write was found at the old home after the flip");
      case OWED ->
          add(
              false,
              "no write was found at the old home so far, but the look goes on until the old copy is deleted: ask for the certificate again then");
      case UNKNOWN ->
          add(false, "the partition's record was gone, so the look at the old home is not known");
    }
  }
}
