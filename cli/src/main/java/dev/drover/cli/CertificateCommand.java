package dev.drover.cli;

import dev.drover.app.AgainstHome;
import dev.drover.app.StartException;
import dev.drover.app.client.ApiClient;
import dev.drover.app.client.ApiException;
import dev.drover.app.client.CertificatePrinter;
import dev.drover.app.client.Json;
import dev.drover.app.client.Terminal;
import dev.drover.app.client.Text;
import dev.drover.control.certificate.CertificateChecks;
import dev.drover.control.certificate.CertificateChecks.Check;
import dev.drover.control.certificate.SignedCertificate;
import dev.drover.control.certificate.VerifyKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `drover certificate`.
@Command(
    name = "certificate",
    mixinStandardHelpOptions = true,
    description = {
      "Show and check the proof of a finished move: receipts, positions, counts, digests, durations.",
      "A certificate is a file, signed by the server. Whoever has it can check it without one."
    },
    footer = {
      "",
      "Examples:",
      "  drover history                                        lists the moves",
      "  drover certificate 20261121-0511-ab3f --verify        exits with 1 if a check does not hold",
      "  drover certificate 20261121-0511-ab3f --json > FILE   keeps it",
      "  drover certificate --key > drover.pub                 keeps the key that it is signed by",
      "  drover certificate FILE --verify --trust drover.pub   checks it anew; needs no server",
      "  drover certificate FILE --verify --against-home       also reads the new home, and compares"
    })
final class CertificateCommand implements Callable<Integer> {
  @Mixin private ServerContext context = new ServerContext();

  @Parameters(
      paramLabel = "MOVE|FILE",
      arity = "0..1",
      completionCandidates = Names.MovesAndFiles.class,
      description = "A move, as history names it, or a file with a certificate.")
  private String subject = "";

  @Option(names = "--json", description = "Print the file, or with --verify the checks, as JSON.")
  private boolean json;

  @Option(
      names = "--verify",
      description = "Check what it says, here; exit with 1 if anything does not hold.")
  private boolean verify;

  @Option(
      names = "--against-home",
      description = "Also compare its digest with what the new home holds now; takes --verify.")
  private boolean againstHome;

  @Option(
      names = "--key",
      description = "Print the public keys by which the servers of this store sign.")
  private boolean key;

  @Nullable
  @Option(
      names = "--trust",
      paramLabel = "FILE",
      description =
          "The keys that count as servers' (what --key prints). Default: the server is asked.")
  private Path trust;

  @Override
  public Integer call() throws Failure, ApiException {
    checkOptions();
    if (key) {
      printKeys();
      return Exit.OK;
    }
    byte[] bytes = isFile() ? read(Path.of(subject)) : fetched();
    SignedCertificate file = parsed(bytes);
    if (!verify) {
      if (json) {
        Context.raw(bytes);
      } else {
        printer().print(Json.parse(bytes));
      }
      return Exit.OK;
    }
    List<Check> checks = new ArrayList<>(CertificateChecks.of(file, trusted()));
    if (againstHome) {
      checks.add(comparedWithHome(file));
    }
    boolean holds = !checks.isEmpty() && checks.stream().allMatch(Check::holds);
    if (json) {
      System.out.println(Json.write(view(file, checks, holds)));
    } else {
      printer().print(Json.parse(bytes));
      printer().checks(checks);
    }
    return holds ? Exit.OK : Exit.FAILED;
  }

  private void checkOptions() throws Failure {
    if (key == !subject.isEmpty()) {
      throw usage(
          key ? "--key stands alone" : "which certificate? name a move, a file, or --key",
          "'drover history' lists the moves");
    }
    if (!verify && (againstHome || trust != null)) {
      throw usage("--against-home and --trust say how to check: add --verify", "");
    }
  }

  private static Failure usage(String what, String advice) {
    return new Failure(Exit.USAGE, what, advice, null);
  }

  /// A move's name has neither of these characters.
  private boolean isFile() {
    return subject.contains("/") || subject.contains(".") || Files.exists(Path.of(subject));
  }

  private byte[] fetched() throws Failure, ApiException {
    return context.client().get("/v1/certificates/" + ApiClient.encoded(subject));
  }

  private static byte[] read(Path file) throws Failure {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new Failure(
          Exit.USAGE,
          "cannot read "
              + file
              + (e instanceof NoSuchFileException ? ": there is no such file" : ": " + e),
          "'drover certificate MOVE --json > FILE' writes one",
          e);
    }
  }

  private SignedCertificate parsed(byte[] bytes) throws Failure {
    try {
      return SignedCertificate.read(bytes);
    } catch (IllegalArgumentException e) {
      throw new Failure(
          Exit.FAILED,
          "'"
              + subject
              + "' is no certificate that can be checked: "
              + Terminal.plainLine(String.valueOf(e.getMessage())),
          "it proves nothing. 'drover certificate MOVE --json > FILE' writes a new one",
          e);
    }
  }

  private List<VerifyKey> trusted() throws Failure, ApiException {
    if (trust != null) {
      try {
        return VerifyKey.ofPem(Files.readString(trust));
      } catch (IOException | IllegalArgumentException e) {
        throw new Failure(
            Exit.USAGE,
            "cannot use the keys of "
                + trust
                + ": "
                + (e instanceof IOException ? e : e.getMessage()),
            "'drover certificate --key > " + trust + "' writes them",
            e);
      }
    }
    List<VerifyKey> all = new ArrayList<>();
    try {
      for (Json each : keys()) {
        all.add(new VerifyKey(each.text("key")));
      }
    } catch (Failure | ApiException e) {
      if (!isFile()) {
        throw e;
      }
      System.err.println("drover: no server can be asked for its keys: " + e.getMessage());
    }
    return all;
  }

  private List<Json> keys() throws Failure, ApiException {
    return context.client().json("/v1/certificate-keys").items();
  }

  private void printKeys() throws Failure, ApiException {
    for (Json each : keys()) {
      VerifyKey one = new VerifyKey(each.text("key"));
      System.out.printf(
          "# server '%s', since %s, %s%n%s%n",
          each.text("server"),
          Instant.ofEpochMilli(each.millis("startedAt")),
          one.fingerprint(),
          one.pem());
    }
  }

  private Check comparedWithHome(SignedCertificate file) throws Failure {
    Terminal terminal = context.terminal();
    String nouns = Text.items(file.certificate().partition().engine());
    try {
      Check check =
          AgainstHome.compare(
              file.certificate(),
              context.read(),
              System.getenv(),
              items -> {
                if (terminal.alive()) {
                  terminal.over("reading the home: " + items + " " + nouns);
                }
              });
      terminal.cleared();
      return check;
    } catch (StartException e) {
      throw new Failure(Exit.FAILED, String.valueOf(e.getMessage()), "", e);
    }
  }

  private static Map<String, Object> view(
      SignedCertificate file, List<Check> checks, boolean holds) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("move", file.certificate().move().value());
    view.put("holds", holds);
    view.put(
        "checks",
        checks.stream()
            .map(check -> Map.of("what", check.what(), "holds", check.holds()))
            .toList());
    return view;
  }

  private CertificatePrinter printer() {
    return new CertificatePrinter(context.terminal());
  }
}
