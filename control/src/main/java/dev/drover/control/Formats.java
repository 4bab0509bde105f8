package dev.drover.control;

import dev.drover.store.Entry;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.records.FormatRecord;
import dev.drover.store.records.GatewayRecord;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Which formats of records the processes of this fleet can read: what a newer format would bring
/// is written only when all can (docs/decisions/0091).
final class Formats {
  private final StateStore store;

  Formats(StateStore store) {
    this.store = store;
  }

  /// The gateways and servers that cannot read this format, or do not say; empty if all can.
  Set<String> older(int format) throws StoreException {
    Set<String> older = new TreeSet<>();
    for (Entry entry : store.list(Keys.GATEWAYS).entries()) {
      Optional<Keys.GatewayKey> key = Keys.gatewayOf(entry.key());
      if (key.isPresent() && reads(entry) < format) {
        older.add("gateway " + key.get().gateway());
      }
    }
    for (Entry entry : store.list(Keys.SERVERS).entries()) {
      Optional<Entry> said = store.get(Keys.formatOf(entry.key()));
      if (said.isEmpty()
          || Records.decode(said.get().key(), said.get().value(), FormatRecord.class).reads()
              < format) {
        older.add("server " + entry.key().substring(Keys.SERVERS.length()));
      }
    }
    return older;
  }

  private static int reads(Entry entry) {
    try {
      return Records.decode(entry.key(), entry.value(), GatewayRecord.class).reads();
    } catch (StoreException.Corrupt e) {
      return 1;
    }
  }
}
