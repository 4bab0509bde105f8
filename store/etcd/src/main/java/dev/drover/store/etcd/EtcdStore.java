package dev.drover.store.etcd;

import com.google.protobuf.ByteString;
import dev.drover.store.Durability;
import dev.drover.store.Entry;
import dev.drover.store.Guarantees;
import dev.drover.store.LeaseId;
import dev.drover.store.Listing;
import dev.drover.store.PutResult;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.Watch;
import dev.drover.store.WatchListener;
import dev.drover.store.etcd.EtcdClient.Repeat;
import dev.drover.store.map.Limits;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// The state store in an etcd (3.4 and later) that somebody already runs.
///
/// | the seam | etcd |
/// |---|---|
/// | version | the key's `mod_revision` |
/// | put, delete | a transaction that compares it |
/// | get, list | linearizable ranges; a listing's pages are all of one revision |
/// | watch | a stream from a revision on, opened again elsewhere when it breaks or falls silent |
/// | lease | a lease, in whole seconds and of etcd's least time or more |
///
/// A call that may have been done is never repeated if that could matter: see [EtcdClient].
public final class EtcdStore implements StateStore {
  private static final int PAGE_KEYS_MAX = 200;
  private static final long LIST_BYTES_MAX = 256L << 20;

  /// How often a listing begins again whose revision was compacted away under it.
  private static final int LIST_ATTEMPTS_MAX = 5;

  private final EtcdClient client;
  private final EtcdKeys keys;
  private final EtcdWatches watches;
  private final EtcdLeases leases;
  private final EtcdFacts facts;

  /// Begins to connect when it is first called.
  public static EtcdStore connect(EtcdOptions options) {
    return new EtcdStore(options);
  }

  /// Whether etcd of this version may end a lease early: its leader does so if it was paused for
  /// longer than the lease, and has a successor that has extended it.
  public static boolean endsLeasesEarly(String version) {
    return EtcdFacts.endsEarly(version);
  }

  private EtcdStore(EtcdOptions options) {
    client = new EtcdClient(options);
    keys = new EtcdKeys(options.prefix());
    leases = new EtcdLeases(client, keys);
    facts = new EtcdFacts(client);
    watches = new EtcdWatches(client, keys, leases::revision);
  }

  @Override
  public Optional<Entry> get(String key) throws StoreException {
    Limits.checkKey(key);
    return first(client.call(KVGrpc.getRangeMethod(), one(key), Repeat.READ));
  }

  /// Sent on the caller's thread; the future is completed by the connection's.
  @Override
  public CompletableFuture<Optional<Entry>> getAsync(String key) {
    if (!client.ready()) {
      return StateStore.super.getAsync(key);
    }
    try {
      Limits.checkKey(key);
    } catch (StoreException e) {
      return CompletableFuture.failedFuture(e);
    }
    return client.callAsync(KVGrpc.getRangeMethod(), one(key)).thenApply(this::first);
  }

  private RangeRequest one(String key) {
    return RangeRequest.newBuilder().setKey(keys.of(key)).build();
  }

  private Optional<Entry> first(RangeResponse found) {
    return found.getKvsList().stream().findFirst().map(keys::entry);
  }

  @Override
  public Listing list(String prefix) throws StoreException {
    Limits.checkPrefix(prefix);
    for (int attempt = 1; ; attempt++) {
      try {
        return pages(prefix);
      } catch (StoreException.HistoryGone e) {
        if (attempt == LIST_ATTEMPTS_MAX) {
          throw new StoreException.Unavailable(
              "listing '" + prefix + "' takes longer than etcd keeps a revision", e);
        }
      }
    }
  }

  /// All pages, as of the revision of the first one, which is read linearizably.
  private Listing pages(String prefix) throws StoreException {
    ByteString begin = keys.of(prefix);
    RangeRequest.Builder request =
        RangeRequest.newBuilder()
            .setKey(begin)
            .setRangeEnd(EtcdKeys.after(begin))
            .setLimit(PAGE_KEYS_MAX);
    List<Entry> entries = new ArrayList<>();
    long bytes = 0;
    while (true) {
      RangeResponse page = client.call(KVGrpc.getRangeMethod(), request.build(), Repeat.READ);
      for (KeyValue found : page.getKvsList()) {
        entries.add(keys.entry(found));
        bytes += found.getSerializedSize();
      }
      if (bytes > LIST_BYTES_MAX) {
        throw new StoreException.Refused(
            "the values under '%s' have more than %d bytes".formatted(prefix, LIST_BYTES_MAX),
            null);
      }
      if (request.getRevision() == 0) {
        request.setRevision(page.getHeader().getRevision());
      }
      if (!page.getMore()) {
        entries.sort(Comparator.comparing(Entry::key));
        return new Listing(request.getRevision(), entries);
      }
      ByteString last = page.getKvs(page.getKvsCount() - 1).getKey();
      request.setKey(last.concat(ByteString.copyFrom(new byte[1])));
    }
  }

  @Override
  public PutResult put(
      String key,
      byte[] value,
      long expectedVersion,
      @Nullable LeaseId lease,
      Durability durability)
      throws StoreException {
    Limits.checkPut(key, value, expectedVersion);
    return result(
        client.call(
            KVGrpc.getTxnMethod(), putting(key, value, expectedVersion, lease), Repeat.NEVER));
  }

  /// Sent on the caller's thread; the future is completed by the connection's.
  @Override
  public CompletableFuture<PutResult> putAsync(
      String key,
      byte[] value,
      long expectedVersion,
      @Nullable LeaseId lease,
      Durability durability) {
    if (!client.ready()) {
      return StateStore.super.putAsync(key, value, expectedVersion, lease, durability);
    }
    try {
      Limits.checkPut(key, value, expectedVersion);
    } catch (StoreException e) {
      return CompletableFuture.failedFuture(e);
    }
    return client
        .callAsync(KVGrpc.getTxnMethod(), putting(key, value, expectedVersion, lease))
        .thenApply(this::result);
  }

  private TxnRequest putting(
      String key, byte[] value, long expectedVersion, @Nullable LeaseId lease) {
    PutRequest.Builder put =
        PutRequest.newBuilder().setKey(keys.of(key)).setValue(ByteString.copyFrom(value));
    if (lease != null) {
      put.setLease(lease.value());
    }
    return swap(key, expectedVersion, RequestOp.newBuilder().setRequestPut(put).build());
  }

  @Override
  public PutResult delete(String key, long expectedVersion) throws StoreException {
    Limits.checkExpected(expectedVersion);
    Limits.checkKey(key);
    DeleteRangeRequest.Builder delete = DeleteRangeRequest.newBuilder().setKey(keys.of(key));
    RequestOp op = RequestOp.newBuilder().setRequestDeleteRange(delete).build();
    return result(client.call(KVGrpc.getTxnMethod(), swap(key, expectedVersion, op), Repeat.NEVER));
  }

  /// Does `op` if the key is at the expected version (etcd says 0 for one that is absent), else
  /// reads it.
  private TxnRequest swap(String key, long expectedVersion, RequestOp op) {
    TxnRequest.Builder swap = TxnRequest.newBuilder().addSuccess(op);
    if (expectedVersion != ANY) {
      swap.addCompare(
              Compare.newBuilder()
                  .setKey(keys.of(key))
                  .setTarget(Compare.CompareTarget.MOD)
                  .setResult(Compare.CompareResult.EQUAL)
                  .setModRevision(expectedVersion))
          .addFailure(RequestOp.newBuilder().setRequestRange(one(key)));
    }
    return swap.build();
  }

  private PutResult result(TxnResponse answer) {
    return answer.getSucceeded()
        ? new PutResult.Applied(answer.getHeader().getRevision())
        : new PutResult.Conflict(first(answer.getResponses(0).getResponseRange()));
  }

  @Override
  public Watch watch(String prefix, long afterRevision, WatchListener listener)
      throws StoreException {
    Limits.checkPrefix(prefix);
    return watches.open(prefix, afterRevision, listener);
  }

  @Override
  public LeaseId lease(Duration ttl) throws StoreException {
    Limits.checkTtl(ttl);
    LeaseGrantRequest request =
        LeaseGrantRequest.newBuilder().setTTL(ttl.plusSeconds(1).minusNanos(1).toSeconds()).build();
    return new LeaseId(client.call(LeaseGrpc.getLeaseGrantMethod(), request, Repeat.NEVER).getID());
  }

  @Override
  public boolean keepAlive(LeaseId lease) throws StoreException {
    return leases.keepAlive(lease);
  }

  @Override
  public void revoke(LeaseId lease) throws StoreException {
    try {
      var _ =
          client.call(
              LeaseGrpc.getLeaseRevokeMethod(),
              LeaseRevokeRequest.newBuilder().setID(lease.value()).build(),
              Repeat.IDEMPOTENT);
    } catch (StoreException.Refused e) {
      if (!EtcdLeases.isGone(e)) {
        throw e;
      }
    }
  }

  /// As etcd says itself; until it has answered once, it promises nothing.
  @Override
  public Guarantees guarantees() {
    return facts.guarantees();
  }

  @Override
  public void close() {
    client.close();
    watches.close();
  }
}
