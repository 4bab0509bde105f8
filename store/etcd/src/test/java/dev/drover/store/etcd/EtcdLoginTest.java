package dev.drover.store.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.store.LeaseId;
import dev.drover.store.PutResult;
import dev.drover.store.Recorder;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.Watch;
import dev.drover.store.etcd.testing.EtcdCluster;
import dev.drover.store.testing.SelfSigned;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/// An etcd that wants to know who calls, and that speaks TLS.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@EnabledIf("dev.drover.store.etcd.testing.EtcdCluster#available")
final class EtcdLoginTest {
  private static final String PASSWORD = "not to be seen in any message";

  @TempDir Path directory;

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  private static void ask(EtcdCluster etcd, String path, String body) throws Exception {
    assertThat(etcd.ask(0, path, body)).contains("header");
  }

  /// A user who may read and write under Drover's prefix, and nowhere else.
  private static void wantLogins(EtcdCluster etcd) throws Exception {
    ask(etcd, "/v3/auth/role/add", "{\"name\":\"root\"}");
    ask(etcd, "/v3/auth/user/add", "{\"name\":\"root\",\"password\":\"r\"}");
    ask(etcd, "/v3/auth/user/grant", "{\"user\":\"root\",\"role\":\"root\"}");
    ask(etcd, "/v3/auth/role/add", "{\"name\":\"mover\"}");
    ask(
        etcd,
        "/v3/auth/role/grant",
        "{\"name\":\"mover\",\"perm\":{\"permType\":\"READWRITE\",\"key\":\"%s\",\"range_end\":\"%s\"}}"
            .formatted(base64("drover/"), base64("drover0")));
    ask(etcd, "/v3/auth/user/add", "{\"name\":\"drover\",\"password\":\"%s\"}".formatted(PASSWORD));
    ask(etcd, "/v3/auth/user/grant", "{\"user\":\"drover\",\"role\":\"mover\"}");
    ask(etcd, "/v3/auth/enable", "{}");
  }

  private static EtcdOptions as(EtcdCluster etcd, String user, String password) {
    return EtcdFixture.patient(etcd.endpoints())
        .withLogin(Optional.of(new EtcdOptions.Login(user, password)));
  }

  @Test
  void aUserWithAPasswordDoesEverythingAlsoAfterEtcdHasForgottenItsTokens() throws Exception {
    try (EtcdCluster etcd = EtcdCluster.start(directory, 1)) {
      wantLogins(etcd);
      try (EtcdStore store = EtcdStore.connect(as(etcd, "drover", PASSWORD))) {
        var recorder = new Recorder();
        try (Watch _ = store.watch("", store.list("").revision(), recorder)) {
          LeaseId lease = store.lease(Duration.ofMinutes(1));
          assertThat(store.put("k", new byte[1], StateStore.ABSENT, lease))
              .isInstanceOf(PutResult.Applied.class);
          etcd.stop(0);
          etcd.restart(0);
          assertThat(store.put("k", new byte[2], StateStore.ANY, lease))
              .isInstanceOf(PutResult.Applied.class);
          assertThat(store.keepAlive(lease)).isTrue();
          store.revoke(lease);
          recorder.await(
              seen -> seen.getLast() instanceof dev.drover.store.WatchListener.Event.Deleted);
        }
      }
    }
  }

  @Test
  void aWrongPasswordOrNoneIsRefusedAndNeverTold() throws Exception {
    try (EtcdCluster etcd = EtcdCluster.start(directory, 1)) {
      wantLogins(etcd);
      EtcdOptions wrong = as(etcd, "drover", PASSWORD + "!");
      assertThat(wrong.toString()).doesNotContain(PASSWORD);
      for (EtcdOptions each : new EtcdOptions[] {wrong, wrong.withLogin(Optional.empty())}) {
        try (EtcdStore store = EtcdStore.connect(each)) {
          assertThatThrownBy(() -> store.get("k"))
              .isInstanceOf(StoreException.Refused.class)
              .hasMessageNotContaining(PASSWORD);
        }
      }
      try (EtcdStore store =
          EtcdStore.connect(as(etcd, "drover", PASSWORD).withPrefix("elsewhere/"))) {
        assertThatThrownBy(() -> store.put("k", new byte[0], StateStore.ANY, null))
            .isInstanceOf(StoreException.Refused.class)
            .hasMessageContaining("permission denied");
        var recorder = new Recorder();
        try (Watch _ = store.watch("", 0, recorder)) {
          assertThat(recorder.awaitLost()).isInstanceOf(StoreException.Refused.class);
        }
      }
    }
  }

  @Test
  void underTlsOnlyWhoTrustsItsCertificateTalksToIt() throws Exception {
    KeyStore keys = SelfSigned.in(directory);
    Path certificate = directory.resolve("etcd.pem");
    Path key = directory.resolve("etcd.key");
    Files.writeString(
        certificate, pem("CERTIFICATE", keys.getCertificate(SelfSigned.ALIAS).getEncoded()));
    Files.writeString(
        key, pem("PRIVATE KEY", keys.getKey(SelfSigned.ALIAS, SelfSigned.PASSWORD).getEncoded()));
    var trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusted.init(keys);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, trusted.getTrustManagers(), null);
    try (EtcdCluster etcd =
        EtcdCluster.start(
            directory,
            1,
            tls,
            "--cert-file",
            certificate.toString(),
            "--key-file",
            key.toString())) {
      EtcdOptions plain = EtcdOptions.defaults(etcd.endpoints());
      try (EtcdStore store =
          EtcdStore.connect(EtcdFixture.patient(etcd.endpoints()).withTls(tls))) {
        assertThat(store.put("k", new byte[StateStore.VALUE_BYTES_MAX], StateStore.ABSENT, null))
            .isInstanceOf(PutResult.Applied.class);
        assertThat(store.get("k")).isPresent();
      }
      for (EtcdOptions stranger :
          new EtcdOptions[] {plain, plain.withTls(SSLContext.getDefault())}) {
        try (EtcdStore store = EtcdStore.connect(stranger)) {
          assertThatThrownBy(() -> store.get("k")).isInstanceOf(StoreException.Unavailable.class);
        }
      }
    }
  }

  private static String pem(String kind, byte[] bytes) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(kind, Base64.getMimeEncoder().encodeToString(bytes), kind);
  }
}
