package dev.drover.store.etcd;

import dev.drover.store.LeaseId;
import dev.drover.store.StoreException;
import dev.drover.store.etcd.EtcdClient.Repeat;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.ResponseHeader;

/// Keeps leases alive, and believes it only of the leader.
///
/// etcd's leader extends a lease without asking the others. One that was paused or cut off, and has
/// a successor that it does not know of, would extend a lease that its successor lets end. So each
/// keep-alive is followed by a linearizable read: if both answers are of the same Raft term,
/// whoever extended the lease was still the leader afterwards.
final class EtcdLeases {
  private static final int ATTEMPTS_MAX = 5;

  private final EtcdClient client;
  private final RangeRequest nothing;

  EtcdLeases(EtcdClient client, EtcdKeys keys) {
    this.client = client;
    this.nothing = RangeRequest.newBuilder().setKey(keys.of("")).setCountOnly(true).build();
  }

  boolean keepAlive(LeaseId lease) throws StoreException {
    LeaseKeepAliveRequest request = LeaseKeepAliveRequest.newBuilder().setID(lease.value()).build();
    for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      LeaseKeepAliveResponse kept =
          client.call(LeaseGrpc.getLeaseKeepAliveMethod(), request, Repeat.IDEMPOTENT);
      boolean sameLeader = read().getRaftTerm() == kept.getHeader().getRaftTerm();
      if (sameLeader) {
        return kept.getTTL() > 0;
      }
    }
    throw new StoreException.Unavailable(
        "etcd changes its leader faster than a lease can be kept alive", null);
  }

  /// The newest revision, linearizably.
  long revision() throws StoreException {
    return read().getRevision();
  }

  private ResponseHeader read() throws StoreException {
    return client.call(KVGrpc.getRangeMethod(), nothing, Repeat.READ).getHeader();
  }

  /// Whether a refusal says that there is no such lease.
  static boolean isGone(StoreException.Refused refused) {
    return String.valueOf(refused.getMessage()).contains("requested lease not found");
  }
}
