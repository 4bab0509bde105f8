package dev.drover.app;

import dev.drover.app.config.Config;
import dev.drover.app.past.Repair;
import dev.drover.control.certificate.CertificateChecks.Check;
import dev.drover.core.Certificate;
import dev.drover.core.PartitionId;
import dev.drover.core.mover.Verification;
import dev.drover.redis.move.RedisHome;
import dev.drover.redis.move.ScopeDigest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/// Compares a certificate's digest with what its new home holds now.
///
/// The digest is of the comparison before the hold. So it is the home's only for as long as nobody
/// has written since.
public final class AgainstHome {
  private AgainstHome() {}

  /// @param progress is told how many keys were read
  /// @throws StartException if the home is not in the configuration, or cannot be read
  public static Check compare(
      Certificate certificate,
      Config config,
      Map<String, String> environment,
      LongConsumer progress)
      throws StartException {
    PartitionId scope = certificate.partition();
    Optional<RedisHome> home = RedisHomes.of(config, environment).redis(certificate.to().home());
    if (home.isEmpty()) {
      throw new StartException(
          "the configuration names no home '"
              + certificate.to().home()
              + "', which the certificate says the scope went to",
          null);
    }
    List<String> nested =
        Repair.nested(scope, config.scopes().stream().map(Config.Scope::prefix).toList());
    try {
      ScopeDigest now =
          ScopeDigest.of(home.get(), scope, nested, ScopeDigest.Form.BOTH_SEVEN, progress);
      Verification then = certificate.proof().verification();
      if (!same(now, then)) {
        now = ScopeDigest.of(home.get(), scope, nested, ScopeDigest.Form.OLDER, progress);
      }
      return said(home.get(), now, then, certificate.proof().settled().tailItems());
    } catch (IOException e) {
      throw new StartException(home.get() + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static boolean same(ScopeDigest now, Verification then) {
    return now.items() == then.items() && now.digest().equals(then.digest());
  }

  private static Check said(
      RedisHome home, ScopeDigest now, Verification then, long changedInTheHold) {
    if (same(now, then)) {
      return new Check(
          "%s holds what was compared then: %d items, digest %s"
              .formatted(home, now.items(), now.digest()),
          true);
    }
    return new Check(
        "%s holds %d items, digest %s, and not what was compared before the hold. That is right if clients have written or keys have expired since%s; only a scope that nobody writes can be compared"
            .formatted(
                home,
                now.items(),
                now.digest(),
                changedInTheHold > 0
                    ? " (" + changedInTheHold + " keys had changed before the flip already)"
                    : ""),
        false);
  }
}
