package dev.drover.sim;

import dev.drover.core.Partition;
import dev.drover.store.Entry;
import dev.drover.store.StoreException;
import dev.drover.store.records.GatewayRecord;
import dev.drover.store.records.Records;
import java.util.IdentityHashMap;
import java.util.Optional;

/// Records as the real store holds them, with their checksums. What many processes read is decoded
/// once.
final class Codec {
  private final IdentityHashMap<byte[], Object> decoded = new IdentityHashMap<>();

  static byte[] encode(Object record) {
    return Records.encode(record);
  }

  <T> T decode(Entry entry, Class<T> type) throws StoreException.Corrupt {
    Object known = decoded.get(entry.value());
    if (known == null) {
      known = Records.decode(entry.key(), entry.value(), type);
      decoded.put(entry.value(), known);
    }
    return type.cast(known);
  }

  /// A gateway's registration.
  GatewayRecord gateway(Entry entry) {
    try {
      return decode(entry, GatewayRecord.class);
    } catch (StoreException.Corrupt e) {
      throw new IllegalStateException("no fault damages registrations", e);
    }
  }

  /// A partition's record; empty if it does not check.
  Optional<Partition> partition(Entry entry) {
    try {
      return Optional.of(decode(entry, Partition.class));
    } catch (StoreException.Corrupt e) {
      return Optional.empty();
    }
  }
}
