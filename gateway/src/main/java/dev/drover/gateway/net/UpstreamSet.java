package dev.drover.gateway.net;

import dev.drover.core.HomeId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// All connections of one event loop to homes. Owned by it.
public final class UpstreamSet implements Upstream.Registry {
  private final Loop loop;
  private final Set<Upstream> all = new LinkedHashSet<>();

  UpstreamSet(Loop loop) {
    this.loop = loop;
  }

  @Override
  public void opened(Upstream upstream) {
    all.add(upstream);
    loop.addTicked(upstream);
  }

  @Override
  public void closed(Upstream upstream) {
    all.remove(upstream);
    loop.removeTicked(upstream);
  }

  Iterable<Upstream> all() {
    return all;
  }

  void giveUp(HomeId home, String why) {
    List.copyOf(all).stream()
        .filter(each -> each.home().equals(home))
        .forEach(each -> each.giveUp(why));
  }

  /// Nothing new is sent to the home by these connections: each is closed when nothing waits on it.
  void retire(HomeId home) {
    List.copyOf(all).stream()
        .filter(each -> each.home().equals(home))
        .forEach(Upstream::closeWhenIdle);
  }
}
