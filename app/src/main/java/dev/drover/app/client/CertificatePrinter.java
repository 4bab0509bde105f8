package dev.drover.app.client;

import dev.drover.control.certificate.CertificateChecks.Check;
import dev.drover.core.Engine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Shows a certificate to people.
public final class CertificatePrinter {
  private final Terminal terminal;

  public CertificatePrinter(Terminal terminal) {
    this.terminal = terminal;
  }

  /// @param file a certificate as the server gives it
  public void print(Json file) {
    Json certificate = file.get("certificate");
    Json proof = certificate.get("proof");
    String items = " " + Text.items(new Engine(certificate.text("engine")));
    terminal.line(terminal.bold("certificate " + Terminal.plainLine(certificate.text("move"))));
    row("partition", certificate.text("partition") + " (" + certificate.text("engine") + ")");
    row(
        "from, to",
        certificate.get("from").text("home") + " -> " + certificate.get("to").text("home"));
    row(
        "committed",
        "epoch "
            + certificate.text("epoch")
            + ", term "
            + certificate.text("term")
            + ", attempt "
            + certificate.text("attempts")
            + ", "
            + time(certificate.text("committedAt")));
    row("held", Text.millis(certificate.number("writesHeldNanos")) + " from cutover to open");
    row(
        "predicted",
        Text.millis(proof.number("predictedPauseNanos"))
            + ", until the commit it took "
            + Text.millis(proof.number("holdNanos")));
    row("receipts", receipts(proof.items("receipts")));
    row("opened by", receipts(certificate.items("opened")));
    Json verification = proof.get("verification");
    row(
        "compared",
        Text.count(verification.number("items"))
            + items
            + " by content, digest "
            + verification.text("digest"));
    Json settled = proof.get("settled");
    row(
        "last tail",
        Text.count(settled.number("tailItems"))
            + items
            + ", "
            + Text.count(settled.number("verified"))
            + " compared, ended at "
            + settled.text("position"));
    row(
        "old home",
        proof.flag("sourceFenced")
            ? "fenced"
            : "not fenced; watched for strays until its copy is deleted");
    List<String> strays = certificate.texts("strays");
    String none =
        file.text("oldCopy").equals("SETTLED")
            ? "none"
            : "none so far; the look goes on until the old copy is deleted";
    row("strays", strays.isEmpty() ? none : String.join(", ", strays));
    row("signed", file.text("signedAt") + " by server '" + file.text("server") + "'");
  }

  public void checks(List<Check> checks) {
    for (Check check : checks) {
      terminal.line(
          (check.holds() ? terminal.green("  holds  ") : terminal.red("  FAILS  "))
              + Terminal.plainLine(check.what()));
    }
    long failed = checks.stream().filter(check -> !check.holds()).count();
    terminal.line(
        failed == 0
            ? terminal.bold("the certificate holds: " + checks.size() + " checks")
            : terminal.red(
                "the certificate does not hold: %d of %d checks fail"
                    .formatted(failed, checks.size())));
  }

  private void row(String name, String value) {
    terminal.line(
        "  " + terminal.faint(String.format("%-10s", name)) + "  " + Terminal.plainLine(value));
  }

  /// One line on who gave a receipt.
  public static String receipts(List<Json> receipts) {
    List<String> all = new ArrayList<>();
    for (Json receipt : receipts) {
      String how =
          receipt.flag("given")
              ? ""
              : receipt.flag("forgotten")
                  ? " (an operator had ended its leases)"
                  : " (its lease had ended)";
      all.add(receipt.text("gateway") + how);
    }
    return all.isEmpty() ? "no gateway was known" : String.join(", ", all);
  }

  private static String time(String stamp) {
    int dot = stamp.indexOf('.');
    try {
      return Instant.ofEpochMilli(Long.parseLong(dot < 0 ? stamp : stamp.substring(0, dot)))
          .toString();
    } catch (NumberFormatException e) {
      return stamp;
    }
  }
}
