package dev.drover.gateway.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyStore;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Which certificates of a home are good enough, and what a client is told if none is.
@Timeout(120)
class HomeTlsTest {
  private final LoopRig rig = new LoopRig();
  private final KeyStore keys = Certificates.one();

  @AfterEach
  void end() {
    rig.close();
  }

  private LineUpstream connect(LineHome home, SSLContext trusting) throws Exception {
    return rig.connect(
        new Endpoint(home.id(), "127.0.0.1", home.port(), Optional.of(trusting)),
        true,
        LoopRig.LIMITS);
  }

  @Test
  void aHomeWithTheRightNameAndCertificateIsSpokenTo() throws Exception {
    try (LineHome home = LineHome.encrypted("a", Certificates.server(keys))) {
      LineUpstream to = connect(home, Certificates.client(keys));
      Asked asked = rig.ask(to, "GET 1");
      LineSocket at = home.next();
      assertThat(at.line()).isEqualTo("GET 1");
      at.say("one");
      assertThat(asked.next()).isEqualTo("one");
    }
  }

  @Test
  void aHomeWithAnotherNameIsRefusedAndNothingIsSent() throws Exception {
    KeyStore other = Certificates.elsewhere();
    refused(other, Certificates.client(other), "No subject alternative names matching IP address");
  }

  @Test
  void aHomeWhoseCertificateNobodyKnownHasSignedIsRefusedAndNothingIsSent() throws Exception {
    refused(keys, Certificates.client(Certificates.two()), "PKIX path");
  }

  private void refused(KeyStore shown, SSLContext trusting, String why) throws Exception {
    try (LineHome home = LineHome.encrypted("a", Certificates.server(shown))) {
      LineUpstream to = connect(home, trusting);
      Asked asked = rig.ask(to, "PUT 1");
      assertThat(home.next().line()).isEqualTo(LineSocket.CLOSED);
      assertThat(asked.next()).startsWith("failed (not sent): connection failed").contains(why);
      // The home is not tried anew by each request.
      assertThat(connect(home, trusting).usable()).isFalse();
      rig.clock.addAndGet(Duration.ofSeconds(1).toNanos());
      assertThat(connect(home, trusting).usable()).isTrue();
    }
  }

  @Test
  void aHomeThatSpeaksPlainlyIsRefusedAndNothingIsSent() throws Exception {
    try (LineHome home = LineHome.start("a")) {
      LineUpstream to = connect(home, Certificates.client(keys));
      Asked asked = rig.ask(to, "PUT 1");
      home.next().say("I do not speak TLS");
      assertThat(asked.next()).startsWith("failed (not sent): connection failed");
    }
  }

  @Test
  void aHomeThatNeverEndsItsHandshakeWasSentNothing() throws Exception {
    try (LineHome home = LineHome.start("a")) {
      LineUpstream to = connect(home, Certificates.client(keys));
      Asked asked = rig.ask(to, "PUT 1");
      home.next();
      rig.pass(Duration.ofSeconds(11), to);
      assertThat(asked.next()).isEqualTo("failed (not sent): has not answered for 11 s");
    }
  }
}
