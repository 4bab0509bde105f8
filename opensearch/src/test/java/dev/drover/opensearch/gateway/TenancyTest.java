package dev.drover.opensearch.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.drover.opensearch.gateway.Tenancy.Source;
import dev.drover.opensearch.rewrite.Paths;
import dev.drover.opensearch.rewrite.Refused;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whose a request is.
@SuppressWarnings("JavaUtilDate") // The library speaks of time so.
class TenancyTest {
  private static final Set<String> TENANTS = Set.of("acme", "acme-b", "beta");
  private static final Tenancy ALL =
      new Tenancy(
          List.of(
              new Source.Header("X-Tenant"),
              new Source.User(),
              new Source.Claim(),
              new Source.PathPrefix("t"),
              new Source.IndexPrefix("-")));

  @TempDir Path directory;
  private final AtomicLong millis = new AtomicLong(1_000_000_000_000L);

  private static ClientRequest request(String path, String... headers) {
    HttpHeaders all = new DefaultHttpHeaders();
    for (int i = 0; i < headers.length; i += 2) {
      all.add(headers[i], headers[i + 1]);
    }
    return new ClientRequest("GET", path, all, true, 0);
  }

  private static Tenancy.Found found(Logins logins, ClientRequest request) throws Refused {
    return ALL.of(request, Paths.decode(request.path()), logins.check(request), TENANTS::contains)
        .orElseThrow(ALL::namesNone);
  }

  private static Tenancy.Found found(String path, String... headers) throws Refused {
    return found(new Logins(Optional.empty(), Optional.empty()), request(path, headers));
  }

  private static String basic(String user, String password) {
    byte[] both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(both);
  }

  @Test
  void eachPlaceIsRead() throws Exception {
    assertThat(found("/orders/_search", "X-Tenant", "acme").owner().tenant()).isEqualTo("acme");
    assertThat(found("/orders/_search", "Authorization", basic("beta", "x")).owner().tenant())
        .isEqualTo("beta");
    Tenancy.Found path = found("/t/acme/orders/_search");
    assertThat(path.owner().tenant()).isEqualTo("acme");
    assertThat(path.path()).containsExactly("orders", "_search");
    assertThat(found("/acme-orders/_search").owner().tenant()).isEqualTo("acme");
    assertThat(found("/acme-b-orders/_search").owner().tenant()).isEqualTo("acme-b");
  }

  @Test
  void whatDoesNotAgreeIsRefused() throws Exception {
    assertThat(found("/t/acme/orders/_search", "X-Tenant", "acme").owner().tenant())
        .isEqualTo("acme");
    assertThatThrownBy(() -> found("/t/acme/orders/_search", "X-Tenant", "beta"))
        .hasMessageContaining("several tenants");
    assertThatThrownBy(() -> found("/orders/_search", "X-Tenant", "acme", "X-Tenant", "acme"))
        .hasMessageContaining("stands twice");
    assertThatThrownBy(() -> found("/orders/_search")).hasMessageContaining("names no tenant");
    assertThatThrownBy(() -> found("/orders/_search", "X-Tenant", "nobody"))
        .isInstanceOfSatisfying(Refused.class, e -> assertThat(e.status()).isEqualTo(404));
  }

  @Test
  void aPasswordIsNeededWhereThereIsOne() throws Exception {
    Logins logins = new Logins(Optional.of("hunter2"), Optional.empty());
    String path = "/orders/_search";
    assertThat(
            found(logins, request(path, "Authorization", basic("acme", "hunter2")))
                .owner()
                .tenant())
        .isEqualTo("acme");
    for (String wrong : List.of(basic("acme", "other"), basic("acme", ""), "Bearer other", "")) {
      assertThatThrownBy(() -> found(logins, request(path, "Authorization", wrong)))
          .isInstanceOfSatisfying(Refused.class, e -> assertThat(e.status()).isEqualTo(401));
    }
    assertThatThrownBy(() -> found(logins, request(path, "X-Tenant", "acme")))
        .hasMessageContaining("needs a password");
    assertThat(logins.toString()).doesNotContain("hunter2");
  }

  // --- tokens

  private Logins tokens(RSAKey... keys) throws Exception {
    Path file = directory.resolve("jwks.json");
    write(file, keys);
    return new Logins(
        Optional.empty(),
        Optional.of(
            new Tokens(
                new Tokens.Options(file, "tenant", Optional.of("us"), Optional.of("search")),
                millis::get)));
  }

  private static void write(Path file, RSAKey... keys) throws Exception {
    Files.writeString(file, new JWKSet(List.copyOf(List.of(keys))).toPublicJWKSet().toString());
  }

  private JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .issuer("us")
        .audience("search")
        .claim("tenant", "acme")
        .expirationTime(new Date(millis.get() + 600_000));
  }

  private static String signed(RSAKey by, JWTClaimsSet claims) throws Exception {
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(by.getKeyID()).build(), claims);
    token.sign(new RSASSASigner(by));
    return token.serialize();
  }

  private static RSAKey key(String id) throws Exception {
    return new RSAKeyGenerator(2048).keyID(id).generate();
  }

  private static ClientRequest bearer(String token) {
    return request("/orders/_search", "Authorization", "Bearer " + token);
  }

  @Test
  void aTokenNamesItsTenant() throws Exception {
    RSAKey key = key("k1");
    Logins logins = tokens(key);
    String token = signed(key, claims().build());
    assertThat(found(logins, bearer(token)).owner().tenant()).isEqualTo("acme");
    millis.addAndGet(700_000);
    assertThatThrownBy(() -> found(logins, bearer(token))).hasMessageContaining("not valid");
  }

  /// What else the request says does not stand in for it.
  @Test
  void aTokenWithoutATenantIsRefused() throws Exception {
    RSAKey key = key("k1");
    Logins logins = tokens(key);
    ClientRequest request =
        request(
            "/orders/_search",
            "Authorization",
            "Bearer " + signed(key, claims().claim("tenant", null).build()),
            "X-Tenant",
            "beta");
    assertThatThrownBy(() -> found(logins, request))
        .isInstanceOfSatisfying(Refused.class, e -> assertThat(e.status()).isEqualTo(403))
        .hasMessageContaining("names no tenant");
    ClientRequest other =
        request(
            "/orders/_search",
            "Authorization",
            "Bearer " + signed(key, claims().build()),
            "X-Tenant",
            "beta");
    assertThatThrownBy(() -> found(logins, other)).hasMessageContaining("several tenants");
  }

  @Test
  void aTokenThatAnybodyCouldHaveMadeIsRefused() throws Exception {
    RSAKey key = key("k1");
    Logins logins = tokens(key);
    SignedJWT confused =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("k1").build(), claims().build());
    confused.sign(new MACSigner(key.toRSAPublicKey().getEncoded()));
    String endless =
        signed(key, new JWTClaimsSet.Builder().issuer("us").audience("search").build());
    List<String> wrong =
        List.of(
            new PlainJWT(claims().build()).serialize(),
            confused.serialize(),
            endless,
            signed(key("k1"), claims().build()),
            signed(key, claims().issuer("others").build()),
            signed(key, claims().audience("billing").build()),
            signed(key, claims().build()) + "x",
            "nothing");
    for (String token : wrong) {
      assertThatThrownBy(() -> found(logins, bearer(token)))
          .as(token)
          .isInstanceOfSatisfying(Refused.class, e -> assertThat(e.status()).isEqualTo(401));
    }
    assertThatThrownBy(() -> found(logins, request("/orders/_search", "X-Tenant", "acme")))
        .isInstanceOfSatisfying(Refused.class, e -> assertThat(e.status()).isEqualTo(401));
  }

  @Test
  void newKeysAreTakenFromTheFile() throws Exception {
    RSAKey first = key("k1");
    RSAKey second = key("k2");
    Logins logins = tokens(first);
    String token = signed(second, claims().build());
    assertThatThrownBy(() -> found(logins, bearer(token))).isInstanceOf(Refused.class);
    Path file = directory.resolve("jwks.json");
    write(file, second);
    Files.setLastModifiedTime(file, FileTime.fromMillis(5_000));
    millis.addAndGet(3_000);
    assertThat(found(logins, bearer(token)).owner().tenant()).isEqualTo("acme");
    assertThatThrownBy(() -> found(logins, bearer(signed(first, claims().build()))))
        .isInstanceOf(Refused.class);
  }
}
