package dev.drover.control.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.control.certificate.CertificateChecks.Check;
import dev.drover.core.Certificate;
import dev.drover.core.Engine;
import dev.drover.core.GatewayId;
import dev.drover.core.Hlc;
import dev.drover.core.HomeId;
import dev.drover.core.MoveId;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.Proof;
import dev.drover.core.Proof.Receipt;
import dev.drover.core.mover.Settlement.Settled;
import dev.drover.core.mover.Verification;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A certificate is believed for what stands in it and who signed it, and for nothing else.
class SignedCertificateTest {
  private static final Signer SERVER = Signer.of("s1", Signer.newKey());
  private static final Signer STRANGER = Signer.of("s1", Signer.newKey());
  private static final GatewayId G1 = new GatewayId("g1");
  private static final GatewayId G2 = new GatewayId("g2");
  private static final String DIGEST = "00112233445566778899aabbccddeeff";
  private static final List<Receipt> CUTOVER =
      List.of(Receipt.given(G1, 4, Long.MAX_VALUE - 1), Receipt.ended(G2, 4, 9));
  private static final List<Receipt> OPENED =
      List.of(Receipt.given(G1, 5, 17), Receipt.given(G2, 5, 18));

  private static Certificate certificate(
      List<Receipt> receipts, List<Receipt> opened, Verification verification, Settled settled) {
    return new Certificate(
        new MoveId("m1"),
        new PartitionId(Engine.FIRST, "app:ü\"\\"),
        new Placement(new HomeId("blue"), "app:"),
        new Placement(new HomeId("green"), "app:"),
        5,
        2,
        1,
        new Proof(receipts, settled, verification, false, 1_000, 2_000),
        opened,
        new Hlc(5, 0),
        new Hlc(9, 1),
        opened.isEmpty() ? 0 : 5_000_000,
        List.of());
  }

  private static Certificate good() {
    return certificate(
        CUTOVER, OPENED, new Verification(7, 100, 0, DIGEST), new Settled("p", -1, 3, 3));
  }

  private static String signed(Certificate certificate, OldCopy oldCopy) {
    return new String(SERVER.sign(certificate, oldCopy, 1_000), StandardCharsets.UTF_8);
  }

  private static SignedCertificate read(String text) {
    return SignedCertificate.read(text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> failing(String text) {
    return CertificateChecks.of(read(text), List.of(SERVER.publicKey())).stream()
        .filter(check -> !check.holds())
        .map(Check::what)
        .toList();
  }

  private static void failsOnly(Certificate certificate, OldCopy oldCopy, String why) {
    assertThat(failing(signed(certificate, oldCopy))).singleElement().asString().contains(why);
  }

  @Test
  void whatAServerSignedHolds() {
    String text = signed(good(), OldCopy.SETTLED);
    assertThat(failing(text)).isEmpty();
    assertThat(read(text).certificate()).isEqualTo(good());
    assertThat(CertificateChecks.of(read(text), List.of(SERVER.publicKey()))).hasSizeGreaterThan(7);
  }

  @Test
  void aFileThatWasIndentedOtherwiseIsStillSigned() {
    String text = signed(good(), OldCopy.SETTLED);
    assertThat(failing(text.replaceAll("\n\\s*", " "))).isEmpty();
    assertThat(failing(text.replace("{", "{\n\n\t"))).isEmpty();
  }

  @Test
  void whatWasChangedAfterTheSignatureFails() {
    String text = signed(good(), OldCopy.SETTLED);
    for (String[] change :
        new String[][] {
          {DIGEST, "f" + DIGEST.substring(1)},
          {"\"green\"", "\"red\""},
          {"\"given\" : false", "\"given\" : true"},
          {"\"epoch\" : 5", "\"epoch\" : 6"},
          {"\"server\" : \"s1\"", "\"server\" : \"s2\""},
          {Long.toString(Long.MAX_VALUE - 1), Long.toString(Long.MAX_VALUE)},
          {"SETTLED", "OWED"},
        }) {
      String forged = text.replace(change[0], change[1]);
      assertThat(forged).as("the test changes something").isNotEqualTo(text);
      assertThat(failing(forged))
          .as("%s for %s", change[1], change[0])
          .anyMatch(what -> what.contains("the signature does not belong to this content"));
    }
  }

  @Test
  void aStrangersSignatureFailsHoweverRightItIs() {
    byte[] bytes = STRANGER.sign(good(), OldCopy.SETTLED, 1_000);
    assertThat(failing(new String(bytes, StandardCharsets.UTF_8)))
        .singleElement()
        .asString()
        .contains("none of the known keys");
  }

  @Test
  void withoutAKnownKeyNothingIsProven() {
    SignedCertificate file = read(signed(good(), OldCopy.SETTLED));
    assertThat(CertificateChecks.of(file, List.of()))
        .filteredOn(check -> !check.holds())
        .singleElement()
        .extracting(Check::what)
        .asString()
        .contains("--trust");
  }

  @Test
  void whatIsMissingInASignedCertificateFails() {
    Verification verification = new Verification(7, 100, 0, DIGEST);
    Settled settled = new Settled("p", -1, 3, 3);
    failsOnly(
        certificate(List.of(), OPENED, verification, settled),
        OldCopy.SETTLED,
        "no gateway has confirmed its receipt for the cutover");
    failsOnly(
        certificate(CUTOVER, OPENED, verification, new Settled("p", -1, 3, 2)),
        OldCopy.SETTLED,
        "2 of 3");
    failsOnly(
        certificate(CUTOVER, OPENED, verification, new Settled("", -1, 3, 3)),
        OldCopy.SETTLED,
        "where the old home's changes had ended");
    failsOnly(
        certificate(CUTOVER, OPENED, new Verification(0, 0, 0, ""), settled),
        OldCopy.SETTLED,
        "not compared by content");
    failsOnly(
        certificate(CUTOVER, OPENED, new Verification(7, 0, 0, "0".repeat(32)), settled),
        OldCopy.SETTLED,
        "no digest of so many items");
    failsOnly(
        certificate(List.of(Receipt.given(G1, 3, 1)), OPENED, verification, settled),
        OldCopy.SETTLED,
        "of another epoch");
    failsOnly(
        certificate(CUTOVER, List.of(Receipt.forgotten(G1, 5, 1)), verification, settled),
        OldCopy.SETTLED,
        "an operator had ended the leases of g1");
  }

  @Test
  void aMoveThatIsNotOverIsNotProven() {
    Certificate opening =
        certificate(
            CUTOVER, List.of(), new Verification(7, 100, 0, DIGEST), new Settled("p", -1, 3, 3));
    assertThat(failing(signed(opening, OldCopy.OWED)))
        .anyMatch(what -> what.contains("not complete"))
        .anyMatch(what -> what.contains("the look goes on"));
    failsOnly(good(), OldCopy.OWED, "the look goes on");
    failsOnly(good(), OldCopy.UNKNOWN, "record was gone");
    failsOnly(good().strayedBy(List.of("app:x")), OldCopy.SETTLED, "app:x");
  }

  @Test
  void whatNoServerWritesIsNoCertificate() {
    String text = signed(good(), OldCopy.SETTLED);
    refused("[]", "not a JSON object");
    refused("", "not a JSON object");
    refused("{\"checks\":[]}", "format");
    refused(text.replace("certificate/1", "certificate/2"), "this version reads");
    refused(text.replaceFirst("\\{", "{\"checks\":[],"), "checks");
    refused(text.replaceFirst("\\{", "{\"server\":\"s2\","), "line 3");
    refused(text.replace("\"epoch\" : 5", "\"epoch\" : 5, \"more\" : 1"), "more");
    refused(text.replace("\"SETTLED\"", "\"CLEAN\""), "CLEAN");
    refused(text + "{}", "line");
    refused("[".repeat(100_000), "nested too deeply");
    refused(text.replaceFirst("\"key\" : \"[^\"]*\"", "\"key\" : \"AAAA\""), "public key");
    refused(text.replace("\"epoch\" : 5", "\"epoch\" : 5.0"), "whole numbers");
    refused(text.replaceFirst("\"certificate\" : \\{", "\"certificate\" : null, \"x\": {"), "x");
  }

  private static void refused(String text, String why) {
    assertThatThrownBy(() -> read(text))
        .as(text.length() > 200 ? text.substring(0, 200) : text)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  @Test
  void withoutASignatureItIsNotGenuine() {
    String text = signed(good(), OldCopy.SETTLED);
    String without = text.replaceFirst(",\\s*\"signature\" : \"[^\"]*\"", "");
    assertThat(failing(without)).singleElement().asString().contains("never signed");
    String garbage = text.replaceFirst("\"signature\" : \"[^\"]*\"", "\"signature\" : \"#\"");
    assertThat(failing(garbage)).singleElement().asString().contains("never signed");
  }

  @Test
  void keysComeFromAFileWithWordsAroundThem() {
    String pem = "# server 's1'\n" + SERVER.publicKey().pem() + "\n\n" + STRANGER.publicKey().pem();
    assertThat(VerifyKey.ofPem(pem)).containsExactly(SERVER.publicKey(), STRANGER.publicKey());
    assertThatThrownBy(() -> VerifyKey.ofPem("no key"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("drover certificate --key");
  }

  @Test
  void aDamagedKeyFileIsRefused() {
    String[] halves = Signer.newKey().split("\n", -1);
    String others = Signer.newKey().split("\n", -1)[1];
    for (String text : List.of("", "x\ny\n", halves[0] + "\n", halves[0] + "\n" + others + "\n")) {
      assertThatThrownBy(() -> Signer.of("s", text)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
