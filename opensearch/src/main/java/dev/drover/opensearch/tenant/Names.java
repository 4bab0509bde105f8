package dev.drover.opensearch.tenant;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/// Which names tenants and indices may have.
public final class Names {
  /// What indices and aliases of Drover's own begin with. No tenant reaches them.
  public static final String OWN = "drover-";

  /// How long a tenant's name is at most.
  public static final int TENANT_CHARS_MAX = 64;

  private static final Pattern TENANT =
      Pattern.compile("[a-z0-9][a-z0-9_-]{0,%d}".formatted(TENANT_CHARS_MAX - 1));
  private static final int INDEX_BYTES_MAX = 255;

  /// What OpenSearch refuses in a name, and `=` and `;`, by which [Locator] is read.
  private static final String NOT_IN_INDEX = "\\/*?\"<>| ,#:=;%\u007F";

  private Names() {}

  /// A tenant's name. It holds no `:`, so what stands before the first `:` of a document's id at a
  /// shared index is one tenant ([Documents#atHome]).
  ///
  /// @throws IllegalArgumentException if no tenant can be called so
  public static String tenant(String name) {
    if (!TENANT.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "'%s' is no tenant's name: it has 1 to 64 characters of a-z, 0-9, '_' and '-', and begins with a letter or a digit"
              .formatted(name));
    }
    return name;
  }

  /// One concrete index: no pattern, no list, no date math, nothing of another cluster.
  ///
  /// @throws IllegalArgumentException saying why no index can be called so
  public static String index(String name) {
    if (name.isEmpty() || name.equals(".") || name.equals("..")) {
      throw new IllegalArgumentException("'" + name + "' is no index's name");
    }
    char first = name.charAt(0);
    if (first == '_' || first == '-' || first == '+' || first == '.') {
      throw new IllegalArgumentException(
          "index '%s' begins with '%s', which no tenant's index may".formatted(name, first));
    }
    if (!allowed(name)) {
      throw new IllegalArgumentException(
          "index '%s' holds a character that no index's name may hold: name one index, in lower case"
              .formatted(name));
    }
    // No character of UTF-16 has more than three bytes.
    if (name.length() > INDEX_BYTES_MAX / 3
        && name.getBytes(StandardCharsets.UTF_8).length > INDEX_BYTES_MAX) {
      throw new IllegalArgumentException(
          "an index's name has at most %d bytes, but this one has more: '%s…'"
              .formatted(INDEX_BYTES_MAX, name.substring(0, 32)));
    }
    if (name.startsWith(OWN)) {
      throw new IllegalArgumentException(
          "index '%s' begins with '%s', which is kept for Drover itself".formatted(name, OWN));
    }
    return name;
  }

  private static boolean allowed(String name) {
    boolean ascii = true;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c < ' ' || (c >= 'A' && c <= 'Z') || NOT_IN_INDEX.indexOf(c) >= 0) {
        return false;
      }
      ascii &= c <= 0x7F;
    }
    return ascii || name.equals(name.toLowerCase(Locale.ROOT));
  }
}
