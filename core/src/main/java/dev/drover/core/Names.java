package dev.drover.core;

/// Checks on the names that people give to homes, gateways and the like.
final class Names {
  static final int LENGTH_MAX = 64;

  private Names() {}

  /// Returns `name` if it is 1 to 64 characters of `a-z A-Z 0-9 . _ -` and starts with a letter or
  /// digit.
  static String checked(String kind, String name) {
    if (name.isEmpty() || name.length() > LENGTH_MAX) {
      throw new IllegalArgumentException(
          kind + " must have 1 to " + LENGTH_MAX + " characters, but has " + name.length());
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!plain && (i == 0 || (c != '.' && c != '_' && c != '-'))) {
        throw new IllegalArgumentException(
            kind
                + " '"
                + name
                + "' may hold only letters, digits, '.', '_' and '-', and starts with a letter or digit");
      }
    }
    return name;
  }
}
