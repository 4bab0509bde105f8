package dev.drover.store.etcd;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// The members of an etcd, one of which is called until it fails.
final class Members implements AutoCloseable {
  private final List<Member> all;
  private final AtomicInteger current = new AtomicInteger();

  Members(EtcdOptions options) {
    all = options.endpoints().stream().map(each -> new Member(each, options.tls())).toList();
  }

  Member current() {
    return all.get(Math.floorMod(current.get(), all.size()));
  }

  /// Calls the next one from now on, unless somebody else has found so already.
  void leave(Member failed) {
    int at = current.get();
    if (all.get(Math.floorMod(at, all.size())).equals(failed)
        && current.compareAndSet(at, at + 1)) {
      current().hurry();
    }
  }

  @Override
  public void close() {
    all.forEach(Member::close);
  }
}
