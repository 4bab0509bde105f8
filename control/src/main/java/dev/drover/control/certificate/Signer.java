package dev.drover.control.certificate;

import dev.drover.core.Certificate;
import dev.drover.store.Entry;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import dev.drover.store.records.SignerRecord;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// Signs certificates in a server's name. Thread-safe.
///
/// A signature says: this server's store had this certificate at that time. The private key is made
/// at the server's first start, and never leaves its data directory.
public final class Signer {
  private static final String ALGORITHM = "Ed25519";

  private final String server;
  private final PrivateKey key;
  private final VerifyKey publicKey;

  private Signer(String server, PrivateKey key, VerifyKey publicKey) {
    this.server = server;
    this.key = key;
    this.publicKey = publicKey;
  }

  /// @param key as [#newKey] made it
  /// @throws IllegalArgumentException if it is no such key
  public static Signer of(String server, String key) {
    List<String> halves = key.lines().toList();
    if (halves.size() != 2) {
      throw new IllegalArgumentException("it does not hold the two halves of a key");
    }
    try {
      byte[] encoded = Base64.getDecoder().decode(halves.get(0));
      PrivateKey half =
          KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(encoded));
      Signer signer = new Signer(server, half, new VerifyKey(halves.get(1)));
      byte[] something = {1};
      if (!signer.publicKey.signed(something, signer.sign(something))) {
        throw new IllegalArgumentException("it holds the halves of two keys");
      }
      return signer;
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("it holds no Ed25519 key", e);
    }
  }

  /// A new key, as a server keeps it: the private half (PKCS #8, Base64), and a line with the
  /// public one.
  public static String newKey() {
    try {
      KeyPair pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
      String half = Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded());
      return half + "\n" + VerifyKey.of(pair.getPublic()).encoded() + "\n";
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has Ed25519", e);
    }
  }

  /// Tells whoever asks another server on the same store by which key this one signs.
  public void publish(StateStore store, long nowMillis) throws StoreException {
    String key = Keys.SIGNERS + publicKey.fingerprint().replace("SHA256:", "");
    store.put(
        key,
        Records.encode(new SignerRecord(server, publicKey.encoded(), nowMillis)),
        StateStore.ANY,
        null);
  }

  /// The keys by which servers of this store have signed, in the order of their making.
  public static List<SignerRecord> published(StateStore store) throws StoreException {
    List<SignerRecord> all = new ArrayList<>();
    for (Entry entry : store.list(Keys.SIGNERS).entries()) {
      all.add(Records.decode(entry.key(), entry.value(), SignerRecord.class));
    }
    all.sort(Comparator.comparingLong(SignerRecord::sinceMillis));
    return all;
  }

  public VerifyKey publicKey() {
    return publicKey;
  }

  /// @param nowMillis when it is signed, by the server's wall clock
  public byte[] sign(Certificate certificate, OldCopy oldCopy, long nowMillis) {
    ObjectNode file =
        SignedCertificate.unsigned(
            server, Instant.ofEpochMilli(nowMillis), oldCopy, certificate, publicKey);
    try {
      file.put("signature", sign(CanonicalJson.bytes(file)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the key was tried when it was read", e);
    }
    return SignedCertificate.pretty(file);
  }

  private String sign(byte[] bytes) throws GeneralSecurityException {
    Signature signing = Signature.getInstance(ALGORITHM);
    signing.initSign(key);
    signing.update(bytes);
    return Base64.getEncoder().encodeToString(signing.sign());
  }
}
