package dev.drover.app;

import dev.drover.app.config.Config;
import dev.drover.control.certificate.CertificateChecks.Check;
import dev.drover.core.Certificate;
import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.core.mover.EngineTraits;
import dev.drover.core.mover.Verification;
import dev.drover.engine.EngineHomes.Content;
import dev.drover.engine.Plugs;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/// Compares a certificate's digest with what its new home holds now.
///
/// The digest is of the comparison before the hold. So it is the home's only for as long as nobody
/// has written since.
public final class AgainstHome {
  private AgainstHome() {}

  /// @param progress is told how many items were read
  /// @throws StartException if the home is not in the configuration, or cannot be read
  public static Check compare(
      Certificate certificate,
      Config config,
      Map<String, String> environment,
      LongConsumer progress)
      throws StartException {
    PartitionId partition = certificate.partition();
    HomeId home = certificate.to().home();
    if (!config.homesOf(partition.engine()).containsKey(home)) {
      throw new StartException(
          "the configuration names no home '%s', which the certificate says '%s' went to"
              .formatted(home, partition),
          null);
    }
    EngineTraits traits = Plugs.of(partition.engine()).traits();
    List<PartitionId> inside =
        config.partitionsOf(partition.engine()).stream()
            .filter(each -> traits.inside(each.locator(), certificate.to().locator()))
            .map(Config.Partition::id)
            .toList();
    Verification then = certificate.proof().verification();
    try {
      Content now =
          OpenHomes.of(config, List.of(partition.engine()), environment)
              .of(partition.engine())
              .content(certificate.to(), partition, inside, then, progress);
      return said(home, traits.nouns(), now, then, certificate.proof().settled().tailItems());
    } catch (IOException e) {
      throw new StartException("home '" + home + "' cannot be read: " + e.getMessage(), e);
    }
  }

  private static Check said(
      HomeId home,
      EngineTraits.Nouns nouns,
      Content now,
      Verification then,
      long changedInTheHold) {
    if (now.items() == then.items() && now.digest().equals(then.digest())) {
      return new Check(
          "home '%s' holds what was compared then: %d %s, digest %s"
              .formatted(home, now.items(), nouns.items(), now.digest()),
          true);
    }
    return new Check(
        "home '%s' holds %d %s, digest %s, and not what was compared before the hold. That is right if clients have written or %s have expired since%s; only a %s that nobody writes can be compared"
            .formatted(
                home,
                now.items(),
                nouns.items(),
                now.digest(),
                nouns.items(),
                changedInTheHold > 0
                    ? " (%d %s had changed before the flip already)"
                        .formatted(changedInTheHold, nouns.items())
                    : "",
                nouns.partition()),
        false);
  }
}
