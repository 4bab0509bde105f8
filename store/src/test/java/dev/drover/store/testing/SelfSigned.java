package dev.drover.store.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/// A key and its certificate, for 127.0.0.1 or another machine, which nobody else has signed.
public final class SelfSigned {
  public static final String ALIAS = "k";
  public static final char[] PASSWORD = "changeit".toCharArray();

  private static final int EC_BITS = 256;

  private SelfSigned() {}

  /// Makes both with the JDK's keytool, in a file of this directory.
  public static KeyStore in(Path directory) throws Exception {
    return in(directory, "EC", EC_BITS);
  }

  /// The same with a key of another kind.
  public static KeyStore in(Path directory, String algorithm, int bits) throws Exception {
    return of(directory, "localhost", "ip:127.0.0.1", algorithm, bits);
  }

  /// As the other, for some other machine.
  public static KeyStore ofAnother(Path directory, String name) throws Exception {
    return of(directory, name, "dns:" + name, "EC", EC_BITS);
  }

  /// Writes bytes as PEM.
  ///
  /// @param what such as `CERTIFICATE`
  public static void pem(Path file, String what, byte[] bytes) throws IOException {
    Files.writeString(
        file,
        "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
            .formatted(what, Base64.getMimeEncoder().encodeToString(bytes)));
  }

  private static KeyStore of(Path directory, String name, String san, String algorithm, int bits)
      throws Exception {
    Path file = directory.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                algorithm,
                "-keysize",
                String.valueOf(bits),
                "-dname",
                "CN=" + name,
                "-ext",
                "san=" + san,
                "-storepass",
                new String(PASSWORD),
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString())
            .redirectErrorStream(true)
            .start();
    if (!keytool.waitFor(30, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
      keytool.destroyForcibly();
      throw new IOException("keytool made no certificate in " + file);
    }
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keys.load(in, PASSWORD);
    }
    return keys;
  }
}
