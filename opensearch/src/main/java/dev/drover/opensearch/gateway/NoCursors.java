package dev.drover.opensearch.gateway;

import dev.drover.core.Placement;
import dev.drover.opensearch.rewrite.Refused;

/// Scrolls and points in time are off.
final class NoCursors implements Cursors {
  private static Refused off() {
    return Refused.isolation(
        "scrolls and points in time are off at this gateway. The operator turns them on with 'cursorSecretFile' or 'cursorTable'; or page with search_after");
  }

  @Override
  public void check() throws Refused {
    throw off();
  }

  @Override
  public String shown(Owner owner, Placement place, String id) {
    throw new IllegalStateException("a scroll was opened although there are none");
  }

  @Override
  public Opened opened(Owner owner, String shown) throws Refused {
    throw off();
  }
}
