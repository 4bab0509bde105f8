package dev.drover.store.etcd;

import com.google.protobuf.ByteString;
import dev.drover.store.Entry;
import dev.drover.store.LeaseId;
import io.etcd.jetcd.api.KeyValue;
import java.nio.charset.StandardCharsets;

/// Keys of the store as keys of etcd, under a prefix of their own, and back.
final class EtcdKeys {
  private final ByteString prefix;

  EtcdKeys(String prefix) {
    this.prefix = ByteString.copyFromUtf8(prefix);
  }

  ByteString of(String key) {
    return prefix.concat(ByteString.copyFromUtf8(key));
  }

  /// The first key after all that begin with `begin`; etcd's sign for "to the end" if there is
  /// none.
  static ByteString after(ByteString begin) {
    byte[] end = begin.toByteArray();
    for (int i = end.length - 1; i >= 0; i--) {
      if (end[i] != (byte) 0xff) {
        end[i]++;
        return ByteString.copyFrom(end, 0, i + 1);
      }
    }
    return ByteString.copyFrom(new byte[1]);
  }

  String key(KeyValue found) {
    return found.getKey().substring(prefix.size()).toString(StandardCharsets.UTF_8);
  }

  Entry entry(KeyValue found) {
    return new Entry(
        key(found),
        found.getValue().toByteArray(),
        found.getModRevision(),
        found.getLease() == 0 ? null : new LeaseId(found.getLease()));
  }
}
