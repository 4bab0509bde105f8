package dev.drover.opensearch.gateway;

import dev.drover.opensearch.rewrite.Refused;
import java.util.Map;
import java.util.Optional;

/// A parameter of a URL that is a number.
final class UrlNumber {
  private UrlNumber() {}

  static Optional<Long> of(Map<String, String> parameters, String name) throws Refused {
    String text = parameters.get(name);
    try {
      return Optional.ofNullable(text).map(Long::parseLong);
    } catch (NumberFormatException e) {
      throw Refused.argument(
          "Failed to parse int parameter [" + name + "] with value [" + text + "]");
    }
  }
}
