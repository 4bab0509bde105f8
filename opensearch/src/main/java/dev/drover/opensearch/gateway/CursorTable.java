package dev.drover.opensearch.gateway;

import dev.drover.core.Placement;
import dev.drover.opensearch.rewrite.Refused;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.function.LongSupplier;

/// What is known of scrolls and points in time stands in the gateway's memory: bounded, and
/// forgotten when nobody has used it for a while. Only the gateway that has shown an id knows it,
/// until it restarts. One tenant has a tenth of the room at most, so it never takes all of it.
/// Thread-safe.
final class CursorTable implements Cursors {
  private static final String MARK = "dt1.";
  private static final int ID_BYTES = 18;
  private static final int SHARES = 10;

  private final CursorOptions.Table options;
  private final LongSupplier nanoClock;
  private final Chance chance;

  /// By what clients are shown; what was used last comes last.
  private final SequencedMap<String, Entry> entries = new LinkedHashMap<>();

  private final Map<Key, String> shown = new HashMap<>();

  /// Each tenant's, in the same order.
  private final Map<String, SequencedSet<String>> byTenant = new HashMap<>();

  private record Key(Owner owner, Placement place, String id) {}

  private record Entry(Key key, long usedNanos) {}

  CursorTable(CursorOptions.Table options, LongSupplier nanoClock, Chance chance) {
    this.options = options;
    this.nanoClock = nanoClock;
    this.chance = chance;
  }

  @Override
  public void check() {}

  /// A home may call a scroll the same on each page: then it stays the same for the client.
  @Override
  public synchronized String shown(Owner owner, Placement place, String id) {
    forgetOld();
    Key key = new Key(owner, place, id);
    String known = shown.get(key);
    String name = known == null ? fresh() : known;
    if (known == null) {
      makeRoom(owner.tenant());
      shown.put(key, name);
    }
    used(name, key);
    return name;
  }

  private String fresh() {
    byte[] bytes = new byte[ID_BYTES];
    chance.fill(bytes);
    return MARK + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private void used(String name, Key key) {
    entries.remove(name);
    entries.put(name, new Entry(key, nanoClock.getAsLong()));
    var own = byTenant.computeIfAbsent(key.owner().tenant(), _ -> new LinkedHashSet<>());
    own.remove(name);
    own.add(name);
  }

  @Override
  public synchronized Opened opened(Owner owner, String name) throws Refused {
    forgetOld();
    Entry entry = entries.get(name);
    if (entry == null || !entry.key().owner().equals(owner)) {
      throw Cursors.none();
    }
    used(name, entry.key());
    return new Opened(entry.key().place(), entry.key().id());
  }

  private void forgetOld() {
    long now = nanoClock.getAsLong();
    while (!entries.isEmpty()
        && now - entries.firstEntry().getValue().usedNanos() > options.ttl().toNanos()) {
      forget(entries.firstEntry().getKey());
    }
  }

  /// The one that was used longest ago makes room: the tenant's own if it has its share.
  private void makeRoom(String tenant) {
    int share = Math.max(1, options.capacity() / SHARES);
    SequencedSet<String> own = byTenant.get(tenant);
    if (own != null && own.size() >= share) {
      forget(own.getFirst());
    } else if (entries.size() >= options.capacity()) {
      forget(entries.firstEntry().getKey());
    }
  }

  private void forget(String name) {
    Entry entry = entries.remove(name);
    if (entry != null) {
      shown.remove(entry.key());
      byTenant.computeIfPresent(
          entry.key().owner().tenant(),
          (_, own) -> {
            own.remove(name);
            return own.isEmpty() ? null : own;
          });
    }
  }
}
