package dev.drover.opensearch.gateway;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyType;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.drover.opensearch.rewrite.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.text.ParseException;
import java.util.Date;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Checks the tokens that clients show (JWT, RFC 7519), and reads the tenant from a claim. The keys
/// are in a file (JWK set, RFC 7517), which is read again when it has changed. Thread-safe.
@SuppressWarnings("JavaUtilDate") // The library speaks of time so.
public final class Tokens {
  private static final Logger LOG = LoggerFactory.getLogger(Tokens.class);
  private static final int UNAUTHORIZED = 401;
  private static final int KNOWN_MAX = 10_000;

  /// How often the file is looked at, while clients come.
  private static final long LOOK_MILLIS = 2_000;

  private final Options options;
  private final LongSupplier wallClock;
  private final Map<String, JWTClaimsSet> known = new ConcurrentHashMap<>();
  private volatile Keys keys;
  private volatile long lookedMillis;

  /// How tokens are checked.
  ///
  /// @param file the JWK set
  /// @param claim that names the tenant
  /// @param issuer who has to have issued a token; empty for anybody who has a key
  /// @param audience for whom it has to be; empty for anybody
  public record Options(
      Path file, String claim, Optional<String> issuer, Optional<String> audience) {}

  private record Keys(DefaultJWTProcessor<SecurityContext> processor, FileTime changed) {}

  /// @param wallClock in milliseconds since 1970
  /// @throws IllegalArgumentException saying what is wrong with the file
  public Tokens(Options options, LongSupplier wallClock) {
    this.options = options;
    this.wallClock = wallClock;
    this.keys = read();
    this.lookedMillis = wallClock.getAsLong();
  }

  private Keys read() {
    try {
      FileTime changed = Files.getLastModifiedTime(options.file());
      JWKSet set = JWKSet.load(options.file().toFile());
      Set<JWSAlgorithm> algorithms = new HashSet<>();
      for (JWK each : set.getKeys()) {
        algorithms.addAll(algorithms(each.getKeyType()));
      }
      if (algorithms.isEmpty()) {
        throw new IllegalArgumentException(
            options.file() + " holds no key that tokens are signed with");
      }
      DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
      processor.setJWSKeySelector(
          new JWSVerificationKeySelector<>(algorithms, new ImmutableJWKSet<>(set)));
      JWTClaimsSet.Builder exact = new JWTClaimsSet.Builder();
      options.issuer().ifPresent(exact::issuer);
      processor.setJWTClaimsSetVerifier(new InTime(exact.build()));
      return new Keys(processor, changed);
    } catch (IOException | ParseException e) {
      throw new IllegalArgumentException(
          options.file() + " is no JWK set that can be read: " + e.getMessage(), e);
    }
  }

  /// A key of one kind is never used as one of another.
  private static Set<JWSAlgorithm> algorithms(KeyType type) {
    return type.equals(KeyType.RSA)
        ? JWSAlgorithm.Family.RSA
        : type.equals(KeyType.EC)
            ? JWSAlgorithm.Family.EC
            : type.equals(KeyType.OCT) ? JWSAlgorithm.Family.HMAC_SHA : Set.of();
  }

  /// A token has to end some time.
  private final class InTime extends DefaultJWTClaimsVerifier<SecurityContext> {
    InTime(JWTClaimsSet exact) {
      super(options.audience().orElse(null), exact, Set.of("exp"));
    }

    @Override
    protected Date currentTime() {
      return new Date(wallClock.getAsLong());
    }
  }

  /// Reads the keys again if the file has changed.
  private void look() {
    long now = wallClock.getAsLong();
    if (now - lookedMillis < LOOK_MILLIS) {
      return;
    }
    lookedMillis = now;
    try {
      if (!Files.getLastModifiedTime(options.file()).equals(keys.changed())) {
        keys = read();
        known.clear();
        LOG.info("tokens are checked by the keys in {} that have changed", options.file());
      }
    } catch (IOException | IllegalArgumentException e) {
      LOG.error("tokens are still checked by the old keys: {}", e.getMessage());
    }
  }

  /// What a token says.
  ///
  /// @throws Refused if it is no valid token
  Login login(String token) throws Refused {
    look();
    JWTClaimsSet claims = known.get(token);
    if (claims == null || ended(claims)) {
      claims = checked(token);
      if (known.size() >= KNOWN_MAX) {
        known.clear();
      }
      known.put(token, claims);
    }
    String claimed = claims.getClaim(options.claim()) instanceof String tenant ? tenant : "";
    String subject = claims.getSubject();
    return new Login("", claimed, subject == null ? "" : subject, true);
  }

  private boolean ended(JWTClaimsSet claims) {
    return claims.getExpirationTime().getTime() <= wallClock.getAsLong();
  }

  private JWTClaimsSet checked(String token) throws Refused {
    try {
      return keys.processor().process(token, null);
    } catch (ParseException | BadJOSEException | JOSEException e) {
      throw new Refused(
          UNAUTHORIZED,
          "security_exception",
          "the token of this request is not valid: " + e.getMessage());
    }
  }
}
