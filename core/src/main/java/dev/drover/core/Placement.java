package dev.drover.core;

/// Where a partition lives: a home, and the engine's locator inside it.
///
/// @param locator for `redis` the key prefix; for `opensearch` `shared:orders`, `index:acme-orders`
///   or `cluster`
public record Placement(HomeId home, String locator) {
  public Placement {
    if (locator.isEmpty()) {
      throw new IllegalArgumentException("a placement needs a locator inside home " + home);
    }
  }

  @Override
  public String toString() {
    return home + "/" + locator;
  }
}
