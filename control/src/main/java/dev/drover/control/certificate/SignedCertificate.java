package dev.drover.control.certificate;

import dev.drover.core.Certificate;
import dev.drover.store.records.Records;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.node.ObjectNode;

/// A certificate as a file: what a server's store had to say of a finished move, signed, with all
/// that is needed to check it anew where there is no server.
///
/// ```
/// { "format": "drover-certificate/1", "server": "…", "signedAt": "2026-…Z", "oldCopy": "SETTLED",
///   "certificate": {…}, "key": "…", "signature": "…" }
/// ```
///
/// The signature is of all the others, in canonical form ([CanonicalJson]).
///
/// @param server the name of the server that signed it
/// @param key the public half of the key that it was signed with: it proves nothing unless it is
///   known from elsewhere to be that server's
/// @param genuine whether the signature is that key's, of just this content
public record SignedCertificate(
    String server,
    Instant signedAt,
    OldCopy oldCopy,
    Certificate certificate,
    VerifyKey key,
    boolean genuine) {
  private static final String FORMAT = "drover-certificate/1";
  private static final int BYTES_MAX = 16 << 20;
  private static final Set<String> MEMBERS =
      Set.of("format", "server", "signedAt", "oldCopy", "certificate", "key", "signature");
  private static final ObjectReader TREES =
      Records.json().reader().with(StreamReadFeature.STRICT_DUPLICATE_DETECTION);

  /// @throws IllegalArgumentException saying why, if it is no certificate or one of a later version
  public static SignedCertificate read(byte[] bytes) {
    if (bytes.length > BYTES_MAX) {
      throw new IllegalArgumentException("it is larger than " + BYTES_MAX + " bytes");
    }
    try {
      JsonNode tree = TREES.readTree(bytes);
      if (!(tree instanceof ObjectNode file)) {
        throw new IllegalArgumentException("it is not a JSON object");
      }
      return read(file);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("it is not JSON that a server wrote: " + where(e), e);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("a time in it cannot be read", e);
    }
  }

  private static SignedCertificate read(ObjectNode file) {
    String format = text(file, "format");
    if (!format.equals(FORMAT)) {
      throw new IllegalArgumentException(
          "its format is '" + format + "'; this version reads '" + FORMAT + "'");
    }
    Set<String> unknown = new TreeSet<>(file.propertyNames());
    unknown.removeAll(MEMBERS);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException("it has what no server writes: " + unknown);
    }
    VerifyKey key = new VerifyKey(text(file, "key"));
    JsonNode signature = file.remove("signature");
    boolean genuine =
        signature != null
            && signature.isString()
            && key.signed(CanonicalJson.bytes(file), signature.asString());
    JsonNode certificate = file.get("certificate");
    if (certificate == null) {
      throw new IllegalArgumentException("it has no 'certificate'");
    }
    return new SignedCertificate(
        text(file, "server"),
        Instant.parse(text(file, "signedAt")),
        OldCopy.valueOf(text(file, "oldCopy")),
        certificate(certificate),
        key,
        genuine);
  }

  private static String text(ObjectNode file, String member) {
    JsonNode value = file.get(member);
    if (value == null || !value.isString()) {
      throw new IllegalArgumentException("it has no '" + member + "'");
    }
    return value.asString();
  }

  private static String where(JacksonException e) {
    StringBuilder names = new StringBuilder();
    for (JacksonException.Reference each : e.getPath()) {
      String name = each.getPropertyName();
      names.append(name == null ? "[" + each.getIndex() + "]" : "." + name);
    }
    String path = names.isEmpty() ? "" : "in certificate" + names;
    TokenStreamLocation at = e.getLocation();
    return at == null || at.getLineNr() < 1
        ? path.isEmpty() ? "it is nested too deeply" : path
        : "line %d, column %d %s".formatted(at.getLineNr(), at.getColumnNr(), path).strip();
  }

  static ObjectNode unsigned(
      String server, Instant signedAt, OldCopy oldCopy, Certificate certificate, VerifyKey key) {
    ObjectNode file = Records.json().createObjectNode();
    file.put("format", FORMAT);
    file.put("server", server);
    file.put("signedAt", signedAt.toString());
    file.put("oldCopy", oldCopy.name());
    file.set("certificate", tree(certificate));
    file.put("key", key.encoded());
    return file;
  }

  /// A partition's name and its engine's are two members of it.
  private static JsonNode tree(Certificate certificate) {
    ObjectNode tree = Records.json().valueToTree(certificate);
    tree.put("partition", certificate.partition().name());
    tree.put("engine", certificate.partition().engine().name());
    return tree;
  }

  private static Certificate certificate(JsonNode written) {
    JsonNode tree = written.deepCopy();
    if (tree instanceof ObjectNode parts && parts.has("engine")) {
      JsonNode engine = parts.remove("engine");
      ObjectNode partition = Records.json().createObjectNode();
      partition.set("engine", engine);
      partition.set("name", parts.get("partition"));
      parts.set("partition", partition);
    }
    return Records.json().treeToValue(tree, Certificate.class);
  }

  static byte[] pretty(ObjectNode file) {
    return Records.json().writerWithDefaultPrettyPrinter().writeValueAsBytes(file);
  }
}
